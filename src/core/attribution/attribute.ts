/**
 * Attribution (design §3): which claim speaks for each line of a text. The claims come from records and from the journal;
 * the text may be the recorded one, then they apply line by line, or a later one, then they are carried. Where claims
 * disagree the stronger stands. What no claim explains stays undefined, which reads as `unknown`.
 */
import type { FoldThresholds } from '../model/fold';
import { DEFAULT_THRESHOLDS, foldOrigin } from '../model/fold';
import type { Actor, ClaimedOrigin, Counts, Evidence, Origin, Stated, Via } from '../model/origin';
import { originRank, weakerEvidence } from '../model/origin';
import type { LineHash, RecordedHunk } from '../model/record';
import type { WorkBudget } from './carry';
import { carryHunk, isWeak } from './carry';
import type { FileLines } from './fileLines';
import { indentationIsSyntax } from './indentation';
import { surplusLines } from './surplus';

/** The claims of one record, or of one saved state in the journal, about one file. */
export interface FileClaims {
  /** Id of the record; empty for a saved state. */
  readonly record: string;
  readonly author: string;
  /** True when the text is exactly what was recorded: hunks then apply at their own place and nowhere else. */
  readonly sameContent: boolean;
  /** Id of the content that was recorded: claims about one content count together. Without it those of the record do. */
  readonly content?: string | null;
  readonly hunks: readonly RecordedHunk[];
  /** Nobody who counts has signed the record: what it says makes no line weaker than `unknown`. */
  readonly unsigned?: true;
  /** Which lines may be copies: of those a claim that is weaker than `unknown` speaks only beside another one. */
  readonly isCopy?: (line: number) => boolean;
}

/** What a claim says about one line. */
export interface LineClaim {
  readonly origin: Origin;
  readonly via: Via;
  readonly evidence: Evidence;
  readonly actor?: Actor;
  /** Where the author says that it is from. */
  readonly from?: Stated;
  /** For a removed line: whose it was. */
  readonly whose?: ClaimedOrigin;
  readonly counts: Counts;
  readonly author: string;
  /** Authors of further claims about the same line, whichever claim stands: they took part in it too. */
  readonly others?: readonly string[];
  readonly record: string;
  /** The claim stands in a record that nobody who counts has signed; a weak one then reads `unknown`. */
  readonly unsigned?: true;
  /** It followed the line from another path: no record is about this one. */
  readonly copied?: true;
}

/** Line comparisons per file before attribution gives up on the rest. */
export const MAX_WORK = 1_000_000;

/**
 * The claim of each line of `text`, for claims of one side. `path` decides whether indentation is syntax.
 * Removed hunks are matched against the text before the change, added ones against the text after it. `mayStand` says of
 * which lines all claims are there: of others none that is weaker than `unknown` stands.
 */
export function attribute(
  text: FileLines,
  path: string,
  side: 'added' | 'removed',
  claims: readonly FileClaims[],
  thresholds: FoldThresholds = DEFAULT_THRESHOLDS,
  mayStand: (line: number) => boolean = () => true,
): (LineClaim | undefined)[] {
  const exact = noClaims(text);
  const loose = noClaims(text);
  const doubted = noClaims(text);
  const copied = noClaims(text);
  const budget: WorkBudget = { left: MAX_WORK };
  const contents = new Map<string, { readonly lines: number[]; isExact: boolean }>();
  for (const { record, author, sameContent, content, hunks, unsigned, isCopy } of claims) {
    const taken = new Set<number>();
    const reached = contents.get(content ?? record) ?? { lines: [], isExact: false };
    contents.set(content ?? record, reached);
    reached.isExact ||= sameContent;
    for (const hunk of hunks) {
      if (hunk.side !== side) continue;
      const matches = sameContent ? inPlace(hunk, text) : carryHunk(hunk, text, budget, taken);
      for (const match of matches) {
        const claim = claimOf(hunk, match.index, record, author, thresholds);
        if (claim === undefined) continue;
        const told = unsigned === true ? unsignedClaim(claim) : claim;
        const isDoubted = unsigned === true && isWeak(claim.origin);
        const isCopied = isWeak(told.origin) && isCopy?.(match.line) === true;
        const list = isDoubted ? doubted : isCopied ? copied : match.exact ? exact : loose;
        const seen = isCopied && !match.exact ? whiteSpaceChanged(told) : told;
        if (isWeak(told.origin) && !isCopied) reached.lines.push(match.line);
        list[match.line] = stronger(list[match.line], seen);
      }
    }
  }
  const meaningfulIndent = indentationIsSyntax(path);
  const exhausted = budget.left <= 0;
  let strong: ReadonlySet<LineHash> | undefined;
  /** Its white space is what something stronger is on record for elsewhere in the text: it may be a copy of that. */
  const isLikeStronger = (line: number): boolean =>
    exact[line] === undefined && (strong ??= strongLines(text, exact)).has(text.exactAt(line));
  const known = exact.map((recorded, line) => {
    const settled = settle(recorded, loose[line], meaningfulIndent, text.lines[line]);
    const copy = copied[line];
    const claim = settled && copy ? stronger(settled, copy) : settled;
    // A stronger claim may be among what was not reached: then nothing weaker than unknown can be trusted.
    const isDropped =
      claim !== undefined && isWeak(claim.origin) && (exhausted || !mayStand(line) || isLikeStronger(line));
    return isDropped ? undefined : claim;
  });
  const stands = (line: number): boolean => isWeak(known[line]?.origin ?? 'unknown');
  // Of removed lines a record names no others that read alike.
  const surplus = side === 'removed' ? NONE : surplusLines(text, [...contents.values()], stands);
  return known.map((claim, line) => besides(surplus.has(line) ? undefined : claim, doubted[line]));
}

const NONE: ReadonlySet<number> = new Set();

/**
 * What an unsigned record says of a line: a weak origin is not believed, nor which tool it was, since a rule may ask less of
 * one. Who is named for it stays named.
 */
function unsignedClaim(claim: LineClaim): LineClaim {
  const { actor: _, ...told } = claim;
  if (!isWeak(claim.origin)) return { ...told, unsigned: true };
  const { author, record } = claim;
  return { origin: 'unknown', via: 'other', evidence: 'none', counts: {}, author, record, unsigned: true };
}

/** A doubted claim decides nothing where another stands. Its author took part all the same, or says so. */
function besides(claim: LineClaim | undefined, doubted: LineClaim | undefined): LineClaim | undefined {
  if (claim === undefined || doubted === undefined) return claim ?? doubted;
  const others = new Set([...(claim.others ?? []), doubted.author, ...(doubted.others ?? [])]);
  others.delete(claim.author);
  return others.size === 0 ? claim : { ...claim, others: [...others].sort() };
}

/**
 * A claim about the line as it stands, and one about the same line with other white space. With the first somebody is on
 * record for the white space, so the second keeps its word; without it nobody is.
 */
function settle(
  exact: LineClaim | undefined,
  loose: LineClaim | undefined,
  meaningfulIndent: boolean,
  content: string | undefined,
): LineClaim | undefined {
  if (loose === undefined) return exact;
  return exact === undefined ? whiteSpaceChanged(loose, meaningfulIndent, content) : stronger(exact, loose);
}

/** Lines as they stand that a claim which is not weak is about. */
function strongLines(text: FileLines, exact: readonly (LineClaim | undefined)[]): Set<LineHash> {
  return new Set(
    exact.flatMap((claim, line) => (claim === undefined || isWeak(claim.origin) ? [] : text.exactAt(line))),
  );
}

function noClaims({ lines }: FileLines): (LineClaim | undefined)[] {
  return lines.map(() => undefined);
}

function inPlace(hunk: RecordedHunk, text: FileLines): { line: number; index: number; exact: boolean }[] {
  const places: { line: number; index: number; exact: boolean }[] = [];
  for (const [index, recorded] of hunk.lines.entries()) {
    const line = hunk.start + index;
    if (recorded.exact === text.exactAt(line)) places.push({ line, index, exact: true });
  }
  return places;
}

/**
 * A recorded line's claim. Its counts are folded with the reader's thresholds, but never to something weaker than what
 * the record itself says: counts and label that contradict each other are settled by the ratchet.
 */
function claimOf(
  hunk: RecordedHunk,
  index: number,
  record: string,
  author: string,
  thresholds: FoldThresholds,
): LineClaim | undefined {
  const recorded = hunk.lines[index];
  if (recorded === undefined) return undefined;
  const folded = foldOrigin(recorded.counts, thresholds);
  const bothPersonal = isPersonal(folded) && isPersonal(hunk.origin);
  const origin = bothPersonal || originRank(folded) < originRank(hunk.origin) ? folded : hunk.origin;
  const { via, evidence, actor, from, whose } = hunk;
  // Field by field: there is one of these for each line of a change, and to spread objects takes several times as long.
  const claim: Unfinished<LineClaim> = { origin, via, evidence, counts: recorded.counts, author, record };
  if (actor !== undefined) claim.actor = actor;
  if (from !== undefined) claim.from = from;
  if (whose !== undefined) claim.whose = whose;
  return claim;
}

type Unfinished<T> = { -readonly [K in keyof T]: T[K] };

/** `paste` and `human` change places by the reader's thresholds alone. */
function isPersonal(origin: Origin): boolean {
  return origin === 'paste' || origin === 'human';
}

/** White space differs and nobody is on record for it. */
function whiteSpaceChanged(claim: LineClaim, meaningfulIndent = false, content = ''): LineClaim {
  const evidence = weakerEvidence(claim.evidence, 'inferred');
  const trusted = claim.origin === 'human' || claim.origin === 'tool';
  // Languages end a line at a CR too: what stood in a comment may be code after it.
  const isBroken = isWeak(claim.origin) && /\r[^\r]/.test(content);
  const origin = isBroken || (meaningfulIndent && trusted) ? 'unknown' : claim.origin;
  return { ...claim, origin, evidence };
}

/**
 * The ratchet: the stronger origin stands; at equal strength what is signed, then the claim that is known less well, then
 * the first. What is not signed never changes how well a line is known that something signed is about: rules may ask for that.
 */
function stronger(a: LineClaim | undefined, b: LineClaim): LineClaim {
  if (a === undefined) return b;
  const ranks = originRank(a.origin) - originRank(b.origin);
  const isLessKnown = weakerEvidence(a.evidence, b.evidence) === a.evidence;
  const first = ranks === 0 ? (a.unsigned === b.unsigned ? isLessKnown : b.unsigned === true) : ranks < 0;
  const [stands, other] = first ? [a, b] : [b, a];
  const others = new Set([...(stands.others ?? []), other.author, ...(other.others ?? [])]);
  others.delete(stands.author);
  // Details that only the other claim knows are not lost with it.
  const from = stands.from ?? (other.origin === stands.origin ? other.from : undefined);
  const whose = stands.whose ?? other.whose;
  const evidence = stands.unsigned === true && other.unsigned !== true ? other.evidence : stands.evidence;
  return {
    ...stands,
    evidence,
    ...(from === undefined ? {} : { from }),
    ...(whose === undefined ? {} : { whose }),
    ...(others.size === 0 ? {} : { others: [...others].sort() }),
  };
}
