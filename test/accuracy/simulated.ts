/**
 * Acceptances and copies out of a chat as people really make them: their sizes, and the later edits that their edit
 * distances imply, are drawn from recorded studies; capture's own functions and the tracker judge them. Beside them what
 * rules by size alone would have said, on the same data and on recorded sessions that are human throughout.
 */
import fs from 'node:fs';
import path from 'node:path';
import { countInk } from '../../src/core/text/lines';
import { normalisedDistance } from './editDistance';
import type { HumanSessions } from './humanSessions';
import { humanSessions } from './humanSessions';
import type { Random } from './random';
import { between, pick, randomFrom, wordsOf } from './random';
import { SimulatedEditor } from './simulatedEditor';

/** Rules of the kind "an insertion of at least so many characters is AI". */
export const SIZE_RULES = [2, 20, 120] as const;

export interface Share {
  readonly of: number;
  readonly right: number;
}

export interface SizeRule {
  readonly atLeast: number;
  /** AI text that the rule does not see. */
  readonly missedAcceptances: number;
  readonly missedCopies: number;
  /** Insertions of people that the rule calls AI, and their characters. */
  readonly falseAlarms: number;
  readonly falseAlarmCharacters: number;
}

export interface SimulatedResult {
  readonly seed: number;
  /** Acceptances with an edit distance below 0.33, at each of the later moments: those that stay `ai` or `mixed`. */
  readonly acceptances: Share;
  readonly moments: readonly Share[];
  /** Copies from outside that are `paste`. */
  readonly copies: Share;
  /** Human lines beside an acceptance or a copy that stay human. */
  readonly neighbours: Share;
  readonly human: HumanSessions;
  readonly rules: readonly SizeRule[];
  readonly failures: readonly string[];
}

interface Acceptance {
  readonly chars: number;
  readonly lines: number;
  readonly rel_edit: readonly number[];
}

interface Copy {
  readonly chars: number;
  readonly lines: number;
}

const DATA = path.resolve(__dirname, '../fixtures/data');
const EDITED_WHOLLY = 0.33;
const BASE = '// The shop.\n\nlet total = 0;\n';

function rowsOf(name: string): unknown {
  return (JSON.parse(fs.readFileSync(path.join(DATA, name), 'utf8')) as { rows: unknown }).rows;
}

/** A text of so many characters on so many lines, as code looks. */
function textOf(random: Random, { chars, lines }: Copy): string {
  const word = wordsOf(random);
  let text = '';
  while (text.length < chars) text += `${word()}${pick(random, [' ', ' = ', '(', ', ', '); ', '.', ' + '])}`;
  const characters = Array.from(text.slice(0, chars));
  const breaks = Math.min(lines - 1, Math.max(0, Math.floor(chars / 2) - 1));
  for (let index = 1; index <= breaks; index++) characters[Math.round((index * chars) / (breaks + 1))] = '\n';
  // A person's caret stands on a line that has text, so an accepted text begins and ends with ink.
  if (chars > 0) characters[0] = 'k';
  if (chars > 1) characters[chars - 1] = ';';
  return characters.join('');
}

/** A person's line, what somebody brings (empty at first), and another line of the person's. */
interface Scene {
  readonly editor: SimulatedEditor;
  readonly start: number;
}

function scene(random: Random): Scene {
  const word = wordsOf(random);
  const editor = new SimulatedEditor(BASE);
  editor.moveTo(BASE.length - 1).type(`\nlet ${word()} = ${word()};`);
  const above = editor.text.length - 1;
  editor.moveTo(above).type(`\n\nlet ${word()} = ${word()} + 1;`);
  return { editor, start: above + 1 };
}

/** A person may go on right behind what came: then that line is the human neighbour. */
function goOn(random: Random, editor: SimulatedEditor): void {
  if (random() < 0.5) editor.type(`\n${pick(random, ['post', 'keep'])}(total);`);
  editor.settle();
}

/** The origins of the lines, by number; neutral ones are missing. */
function originsOf({ tracker }: SimulatedEditor): Map<number, string> {
  return new Map([...tracker.lineStates()].map(({ line, origin }) => [line, origin]));
}

/** Edits by hand inside [start, start + length) until the text is as far from what it was as wanted. */
function editedTo(random: Random, { editor, start }: Scene, text: string, wanted: number): boolean[] {
  let now = text;
  const kept: boolean[] = Array.from(text, () => true);
  for (let far = 0; far < wanted; far = normalisedDistance(text, now)) {
    const rest = (wanted - far) * Math.max(text.length, now.length);
    for (let count = Math.max(1, Math.floor(rest / 2)); count > 0; count--) {
      const at = between(random, 0, now.length - 1);
      const way = pick(random, ['over', 'in', 'out'] as const);
      const key = pick(random, 'etaoinshrdlu'.split(''));
      editor.moveTo(start + at);
      if (way === 'in') {
        editor.key(key);
        now = now.slice(0, at) + key + now.slice(at);
        kept.splice(at, 0, false);
      } else if (now[at] !== '\n') {
        if (way === 'over') editor.key(key, 1);
        else editor.deleteNext();
        now = now.slice(0, at) + (way === 'over' ? key : '') + now.slice(at + 1);
        kept.splice(at, 1, ...(way === 'over' ? [false] : []));
      }
      if (now.length === 0) return kept;
    }
  }
  return kept;
}

/** Whether each line that still holds text of the assistant's is `ai` or `mixed`. */
function staysAi(editor: SimulatedEditor, start: number, kept: readonly boolean[]): boolean {
  const origins = originsOf(editor);
  const lines = new Set<number>();
  const first = editor.text.slice(0, start).split('\n').length - 1;
  let line = first;
  for (const [index, isKept] of kept.entries()) {
    const character = editor.text.charAt(start + index);
    if (isKept && countInk(character) > 0) lines.add(line);
    if (character === '\n') line++;
  }
  return lines.size > 0 && [...lines].every((number) => ['ai', 'mixed'].includes(origins.get(number) ?? ''));
}

/** Whether the person's lines right above and below are human: how many of the two. */
function humanNeighbours(editor: SimulatedEditor, start: number, length: number): number {
  const origins = originsOf(editor);
  const above = editor.text.slice(0, start).split('\n').length - 2;
  const below = editor.text.slice(0, start + length).split('\n').length;
  return [above, below].filter((number) => origins.get(number) === 'human').length;
}

export function runSimulated(seed: number): SimulatedResult {
  const random = randomFrom(seed);
  const acceptances = rowsOf('accepted-completions.json') as readonly Acceptance[];
  const copies = rowsOf('chat-copies.json') as readonly Copy[];
  const moments = Array.from({ length: 5 }, () => ({ of: 0, right: 0 }));
  const neighbours = { of: 0, right: 0 };
  const copied = { of: 0, right: 0 };
  const failures: string[] = [];
  const meet = (set: Scene, length: number, what: string): void => {
    const right = humanNeighbours(set.editor, set.start, length);
    neighbours.of += 2;
    neighbours.right += right;
    if (right < 2) failures.push(`${what}: a human neighbour is ${[...originsOf(set.editor)].join(' ')}`);
  };

  for (const [index, row] of acceptances.entries()) {
    for (const [moment, distance] of row.rel_edit.entries()) {
      const share = moments[moment];
      if (distance >= EDITED_WHOLLY || share === undefined) continue;
      const set = scene(random);
      const text = textOf(random, row);
      set.editor.moveTo(set.start).accept(text);
      goOn(random, set.editor);
      const kept = editedTo(random, set, text, distance);
      set.editor.settle();
      const isRight = staysAi(set.editor, set.start, kept);
      share.of++;
      if (isRight) share.right++;
      else failures.push(`acceptance ${index}, moment ${moment}: ${[...originsOf(set.editor)].join(' ')}`);
      meet(set, kept.length, `acceptance ${index}, moment ${moment}`);
    }
  }

  for (const [index, row] of copies.entries()) {
    const set = scene(random);
    const text = textOf(random, row);
    set.editor.moveTo(set.start).paste(text);
    goOn(random, set.editor);
    const origins = originsOf(set.editor);
    const first = set.editor.text.slice(0, set.start).split('\n').length - 1;
    const isRight = text
      .split('\n')
      .every((line, number) => countInk(line) === 0 || origins.get(first + number) === 'paste');
    copied.of++;
    if (isRight) copied.right++;
    else failures.push(`copy ${index}: ${[...origins].join(' ')}`);
    meet(set, text.length, `copy ${index}`);
  }

  const { human, sizes } = humanSessions();
  const rules = SIZE_RULES.map((atLeast): SizeRule => {
    const alarms = sizes.filter((size) => size >= atLeast);
    return {
      atLeast,
      missedAcceptances: acceptances.filter(({ chars }) => chars < atLeast).length,
      missedCopies: copies.filter(({ chars }) => chars < atLeast).length,
      falseAlarms: alarms.length,
      falseAlarmCharacters: alarms.reduce((sum, size) => sum + size, 0),
    };
  });
  const all = moments.reduce((sum, { of, right }) => ({ of: sum.of + of, right: sum.right + right }), {
    of: 0,
    right: 0,
  });
  return { seed, acceptances: all, moments, copies: copied, neighbours, human, rules, failures };
}
