/**
 * The editor that a person of the fuzzer works in: it sees every edit that is made in it and claims lines rightly. What
 * git or somebody unseen put on disk it takes up without a claim, unless it has made that very line before.
 */
import type { Counts, Source } from '../../src/core/model/origin';
import type { Oracle, Truth } from './oracle';
import { linesOf, markOf, placesOf } from './oracle';
import type { Claim, Clone } from './world';

export interface DocumentLine {
  readonly text: string;
  readonly claim?: Claim;
  /** What it may truly be: one answer, or several where even the oracle can't tell. */
  readonly truth: readonly Truth[];
}

const key = ({ text, above, below }: { text: string; above: string; below: string }): string =>
  `${above}|${below}|${text}`;

export class Editor {
  /** Claims of lines that were made here, by place and by text. Undefined: two lines alike, or nobody's. */
  private readonly byPlace = new Map<string, Claim | undefined>();
  private readonly byText = new Map<string, Claim | undefined>();

  private readonly clone: Clone;
  private readonly oracle: Oracle;

  constructor(clone: Clone, oracle: Oracle) {
    this.clone = clone;
    this.oracle = oracle;
  }

  /** The text on disk, with the claims of the lines that were made here. */
  open(path: string): DocumentLine[] {
    return this.take(linesOf(this.clone.read(path)));
  }

  take(lines: readonly string[]): DocumentLine[] {
    const times = new Map<string, number>();
    for (const line of lines) times.set(line, (times.get(line) ?? 0) + 1);
    const expected = this.oracle.expected(lines);
    return placesOf(lines).map((place, index) => {
      const { text } = place;
      const truth = [...(expected[index] ?? [])];
      const unique = markOf(text) !== undefined && times.get(text) === 1;
      const at = key(place);
      const claim = this.byPlace.has(at) ? this.byPlace.get(at) : unique ? this.byText.get(text) : undefined;
      // It may be another line that reads the same: then the editor would not take it for its own.
      const isIt = claim !== undefined && truth.includes(claim.source.origin);
      return isIt ? { text, truth, claim } : { text, truth };
    });
  }

  /** What this text is known to be, for whoever edits next; the journal hears nothing. */
  remember(lines: readonly DocumentLine[]): void {
    const texts = lines.map(({ text }) => text);
    for (const [index, place] of placesOf(texts).entries()) {
      const claim = lines[index]?.claim;
      this.byPlace.set(key(place), claim);
      // Of two lines with one text either may be meant later.
      const twice = texts.indexOf(place.text) !== texts.lastIndexOf(place.text);
      this.byText.set(place.text, twice ? undefined : claim);
    }
    this.oracle.note(
      texts,
      lines.map(({ truth }) => truth),
    );
  }

  /** Writes the file and journals it. */
  save(path: string, lines: readonly DocumentLine[], newline = newlineOf(this.clone.read(path))): void {
    const text = lines.map((line) => `${line.text}${newline}`).join('');
    this.remember(lines);
    this.clone.write(path, text);
    if (!this.clone.records) return;
    this.clone.journal(
      path,
      text,
      lines.map(({ claim }) => claim),
    );
  }

  /** Writes the file as somebody unseen would. */
  writeUnseen(path: string, lines: readonly DocumentLine[], newline = newlineOf(this.clone.read(path))): void {
    this.remember(lines);
    this.clone.write(path, lines.map((line) => `${line.text}${newline}`).join(''));
  }
}

export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

export type ActorName = 'human' | 'completion' | 'agent' | 'tool' | 'paste' | 'external' | 'unseen';

export const SOURCES: Readonly<Record<Exclude<ActorName, 'unseen'>, Source>> = {
  human: { origin: 'human', via: 'typing', evidence: 'observed' },
  completion: { origin: 'ai', via: 'completion', evidence: 'observed', actor: { tool: 'assistant', model: 'm-1' } },
  agent: { origin: 'ai', via: 'agent', evidence: 'reported', actor: { tool: 'an-agent', session: 's-1' } },
  tool: { origin: 'tool', via: 'format', evidence: 'observed' },
  paste: { origin: 'paste', via: 'paste', evidence: 'observed' },
  external: { origin: 'external', via: 'disk', evidence: 'observed' },
};

/** A line's origin from who touched it, in the oracle's own words (design §2). */
export function folded(counts: Counts): Truth {
  const has = (origin: keyof Counts): boolean => (counts[origin] ?? 0) > 0;
  const touched = (origin: keyof Counts): boolean => counts[origin] !== undefined;
  const inked = Object.values(counts).some((count) => count > 0);
  const counted = (origin: keyof Counts): boolean => (inked ? has(origin) : touched(origin));
  if (touched('ai')) return has('ai') && (has('human') || has('paste')) ? 'mixed' : 'ai';
  if (counted('unknown')) return 'unknown';
  if (counted('external')) return 'external';
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const pasted = counts.paste ?? 0;
  if (counted('paste') && (pasted >= 20 || pasted * 2 >= all || !(counted('human') || counted('tool')))) return 'paste';
  if (counted('human')) return 'human';
  return counted('tool') ? 'tool' : 'unknown';
}

export function inkOf(text: string): number {
  return text.replace(/\s/g, '').length;
}

/** The claim of a line that somebody wrote, or changed. */
export function claimBy(actor: Exclude<ActorName, 'unseen'>, counts: Counts): Claim {
  const origin = folded(counts);
  const source = SOURCES[actor];
  return { source: { ...source, origin: origin === 'unknown' ? source.origin : origin }, counts };
}

export function countedAs(actor: Exclude<ActorName, 'unseen'>): keyof Counts {
  const { origin } = SOURCES[actor];
  return origin === 'mixed' ? 'ai' : origin;
}
