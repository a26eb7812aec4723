/** What a sign-off covers of a file whose lines repeat, and beside changes that it does not hold. */
import assert from 'node:assert/strict';
import type { VerifiedSignoff } from '../../../src/core/model/signoff';
import { bearings, file, judged, lines, people, policy, signerLine, signersFile, signoff, subjectsOf } from './judged';

const rules = [{ id: 'r', when: {}, require: { tier: 'approve', count: 1, level: 'senior' } }];
const asked = {
  policy: policy({ rules, people: people(['ana', 'senior'], ['cy', 'senior']) }),
  signers: signersFile(signerLine('ana'), signerLine('cy')),
};

/** The statuses of the blocks of this change. */
function statuses(before: string, after: string, ...signoffs: readonly VerifiedSignoff[]): string[] {
  return judged([file('pay.ts', before, after)], { ...asked, signoffs }).blocks.map(({ status }) => status);
}

const subjects = (before: string, after: string): ReturnType<typeof subjectsOf> =>
  subjectsOf([file('pay.ts', before, after)]);

const charges = (count: number): string => 'charge();\n'.repeat(count);
const audited = (before: number, after: number): string => `${charges(before)}audit();\n${charges(after)}`;

describe('a line among lines alike', () => {
  const base = `begin();\n${charges(7)}end();\n`;
  const signed = subjects(base, `begin();\n${audited(5, 2)}end();\n`);

  it('is covered where it was signed', () => {
    assert.deepEqual(statuses(base, `begin();\n${audited(5, 2)}end();\n`, signoff('ana', signed)), ['satisfied']);
  });

  it('is not once others were added before it, nor are they', () => {
    for (const more of [1, 2, 3]) {
      const report = judged([file('pay.ts', base, `begin();\n${audited(5 + more, 2)}end();\n`)], {
        ...asked,
        signoffs: [signoff('ana', signed)],
      });
      assert.deepEqual(
        report.blocks.map(({ status }) => status),
        ['stale'],
        `${more} more`,
      );
      assert.deepEqual(bearings(report), ['ana stale']);
    }
  });

  it('is not once others were added behind it, or taken away', () => {
    for (const [before, after] of [
      [5, 3],
      [5, 4],
      [4, 2],
      [5, 1],
      [4, 3],
      [6, 1],
    ] as const) {
      const now = statuses(base, `begin();\n${audited(before, after)}end();\n`, signoff('ana', signed));
      assert.equal(now.includes('stale') || now.includes('missing'), true, `${before} and ${after}: ${now.join()}`);
    }
  });

  it('costs no other block of the file its sign-off', () => {
    const around = (inner: string, mark: string): string =>
      `${lines(20)}${mark}${lines(20)}${inner}${lines(20)}${mark}`;
    const [from, to] = [around(charges(7), 'old();\n'), around(audited(5, 2), 'new();\n')];
    const all = signoff('ana', subjects(from, to));
    assert.deepEqual(statuses(from, to, all), ['satisfied', 'satisfied', 'satisfied']);
    const more = around(audited(6, 2), 'new();\n');
    assert.deepEqual(statuses(from, more, all), ['satisfied', 'stale', 'missing', 'satisfied']);
    const again = signoff('cy', subjects(from, more).slice(1, 3));
    assert.deepEqual(statuses(from, more, all, again), ['satisfied', 'satisfied', 'satisfied', 'satisfied']);
  });

  it('is not when fewer of them land than were signed', () => {
    const few = `setup();\nprepare();\n${charges(4)}`;
    const more = signoff('ana', subjects(few, few + charges(5)));
    assert.deepEqual(statuses(few, few + charges(5), more), ['satisfied']);
    for (const count of [1, 2, 3, 4]) assert.deepEqual(statuses(few, few + charges(count), more), ['stale']);
    assert.deepEqual(statuses(few, few + charges(6), more), ['missing'], 'five of the six are covered');
  });
});

describe('blocks of one file', () => {
  const base = lines(90);
  const three = lines(90, { 10: 'ten();\n', 40: 'forty();\n', 70: 'seventy();\n' });

  it('may be signed by one person each', () => {
    const [one, two, last] = subjects(base, three);
    assert.ok(one !== undefined && two !== undefined && last !== undefined);
    const [ana, cy] = [signoff('ana', [one, last]), signoff('cy', [two])];
    assert.deepEqual(statuses(base, three, ana, cy), ['satisfied', 'satisfied', 'satisfied']);
    assert.deepEqual(statuses(base, three, ana), ['satisfied', 'missing', 'satisfied']);
    assert.deepEqual(statuses(base, three, cy), ['missing', 'satisfied', 'missing']);
  });

  it('may land in part, and beside others', () => {
    const all = signoff('ana', subjects(base, three));
    assert.deepEqual(statuses(base, lines(90, { 10: 'ten();\n', 70: 'seventy();\n' }), all), [
      'satisfied',
      'satisfied',
    ]);
    const other = lines(90, { 10: 'ten();\n', 25: 'other();\n', 70: 'seventy();\n' });
    assert.deepEqual(statuses(base, other, all), ['satisfied', 'stale', 'satisfied']);
  });

  it('may be moved by a base that went on', () => {
    const all = signoff('ana', subjects(base, three));
    const onto = (text: string): string => `first();\n${text.replace('value25 =', 'moved25 =')}last();\n`;
    assert.deepEqual(statuses(onto(base), onto(three), all), ['satisfied', 'satisfied', 'satisfied']);
    const more = onto(three).replace('value55 =', 'more55 =');
    assert.deepEqual(statuses(onto(base), more, all), ['satisfied', 'satisfied', 'missing', 'satisfied']);
  });
});
