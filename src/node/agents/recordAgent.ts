/**
 * `record --agent`: what an agent's hook says, made into claims. Nothing here may break the agent: whatever goes wrong
 * ends as a line in the hooks' log.
 */
import { resolve } from 'node:path';
import { afterEdit, beforeEdit } from './editCall';
import type { PlacedChange } from './editCall';
import { faultOf, logFault } from './faultLog';
import type { AgentName, HookEvent } from './hookEvent';
import { transcriptModel } from './model';
import type { Fields } from '../../core/text/fields';
import { parsePayload } from './payload';
import { absolutePath, placeOf, realPath, repositoryOf } from './places';
import { readEvent } from './readEvent';
import { afterShell, beforeShell } from './shellCall';
import { closeSession } from './windows';
import type { Repository } from '../repository';

export interface AgentReport {
  readonly agent: AgentName;
  /** The payload as it came on stdin. */
  readonly payload: string;
  /** Where the hook was started. */
  readonly cwd: string;
}

/** Takes note of what a hook reports. Gives the number of lines claimed; never throws. */
export async function recordAgent({ agent, payload, cwd }: AgentReport): Promise<number> {
  let repository: Repository | undefined;
  try {
    repository = repositoryOf(realPath(cwd));
    const fields = parsePayload(payload);
    if (typeof fields !== 'string') return await take(readEvent(agent, fields), fields, cwd, agent);
    if (repository !== undefined) logFault(repository.gitDir, agent, { code: 'payload-malformed', message: fields });
  } catch (error) {
    if (repository !== undefined) logFault(repository.gitDir, agent, faultOf(error));
  }
  return 0;
}

async function take(event: HookEvent, payload: Fields, cwd: string, given: AgentName): Promise<number> {
  const folder = folderOf(event, cwd);
  if (event.phase === 'end') {
    for (const each of [folder, ...event.roots]) {
      const repository = repositoryOf(realPath(resolve(folder, each)));
      if (repository !== undefined) closeSession(repository.gitDir, event.session);
    }
    return 0;
  }
  if (event.kind === 'none') return 0;
  if (event.kind === 'shell') {
    const repository = repositoryOf(realPath(folder));
    if (repository === undefined) return 0;
    return guarded(repository, given, async () => {
      if (event.phase === 'before') await beforeShell(repository, event);
      else return afterShell(repository, withModel(event, payload));
      return 0;
    });
  }
  let claimed = 0;
  for (const { repository, changes } of byRepository(event, folder)) {
    claimed += await guarded(repository, given, async () => {
      if (event.phase === 'before') beforeEdit(repository, event, changes);
      else return afterEdit(repository, withModel(event, payload), changes);
      return 0;
    });
  }
  return claimed;
}

/** One repository's trouble is not another's. */
async function guarded(repository: Repository, agent: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    logFault(repository.gitDir, agent, faultOf(error));
    return 0;
  }
}

function folderOf(event: HookEvent, cwd: string): string {
  const named = [event.cwd, ...event.roots].find((each) => each !== undefined && each !== '');
  return (named === undefined ? undefined : absolutePath(named, cwd)) ?? cwd;
}

function withModel(event: HookEvent, payload: Fields): HookEvent {
  const model = event.actor.model === undefined && event.agent === 'claude-code' ? transcriptModel(payload) : undefined;
  return model === undefined ? event : { ...event, actor: { ...event.actor, model } };
}

function byRepository(event: HookEvent, folder: string): { repository: Repository; changes: PlacedChange[] }[] {
  const found = new Map<string, { repository: Repository; changes: PlacedChange[] }>();
  for (const change of event.changes) {
    const file = absolutePath(change.path, folder);
    const place = file === undefined ? undefined : placeOf(realPath(file));
    if (place === undefined) continue;
    const { repository, path } = place;
    const entry = found.get(repository.gitDir) ?? { repository, changes: [] };
    const old = change.from === undefined ? undefined : absolutePath(change.from, folder);
    const from = old === undefined ? undefined : placeOf(realPath(old));
    const isWithin = from !== undefined && from.repository.gitDir === repository.gitDir && from.path !== path;
    const { from: _, ...rest } = change;
    const placed: PlacedChange = { ...rest, path, ...(isWithin ? { from: from.path } : {}) };
    const same = entry.changes.findIndex((each) => each.path === path);
    const both = same === -1 ? undefined : together(entry.changes[same], placed);
    if (both === undefined) entry.changes.push(placed);
    else entry.changes[same] = both;
    found.set(repository.gitDir, entry);
  }
  return [...found.values()];
}

/** Two lots of edits to one file are one. */
function together(a: PlacedChange | undefined, b: PlacedChange): PlacedChange | undefined {
  if (a?.announced.kind !== 'edits' || b.announced.kind !== 'edits') return undefined;
  return { ...a, announced: { kind: 'edits', edits: [...a.announced.edits, ...b.announced.edits] } };
}
