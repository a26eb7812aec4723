import assert from 'node:assert/strict';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { recordChange } from '../../../src/core/attribution/recordFile';
import type { Source } from '../../../src/core/model/origin';
import { liveFile } from '../../../src/core/tracking/claims';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { nodeHash } from '../../../src/node/hash';

const MOVE: Source = { origin: 'human', via: 'move', evidence: 'observed' };
const BASE = 'let first = gone;\nlet older = gone again;\npost(old, value, other);\nlet last = here;\n';
const [FIRST = '', OLDER = '', POST = ''] = BASE.split(/(?<=\n)/);

/** What the commit of a base that was edited so says: unexplained lines, then each hunk. */
function recorded(base: string, how: Source | 'unknown', removed: string, before: string): string[] {
  const tracker = new DocumentTracker(base);
  tracker.setInitial(base.split('\n').map(() => ({ kind: 'neutral' })));
  const from = base.indexOf(removed);
  const to = before === '' ? base.length : base.indexOf(before);
  tracker.apply(
    [
      { offset: from, removed: removed.length, text: '' },
      { offset: to, removed: 0, text: removed },
    ],
    { kind: 'layout', by: how },
  );
  const live = liveFile(tracker, 'f.ts', nodeHash);
  const claims = [{ record: '', author: 'bo', sameContent: true, hunks: live.hunks }];
  const change = recordChange('f.ts', [fileLines(nodeHash, base)], fileLines(nodeHash, tracker.text()), claims);
  const hunks = change.hunks.map(({ side, lines, origin, via }) => `${side} ${lines.length} ${origin} ${via}`);
  return [`${change.unexplained} unexplained`, ...hunks];
}

describe('Lines that a difference shows as moved, where their neighbours were', () => {
  const moved = ['0 unexplained', 'removed 1 human move', 'added 1 human move'];

  it('are their mover’s, whichever of the two the editor took', () => {
    assert.deepEqual(recorded(BASE, MOVE, OLDER, 'let last'), moved);
    assert.deepEqual(recorded(BASE, MOVE, POST, OLDER), moved);
    assert.deepEqual(recorded(BASE, MOVE, FIRST, 'let last'), moved);
    assert.deepEqual(recorded(BASE, MOVE, POST, FIRST), moved);
  });

  it('are an AI’s where an AI moved them', () => {
    const [, ...hunks] = recorded(BASE, { origin: 'ai', via: 'move', evidence: 'reported' }, OLDER, 'let last');
    assert.deepEqual(hunks, ['removed 1 ai move', 'added 1 ai move']);
  });

  it('are nobody’s where nobody is on record, and where the neighbour was formatted and not moved', () => {
    assert.equal(recorded(BASE, 'unknown', POST, OLDER)[0], '2 unexplained');
    assert.equal(recorded(BASE, 'unknown', OLDER, 'let last')[0], '2 unexplained');
  });

  it('are nobody’s where equal lines make it a guess', () => {
    const twins = `${POST}${OLDER}${POST}let last = here;\n`;
    assert.notEqual(recorded(twins, 'unknown', OLDER, POST)[0], '0 unexplained');
  });
});
