/** The report as tables, in Markdown, which reads as well on a terminal. */
import type { Matrix, Mistake } from './compare';
import { ALL_KINDS, KINDS } from './kinds';
import type { Report } from './report';
import { percent } from './report';

const TRUTHS = ['human', 'ai', 'paste', 'external', 'tool', 'foreign', 'place', 'move', 'layout', 'undo', 'redo'];
const ANSWERS = ['human', 'ai', 'mixed', 'paste', 'external', 'tool', 'unknown', 'neutral'];
const EVENT_ANSWERS = [
  'human',
  'ai',
  'paste',
  'external',
  'tool',
  'unknown',
  'place',
  'layout',
  'undo',
  'redo',
  'nothing',
];

export function markdown(report: Report): string {
  return [
    `${report.actions} actions, seeds ${report.seeds.join(', ')}; ${report.characters} characters, ${report.events.events} edit events.`,
    '',
    '**By seed**',
    '',
    ...bySeed(report),
    '',
    '**Characters: what they are (rows) and what Countersign says (columns)**',
    '',
    ...matrixTable(report.matrix, ANSWERS),
    '',
    `Text of the base that nobody touched: ${report.neutral.characters} characters, ${calledOtherwise(report)}.`,
    '',
    '**Edit events: what they are (rows) and what Countersign says (columns)**',
    '',
    ...matrixTable(report.events.matrix, EVENT_ANSWERS),
    '',
    '**By kind, with the fixed weights**',
    '',
    ...byKind(report),
    '',
    '**Simulated from recorded studies, beside rules by size alone**',
    '',
    ...simulatedTable(report),
  ].join('\n');
}

function bySeed({ runs }: Report): string[] {
  const rows = runs.map(({ seed, actions, characters: tally, events }) => [
    String(seed),
    String(actions),
    String(tally.characters),
    percent(tally.correct, tally.characters),
    percent(tally.unknown, tally.characters),
    String(tally.aiCalledHuman + events.aiCalledHuman),
    String(tally.humanCalledAi + events.humanCalledAi),
    percent(events.correct, events.events),
  ]);
  const heads = [
    'seed',
    'actions',
    'characters',
    'right',
    '`unknown`',
    'AI called human',
    'human called AI',
    'events right',
  ];
  return table(heads, rows);
}

function matrixTable(matrix: Matrix, answers: readonly string[]): string[] {
  const said = answers.filter((answer) => Object.values(matrix).some((row) => (row[answer] ?? 0) > 0));
  const rows = TRUTHS.filter((truth) => matrix[truth] !== undefined).map((truth) => [
    NAMES[truth] ?? truth,
    ...said.map((answer) => String(matrix[truth]?.[answer] ?? 0)),
  ]);
  return table(['', ...said], rows);
}

const NAMES: Readonly<Record<string, string>> = {
  foreign: 'another extension’s',
  place: 'paste of what was copied here',
  move: 'moved line',
};

function calledOtherwise({ neutral }: Report): string {
  const others = Object.entries(neutral.called).map(([origin, count]) => `${count} called ${origin}`);
  return others.length === 0 ? 'none called anything else' : others.join(', ');
}

function byKind({ kinds }: Report): string[] {
  const rows = ALL_KINDS.flatMap((kind) => {
    const found = kinds[kind];
    if (found === undefined) return [];
    const { weight, driven, characters, correct, unknown, events } = found;
    const sign = KINDS[kind].signal ? '' : 'none';
    const share = [percent(correct, characters), percent(unknown, characters)];
    const inEvents = [String(events.events), percent(events.correct, events.events)];
    return [[kind, KINDS[kind].what, String(weight), String(driven), String(characters), ...share, ...inEvents, sign]];
  });
  const heads = ['kind', 'what', 'weight', 'driven', 'characters', 'right', '`unknown`', 'events', 'right', 'sign'];
  return table(heads, rows);
}

function simulatedTable({ simulated }: Report): string[] {
  const { acceptances, moments, copies, neighbours, human, rules } = simulated;
  const rule = (of: (one: (typeof rules)[number]) => string): string[] => rules.map((one) => of(one));
  const rows = [
    [
      `386 accepted completions are AI`,
      `${percent(acceptances.right, acceptances.of)} of ${acceptances.of}`,
      ...rule(({ missedAcceptances }) => percent(386 - missedAcceptances, 386)),
    ],
    ...moments.map(({ of, right }, index) => [
      `… at the ${NTH[index]} later moment`,
      `${percent(right, of)} of ${of}`,
      '',
      '',
      '',
    ]),
    [
      '494 copies from a chat are not human',
      `${percent(copies.right, copies.of)} \`paste\``,
      ...rule(({ missedCopies }) => percent(494 - missedCopies, 494)),
    ],
    [
      'human lines beside them stay human',
      `${percent(neighbours.right, neighbours.of)} of ${neighbours.of}`,
      '',
      '',
      '',
    ],
    [
      `false alarms: ${human.insertions} insertions of people called AI`,
      String(human.calledAi),
      ...rule(({ falseAlarms }) => `${falseAlarms} (${percent(falseAlarms, human.insertions)})`),
    ],
    [
      `false alarms: ${human.characters} characters of people called AI`,
      '0',
      ...rule(({ falseAlarmCharacters: count }) => `${count} (${percent(count, human.characters)})`),
    ],
  ];
  return table(['', 'Countersign', ...rules.map(({ atLeast }) => `“≥ ${atLeast} characters is AI”`)], rows);
}

const NTH = ['first', 'second', 'third', 'fourth', 'fifth'];

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(heads), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}

/** One wrong answer, with all that is known of how it came about. */
export function mistakeText(mistake: Mistake): string {
  const { kind, action, expected, got, characters, text, event, settled, seenAfter } = mistake;
  return [
    `action ${action ?? '?'}, seen after ${seenAfter}, ${kind}: ${characters} characters are ${expected}, called ${got}: ${JSON.stringify(text)}`,
    `    event ${JSON.stringify(event)}`,
    `    taken for ${JSON.stringify(settled)}`,
  ].join('\n');
}
