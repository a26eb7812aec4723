/**
 * What became of a block since somebody signed for it: the lines of then, out of the commits that the signer saw, beside those
 * of now. It is shown, and decides nothing; lines count as signed only if they give the digests of what was signed.
 */
import type { ChangedFile } from '../core/model/change';
import { CountersignError } from '../core/model/problem';
import type { ReportBlock } from '../core/model/report';
import type { ChangedLine, SinceSigned } from '../core/model/since';
import type { Subject, WindowMark } from '../core/model/span';
import { checkTextSubject, hashBudget, isTextAnnotations } from '../core/signing/span';
import { viewOf, windowDigest, windowSize } from '../core/signing/window';
import { diffLines } from '../core/text/diff';
import { rawLines } from '../core/text/lines';
import { nodeHash } from './hash';
import type { Reader } from './objects';
import { openReader } from './objects';
import type { Repository } from './repository';
import type { Standpoint } from './status';

/** Bytes that may be hashed to find one signed region in the file that its signer saw. */
const MOST_BYTES = 16 * 1024 * 1024;

type Lines = readonly string[];
/** Raw lines of a file at a commit; none where it is not in this clone. */
type Read = (commit: string, path: string) => Promise<Lines>;

/** For each of these blocks that a sign-off went stale for, by number: what changed since. */
export async function sinceSigned(
  repository: Repository,
  { report, input }: Standpoint,
  blocks: readonly ReportBlock[],
): Promise<Map<number, SinceSigned[]>> {
  const found = new Map<number, SinceSigned[]>();
  const texts = new Map<string, Lines>();
  let reader: Reader | undefined;
  const read: Read = async (commit, path) => {
    const name = `${commit}:${path}`;
    const lines = texts.get(name) ?? (await linesAt((reader ??= await openReader(repository)), name));
    texts.set(name, lines);
    return lines;
  };
  try {
    for (const hunk of report.hunks) {
      for (const { id, reviewer, code } of hunk.signoffs) {
        const told = found.get(hunk.block) ?? [];
        if (code !== 'stale' || told.some((each) => each.id === id)) continue;
        const block = blocks.find((each) => each.block === hunk.block);
        const file = input.files.find(({ path }) => path === hunk.path);
        const statement = input.signoffs.find((each) => each.id === id)?.statement;
        if (block === undefined || file === undefined || statement === undefined) continue;
        const subject = staleSubject(input.policy.repo, statement.subject, file, block);
        if (subject === undefined) continue;
        const { base, head } = statement.predicate.observed;
        const signed = await signedLines(read, subject, base, head);
        found.set(hunk.block, [
          ...told,
          { id, reviewer, head, lines: signed && differing(signed, presentLines(file, block)) },
        ]);
      }
    }
  } finally {
    reader?.close();
  }
  return found;
}

async function linesAt(reader: Reader, name: string): Promise<Lines> {
  try {
    return rawLines((await reader.blobs([name])).get(name) ?? '');
  } catch (error) {
    // Nothing is fetched only to be shown.
    if (error instanceof CountersignError) return [];
    throw error;
  }
}

/** Of what was signed in this file and holds no longer, the nearest to the block. */
function staleSubject(
  repo: string,
  subjects: readonly Subject[],
  { path, before, after }: ChangedFile,
  block: ReportBlock,
): Subject | undefined {
  const change = {
    repo,
    oldMode: before.mode,
    newMode: after.mode,
    beforeLines: rawLines(before.text ?? ''),
    afterLines: rawLines(after.text ?? ''),
    hints: [],
  };
  const distance = ({ annotations }: Subject): number =>
    isTextAnnotations(annotations)
      ? Math.abs(annotations.post.start + 1 - block.afterStart)
      : Number(annotations.object !== block.object);
  const [nearest] = subjects
    .filter((each) => each.name === path && !checkTextSubject(nodeHash, each, change, hashBudget()).covered)
    .sort((a, b) => distance(a) - distance(b));
  return nearest;
}

async function signedLines(
  read: Read,
  { annotations, name }: Subject,
  base: string,
  head: string,
): Promise<Lines | undefined> {
  if (!isTextAnnotations(annotations)) return ids(annotations.oldId, annotations.newId);
  const { k, pre, post } = annotations;
  const removed = regionAt(await read(base, name), pre, k);
  const added = regionAt(await read(head, name), post, k);
  return removed && added && bothSides(removed, added);
}

/** The signed region's lines, told by the digest of its window: at its place, else anywhere. */
function regionAt(lines: Lines, { start, count, window }: WindowMark, k: number): Lines | undefined {
  if (count === 0) return [];
  const view = viewOf(lines);
  let left = MOST_BYTES;
  for (let at = -1; at <= lines.length - count && left > 0; at++) {
    const first = at < 0 ? Math.min(start, lines.length) : at;
    left -= windowSize(view, first, count, k);
    if (windowDigest(nodeHash, view, first, count, k) === window) return lines.slice(first, first + count);
  }
  return undefined;
}

function presentLines({ before, after }: ChangedFile, block: ReportBlock): Lines {
  if (block.object !== undefined) return ids(before.oid, after.oid);
  const part = (text = '', start: number, end: number): Lines => rawLines(text).slice(start - 1, end);
  return bothSides(
    part(before.text, block.beforeStart, block.beforeEnd),
    part(after.text, block.afterStart, block.afterEnd),
  );
}

function ids(before: string, after: string): Lines {
  return [`${before.slice(0, 12)} -> ${after.slice(0, 12)}\n`];
}

function bothSides(removed: Lines, added: Lines): Lines {
  return [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
}

function differing(signed: Lines, now: Lines): ChangedLine[] {
  return diffLines(signed, now).flatMap(({ beforeStart, beforeCount, afterStart, afterCount }) => [
    ...signed.slice(beforeStart, beforeStart + beforeCount).map((text) => ({ when: 'signed' as const, text })),
    ...now.slice(afterStart, afterStart + afterCount).map((text) => ({ when: 'now' as const, text })),
  ]);
}
