/** A repository whose commits go through the installed hooks, as a user's do, and whose lines tell whose they are. */
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../../src/core/model/origin';
import { blameFile } from '../../../src/node/blame';
import { installHooks } from '../../../src/node/hooks';
import { writeLauncher } from '../../../src/node/launcher';
import type { Person } from '../../support/repository';
import { AI, HUMAN, PASTE, TestRepository, person } from '../../support/repository';
import { bundle } from '../cli/harness';

export const ana = person('ana');
export const bo = person('bo');

const SOURCES: Readonly<Record<string, Source>> = { A: AI, H: HUMAN, P: PASTE };
const LETTERS: Readonly<Record<string, string>> = {
  ai: 'A',
  human: 'H',
  paste: 'P',
  unknown: '-',
  tool: 'T',
  mixed: 'M',
};

/** A text of one line per word, each unlike the others. */
export function text(...words: readonly string[]): string {
  return words.map((word) => `export const ${word} = compute('${word}', ${word.length});\n`).join('');
}

/** The base that every repository here begins with. */
export const BASE = ['alpha', 'beta', 'gamma'] as const;

let template: string | undefined;

/** On the branch `feature`, with `a.js` of three lines on `main`. */
export async function hooked(who: Person = bo): Promise<TestRepository> {
  if (template === undefined) {
    const repo = new TestRepository()
      .as(ana)
      .adopt([ana])
      .write('a.js', text(...BASE));
    repo.commit('Start');
    await hookUp(repo);
    template = repo.top;
  }
  const repo = TestRepository.copyOf(template).as(who);
  repo.git('switch', '-q', '-c', 'feature');
  return repo;
}

export async function hookUp(repo: TestRepository): Promise<void> {
  const { commonDir } = await repo.open();
  writeLauncher(commonDir, { runtime: process.execPath, cliSource: bundle() });
  await installHooks(await repo.open());
}

/** Saves a file of such lines; a letter per line says whose it is: A, H, P, or `-` for what nobody is on record for. */
export function save(
  repo: TestRepository,
  path: string,
  words: readonly string[],
  by: string,
): Promise<TestRepository> {
  return repo.save(
    path,
    text(...words),
    by.split('').map((letter) => SOURCES[letter]),
  );
}

/** A letter for each line of a committed file. */
export async function origins(repo: TestRepository, path = 'a.js', revision = 'HEAD'): Promise<string> {
  const { lines } = await blameFile(await repo.open(), repo.top, path, revision);
  return lines.map(({ origin }) => LETTERS[origin] ?? '!').join('');
}

/** Records that a revision holds. */
export function records(repo: TestRepository, revision = 'HEAD'): string[] {
  const listed = repo.git('ls-tree', '-r', '--name-only', revision, '.countersign/v1/provenance');
  return listed.split('\n').filter((path) => path.endsWith('.prov'));
}

/** Runs git with answers on its stdin. */
export function gitWith(repo: TestRepository, input: string, ...args: readonly string[]): void {
  execFileSync('git', [...args], { cwd: repo.top, input, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Runs git with an editor of its todo list: a `sed` script. */
export function rebaseWith(repo: TestRepository, sed: string, ...args: readonly string[]): void {
  const script = join(repo.top, '.git', 'todo.sh');
  writeFileSync(script, `#!/bin/sh\nsed -i '${sed}' "$1"\n`);
  chmodSync(script, 0o755);
  repo.git('-c', `sequence.editor=${script}`, '-c', 'core.editor=true', 'rebase', '-q', '-i', ...args);
}

/** Commits a new file of a line of its own, which a person wrote. */
export async function commitBeside(repo: TestRepository, name: string): Promise<void> {
  await save(repo, name, [`beside${name[0] ?? ''}`], 'H');
  repo.git('add', name);
  repo.git('commit', '-q', '-m', name);
}
