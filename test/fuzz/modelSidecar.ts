/** What the product does in the model: the record of a commit, and blame. The product's own code, without git. */
import { claimedOrigin } from '../../src/core/attribution/buildHunks';
import { fileLines } from '../../src/core/attribution/fileLines';
import type { HeldFile } from '../../src/core/attribution/speaks';
import { speaksOf } from '../../src/core/attribution/speaks';
import { hashesOf, recordChange } from '../../src/core/attribution/recordFile';
import { buildHunks } from '../../src/core/attribution/buildHunks';
import { DEFAULT_THRESHOLDS } from '../../src/core/model/fold';
import type { ChangedFile } from '../../src/core/model/change';
import type { LiveFile } from '../../src/core/model/live';
import type { NamedRecord, RecordedFile } from '../../src/core/model/record';
import { contentDigest } from '../../src/core/sidecar/lineHash';
import { parseStorePath, storePath } from '../../src/core/sidecar/paths';
import { encodeRecord, parseRecord } from '../../src/core/sidecar/recordFormat';
import { splitRecord } from '../../src/core/sidecar/split';
import { cutFile } from '../../src/core/verify/blocks';
import { fileOrigins, indexClaims } from '../../src/core/verify/origins';
import { blobId } from '../../src/node/blobId';
import { nodeHash } from '../../src/node/hash';
import { liveClaims } from '../../src/node/liveClaims';
import { statesOfGone } from '../../src/node/movedLines';
import type { RawEntry } from '../../src/node/rawDiff';
import { EMPTY_BLOBS, pairRenames } from '../../src/node/rawDiff';
import type { Tree } from './merging';
import type { Blamed, Claim } from './world';

export const isOwn = (path: string): boolean => path.startsWith('.countersign/');

const NONE = '0'.repeat(40);

/** A saved state, as the journal of an editor holds it. */
export function liveState(path: string, text: string, claims: readonly (Claim | undefined)[]): LiveFile {
  const prepared = fileLines(nodeHash, text);
  const claimed = claims.flatMap((claim, line) => {
    const origin = claim === undefined ? undefined : claimedOrigin(claim.source.origin);
    return claim === undefined || origin === undefined ? [] : [{ line, source: claim.source, counts: claim.counts }];
  });
  return {
    path,
    digest: contentDigest(nodeHash, prepared.lines),
    hunks: buildHunks('added', claimed, hashesOf(prepared)),
  };
}

function rawEntries(before: Tree, after: Tree): RawEntry[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => !isOwn(path)).sort();
  return paths.flatMap((path): RawEntry[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    return [
      {
        path,
        exactPath: true,
        oldMode: old === undefined ? '000000' : '100644',
        newMode: now === undefined ? '000000' : '100644',
        oldId: old === undefined ? NONE : blobId(old),
        newId: now === undefined ? NONE : blobId(now),
      },
    ];
  });
}

/** The sidecar's new files for a commit of `after` onto its parents: what `stage` would have staged. */
export function recordsOf(
  parents: readonly Tree[],
  after: Tree,
  journal: ReadonlyMap<string, readonly LiveFile[]>,
  author: string,
  base: Tree | undefined,
): Map<string, string> {
  const [first = new Map<string, string>(), ...others] = parents;
  const staged = rawEntries(first, after);
  const gone = statesOfGone(staged, journal, ({ path }) => after.get(path));
  const files = pairRenames(staged, EMPTY_BLOBS).flatMap((entry): RecordedFile[] => {
    const { path, from } = entry;
    const text = after.get(path);
    if (text === undefined) return [];
    const renamed = from === undefined ? {} : { was: from };
    if (entry.oldId === entry.newId) return [{ path, blob: entry.newId, ...renamed, hunks: [] }];
    if (others.some((other) => other.get(path) === text)) return [];
    const versions = [first, ...others].map((tree) => fileLines(nodeHash, tree.get(path) ?? ''));
    const states = journal.get(path) ?? gone.get(path);
    const start = base === undefined ? undefined : fileLines(nodeHash, base.get(from ?? path) ?? '');
    const claims = liveClaims(states, text, author);
    const change = recordChange(path, versions, fileLines(nodeHash, text), claims, start);
    return change.hunks.length === 0 ? [] : [{ path, blob: entry.newId, ...renamed, hunks: change.hunks }];
  });
  const found = new Map<string, string>();
  if (files.length === 0) return found;
  const recorder = { id: 'fuzz', version: '1' };
  for (const part of splitRecord({ repo: 'r', author, recorder, base: null, files })) {
    const bytes = encodeRecord(part);
    const path = storePath('provenance', nodeHash.sha256(bytes));
    const read = parseRecord(bytes, path);
    if (!read.ok || encodeRecord(read.value) !== bytes)
      throw new Error('A record that does not read as it was written');
    found.set(path, bytes);
  }
  return found;
}

/** Of the records that a revert takes away those that still speak of a line: what `stage` puts back. */
export function standingIn(before: Tree, after: Tree): Map<string, string> {
  const filesIn = (tree: Tree, path: string): HeldFile[] => {
    const text = tree.get(path);
    return text === undefined ? [] : [{ id: '', text: fileLines(nodeHash, text) }];
  };
  const gone = [...before].filter(([path]) => path.endsWith('.prov') && !after.has(path));
  return new Map(
    gone.filter(([path, bytes]) => {
      const read = parseRecord(bytes, path);
      if (!read.ok) return false;
      return speaksOf(
        read.value,
        (path) => filesIn(after, path)[0],
        (path) => filesIn(before, path),
      );
    }),
  );
}

const parsed = new Map<string, NamedRecord>();

/** The origins of every line of a tree, by the records in it. */
export function blameTree(tree: Tree): Blamed[] {
  const records: NamedRecord[] = [];
  for (const [path, bytes] of tree) {
    const id = parseStorePath(path)?.digest;
    if (id === undefined) continue;
    let named = parsed.get(id);
    if (named === undefined) {
      const read = parseRecord(bytes, path);
      if (!read.ok) throw new Error('A record that does not parse');
      if (parsed.size > 5000) parsed.clear();
      parsed.set(id, (named = { id, record: read.value }));
    }
    records.push(named);
  }
  const files = [...tree].flatMap(([path, text]): ChangedFile[] => {
    if (isOwn(path)) return [];
    const after = { mode: '100644', oid: blobId(text), text } as const;
    return [{ path, before: { mode: '000000', oid: '' }, after }];
  });
  const index = indexClaims(nodeHash, records, files);
  return files.map((file): Blamed => {
    const { path } = file;
    const text = file.after.text ?? '';
    const { added } = fileOrigins(nodeHash, index, cutFile(file, false), DEFAULT_THRESHOLDS);
    const count = fileLines(nodeHash, text).lines.length;
    return { path, text, origins: Array.from({ length: count }, (_, line) => added[line]?.origin ?? 'unknown') };
  });
}
