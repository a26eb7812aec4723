/**
 * What became of a block since somebody signed for it: the lines of then, out of the commits that the signer saw, beside those
 * of now. It is shown, and decides nothing; lines count as signed only if they give the digests of what was signed.
 */
import { CountersignError } from '../core/model/problem';
import type { ReportBlock } from '../core/model/report';
import type { VerifiedSignoff } from '../core/model/signoff';
import type { Subject, WindowMark } from '../core/model/span';
import { checkTextSubject, hashBudget, isTextAnnotations } from '../core/signing/span';
import { WHOLE_FILE_K, viewOf, windowDigest, windowSize } from '../core/signing/window';
import { diffLines } from '../core/text/diff';
import { rawLines } from '../core/text/lines';
import { nodeHash } from './hash';
import type { Reader } from './objects';
import { openReader } from './objects';
import { hunksByBlock } from './pendingBlocks';
import type { Repository } from './repository';
import type { Standpoint } from './status';

/** Bytes that may be hashed to find one signed region in the file that its signer saw. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A line of one time only: removed (`-`) or added (`+`) by the change as it was signed, or as it is now; or an object. */
export interface ChangedLine {
  readonly when: 'signed' | 'now';
  readonly side: '-' | '+' | 'object';
  /** A raw line as binary string; of an object the ids before and after, with a space between. */
  readonly text: string;
}

/** What one stale sign-off was given for, and what differs now. */
export interface SinceSigned {
  readonly id: string;
  readonly reviewer: string;
  /** The commit that the signer saw. */
  readonly head: string;
  /** Empty where only what stands around the lines changed; undefined where what was signed is not in this clone. */
  readonly lines: readonly ChangedLine[] | undefined;
}

type Line = Omit<ChangedLine, 'when'>;

/** For each of these blocks that a sign-off went stale for, by number: what changed since. */
export async function sinceSigned(
  repository: Repository,
  standpoint: Standpoint,
  blocks: readonly ReportBlock[],
): Promise<Map<number, SinceSigned[]>> {
  const { report, input } = standpoint;
  const hunks = hunksByBlock(report);
  const found = new Map<number, SinceSigned[]>();
  let reader: Reader | undefined;
  try {
    for (const block of blocks) {
      const bearings = (hunks.get(block.block) ?? []).flatMap((hunk) => hunk.signoffs);
      const stale = new Map(bearings.filter(({ code }) => code === 'stale').map((each) => [each.id, each.reviewer]));
      for (const [id, reviewer] of stale) {
        const signoff = input.signoffs.find((each) => each.id === id);
        const subject = signoff && staleSubject(standpoint, signoff, block);
        if (signoff === undefined || subject === undefined) continue;
        reader ??= await openReader(repository);
        const signed = await signedLines(reader, signoff, subject);
        const lines = signed && differing(signed, presentLines(standpoint, block));
        const { head } = signoff.statement.predicate.observed;
        found.set(block.block, [...(found.get(block.block) ?? []), { id, reviewer, head, lines }]);
      }
    }
  } finally {
    reader?.close();
  }
  return found;
}

/** Of what it signed in this file and holds no longer, the nearest to the block. */
function staleSubject({ input }: Standpoint, signoff: VerifiedSignoff, block: ReportBlock): Subject | undefined {
  const file = input.files.find(({ path }) => path === block.path);
  const own = signoff.statement.subject.filter(({ name }) => name === block.path);
  if (file === undefined) return undefined;
  const change = {
    repo: input.policy.repo,
    oldMode: file.before.mode,
    newMode: file.after.mode,
    beforeLines: rawLines(file.before.text ?? ''),
    afterLines: rawLines(file.after.text ?? ''),
    hints: [],
  };
  const distance = ({ annotations }: Subject): number => {
    if (!isTextAnnotations(annotations)) return block.object === annotations.object ? 0 : Number.MAX_VALUE;
    const { start, count } = annotations.post;
    const from = block.afterStart - 1;
    return Math.max(0, from - (start + count), start - Math.max(from, block.afterEnd));
  };
  const [nearest] = own
    .filter((subject) => !checkTextSubject(nodeHash, subject, change, hashBudget()).covered)
    .sort((a, b) => distance(a) - distance(b));
  return nearest;
}

async function signedLines(
  reader: Reader,
  signoff: VerifiedSignoff,
  subject: Subject,
): Promise<readonly Line[] | undefined> {
  const { annotations, name } = subject;
  if (!isTextAnnotations(annotations)) return [ids(annotations.oldId, annotations.newId)];
  const { base, head } = signoff.statement.predicate.observed;
  const at = async (commit: string, mark: WindowMark): Promise<readonly string[] | undefined> =>
    mark.count === 0 ? [] : regionAt(await textAt(reader, commit, name), mark, annotations.k);
  const [removed, added] = [await at(base, annotations.pre), await at(head, annotations.post)];
  return removed && added && [...sided('-', removed), ...sided('+', added)];
}

async function textAt(reader: Reader, commit: string, path: string): Promise<string> {
  const { code } = await reader.try(['cat-file', '-e', `${commit}^{commit}`]);
  if (code !== 0) return '';
  const name = `${commit}:${path}`;
  try {
    return (await reader.blobs([name])).get(name) ?? '';
  } catch (error) {
    // A partial clone: what is not here is not fetched, only to be shown.
    if (error instanceof CountersignError && error.problem.code === 'missing-objects') return '';
    throw error;
  }
}

/** The signed region's lines, told by the digest of its window. */
function regionAt(text: string, mark: WindowMark, k: number): readonly string[] | undefined {
  const view = viewOf(rawLines(text));
  const last = view.lines.length - mark.count;
  const stands = (start: number): boolean => windowDigest(nodeHash, view, start, mark.count, k) === mark.window;
  const region = (start: number): readonly string[] => view.lines.slice(start, start + mark.count);
  if (mark.start <= last && stands(mark.start)) return region(mark.start);
  if (k === WHOLE_FILE_K) return undefined;
  let left = MOST_BYTES;
  for (let start = 0; start <= last && left > 0; start++) {
    left -= windowSize(view, start, mark.count, k);
    if (stands(start)) return region(start);
  }
  return undefined;
}

function presentLines({ input }: Standpoint, block: ReportBlock): readonly Line[] {
  const file = input.files.find(({ path }) => path === block.path);
  if (file === undefined) return [];
  if (block.object !== undefined) return [ids(file.before.oid, file.after.oid)];
  const part = (text = '', start: number, end: number): string[] => rawLines(text).slice(start - 1, end);
  return [
    ...sided('-', part(file.before.text, block.beforeStart, block.beforeEnd)),
    ...sided('+', part(file.after.text, block.afterStart, block.afterEnd)),
  ];
}

function ids(before: string, after: string): Line {
  return { side: 'object', text: `${before.slice(0, 12)} ${after.slice(0, 12)}` };
}

function sided(side: Line['side'], lines: readonly string[]): Line[] {
  return lines.map((text) => ({ side, text }));
}

function differing(signed: readonly Line[], now: readonly Line[]): ChangedLine[] {
  const key = ({ side, text }: Line): string => side + text;
  return diffLines(signed.map(key), now.map(key)).flatMap(({ beforeStart, beforeCount, afterStart, afterCount }) => [
    ...signed.slice(beforeStart, beforeStart + beforeCount).map((line) => ({ ...line, when: 'signed' as const })),
    ...now.slice(afterStart, afterStart + afterCount).map((line) => ({ ...line, when: 'now' as const })),
  ]);
}
