import assert from 'node:assert/strict';
import { contentLines } from '../../../src/core/text/lines';
import type { LineState } from '../../../src/core/tracking/lineFold';
import { shownRuns } from '../../../src/editor/origins/shownOrigins';
import type { BlameLine } from '../../../src/node/blame';

const AI: Omit<BlameLine, 'line'> = {
  origin: 'ai',
  via: 'agent',
  evidence: 'reported',
  tool: 'claude-code',
  author: 'bo@example.com',
  record: 'r1',
};
const HERS: Omit<BlameLine, 'line'> = {
  origin: 'human',
  via: 'typing',
  evidence: 'observed',
  author: 'ana@example.com',
};
const NONE: Omit<BlameLine, 'line'> = { origin: 'unknown' };

function saved(...lines: readonly (readonly [string, Omit<BlameLine, 'line'>])[]) {
  return { text: lines.map(([text]) => text), lines: lines.map(([, each], at) => ({ line: at + 1, ...each })) };
}

function seen(line: number, origin: LineState['origin']): LineState {
  return { line, origin, via: 'typing', evidence: 'observed', counts: {} };
}

/** First and last line, origin and author of each run. */
function runs(text: string, at: ReturnType<typeof saved>, states: readonly LineState[] = []): string[] {
  return shownRuns(contentLines(text), at, states).map(({ first, last, shown }) => {
    return `${first}-${last} ${shown.origin} ${shown.author ?? ''}`.trim();
  });
}

describe('Who wrote each line of an open document', () => {
  const three = saved(['one', AI], ['two', AI], ['', NONE], ['three', HERS], ['four', NONE]);

  it('is what blame says, in runs; blank lines go with what is before them', () => {
    assert.deepEqual(runs('one\ntwo\n\nthree\nfour\n', three), [
      '0-2 ai bo@example.com',
      '3-3 human ana@example.com',
      '4-4 unknown',
    ]);
  });

  it('moves along with unsaved lines, which are nobody’s unless the editor saw them', () => {
    assert.deepEqual(runs('new\none\ntwo\n\nthree\nfour\n', three).slice(0, 2), [
      '0-0 unknown',
      '1-3 ai bo@example.com',
    ]);
    assert.deepEqual(runs('new\none\ntwo\n\nthree\nfour\n', three, [seen(0, 'human')]).slice(0, 2), [
      '0-0 human',
      '1-3 ai bo@example.com',
    ]);
  });

  it('is what was seen last where blame says otherwise, and names the author where both agree', () => {
    assert.deepEqual(runs('one\ntwo\n\nthree\nfour\n', three, [seen(0, 'ai'), seen(3, 'unknown')]), [
      '0-2 ai bo@example.com',
      '3-4 unknown',
    ]);
    assert.deepEqual(runs('one\ntwo\n\nthree\nfour\n', three, [seen(1, 'mixed')]).slice(0, 2), [
      '0-0 ai bo@example.com',
      '1-2 mixed',
    ]);
  });

  it('is nothing for an empty document, and for lines beyond it', () => {
    assert.deepEqual(runs('', saved()), []);
    assert.deepEqual(runs('one\n', three, [seen(7, 'human')]), ['0-0 ai bo@example.com']);
  });
});
