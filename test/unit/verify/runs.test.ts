/** How lines and their claims make hunks: what a blank line goes with, what adds up, what stands apart. */
import assert from 'node:assert/strict';
import type { LineClaim } from '../../../src/core/attribution/attribute';
import { cutFile } from '../../../src/core/verify/blocks';
import type { Hunk } from '../../../src/core/verify/hunks';
import { textHunks } from '../../../src/core/verify/hunks';
import { file } from './judged';

function claim(origin: LineClaim['origin'], more: Partial<LineClaim> = {}): LineClaim {
  const author = 'bo@example.com';
  return { origin, via: 'typing', evidence: 'observed', counts: { human: 3 }, author, record: 'r1', ...more };
}

const AI = claim('ai');
const OTHER_AI = claim('ai', { author: 'cy@example.com' });
const HUMAN = claim('human');
const PASTE = claim('paste');

type Line = readonly [text: string, claim: LineClaim | undefined];
const code = (said?: LineClaim): Line => ['call(something);', said];
const blank = (said?: LineClaim): Line => ['', said];

/** The hunks of a new file of these lines. */
function hunksOf(...all: readonly Line[]): Hunk[] {
  const cut = cutFile(file('a.ts', undefined, all.map(([text]) => `${text}\n`).join('')), false);
  const [block] = cut.blocks;
  assert.ok(block?.kind === 'text');
  return textHunks(cut, block, 1, { added: all.map(([, said]) => said), removed: [] });
}

function told(...all: readonly Line[]): string[] {
  return hunksOf(...all).map(({ start, end, origin, authors }) => {
    const [author = ''] = authors;
    return `${start}-${end} ${origin}${author.startsWith('cy') ? ' of cy' : ''}`;
  });
}

describe('a blank line', () => {
  it('is one without any character; a brace keeps its claim', () => {
    assert.deepEqual(told(code(AI), ['}', HUMAN], code(AI)), ['0-1 ai', '1-2 human', '2-3 ai']);
    assert.deepEqual(told(code(AI), [' \t', HUMAN], code(AI)), ['0-3 ai']);
  });

  it('before or after all others keeps its claim, and without one goes with the nearest', () => {
    assert.deepEqual(told(blank(HUMAN), code(AI)), ['0-1 human', '1-2 ai']);
    assert.deepEqual(told(code(AI), blank(HUMAN)), ['0-1 ai', '1-2 human']);
    assert.deepEqual(told(code(AI), blank(HUMAN), blank(PASTE)), ['0-1 ai', '1-2 human', '2-3 paste']);
    assert.deepEqual(told(blank(), blank(), code(AI), code(HUMAN)), ['0-3 ai', '3-4 human']);
    assert.deepEqual(told(code(HUMAN), code(AI), blank(), blank()), ['0-1 human', '1-4 ai']);
    assert.deepEqual(told(code(), blank()), ['0-2 unknown']);
    assert.deepEqual(told(blank(HUMAN), blank()), ['0-1 human', '1-2 unknown']);
  });

  it('goes with the nearest line after it where it claims the same, not with one further on', () => {
    assert.deepEqual(told(code(AI), blank(HUMAN), code(HUMAN), code(PASTE)), ['0-1 ai', '1-3 human', '3-4 paste']);
    assert.deepEqual(told(code(AI), blank(PASTE), code(HUMAN), code(PASTE)), ['0-2 ai', '2-3 human', '3-4 paste']);
  });

  it('stands by itself only where its origin is stronger than both', () => {
    assert.deepEqual(told(code(HUMAN), blank(PASTE), code(AI)), ['0-2 human', '2-3 ai']);
    assert.deepEqual(told(code(AI), blank(PASTE), code(HUMAN)), ['0-2 ai', '2-3 human']);
    assert.deepEqual(told(code(HUMAN), blank(PASTE), code(HUMAN)), ['0-1 human', '1-2 paste', '2-3 human']);
    assert.deepEqual(told(code(AI), blank(OTHER_AI), code(AI)), ['0-3 ai'], 'as strong is not stronger');
    assert.deepEqual(told(code(), blank(AI), code()), ['0-1 unknown', '1-2 ai', '2-3 unknown']);
    assert.deepEqual(told(code(), blank(HUMAN), code()), ['0-3 unknown']);
  });

  it('that goes with its neighbour does not count the characters of that line again', () => {
    const [hunk] = hunksOf(code(AI), blank(), blank(HUMAN), code(AI));
    assert.deepEqual(hunk?.counts, { human: 6 });
  });
});

describe('what adjacent hunks of one origin add up to', () => {
  const sizes = (...all: readonly Line[]): string[] => hunksOf(...all).map(({ origin, run }) => `${origin} ${run}`);

  it('is their lines, whoever wrote which of them, and no others', () => {
    assert.deepEqual(sizes(code(AI), code(AI), code(OTHER_AI)), ['ai 3', 'ai 3']);
    assert.deepEqual(sizes(code(AI), code(HUMAN), code(OTHER_AI)), ['ai 1', 'human 1', 'ai 1']);
    assert.deepEqual(sizes(code(HUMAN), code(AI), code(OTHER_AI), code(AI)), ['human 1', 'ai 3', 'ai 3', 'ai 3']);
    assert.deepEqual(sizes(code(AI), code(HUMAN), code(HUMAN)), ['ai 1', 'human 2']);
  });

  it('ends where the side ends', () => {
    const cut = cutFile(file('a.ts', 'keep(1);\nold(1);\n', 'keep(1);\nnew(1);\nnew(2);\n'), false);
    const [block] = cut.blocks;
    assert.ok(block?.kind === 'text');
    const hunks = textHunks(cut, block, 7, { added: [undefined, AI, AI], removed: [undefined, AI] });
    assert.deepEqual(
      hunks.map(({ block: number, side, start, end, run }) => [number, side, start, end, run]),
      [
        [7, 'removed', 1, 2, 1],
        [7, 'added', 1, 3, 2],
      ],
    );
  });
});

describe('a hunk', () => {
  it('is cut by each part of a claim that differs, and by nothing else', () => {
    const apart: Partial<LineClaim>[] = [
      { origin: 'mixed' },
      { via: 'paste' },
      { evidence: 'reported' },
      { author: 'cy@example.com' },
      { actor: { tool: 'assistant' } },
      { unsigned: true },
    ];
    for (const more of apart) assert.equal(hunksOf(code(AI), code(claim('ai', more))).length, 2, JSON.stringify(more));
    assert.equal(hunksOf(code(AI), code()).length, 2);
    const together: Partial<LineClaim>[] = [
      { record: 'r2' },
      { others: ['dan@example.com'] },
      { counts: {} },
      { from: 'documentation' },
    ];
    for (const more of together)
      assert.equal(hunksOf(code(AI), code(claim('ai', more))).length, 1, JSON.stringify(more));
  });

  it('sums the characters of its lines, and names all authors once', () => {
    const [hunk] = hunksOf(
      code(claim('ai', { counts: { ai: 2, human: 1 }, others: ['dan@example.com'] })),
      code(claim('ai', { counts: { ai: 5 }, others: ['dan@example.com', 'eve@example.com'] })),
    );
    assert.deepEqual(hunk?.counts, { ai: 7, human: 1 });
    assert.deepEqual(hunk.authors, ['bo@example.com', 'dan@example.com', 'eve@example.com']);
  });

  it('of lines that nobody claims has no author, no way and no characters', () => {
    assert.deepEqual(hunksOf(code(), blank()), [
      { block: 1, side: 'added', start: 0, end: 2, run: 2, origin: 'unknown', evidence: 'none', authors: [] },
    ]);
  });
});
