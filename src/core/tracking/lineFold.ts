/**
 * From characters to lines (design §2): who inserted or deleted in each line since the base, folded into an origin.
 */
import { addCounts, foldOrigin } from '../model/fold';
import type { FoldThresholds } from '../model/fold';
import { COUNTED, sourceIn, weakerEvidence } from '../model/origin';
import type { Actor, Counted, Counts, Evidence, Origin, Stated, Via } from '../model/origin';
import { countInk } from '../text/lines';
import type { Tables } from './fragment';
import { INITIAL, NOWHERE, UNKNOWN, part } from './piece';
import type { Mark, Piece, Run, Touch } from './piece';
import { isBlank } from './sequence';
import type { KnownOrNot } from './sourceTable';

/** A line that somebody changed since the base. */
export interface LineState {
  /** From 0. */
  readonly line: number;
  readonly counts: Counts;
  readonly origin: Origin;
  readonly via: Via;
  readonly evidence: Evidence;
  readonly actor?: Actor;
  /** Where the author says that it is from. */
  readonly from?: Stated;
}

/** What one source did in a line. */
interface Contribution {
  readonly source: KnownOrNot;
  readonly counts: Counts;
}

/** The lines with a contribution, in order; neutral lines are left out. */
export function* foldLines(pieces: readonly Piece[], tables: Tables): Generator<LineState> {
  const line = new Line(tables);
  let number = 0;
  for (const { text, runs, marks } of pieces) {
    let mark = 0;
    const takeMarks = (upTo: number): void => {
      for (let next = marks[mark]; next !== undefined && next.at <= upTo; next = marks[++mark]) line.addMark(next);
    };
    let nextBreak = text.indexOf('\n');
    let start = 0;
    for (const run of runs) {
      const end = start + run.length;
      let position = start;
      while (nextBreak !== -1 && nextBreak < end) {
        line.addText(text, position, nextBreak, run, position - start);
        takeMarks(nextBreak);
        const state = line.finish(number++, run, nextBreak - start);
        if (state !== undefined) yield state;
        position = nextBreak + 1;
        nextBreak = text.indexOf('\n', position);
      }
      if (position < end) line.addText(text, position, end, run, position - start);
      start = end;
    }
    takeMarks(text.length);
  }
  const last = line.isEmpty ? undefined : line.finish(number, undefined, 0);
  if (last !== undefined) yield last;
}

/** Gathers one line after the other. */
class Line {
  readonly #tables: Tables;
  #isEmpty = true;
  #hasInk = false;
  #isNeutral = true;
  /** Ink by source number, and by number of the initial line it stood in. */
  readonly #inserted = new Map<number, number>();
  readonly #initial = new Map<number, number>();
  #touches: Touch[] = [];
  #blank: Run | undefined;
  /** Where the line break before this line stands. */
  #breakRun: Run | undefined;
  #breakOffset = 0;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Whether nothing stands in it so far: the line behind a last line feed is none. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Characters [from, to) of a text, from `offset` on in their run. */
  addText(text: string, from: number, to: number, run: Run, offset: number): void {
    if (from === to) return;
    this.#isEmpty = false;
    if (run.at === NOWHERE) {
      const ink = countInk(text.slice(from, to));
      if (ink === 0) this.#sawBlank(part(run, offset, offset + 1));
      else this.#add(this.#inserted, run.source, ink);
      return;
    }
    const number = this.#tables.initial.lineOf(run.at + offset);
    const isNeutral = this.#tables.initial.line(number).kind === 'neutral';
    if (isNeutral && run.source === INITIAL) {
      this.#hasInk ||= hasInk(text, from, to);
      return;
    }
    const ink = countInk(text.slice(from, to));
    if (ink === 0) this.#sawBlank(part(run, offset, offset + 1));
    else if (isNeutral) this.#add(this.#inserted, run.source, ink);
    else this.#add(this.#initial, number, ink);
  }

  addMark(mark: Mark): void {
    if (mark.kind === 'touch') {
      this.#touches.push(mark);
      this.#isNeutral = false;
    }
  }

  /**
   * The line's state, given the run that holds its terminator, and where in it (none at the end of the text). Begins the
   * next line.
   */
  finish(number: number, run: Run | undefined, offset: number): LineState | undefined {
    const isPlain = this.#isNeutral && this.#hasInk;
    const state = isPlain
      ? undefined
      : stateOf(number, this.#contributions(characterOf(run, offset)), this.#tables.thresholds);
    this.#isEmpty = true;
    this.#hasInk = false;
    this.#blank = undefined;
    if (!this.#isNeutral) {
      this.#isNeutral = true;
      this.#inserted.clear();
      this.#initial.clear();
      this.#touches = [];
    }
    this.#breakRun = run;
    this.#breakOffset = offset;
    return state;
  }

  #add(counts: Map<number, number>, key: number, ink: number): void {
    counts.set(key, (counts.get(key) ?? 0) + ink);
    this.#hasInk = true;
    this.#isNeutral = false;
  }

  /** White space somebody put there; kept for the case that the line turns out to be blank. */
  #sawBlank(run: Run): void {
    if (this.#blank === undefined || (this.#blank.source === INITIAL && run.source !== INITIAL)) this.#blank = run;
  }

  #contributions(terminator: Run | undefined): Contribution[] {
    const found: Contribution[] = [];
    for (const [id, ink] of this.#inserted) found.push(contribution(this.#tables, id, ink));
    for (const [number, ink] of this.#initial) found.push(this.#ofInitial(number, ink));
    if (!this.#hasInk) {
      const blank = this.#ofBlank(terminator);
      if (blank !== undefined) found.push(blank);
    }
    for (const touch of this.#touches) if (!touch.weak) found.push(contribution(this.#tables, touch.source, touch.ink));
    if (found.length === 0) {
      for (const touch of this.#touches) found.push(contribution(this.#tables, touch.source, 0));
    }
    return found;
  }

  #ofInitial(number: number, ink: number): Contribution {
    const line = this.#tables.initial.line(number);
    if (line.kind !== 'claimed') return { source: 'unknown', counts: { unknown: ink } };
    return {
      source: line.source,
      counts: this.#tables.initial.claimCounts(number, line, ink, this.#tables.thresholds),
    };
  }

  /** A blank line goes with whoever wrote its white space, its end, or the line break before it. */
  #ofBlank(terminator: Run | undefined): Contribution | undefined {
    const { initial } = this.#tables;
    const stoodBlank =
      terminator?.source === INITIAL && initial.ink(initial.lineOf(terminator.at)) === 0 ? terminator : undefined;
    const before = stoodBlank === undefined ? characterOf(this.#breakRun, this.#breakOffset) : undefined;
    const candidates = [this.#blank, terminator, before];
    const writer = candidates.find((run) => run !== undefined && run.source !== INITIAL) ?? stoodBlank ?? this.#blank;
    if (writer === undefined) return undefined;
    if (writer.at !== NOWHERE) {
      const number = initial.lineOf(writer.at);
      if (initial.line(number).kind !== 'neutral') return this.#ofInitial(number, 0);
      if (writer.source === INITIAL) return undefined;
    }
    return contribution(this.#tables, writer.source, 0);
  }
}

function characterOf(run: Run | undefined, offset: number): Run | undefined {
  return run === undefined ? undefined : part(run, offset, offset + 1);
}

function contribution({ sources }: Tables, id: number, ink: number): Contribution {
  const source = id === UNKNOWN ? 'unknown' : sources.get(id);
  const origin = sources.origin(id);
  if (origin !== 'mixed' || ink === 0) return { source, counts: { [counted(origin)]: ink } };
  const ai = Math.max(1, Math.round(ink * sources.aiShare(id)));
  return { source, counts: { ai, human: Math.max(1, ink - ai) } };
}

function counted(origin: Origin): Counted {
  return origin === 'mixed' ? 'ai' : origin;
}

function stateOf(
  line: number,
  contributions: readonly Contribution[],
  thresholds: FoldThresholds,
): LineState | undefined {
  const [first, ...others] = contributions;
  if (first === undefined) return undefined;
  const counts = others.reduce((sum, { counts: more }) => addCounts(sum, more), first.counts);
  const origin = foldOrigin(counts, thresholds);
  const key = counted(origin);
  let lead: Contribution | undefined;
  for (const one of contributions) {
    if ((one.counts[key] ?? -1) > (lead?.counts[key] ?? -1)) lead = one;
  }
  if (lead === undefined || lead.source === 'unknown' || origin === 'unknown') {
    return { line, counts, origin, via: 'other', evidence: 'none' };
  }
  let { evidence } = lead.source;
  for (const { source, counts: own } of contributions) {
    if (source === lead.source || COUNTED.every((each) => (own[each] ?? 0) === 0)) continue;
    evidence = weakerEvidence(evidence, source === 'unknown' ? 'none' : source.evidence);
  }
  return { line, counts, ...sourceIn({ ...lead.source, origin, evidence }) };
}

function hasInk(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isBlank(text.charCodeAt(at))) return true;
  return false;
}
