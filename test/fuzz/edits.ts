/** Random edits of a document by one actor, each with what it makes of the lines. */
import { between, pick } from '../accuracy/random';
import type { Random } from '../accuracy/random';
import type { ActorName, DocumentLine } from './editor';
import { SOURCES, claimBy, countedAs, inkOf } from './editor';
import type { Truth } from './oracle';
import { linesOf, markOf, strongest } from './oracle';
import type { Claim } from './world';

/** What the edits need to know besides the text. */
export interface Surroundings {
  readonly random: Random;
  /** Numbers that no other line has. */
  mark(): number;
  /** These lines may be mixed up with others from now on, as what they and those are. */
  twin(text: string, truths: Iterable<Truth>): void;
  /** Lines were moved past this one that nobody explains. */
  passed(text: string, movers: Iterable<Truth>): void;
  /** Lines that stood there before anybody recorded anything. */
  readonly base: ReadonlySet<string>;
  readonly indentIsSyntax: boolean;
}

const WORDS = 'alpha beta gamma delta total price items order count index'.split(' ');
const SHORT = ['}', '}', '});', '', '', 'return null;', 'else {', 'end'];

export function newText({ random, mark }: Pick<Surroundings, 'random' | 'mark'>, indent = 0): string {
  const space = ' '.repeat(indent * 2);
  const id = mark();
  if (random() < 0.12) return `${space}m${id}v0;`;
  if (random() < 0.1) return `${space}// ${pick(random, WORDS)}   m${id}v0 ${pick(random, WORDS)}`;
  return `${space}const ${pick(random, WORDS)}_m${id}v0 = ${pick(random, WORDS)}(${pick(random, WORDS)});`;
}

export function writtenLine(text: string, actor: ActorName): DocumentLine {
  if (actor === 'unseen') return { text, truth: ['unknown'] };
  const claim = claimBy(actor, { [countedAs(actor)]: inkOf(text) });
  return { text, claim, truth: [claim.source.origin] };
}

function insert(lines: readonly DocumentLine[], actor: ActorName, around: Surroundings): DocumentLine[] {
  const { random } = around;
  const at = between(random, 0, lines.length);
  const count = between(random, 1, 5);
  const fresh = Array.from({ length: count }, () =>
    writtenLine(random() < 0.25 ? pick(random, SHORT) : newText(around, between(random, 0, 3)), actor),
  );
  const result = [...lines.slice(0, at), ...fresh, ...lines.slice(at)];
  return actor === 'unseen' ? slid(result, at, count) : result;
}

/**
 * Lines put in by nobody on record, between lines that read like their last or their first ones: the very same text comes of
 * putting them in further up or down, so which of these lines are the new ones nothing tells.
 */
function slid(lines: readonly DocumentLine[], at: number, count: number): DocumentLine[] {
  const result = [...lines];
  const pair = (one: number, other: number): boolean => {
    const [a, b] = [result[one], result[other]];
    if (a === undefined || b === undefined || a.text !== b.text) return false;
    const truth = [...new Set([...a.truth, ...b.truth])];
    [result[one], result[other]] = [
      { ...a, truth },
      { ...b, truth },
    ];
    return true;
  };
  for (let first = at; pair(first, first + count); first++);
  for (let last = at + count - 1; pair(last, last - count); last--);
  return result;
}

function remove(lines: readonly DocumentLine[], _: ActorName, { random }: Surroundings): DocumentLine[] | undefined {
  if (lines.length < 6) return undefined;
  const at = between(random, 0, lines.length - 1);
  return [...lines.slice(0, at), ...lines.slice(at + between(random, 1, 4))];
}

/** Changes a part of a marked line. Its next version is a text that nothing else has. */
function rewrite(lines: readonly DocumentLine[], actor: ActorName, around: Surroundings): DocumentLine[] | undefined {
  const { random } = around;
  const marked = [...lines.keys()].filter((line) => markOf(lines[line]?.text ?? '') !== undefined);
  if (marked.length === 0) return undefined;
  const at = pick(random, marked);
  const old = lines[at];
  if (old === undefined) return undefined;
  const word = pick(random, WORDS);
  const version = around.mark();
  const text = old.text.replace(/(m\d+v)\d+/, `$1${version}`).replace(/\((\w*)\)/, `(${word})`);
  const changed = [...lines];
  changed[at] = changedLine(old, text, actor, 2 * (word.length + 1), lines, at, around);
  return changed;
}

function changedLine(
  old: DocumentLine,
  text: string,
  actor: ActorName,
  ink: number,
  lines: readonly DocumentLine[],
  at: number,
  around: Surroundings,
): DocumentLine {
  if (actor === 'unseen') return { text, truth: ['unknown'] };
  if (old.claim !== undefined) {
    const kind = countedAs(actor);
    const counts = { ...old.claim.counts, [kind]: (old.claim.counts[kind] ?? 0) + ink };
    const claim = claimBy(actor, counts);
    return { text, claim, truth: [claim.source.origin] };
  }
  // Of a line that nobody explains and that was not there at the start, a changed one is nobody's, unless an AI changed it.
  if (isUnexplained(lines, at, around) && countedAs(actor) !== 'ai') return { text, truth: ['unknown'] };
  const claim = claimBy(actor, { [countedAs(actor)]: ink });
  return { text, claim, truth: [claim.source.origin] };
}

function truthsAt(lines: readonly DocumentLine[], at: number): ReadonlySet<Truth> {
  return new Set(lines[at]?.truth);
}

function isUnexplained(lines: readonly DocumentLine[], at: number, around: Surroundings): boolean {
  const text = lines[at]?.text ?? '';
  return !around.base.has(text.trim()) && truthsAt(lines, at).has('unknown');
}

/** A line that is put elsewhere. What was there at the start is a person's when a person moves it, an AI's when an AI does. */
function carried(lines: readonly DocumentLine[], at: number, actor: ActorName, around: Surroundings): DocumentLine {
  const { text = '', claim } = lines[at] ?? {};
  const truth = truthsAt(lines, at);
  const kept: DocumentLine = claim === undefined ? { text, truth: [...truth] } : { text, claim, truth: [...truth] };
  if (actor === 'unseen' || claim !== undefined) return kept;
  // What an AI is on record for having moved may be called its own.
  if (isUnexplained(lines, at, around)) return countedAs(actor) === 'ai' ? { text, truth: [...truth, 'ai'] } : kept;
  const own: Claim = claimBy(actor, { [countedAs(actor)]: inkOf(text) });
  const moved: Claim = { ...own, source: { ...own.source, via: 'move' } };
  // Of what is on record for somebody else the stronger stands, unless its neighbours are called the moved ones.
  return { text, claim: moved, truth: [...beside(truth, own.source.origin), ...onRecord(truth)] };
}

function onRecord(truths: Iterable<Truth>): Truth[] {
  return [...truths].filter((each) => each !== 'unknown');
}

/** What is true of a line beside a further claim about the same content: the stronger stands, where there is another. */
function beside(truths: Iterable<Truth>, own: Truth): Truth[] {
  return [...truths].map((each) => (each === 'unknown' ? own : (strongest([each, own]) ?? own)));
}

function move(lines: readonly DocumentLine[], actor: ActorName, around: Surroundings): DocumentLine[] | undefined {
  const { random } = around;
  if (lines.length < 4) return undefined;
  const from = between(random, 0, lines.length - 2);
  const count = Math.min(between(random, 1, 3), lines.length - from);
  const block = Array.from({ length: count }, (_, index) => carried(lines, from + index, actor, around));
  const rest = [...lines.slice(0, from), ...lines.slice(from + count)];
  const to = between(random, 0, rest.length);
  if (to === from) return undefined;
  if (actor === 'unseen') return [...rest.slice(0, to), ...block, ...rest.slice(to)];
  // A line that had been moved once before keeps the claim of that.
  const before = block.flatMap(({ claim }) => (claim?.source.via === 'move' ? [claim.source.origin] : []));
  const movers = new Set<Truth>([SOURCES[actor].origin, ...before]);
  const passed = rest.map((_, at) => passedBy(rest, at, movers, around));
  return crossed([...passed.slice(0, to), ...block, ...passed.slice(to)], actor, around);
}

/**
 * A line that others were moved past may be called the moved one, and among lines that read alike those that it was moved
 * past need not be those that a difference shows.
 */
function passedBy(
  lines: readonly DocumentLine[],
  at: number,
  movers: ReadonlySet<Truth>,
  around: Surroundings,
): DocumentLine {
  const { text, claim, truth } = lines[at] ?? { text: '', truth: [] };
  if (claim !== undefined) return { text, claim, truth };
  const isOpen = isUnexplained(lines, at, around);
  if (isOpen) around.passed(text, movers);
  const may = [...movers].filter((mover) => !isOpen || mover === 'ai');
  return { text, truth: [...new Set([...truth, ...may.flatMap((mover) => beside(truth, mover))])] };
}

/**
 * To move lines up over their neighbours is the same change as to move the neighbours down over them, and with more than
 * one move any old line may be said to have been moved. Lines that somebody wrote are not concerned.
 */
function crossed(lines: readonly DocumentLine[], actor: ActorName, around: Surroundings): DocumentLine[] {
  if (actor === 'unseen') return [...lines];
  const { origin } = SOURCES[actor];
  return lines.map((line) => {
    if (!around.base.has(line.text.trim())) return line;
    around.twin(line.text, ['unknown', ...line.truth, origin]);
    return line.claim === undefined ? { ...line, truth: [...line.truth, origin] } : line;
  });
}

function copy(lines: readonly DocumentLine[], actor: ActorName, around: Surroundings): DocumentLine[] | undefined {
  const { random } = around;
  const from = between(random, 0, Math.max(0, lines.length - 2));
  const block = Array.from({ length: between(random, 1, 2) }, (_, index): DocumentLine[] => {
    const text = lines[from + index]?.text;
    if (text === undefined) return [];
    if (actor === 'unseen') return [{ text, truth: ['unknown'] }];
    const moved = carried(lines, from + index, actor, around);
    if (actor !== 'human') return [writtenLine(text, actor)];
    return [
      moved.claim === undefined ? { text, truth: ['unknown'] } : { ...moved, truth: [moved.claim.source.origin] },
    ];
  }).flat();
  for (const [index, fresh] of block.entries()) {
    around.twin(fresh.text, [...fresh.truth, ...(lines[from + index]?.truth ?? [])]);
  }
  const to = between(random, 0, lines.length);
  return crossed([...lines.slice(0, to), ...block, ...lines.slice(to)], actor, around);
}

function reindent(lines: readonly DocumentLine[], actor: ActorName, around: Surroundings): DocumentLine[] | undefined {
  const { random } = around;
  const from = between(random, 0, Math.max(0, lines.length - 1));
  const to = from + between(random, 1, 5);
  const by = pick(random, ['  ', '\t', '    ']);
  const changed = lines.map((line, at): DocumentLine => {
    if (at < from || at >= to || line.text.trim() === '') return line;
    return spaced(lines, at, `${by}${line.text}`, actor, around);
  });
  return changed.some((line, at) => line !== lines[at]) ? changed : undefined;
}

function spaced(
  lines: readonly DocumentLine[],
  at: number,
  text: string,
  actor: ActorName,
  around: Surroundings,
): DocumentLine {
  const { claim } = lines[at] ?? {};
  const truth = [...truthsAt(lines, at)];
  const isPlain = markOf(text) === undefined || text.trim().length < 12;
  if (actor === 'unseen') {
    const trusted = (each: Truth): boolean => each === 'human' || each === 'tool';
    const after = truth.map((each) => (around.indentIsSyntax && trusted(each) ? 'unknown' : each));
    const lost = around.indentIsSyntax && claim !== undefined && trusted(claim.source.origin);
    if (claim === undefined || lost) return { text, truth: isPlain ? [...after, 'unknown'] : after };
    return { text, claim: { ...claim, source: { ...claim.source, evidence: 'inferred' } }, truth: after };
  }
  const kind = countedAs(actor);
  if (claim !== undefined) {
    const next = claimBy(actor, { ...claim.counts, [kind]: claim.counts[kind] ?? 0 });
    return { text, claim: next, truth: [next.source.origin] };
  }
  if (isUnexplained(lines, at, around) && kind !== 'ai') return { text, truth: ['unknown'] };
  const own = claimBy(actor, { [kind]: 0 });
  // The line as it was before may come back, and then only white space tells the two apart.
  if (around.base.has(text.trim())) around.twin(text, ['unknown', own.source.origin]);
  const stands = beside(truth, own.source.origin);
  return { text, claim: own, truth: isPlain ? [...stands, own.source.origin] : stands };
}

type Edit = (lines: readonly DocumentLine[], actor: ActorName, around: Surroundings) => DocumentLine[] | undefined;

const EDITS: readonly (readonly [Edit, number])[] = [
  [insert, 8],
  [rewrite, 5],
  [remove, 3],
  [move, 2],
  [copy, 2.5],
  [reindent, 1.5],
];

/** One random edit; undefined where it came to nothing. */
export function edited(
  lines: readonly DocumentLine[],
  actor: ActorName,
  around: Surroundings,
): DocumentLine[] | undefined {
  const total = EDITS.reduce((sum, [, weight]) => sum + weight, 0);
  let at = around.random() * total;
  for (const [edit, weight] of EDITS) {
    at -= weight;
    if (at < 0) return edit(lines, actor, around);
  }
  return undefined;
}

/** A text with conflict marks solved: each conflict by one side, by both, or by something typed in its place. */
export function solved(
  text: string,
  random: Random,
  typed: () => string,
): { readonly lines: string[]; readonly typed: Set<string> } {
  const lines: string[] = [];
  const own = new Set<string>();
  let sides: [string[], string[]] | undefined;
  let side = 0;
  for (const line of linesOf(text)) {
    if (line.startsWith('<<<<<<< ')) {
      sides = [[], []];
      side = 0;
    } else if (sides !== undefined && line === '=======') side = 1;
    else if (sides !== undefined && line.startsWith('>>>>>>> ')) {
      const how = random();
      if (how < 0.8) lines.push(...(how < 0.3 || how >= 0.6 ? sides[0] : []), ...(how >= 0.3 ? sides[1] : []));
      else {
        const fresh = typed();
        own.add(fresh);
        lines.push(...(how < 0.9 ? sides[0] : []), fresh);
      }
      sides = undefined;
    } else (sides?.[side] ?? lines).push(line);
  }
  return { lines, typed: own };
}
