/** What the gate's core answers where a change has lines and more, or a record says more than there is. In memory. */
import assert from 'node:assert/strict';
import type { ChangedFile } from '../../../src/core/model/change';
import type { Subject } from '../../../src/core/model/span';
import type { SignoffPredicate, VerifiedSignoff } from '../../../src/core/model/signoff';
import type { GateInput } from '../../../src/core/verify/gateInput';
import { cutFile, wholeKind } from '../../../src/core/verify/blocks';
import { blockSubject, subjectsOfBlocks } from '../../../src/core/verify/subjects';
import { nodeHash } from '../../../src/node/hash';
import {
  AI,
  HUMAN,
  bearings,
  commit,
  file,
  judged,
  lines,
  people,
  policy,
  record,
  recorded,
  recordedObject,
  signerLine,
  signersFile,
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

describe('a blank line between others', () => {
  const after = 'alpha(1);\n\nbeta(2);\n';
  const changed = file('a.js', undefined, after);
  const origins = (...records: readonly Parameters<typeof recorded>[1][]): string[] =>
    judged([changed], { records: records.map((each) => record('bo', [recorded(changed, each)])) }).hunks.map(
      ({ start, end, origin }) => `${start}-${end} ${origin}`,
    );

  it('goes with the line before it, whatever it claims for itself', () => {
    assert.deepEqual(origins({ 0: AI, 2: AI }), ['1-3 ai']);
    assert.deepEqual(origins({ 0: AI, 1: HUMAN, 2: AI }), ['1-3 ai']);
    assert.deepEqual(origins({ 0: AI, 1: HUMAN }), ['1-2 ai', '3-3 unknown']);
    assert.deepEqual(origins({ 1: HUMAN }), ['1-3 unknown']);
  });

  it('keeps a claim that is its neighbour’s, or stronger than both', () => {
    assert.deepEqual(origins({ 0: AI, 1: HUMAN, 2: HUMAN }), ['1-1 ai', '2-3 human']);
    assert.deepEqual(origins({ 0: HUMAN, 1: AI, 2: HUMAN }), ['1-1 human', '2-2 ai', '3-3 human']);
    assert.deepEqual(origins({ 0: HUMAN, 1: AI }), ['1-1 human', '2-2 ai', '3-3 unknown']);
  });
});

describe('a veto on an item that the change took back', () => {
  const added = file('logo.bin', undefined, 'a\0');
  const veto = signoff('ana', subjectsOf([added]), { decision: 'reject', note: 'no' });
  const statuses = (files: Parameters<typeof judged>[0]): string[] =>
    judged(files, { signoffs: [veto] }).blocks.map(({ path, status }) => `${path} ${status}`);

  it('stands against all else that the change adds or changes', () => {
    assert.deepEqual(statuses([added]), ['logo.bin rejected']);
    assert.deepEqual(statuses([file('art.bin', undefined, 'b\0')]), ['art.bin rejected']);
    assert.deepEqual(statuses([file('a.js', TEXT, EDITED)]), ['a.js rejected']);
  });

  it('does so for a file of lines too', () => {
    const draft = file('draft.js', undefined, TEXT);
    const rejected = signoff('ana', subjectsOf([draft]), { decision: 'reject', note: 'no' });
    const report = judged([file('final.js', undefined, EDITED), file('a.js', TEXT, EDITED)], { signoffs: [rejected] });
    assert.deepEqual(
      report.blocks.map(({ path, status }) => `${path} ${status}`),
      ['final.js rejected', 'a.js rejected'],
    );
    assert.match(report.hunks[0]?.reason ?? '', /rejected by ana: no \(it stood in draft\.js\)/);
  });

  it('does so for something that stood in the base', () => {
    const changed = file('logo.bin', 'a\0', 'b\0');
    const other = signoff('ana', subjectsOf([changed]), { decision: 'reject', note: 'no' });
    const [block] = judged([file('art.bin', undefined, 'c\0')], { signoffs: [other] }).blocks;
    assert.equal(block?.status, 'rejected');
  });
});

describe('a veto on a name that the change still holds', () => {
  const changed = file('logo.bin', 'a\0', 'b\0');
  const lined = file('a.js', TEXT, EDITED);
  const other = file('b.js', TEXT, EDITED);
  const against = (rejected: ChangedFile, now: readonly ChangedFile[], more: Partial<GateInput> = {}): string[] => {
    const veto = signoff('ana', subjectsOf([rejected]), { decision: 'reject', note: 'no' });
    const { blocks } = judged(now, { ...more, signoffs: [veto] });
    return blocks.flatMap(({ path, status }) => (status === 'rejected' ? [path] : []));
  };

  it('stands against it alone', () => {
    assert.deepEqual(against(changed, [changed, other]), ['logo.bin']);
    assert.deepEqual(against(lined, [lined, other]), ['a.js']);
    const renamed = file('z.js', TEXT, TEXT, { from: 'a.js' });
    assert.deepEqual(against(lined, [renamed, other]), ['z.js']);
    assert.deepEqual(against(renamed, [renamed, other]), ['z.js']);
  });

  it('stands against all where the target took away what was written there', () => {
    assert.deepEqual(against(lined, [lined, other], { carried: new Set(['a.js']) }), ['a.js', 'b.js']);
    assert.deepEqual(against(lined, [lined, other], { carried: new Set(['c.js']) }), ['a.js']);
  });

  it('stands against all where the base had the file and the change adds one', () => {
    assert.deepEqual(against(lined, [file('a.js', undefined, TEXT), other]), ['a.js', 'b.js']);
    assert.deepEqual(against(changed, [file('logo.bin', undefined, 'b\0'), other]), ['logo.bin', 'b.js']);
    const [newLines, newBytes] = [file('a.js', undefined, TEXT), file('logo.bin', undefined, 'a\0')];
    assert.deepEqual(against(newLines, [newLines, other]), ['a.js']);
    assert.deepEqual(against(newBytes, [newBytes, other]), ['logo.bin']);
  });
});

describe('who wrote under a name that the change does not hold', () => {
  const levels = (more: Partial<GateInput> = {}): string[] => {
    const commits = [commit('ana', ['new.js', 'old.js']), commit('bo', ['away.js'])];
    const files = [file('new.js', undefined, TEXT), file('old.js', TEXT, EDITED)];
    const { hunks } = judged(files, { commits, ...more });
    return [...new Set(hunks.map(({ path, level }) => `${path} ${level}`))];
  };

  it('answers for what the change adds; for all of it where that came and went; for nothing where it has landed', () => {
    assert.deepEqual(levels(), ['new.js junior', 'old.js senior']);
    assert.deepEqual(levels({ moved: new Set(['away.js']) }), ['new.js junior', 'old.js junior']);
    assert.deepEqual(levels({ landed: new Set(['away.js']) }), ['new.js senior', 'old.js senior']);
    assert.deepEqual(levels({ moved: new Set(['b.js']), landed: new Set(['c.js']) }), levels());
  });
});

describe('a signature of the whole tree', () => {
  const files = [file('a.js', TEXT, EDITED), file('logo.bin', 'a\0', 'b\0'), file('old.js', TEXT, undefined)];
  const rules = policy({
    rules: [{ id: 'tree', when: {}, require: { tier: 'approve', count: 1, level: 'senior', binding: 'tree' } }],
  });
  const given = (more: Partial<SignoffPredicate> = {}, wholeFile = true): VerifiedSignoff => {
    const subjects = files.flatMap((each) => {
      const cut = cutFile(each, false);
      return cut.blocks.map((block) => blockSubject(nodeHash, rules.repo, cut, block, wholeFile));
    });
    const observed = { base: 'b'.repeat(40), head: 'c'.repeat(40) };
    return signoff('ana', subjects, { binding: 'tree', observed, ...more });
  };
  const isMet = (signed: VerifiedSignoff, landed = files): boolean =>
    judged(landed, { policy: rules, signoffs: [signed] }).ok;

  it('holds lines, items and deletions together, and no more when one of them differs', () => {
    assert.equal(isMet(given()), true);
    assert.equal(isMet(given(), files.slice(1)), false);
    assert.equal(isMet(given(), [...files.slice(1), file('a.js', TEXT, `${EDITED}more();\n`)]), false);
    assert.equal(isMet(given(), [...files.slice(0, 1), file('logo.bin', 'a\0', 'c\0'), ...files.slice(2)]), false);
    assert.equal(isMet(given(), [...files, file('new.js', undefined, TEXT)]), false);
  });

  it('is none on another base, with lines bound by their surroundings, or by another word', () => {
    assert.equal(isMet(given({ observed: { base: 'd'.repeat(40), head: 'c'.repeat(40) } })), false);
    assert.equal(isMet(given({}, false)), false);
    assert.equal(isMet(given({ binding: 'file' })), false);
  });
});

describe('one signature over two blocks of a file', () => {
  const changed = file('a.js', TEXT, lines(12, { 3: 'const three = 3;\n', 9: 'const nine = 9;\n' }));
  const observed = { base: 'b'.repeat(40), head: 'c'.repeat(40) };
  const asking = (binding: 'file' | 'tree'): ReturnType<typeof policy> =>
    policy({ rules: [{ id: 'bound', when: {}, require: { tier: 'approve', count: 1, level: 'senior', binding } }] });
  const subject = (index: number, wholeFile: boolean, of = changed): Subject => {
    const cut = cutFile(of, false);
    const block = cut.blocks[index];
    assert.ok(block !== undefined);
    return blockSubject(nodeHash, policy().repo, cut, block, wholeFile);
  };
  const codes = (binding: 'file' | 'tree', ...subjects: readonly Subject[]): string[] =>
    bearings(
      judged([changed], {
        policy: asking(binding),
        signoffs: [signoff('ana', subjects, { binding, observed })],
      }),
    );

  it('binds the file only where all that it holds of it does', () => {
    assert.deepEqual([...new Set(codes('file', subject(0, true), subject(1, true)))], ['+ana counts']);
    assert.deepEqual([...new Set(codes('file', subject(0, true), subject(1, false)))], ['ana binding']);
    assert.deepEqual([...new Set(codes('file', subject(0, false), subject(1, true)))], ['ana binding']);
  });

  it('binds the file whatever it also said of lines that are there no more', () => {
    const earlier = file('a.js', TEXT, lines(12, { 3: 'const three = 33;\n' }));
    const codesNow = codes('file', subject(0, true), subject(1, true), subject(0, false, earlier));
    assert.deepEqual([...new Set(codesNow)], ['+ana counts']);
  });

  it('binds the tree only where it holds both, each with the whole file', () => {
    assert.deepEqual([...new Set(codes('tree', subject(0, true), subject(1, true)))], ['+ana counts']);
    assert.deepEqual([...new Set(codes('tree', subject(0, true), subject(1, false)))], ['ana binding']);
    assert.deepEqual(codes('tree', subject(1, true)), ['', '', 'ana binding', 'ana binding']);
    assert.deepEqual(codes('tree', subject(0, true)), ['ana binding', 'ana binding', '', '']);
  });

  it('binds no tree together with what it holds of another state of the file', () => {
    const earlier = file('a.js', TEXT, lines(12, { 3: 'const three = 33;\n' }));
    assert.deepEqual(
      [...new Set(codes('tree', subject(0, true), subject(1, true), subject(0, true, earlier)))],
      ['ana binding'],
    );
  });
});

describe('somebody with two addresses', () => {
  const people = [
    { id: 'ana', emails: ['ana@example.com', 'ana@home.example'], level: 'senior', teams: [] },
    { id: 'dan', emails: ['dan@example.com', 'dan@home.example'], level: 'principal', teams: [] },
  ];
  const changed = file('a.js', TEXT, EDITED);
  const rules = policy({
    people,
    rules: [{ id: 'all', when: {}, require: { tier: 'approve', count: 1, level: 'senior' } }],
  });
  const signers = signersFile(signerLine('ana'), signerLine('dan'));
  const by = (...emails: readonly string[]): ReturnType<typeof commit>[] =>
    emails.map((each) => commit(each, ['a.js']));

  it('can’t sign under the one for what was written under the other', () => {
    const signoffs = [signoff('ana', subjectsOf([changed]))];
    const report = (email: string): string[] => [
      ...new Set(bearings(judged([changed], { policy: rules, signers, signoffs, commits: by(email) }))),
    ];
    assert.deepEqual(report('ana@home.example'), ['ana own-lines']);
    assert.deepEqual(report('ANA@Example.com'), ['ana own-lines']);
    assert.deepEqual(report('bo@example.com'), ['+ana counts']);
  });

  it('can’t lift another’s veto on a change that they took part in under the other', () => {
    const veto = signoff('ana', subjectsOf([changed]), { decision: 'reject', note: 'no' });
    const lifted = signoff('dan', subjectsOf([changed]), { decision: 'withdraw', withdraws: veto.id, note: 'settled' });
    const approval = signoff('ana', subjectsOf([changed]));
    const statuses = (...emails: readonly string[]): string[] =>
      judged([changed], {
        policy: rules,
        signers,
        signoffs: [veto, lifted, approval],
        commits: by(...emails),
      }).blocks.map(({ status }) => status);
    assert.deepEqual(statuses('bo@example.com'), ['satisfied']);
    assert.deepEqual(statuses('bo@example.com', 'dan@home.example'), ['rejected']);
    assert.deepEqual(statuses('bo@example.com', 'dan@example.com'), ['rejected']);
  });
});

describe('a report', () => {
  it('sums up blocks, hunks, lines and what is required', () => {
    const signed = file('a.js', TEXT, EDITED);
    const open = file('b.js', TEXT, EDITED);
    const mine = file('c.js', undefined, 'typed(by);\nhand(s);\n');
    const picture = file('logo.bin', 'a\0', 'b\0');
    const renamed = file('new/d.js', TEXT, TEXT, { from: 'old/d.js' });
    const { summary, ok } = judged([signed, open, mine, picture, renamed], {
      signoffs: [signoff('ana', subjectsOf([signed]))],
      records: [record('bo', [recorded(mine, { 0: HUMAN, 1: HUMAN })])],
    });
    assert.equal(ok, false);
    assert.deepEqual(summary, {
      blocks: 5,
      hunks: 7,
      lines: 6,
      byOrigin: { unknown: 6, human: 2 },
      required: 3,
      satisfied: 1,
    });
  });

  it('says of a sign-off that went stale and never counted why it never did', () => {
    const before = file('a.js', TEXT, lines(12, { 5: 'const five = 55;\n' }));
    const late = signoff('ana', subjectsOf([before]), { expiresAt: '2026-11-01T00:00:00Z' });
    const report = judged([file('a.js', TEXT, EDITED)], { signoffs: [late] });
    assert.deepEqual([...new Set(bearings(report))], ['ana@example.com expired']);
    assert.deepEqual([...new Set(report.hunks.map(({ status }) => status))], ['missing']);
  });

  it('says what a rule asks of the key', () => {
    const asks = (require: object): unknown => {
      const rules = policy({
        rules: [{ id: 'r', when: {}, require: { tier: 'approve', count: 1, level: 'senior', ...require } }],
      });
      return judged([file('a.js', TEXT, EDITED)], { policy: rules }).hunks[0]?.requires;
    };
    const plain = { tier: 'approve', count: 1, level: 'senior', teams: [], presence: false };
    assert.deepEqual(asks({}), plain);
    assert.deepEqual(asks({ presence: true, binding: 'file' }), { ...plain, presence: true, binding: 'file' });
  });

  it('calls an owner’s own sign-off by its name beside others that do not count', () => {
    const changed = file('.countersign/policy.jsonc', TEXT, EDITED);
    const signoffs = ['ana', 'bo'].map((id) => signoff(id, subjectsOf([changed])));
    const rules = policy({ people: people(['ana', 'senior'], ['bo', 'junior']) });
    const signers = signersFile(signerLine('ana'), signerLine('bo'));
    const report = judged([changed], { policy: rules, signers, signoffs, commits: [commit('ana', [changed.path])] });
    assert.deepEqual([...new Set(bearings(report))], ['+ana self, bo below-level']);
    assert.ok(report.hunks.every(({ reason }) => reason === 'signed off by ana (self)'));
  });

  it('takes back no approval of a file that stands beside a rejected one', () => {
    const files = [file('a.js', undefined, TEXT), file('b.js', undefined, EDITED)];
    const [first] = files;
    assert.ok(first !== undefined);
    const veto = signoff('ana', subjectsOf([first]), { decision: 'reject', note: 'no' });
    const statuses = judged(files, { signoffs: [veto, signoff('ana', subjectsOf(files))] }).blocks.map(
      ({ path, status }) => `${path} ${status}`,
    );
    assert.deepEqual(statuses, ['a.js rejected', 'b.js satisfied']);
  });
});

it('subjects bind no more than their surroundings unless they are asked to', () => {
  const changed = file('a.js', TEXT, EDITED);
  const [subject] = subjectsOfBlocks(nodeHash, policy(), [changed], new Set([1])).values();
  assert.deepEqual(subject, subjectsOf([changed])[0]);
});

describe('what has no lines', () => {
  it('is told from what has', () => {
    const kinds = [
      wholeKind(file('a.js', TEXT, EDITED), false),
      wholeKind(file('a.js', TEXT, EDITED), true),
      wholeKind(file('a.js', TEXT, undefined), false),
      wholeKind(file('b.js', TEXT, TEXT, { from: 'a.js' }), false),
      wholeKind(file('a.js', TEXT, TEXT, { modes: ['100644', '100755'] }), false),
      wholeKind(file('logo.bin', 'a\0', 'b\0'), false),
    ];
    assert.deepEqual(kinds, [undefined, 'content', 'delete', 'rename', 'mode', 'content']);
  });

  it('is signed for under both names of a rename, and under its own alone', () => {
    const signed = [file('b.js', TEXT, TEXT, { from: 'a.js' }), file('c.js', TEXT, undefined)].map(
      (each) => subjectsOf([each])[0]?.annotations,
    );
    assert.deepEqual(
      signed.map((each) => each !== undefined && 'object' in each && [each.object, each.from]),
      [
        ['rename', 'a.js'],
        ['delete', undefined],
      ],
    );
  });
});
