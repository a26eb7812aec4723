/**
 * The oracle of the fuzzer: what each line of a text truly is. It knows this from the edits that it was told of, by what a
 * line says and between which lines it stands, and shares no code with what it judges: no hashes, no runs, no records.
 *
 * Most lines carry a mark that no other line has, so their text alone names them. Braces, blank lines and copies are told
 * apart by the marked lines above and below.
 */

export type Truth = 'ai' | 'mixed' | 'unknown' | 'external' | 'paste' | 'tool' | 'human';

/** Strongest first. Written down here once more: an oracle that took the product's own list would share its faults. */
const STRENGTH: readonly Truth[] = ['ai', 'mixed', 'unknown', 'external', 'paste', 'tool', 'human'];

export function strength(truth: Truth): number {
  return STRENGTH.length - STRENGTH.indexOf(truth);
}

export function strongest(truths: Iterable<Truth>): Truth | undefined {
  let best: Truth | undefined;
  for (const each of truths) if (best === undefined || strength(each) > strength(best)) best = each;
  return best;
}

/** Lines without their ends: LF or CR LF. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The mark of a line: a number that one line has, whatever became of its text since. */
export function markOf(line: string): string | undefined {
  return /m\d+v/.exec(line)?.[0];
}

/** What names a line by its place: its text with the marks of the marked lines nearest to it. */
export interface Place {
  readonly text: string;
  readonly above: string;
  readonly below: string;
}

export function placesOf(lines: readonly string[]): Place[] {
  const above: string[] = [];
  let mark = '^';
  for (const line of lines) {
    above.push(mark);
    mark = markOf(line) ?? mark;
  }
  const below: string[] = [];
  mark = '$';
  for (const line of lines.toReversed()) {
    below.push(mark);
    mark = markOf(line) ?? mark;
  }
  below.reverse();
  return lines.map((text, index) => ({ text, above: above[index] ?? '^', below: below[index] ?? '$' }));
}

export class Oracle {
  private readonly known = new Map<string, Set<Truth>>();
  private readonly old = new Set<string>();
  private readonly forgotten = new Set<string>();
  /** Marked lines that stand, or stood, in more than one place: by the text without its white space at the ends. */
  private readonly twins = new Map<string, Set<Truth>>();
  /** Who moved others past a line that nobody explains: by the text without its white space at the ends. */
  private readonly movers = new Map<string, Set<Truth>>();
  private readonly landed = new Set<string>();
  /** What the words of a line were ever claimed to be, in whatever layout: by the text without its white space at the ends. */
  private readonly words = new Map<string, Set<Truth>>();

  /** The lines that everything starts from: nobody recorded anything about them. */
  start(lines: readonly string[]): void {
    this.note(
      lines,
      lines.map(() => ['unknown'] as const),
    );
    for (const line of lines) this.old.add(line.trim());
  }

  /** What the lines of a text are from now on, as far as the teller knows; undefined where it knows nothing new. */
  note(lines: readonly string[], truths: readonly (Iterable<Truth> | undefined)[]): void {
    for (const [index, place] of placesOf(lines).entries()) {
      const truth = truths[index];
      if (truth === undefined) continue;
      for (const key of keysOf(place)) add(this.known, key, truth);
      if (markOf(place.text) !== undefined) add(this.words, place.text.trim(), truth);
      const twin = this.twins.get(place.text.trim());
      for (const each of twin === undefined ? [] : truth) twin?.add(each);
    }
  }

  /**
   * This line may stand in two places from now on, or may be said to have been moved where its neighbours were. Which of
   * two lines that read the same is which can't be told once one of them is gone: each may be what any of them is.
   */
  twin(text: string, truths: Iterable<Truth>): void {
    const name = text.trim();
    if (markOf(name) === undefined) return;
    add(this.twins, name, truths);
  }

  /** Lines were moved past this one: once it has landed it is as neutral as an old one, and may be called the moved one. */
  passed(text: string, movers: Iterable<Truth>): void {
    add(this.movers, text.trim(), movers);
  }

  land(lines: readonly string[]): void {
    for (const line of lines) this.landed.add(line.trim());
  }

  isTwin(text: string): boolean {
    return this.twins.has(text.trim());
  }

  /** Records were pruned: of every line so far nothing may be known any more, or only what was claimed of it besides. */
  forget(): void {
    for (const key of this.known.keys()) if (key.startsWith('text ')) this.forgotten.add(key);
  }

  /** What each line of a text may be called; empty where the oracle can't tell. */
  expected(lines: readonly string[]): ReadonlySet<Truth>[] {
    return placesOf(lines).map((place) => this.at(place));
  }

  /** Whether a line that has twins may be this itself, by where it stands. */
  mayBe(lines: readonly string[], line: number, truth: Truth): boolean {
    const place = placesOf(lines)[line];
    if (place === undefined) return false;
    const [, , , exact] = keysOf(place);
    // Where a merge put it between lines that it never stood between nothing is known of it.
    return this.known.get(exact)?.has(truth) !== false;
  }

  private at(place: Place): ReadonlySet<Truth> {
    const [text, above, below, exact] = keysOf(place);
    const get = (key: string): ReadonlySet<Truth> => this.known.get(key) ?? new Set();
    let set: ReadonlySet<Truth> = new Set();
    if (markOf(place.text) !== undefined) set = get(exact);
    if (set.size === 0) set = new Set([...get(above), ...get(below)]);
    if (set.size === 0 && markOf(place.text) !== undefined) set = get(text);
    // Old braces and blank lines may be said to have been moved with whatever was moved around them.
    const isOld = markOf(place.text) === undefined && this.old.has(place.text.trim());
    if (isOld && set.has('unknown')) set = new Set([...set, ...get(text)]);
    const twin = this.twins.get(place.text.trim());
    if (twin !== undefined) set = new Set([...set, ...twin]);
    const movers = this.landed.has(place.text.trim()) ? this.movers.get(place.text.trim()) : undefined;
    if (movers !== undefined && set.has('unknown')) set = new Set([...set, ...movers]);
    set = new Set([...set, ...this.strongerInAnotherLayout(place.text, set)]);
    return this.forgotten.has(text) ? new Set([...set, ...get(text), 'unknown']) : set;
  }

  /**
   * A line that comes back in a former layout may be called what it was in the later one, as layout alone weakens nothing.
   * Never anything weaker than all that it may be as it stands.
   */
  private strongerInAnotherLayout(text: string, known: ReadonlySet<Truth>): Truth[] {
    const least = Math.min(...[...known].map(strength));
    return [...(this.words.get(text.trim()) ?? [])].filter((each) => strength(each) > least);
  }
}

function add(sets: Map<string, Set<Truth>>, key: string, truths: Iterable<Truth>): void {
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = new Set()));
  for (const truth of truths) set.add(truth);
}

function keysOf({ text: written, above, below }: Place): [string, string, string, string] {
  // Of a brace that was indented and comes back as it was nothing tells which one it is.
  const text = markOf(written) === undefined ? written.trim() : written;
  return [`text ${text}`, `above ${above} ${text}`, `below ${below} ${text}`, `both ${above} ${below} ${text}`];
}
