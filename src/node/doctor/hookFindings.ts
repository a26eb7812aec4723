/** git itself, and the hooks that put records into commits. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { statAt } from '../entryAt';
import type { HookName } from '../hookScript';
import { HOOKS, TOO_EARLY, callsUs, hasBlock, manualLine, recordsTooEarly, withBlock } from '../hookScript';
import { hooksFolder } from '../hooks';
import { launcherPath } from '../launcher';
import type { Repository } from '../repository';
import { inRepository } from '../repository';
import type { Finding } from './finding';
import { fault, notice, ok } from './finding';
import { shellWord } from '../shellWord';

const LEAST_GIT: readonly [number, number] = [2, 38];

export async function gitFindings(repository: Repository): Promise<Finding[]> {
  const text = (await inRepository(repository, ['version'])).trim();
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  const [least, lesser] = LEAST_GIT;
  const isNew = Number(major) > least || (Number(major) === least && Number(minor) >= lesser);
  if (isNew) return [ok('git', text)];
  return [
    fault(
      'git',
      `expected git ${least}.${lesser} or later, found ${text}`,
      'update git: the gate needs its merge-tree',
    ),
  ];
}

export async function hookFindings(repository: Repository): Promise<Finding[]> {
  const folder = await hooksFolder(repository);
  return [...HOOKS.map((hook) => hookFinding(repository, folder, hook)), launcherFinding(repository)];
}

function hookFinding(repository: Repository, folder: string, hook: HookName): Finding {
  const file = join(folder, hook);
  const way = relative(repository.top, file).split(sep).join('/');
  const place = way.startsWith('..') ? file : way;
  const text = existsSync(file) ? readFileSync(file, 'latin1') : '';
  const remedy = `run: countersign init; or add this line to it: ${manualLine(hook)}`;
  if (!callsUs(text)) {
    const lost = hook === 'pre-commit' ? 'commits go without records' : 'the record of git commit PATH is lost';
    return fault('hook', `${place} does not call Countersign: ${lost}`, remedy);
  }
  const isHusky = folder.endsWith(`${sep}.husky`);
  if (!isHusky && !isExecutable(file)) {
    return fault('hook', `${place} is not executable, so git does not run it`, `run: chmod +x ${shellWord(place)}`);
  }
  if (hasBlock(text) && withBlock(hook, text) !== text) {
    return notice('hook', `${place} holds our lines in an older form`, 'run: countersign init');
  }
  if (recordsTooEarly(hook, text)) {
    return fault('hook', `${place} records before lint-staged rewrites: what it reformats becomes unknown`, TOO_EARLY);
  }
  return ok('hook', `${place} calls Countersign`);
}

function launcherFinding(repository: Repository): Finding {
  const launcher = launcherPath(repository.commonDir);
  const remedy = 'run: countersign init; the editor’s extension writes it too';
  if ([launcher, join(launcher, '..', 'cli.cjs')].some((file) => !((statAt(file)?.size ?? 0) > 0))) {
    return fault('launcher', 'what the hooks call is not there, or empty, so they record nothing', remedy);
  }
  if (!isExecutable(launcher)) return fault('launcher', 'what the hooks call is not executable', remedy);
  return ok('launcher', 'what the hooks call is there');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
