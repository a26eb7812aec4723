/** What the gate's core answers where a change has lines and more, or a record says more than there is. In memory. */
import assert from 'node:assert/strict';
import {
  AI,
  HUMAN,
  file,
  judged,
  lines,
  policy,
  record,
  recorded,
  recordedObject,
  signoff,
  subjectsOf,
  told,
} from './judged';

const TEXT = lines(12);
const EDITED = lines(12, { 5: 'const five = 5;\n' });

describe('a text that changes its mode as well', () => {
  const changed = file('run.sh', TEXT, EDITED, { modes: ['100644', '100755'] });

  it('is two blocks, each with a signature of its own, which goes stale by itself', () => {
    const signed = signoff('ana', subjectsOf([changed]));
    assert.equal(judged([changed], { signoffs: [signed] }).ok, true);
    const later = file('run.sh', TEXT, lines(12, { 5: 'const five = 6;\n' }), { modes: ['100644', '100755'] });
    const statuses = judged([later], { signoffs: [signed] }).blocks.map(({ object, status }) => `${object} ${status}`);
    assert.deepEqual(statuses, ['undefined stale', 'mode stale']);
  });

  it('needs a signature of the mode where only the lines are signed', () => {
    const [text] = subjectsOf([changed]);
    assert.ok(text !== undefined);
    const report = judged([changed], { signoffs: [signoff('ana', [text])] });
    assert.deepEqual(
      report.blocks.map(({ status }) => status),
      ['satisfied', 'missing'],
    );
  });
});

describe('a record', () => {
  it('names the tool of what has no lines', () => {
    const changed = file('logo.bin', 'a\0', 'b\0');
    const { origin, via, evidence, actor } = AI;
    assert.ok(origin === 'ai' && actor !== undefined);
    const said = recordedObject(changed, { origin, via, evidence, actor });
    const [hunk] = judged([changed], { records: [record('bo', [said])] }).hunks;
    assert.deepEqual([hunk?.origin, hunk?.actor?.tool], ['ai', actor.tool]);
  });

  it('that speaks of lines removed from a file which was not there explains nothing', () => {
    const changed = file('new.js', undefined, TEXT);
    const other = file('new.js', EDITED, TEXT);
    const said = recorded(other, {}, { 5: HUMAN });
    const [hunk, ...more] = judged([changed], { records: [record('bo', [said])] }).hunks;
    assert.equal(more.length, 0);
    assert.equal(hunk?.origin, 'unknown');
  });
});

describe('a sign-off of something that is there no more', () => {
  it('covers nothing: an object that became text, text that became an object', () => {
    const text = file('a.js', TEXT, EDITED);
    const binary = file('a.js', TEXT, 'b\0');
    for (const [signed, landed] of [
      [text, binary],
      [binary, text],
    ] as const) {
      const report = judged([landed], { signoffs: [signoff('ana', subjectsOf([signed]))] });
      assert.ok(
        report.blocks.every(({ status }) => status !== 'satisfied'),
        report.hunks.map(told).join(),
      );
      assert.equal(report.ok, false);
    }
  });
});

describe('a rule', () => {
  it('that nobody listed can meet says so, and asks for a change of the policy', () => {
    const require = { tier: 'approve', count: 1, level: 'principal' };
    const [hunk] = judged([file('a.js', TEXT, EDITED)], {
      policy: policy({ rules: [{ id: 'all', when: {}, require }] }),
    }).hunks;
    assert.equal(hunk?.status, 'missing');
    assert.match(hunk?.next ?? '', /nobody listed in the policy may sign for it/);
  });

  it('that wants a verified user counts no signature without', () => {
    const require = { tier: 'approve', count: 1, level: 'senior', presence: true, verified: true };
    const rules = policy({ rules: [{ id: 'all', when: {}, require }] });
    const changed = file('a.js', TEXT, EDITED);
    const given = (userVerified: boolean): boolean =>
      judged([changed], {
        policy: rules,
        signoffs: [signoff('ana', subjectsOf([changed]), {}, { userPresent: true, userVerified })],
      }).ok;
    assert.deepEqual([given(false), given(true)], [false, true]);
  });
});
