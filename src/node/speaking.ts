/** Whether records still have something to say about what the index holds, or lacks. */
import { fileLines } from '../core/attribution/fileLines';
import type { HeldFile } from '../core/attribution/speaks';
import { speaksOf, tellsOfRemoval } from '../core/attribution/speaks';
import type { ProvenanceRecord, RecordedFile } from '../core/model/record';
import { isBinary } from '../core/text/lines';
import { mergeBase } from './changeStart';
import { nodeHash } from './hash';
import type { ObjectSession } from './objectSession';
import type { RecentCommit } from './recentCommits';
import type { Repository } from './repository';

/** Where removed lines and files may have been. */
export interface Earlier {
  /** HEAD, and the commit where the change starts; none where there is no commit. Asked for once, and only if it matters. */
  readonly revisions: () => Promise<readonly string[]>;
  /** What was committed lately: where the base is another one than git knows, HEAD and the start may both lack what it has. */
  readonly commits: readonly Pick<RecentCommit, 'entries'>[];
}

export function earlierThan(
  repository: Repository,
  head: string | undefined,
  commits: readonly RecentCommit[],
): Earlier {
  const look = async (): Promise<string[]> => (head === undefined ? [] : [head, await mergeBase(repository, head)]);
  let revisions: Promise<readonly string[]> | undefined;
  return { revisions: () => (revisions ??= look()), commits };
}

/** Tells whether a record, of these files or some of them, speaks of what the index holds, or lacks. */
export async function speaking(
  session: ObjectSession,
  files: readonly RecordedFile[],
  { revisions, commits }: Earlier,
): Promise<(record: Pick<ProvenanceRecord, 'author' | 'files'>) => boolean> {
  const staged = await heldUnder(session, new Map(files.map(({ path }) => [path, [`:${path}`]])));
  const gone = new Set(files.filter(tellsOfRemoval).map(({ path, was }) => was ?? path));
  const at = gone.size === 0 ? [] : await revisions();
  const names = new Map([...gone].map((path) => [path, at.map((revision) => `${revision}:${path}`)]));
  for (const { path, oldMode, oldId } of commits.flatMap(({ entries }) => entries)) {
    if (oldMode !== '000000') names.get(path)?.push(oldId);
  }
  const before = await heldUnder(session, names);
  return (record) =>
    speaksOf(
      record,
      (path) => staged.get(path)?.[0],
      (path) => before.get(path) ?? [],
    );
}

/** What stands under the names that are asked about for each path, where there is something. */
async function heldUnder(
  session: ObjectSession,
  names: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, HeldFile[]>> {
  const asked = [...names].flatMap(([path, of]) => [...new Set(of)].map((name) => ({ path, name })));
  const read = await session.read(asked.map(({ name }) => name));
  const held = new Map<string, HeldFile[]>();
  for (const [index, { path }] of asked.entries()) {
    const { id, bytes } = read[index] ?? {};
    if (id === undefined) continue;
    const isText = bytes !== undefined && !isBinary(bytes);
    const file = { id, ...(isText ? { text: fileLines(nodeHash, bytes) } : {}) };
    held.set(path, [...(held.get(path) ?? []), file]);
  }
  return held;
}
