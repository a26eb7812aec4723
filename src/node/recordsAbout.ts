/**
 * The records that are about some paths, in the work tree or at a commit, found through the index. The index only says
 * where to look: a record speaks when its file stands there now, and its bytes are what its name says.
 */
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import type { Problem } from '../core/model/problem';
import type { NamedRecord } from '../core/model/record';
import { MAX_FILE_BYTES } from '../core/sidecar/limits';
import { STORES, parseStorePath, storePath } from '../core/sidecar/paths';
import { recordPaths } from '../core/sidecar/recordPaths';
import { readBlobs } from './blobs';
import { entryAt } from './entryAt';
import { nodeHash } from './hash';
import type { ObjectSession } from './objectSession';
import { readRecord } from './readRecord';
import type { IndexContent, OpenIndex } from './recordIndex';
import { emptyIndex, openIndex, writeIndex } from './recordIndex';
import type { Repository } from './repository';
import { tryInRepository } from './repository';
import type { TreeEntry } from './treeEntries';
import { treeEntries, treeLines } from './treeEntries';
import { underWay } from './underWay';

const FOLDER = STORES.provenance.folder;
/** New records, and new contents of shards, with which an index is left as it is: they are cheap to look at again. */
const FEW_RECORDS = 64;
const FEW_SHARDS = 16;
/** Milliseconds by which a folder must be older than the look at it: a file may still come within one tick of its clock. */
const SETTLED = 2000;
/** Records read from git at once, names that one file may have had, malformed records that are told. */
const PORTION = 1000;
const MOST_NAMES = 100;
const MOST_TOLD = 100;
/** Each of them is bounded by what a session reads. */
const TREES_AT_ONCE = 16;

export interface FoundRecords {
  readonly records: readonly NamedRecord[];
  /** Records that can't be read. */
  readonly problems: readonly Problem[];
}

/** Where records are looked for: at a commit, or in the work tree on top of HEAD. */
export interface RecordsPlace {
  /** A commit, or HEAD, which need not be there. */
  readonly commit: string;
  readonly workTree: boolean;
}

/** Finds the records about these paths, and about what records say that they were called before. */
export async function recordsAbout(
  repository: Repository,
  session: ObjectSession,
  place: RecordsPlace,
  paths: Promise<readonly string[]>,
): Promise<FoundRecords> {
  const index = openIndex(repository.gitDir);
  try {
    return await find({ repository, session, ...place }, paths, index);
  } catch (error) {
    if (!(error instanceof DamagedIndex)) throw error;
    return await find({ repository, session, ...place }, paths, undefined);
  } finally {
    index?.close();
  }
}

/** Where is looked, and who is asked. */
interface Search extends RecordsPlace {
  readonly repository: Repository;
  readonly session: ObjectSession;
}

class DamagedIndex extends Error {}

function whole<T>(value: T | undefined): T {
  if (value === undefined) throw new DamagedIndex();
  return value;
}

async function find(
  search: Search,
  paths: Promise<readonly string[]>,
  index: OpenIndex | undefined,
): Promise<FoundRecords> {
  const news = await lookAround(search, index);
  keep(search.repository, index, news);
  const malformed = new Set([...(index?.malformed ?? []), ...news.malformed]);
  const read = new Map<string, NamedRecord>();
  const problems = await readAll(search, [...malformed].slice(0, MOST_TOLD), read);
  const names = new Set(await paths);
  const asked = new Set<string>();
  for (const name of names) {
    if (asked.size > MOST_NAMES) break;
    asked.add(name);
    const known = index === undefined ? [] : whole(index.about(name));
    const digests = [...new Set([...known, ...(news.paths.get(name) ?? [])])].filter((digest) => !read.has(digest));
    problems.push(...(await readAll(search, digests, read)));
    for (const { record } of read.values()) {
      for (const { path, was } of record.files) if (was !== undefined && names.has(path)) names.add(was);
    }
  }
  return { records: [...read.values()], problems };
}

/** What stands there and the index does not know of. */
async function lookAround(search: Search, index: OpenIndex | undefined): Promise<IndexContent> {
  const news = emptyIndex();
  const known = new Map<string, ReadonlySet<string>>();
  const isNew = (digest: string): boolean => {
    const shard = digest.slice(0, 2);
    let digests = known.get(shard);
    if (digests === undefined) {
      digests = index === undefined ? new Set() : whole(index.digests(shard));
      known.set(shard, digests);
    }
    return !digests.has(digest) && news.digests.get(shard)?.has(digest) !== true;
  };
  const trees = underWay(lookIntoTrees(search, index, news, isNew));
  if (search.workTree) lookIntoFolders(search.repository, index, news, isNew);
  await trees;
  return news;
}

function lookIntoFolders(
  repository: Repository,
  index: OpenIndex | undefined,
  news: IndexContent,
  isNew: (digest: string) => boolean,
): void {
  // Joined by hand, here and below: there are hundreds of folders, and `join` looks at every character.
  const top = `${repository.top}/${FOLDER}`;
  const now = Date.now();
  for (const shard of namesIn(top)) {
    const folder = `${top}/${shard}`;
    const stat = /^[0-9a-f]{2}$/.test(shard) ? lstatSync(folder, { bigint: true, throwIfNoEntry: false }) : undefined;
    if (stat?.isDirectory() !== true) continue;
    const mark = `${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
    if (index?.folders.get(shard) === mark) continue;
    for (const name of namesIn(folder)) {
      const digest = parseStorePath(`${FOLDER}/${shard}/${name}`)?.digest;
      if (digest === undefined || !isNew(digest)) continue;
      const bytes = readHere(repository, digest);
      if (bytes !== undefined) note(news, digest, bytes);
    }
    const changed = Number((stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs) / 1_000_000n);
    if (changed < now - SETTLED) news.folders.set(shard, mark);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A record's bytes in the work tree; undefined when there is no regular file of a fitting size. */
function readHere(repository: Repository, digest: string): string | undefined {
  const file = `${repository.top}/${storePath('provenance', digest)}`;
  const stat = entryAt(file);
  return stat?.isFile() === true && stat.size <= MAX_FILE_BYTES ? readFileSync(file, 'latin1') : undefined;
}

async function lookIntoTrees(
  search: Search,
  index: OpenIndex | undefined,
  news: IndexContent,
  isNew: (digest: string) => boolean,
): Promise<void> {
  const [top = []] = await listTrees(search, [`${search.commit}:${FOLDER}`]);
  const open = top.filter(({ type, id, name }) => type === 'tree' && !knownTrees(index, name).includes(id));
  const fresh: { id: string; digest: string }[] = [];
  for (let at = 0; at < open.length; at += TREES_AT_ONCE) {
    const portion = open.slice(at, at + TREES_AT_ONCE);
    const listed = await listTrees(
      search,
      portion.map(({ id }) => id),
    );
    for (const [place, { name: shard }] of portion.entries()) {
      for (const { type, id, name } of listed[place] ?? []) {
        const digest = type === 'blob' ? parseStorePath(`${FOLDER}/${shard}/${name}`)?.digest : undefined;
        if (digest !== undefined && isNew(digest)) fresh.push({ id, digest });
      }
    }
  }
  for (let at = 0; at < fresh.length; at += PORTION) {
    const portion = fresh.slice(at, at + PORTION);
    const found = await search.session.read(portion.map(({ id }) => id));
    for (const [place, { digest }] of portion.entries()) note(news, digest, found[place]?.bytes ?? '');
  }
  for (const { id, name } of open) news.trees.set(name.slice(-2), [id]);
}

function knownTrees(index: OpenIndex | undefined, shard: string): readonly string[] {
  return index?.trees.get(shard.slice(-2)) ?? [];
}

/** What stands directly in each of these trees; nothing where there is none. */
async function listTrees({ repository, session }: Search, names: readonly string[]): Promise<TreeEntry[][]> {
  const lists: TreeEntry[][] = [];
  for (const found of await session.read(names)) {
    if (found?.type !== 'tree') lists.push([]);
    else if (found.bytes !== undefined) lists.push(treeEntries(found.bytes, found.id.length / 2));
    // More than a session reads at once.
    else lists.push(treeLines((await tryInRepository(repository, ['ls-tree', '-z', found.id])).stdout));
  }
  return lists;
}

function note(news: IndexContent, digest: string, bytes: string): void {
  setAt(news.digests, digest.slice(0, 2)).add(digest);
  const paths = nodeHash.sha256(bytes) === digest ? recordPaths(bytes) : undefined;
  // Looked at again each time: it may be put right under the same name.
  if (paths === undefined) news.malformed.add(digest);
  for (const path of paths ?? []) setAt(news.paths, path).add(digest);
}

function setAt(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key);
  if (set === undefined) map.set(key, (set = new Set()));
  return set;
}

/** Puts what is new into the index, once there is enough of it. */
function keep(repository: Repository, index: OpenIndex | undefined, news: IndexContent): void {
  const records = [...news.digests.values()].reduce((sum, each) => sum + each.size, 0);
  const shards = Math.max(news.trees.size, news.folders.size);
  if (records <= FEW_RECORDS && shards <= FEW_SHARDS && (index !== undefined || records === 0)) return;
  const all = index === undefined ? emptyIndex() : whole(index.content());
  for (const [shard, each] of news.digests) for (const digest of each) setAt(all.digests, shard).add(digest);
  for (const [path, each] of news.paths) for (const digest of each) setAt(all.paths, path).add(digest);
  for (const [shard, ids] of news.trees) all.trees.set(shard, [...(all.trees.get(shard) ?? []), ...ids]);
  for (const [shard, mark] of news.folders) all.folders.set(shard, mark);
  for (const digest of news.malformed) all.malformed.add(digest);
  writeIndex(repository.gitDir, all);
}

/** Reads records that may stand there; those that do and are whole go into `read`, problems come back. */
async function readAll(
  { repository, session, commit, workTree }: Search,
  digests: readonly string[],
  read: Map<string, NamedRecord>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  const take = (digest: string, bytes: string): void => {
    const result = readRecord(storePath('provenance', digest), bytes);
    if (result.ok) read.set(digest, result.value);
    else problems.push(...result.problems);
  };
  const elsewhere: string[] = [];
  for (const digest of digests) {
    const bytes = workTree ? readHere(repository, digest) : undefined;
    if (bytes === undefined) elsewhere.push(digest);
    else take(digest, bytes);
  }
  // What is staged speaks in the work tree, checked out or not.
  const tree = workTree ? ':0' : commit;
  for (let at = 0; at < elsewhere.length; at += PORTION) {
    const portion = elsewhere.slice(at, at + PORTION);
    const names = portion.map((digest) => `${tree}:${storePath('provenance', digest)}`);
    const found = await session.read(names);
    for (const [index, digest] of portion.entries()) {
      const name = names[index] ?? '';
      const stored = found[index];
      if (stored?.type !== 'blob') continue;
      // One that is larger than a session reads is told of as what it is.
      const bytes = stored.bytes ?? (await readBlobs(repository, [name])).get(name);
      if (bytes !== undefined) take(digest, bytes);
    }
  }
  return problems;
}
