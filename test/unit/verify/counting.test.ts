/** Which sign-offs count for which lines, and what is said of those that do not. In memory: core's own answers. */
import assert from 'node:assert/strict';
import type { VerifiedSignoff } from '../../../src/core/model/signoff';
import type { GateInput } from '../../../src/core/verify/gateInput';
import {
  AI,
  HUMAN,
  NOW,
  bearings,
  commit,
  file,
  judged,
  keyBlob,
  lines,
  people,
  policy,
  record,
  recorded,
  request,
  signerLine,
  signersFile,
  signoff,
  subjectsOf,
  told,
} from './judged';

const before = lines(120);
const a = file('a.ts', before, lines(120, { 10: 'ten();\n', 80: 'eighty();\n' }));
const [first, second] = subjectsOf([a]);
assert.ok(first !== undefined && second !== undefined);
const both = [first, second];
const byAi = record('bo', [recorded(a, { 10: AI, 80: AI }, { 10: AI, 80: AI })]);

function rule(require: Readonly<Record<string, unknown>>, when: Readonly<Record<string, unknown>> = {}): unknown {
  return { id: 'r', when, require: { tier: 'approve', count: 1, level: 'senior', ...require } };
}

/** The verdict on the AI's two blocks, both signed by ana unless said otherwise. */
function verdict(
  more: Partial<GateInput> = {},
  signoffs: readonly VerifiedSignoff[] = [signoff('ana', both)],
): { statuses: string; bearing: string; reason: string; next: string; ok: boolean } {
  const report = judged([a], { records: [byAi], signoffs, ...more });
  const [hunk] = report.hunks;
  const statuses = report.blocks.map(({ status }) => status).join(' ');
  const [bearing = ''] = bearings(report);
  return { statuses, bearing, reason: hunk?.reason ?? '', next: hunk?.next ?? '', ok: report.ok };
}

describe('a report', () => {
  it('tells of every block and hunk where it stands, whose it is, what is asked, why, and what next', () => {
    const report = judged([a], { records: [byAi], signoffs: [signoff('ana', [second])] });
    assert.deepEqual(report.hunks.map(told), [
      'a.ts removed 11-11 ai bo junior ai-needs-a-senior missing',
      'a.ts added 11-11 ai bo junior ai-needs-a-senior missing',
      'a.ts removed 81-81 ai bo junior ai-needs-a-senior satisfied',
      'a.ts added 81-81 ai bo junior ai-needs-a-senior satisfied',
    ]);
    assert.deepEqual(
      report.hunks.map(({ block, reason, next }) => [block, reason, next]),
      [
        [1, 'rule ai-needs-a-senior asks for a sign-off by senior or above', 'countersign request --to ana'],
        [1, 'rule ai-needs-a-senior asks for a sign-off by senior or above', 'countersign request --to ana'],
        [2, 'signed off by ana', ''],
        [2, 'signed off by ana', ''],
      ],
    );
    assert.deepEqual(
      report.blocks.map(({ block, path, afterStart, afterEnd, beforeStart, beforeEnd, status, span, requests }) => [
        [block, path, afterStart, afterEnd, beforeStart, beforeEnd, status],
        span,
        requests,
      ]),
      [
        [[1, 'a.ts', 11, 11, 11, 11, 'missing'], first.digest.sha256, []],
        [[2, 'a.ts', 81, 81, 81, 81, 'satisfied'], second.digest.sha256, []],
      ],
    );
    assert.deepEqual(report.summary, {
      blocks: 2,
      hunks: 4,
      lines: 4,
      byOrigin: { ai: 4 },
      required: 2,
      satisfied: 1,
    });
    assert.deepEqual(
      [report.ok, report.base, report.head, report.ref, report.policy, report.problems],
      [false, 'b'.repeat(40), 'c'.repeat(40), 'main', { sha256: '1'.repeat(64), mode: 'enforce' }, []],
    );
  });

  it('is not ok when something was malformed, whatever else holds', () => {
    const problem = { code: 'x', path: 'p', field: '', message: 'm' };
    assert.equal(verdict().ok, true);
    assert.equal(verdict({ problems: [problem] }).ok, false);
  });

  it('counts lines by origin, the strongest first, and items without lines apart', () => {
    const b = file('b.ts', undefined, 'one();\ntwo();\nthree();\n');
    const gone = file('gone.ts', 'old();\n', undefined);
    const report = judged([b, gone], { records: [record('bo', [recorded(b, { 0: HUMAN, 1: HUMAN, 2: AI })])] });
    assert.deepEqual(Object.entries(report.summary.byOrigin), [
      ['ai', 1],
      ['unknown', 1],
      ['human', 2],
    ]);
    assert.equal(report.summary.lines, 3);
    assert.deepEqual(report.hunks.map(told), [
      'b.ts added 1-2 human bo junior  not-required',
      'b.ts added 3-3 ai bo junior ai-needs-a-senior missing',
      'gone.ts object 0-0 unknown bo junior unexplained-needs-a-senior missing',
    ]);
    const object = report.blocks[1];
    assert.deepEqual(
      [object?.object, object?.afterStart, object?.afterEnd, object?.beforeStart, object?.beforeEnd],
      ['delete', 0, 0, 0, 0],
    );
  });

  it('says when no rule asks, and when one only asks to be told', () => {
    const quiet = (rules: readonly unknown[]): string[] => {
      const [hunk] = judged([a], { records: [byAi], policy: policy({ rules }) }).hunks;
      return [hunk?.status ?? '', hunk?.reason ?? '', hunk?.next ?? '', hunk?.requires?.tier ?? 'none'];
    };
    assert.deepEqual(quiet([]), ['not-required', 'no rule asks for a sign-off', '', 'none']);
    const notify = { id: 'n', when: {}, require: { tier: 'notify' } };
    assert.deepEqual(quiet([notify]), ['not-required', 'rule n asks for no signature', '', 'notify']);
  });

  it('names the signers of a satisfied hunk once each, and asks for as many as are needed', () => {
    const rules = [rule({ count: 2 })];
    const listed = people(['ana', 'senior'], ['eve', 'principal'], ['joe', 'junior']);
    const more = {
      policy: policy({ rules, people: listed }),
      signers: signersFile(signerLine('ana'), signerLine('eve')),
    };
    const one = verdict(more);
    assert.equal(one.statuses, 'missing missing');
    assert.equal(one.bearing, '+ana counts');
    assert.equal(one.reason, 'rule r asks for 2 sign-offs by senior or above');
    const two = verdict(more, [signoff('ana', both), signoff('eve', both), signoff('ana', both)]);
    assert.equal(two.statuses, 'satisfied satisfied');
    assert.equal(two.reason, 'signed off by ana, eve');
    assert.equal(verdict(more, [signoff('ana', both), signoff('ana', both)]).statuses, 'missing missing');
  });

  it('takes two listed people for one where a key stands for both', () => {
    const listed = people(['ana', 'senior'], ['eve', 'senior'], ['dan', 'senior']);
    const counted = (signers: GateInput['signers'], ...signoffs: readonly VerifiedSignoff[]): string =>
      verdict({ policy: policy({ rules: [rule({ count: 2 })], people: listed }), signers }, signoffs).statuses;
    const [ana, eve, dan] = [signoff('ana', both), signoff('eve', both), signoff('dan', both)];
    const anaAsEve = signoff('ana', both, {
      reviewer: { ...ana.statement.predicate.reviewer, principal: 'eve@example.com' },
    });
    const lines = [signerLine('ana'), `eve@example.com ssh-ed25519 ${keyBlob('ana')}`, signerLine('dan')];
    assert.equal(counted(signersFile(...lines), ana, anaAsEve), 'missing missing');
    assert.equal(counted(signersFile(...lines), ana, dan, anaAsEve), 'satisfied satisfied');
    // Who shares a name with each of two others makes one person of all three.
    const shared = [
      signerLine('ana'),
      signerLine('eve'),
      `ana@example.com,eve@example.com ssh-ed25519 ${keyBlob('dan')}`,
    ];
    const danAsEve = signoff('dan', both, {
      reviewer: { ...dan.statement.predicate.reviewer, principal: 'eve@example.com' },
    });
    assert.equal(counted(signersFile(...shared), ana, eve), 'satisfied satisfied');
    assert.equal(counted(signersFile(...shared), ana, eve, danAsEve), 'missing missing');
    const roles = ['ana', 'eve'].map((id) => `${id}@example.com,reviewers ssh-ed25519 ${keyBlob(id)}`);
    assert.equal(counted(signersFile(...roles), ana, eve), 'satisfied satisfied', 'a name that nobody listed has');
  });
});

describe('a sign-off counts for nothing', () => {
  const cases: readonly [string, Partial<GateInput>, VerifiedSignoff, string, string][] = [
    [
      'when its key is not in the base',
      { signers: signersFile(signerLine('eve')) },
      signoff('ana', both),
      'ana@example.com key-not-listed',
      'allowed_signers',
    ],
    [
      'when its key is revoked',
      { revoked: [keyBlob('ana')] },
      signoff('ana', both),
      'ana@example.com revoked-key',
      'revoked',
    ],
    [
      'when it names somebody else',
      {},
      signoff('ana', both, { reviewer: { principal: 'eve@example.com', keyid: '' } }),
      'eve@example.com other-principal',
      'eve@example.com',
    ],
    [
      'when its signer is not listed',
      { signers: signersFile(signerLine('eve')) },
      signoff('eve', both),
      'eve@example.com not-listed',
      "eve@example.com is not among the base policy's people",
    ],
    [
      'when the key may only sign for git',
      { signers: signersFile(signerLine('ana', 'namespaces="git"')) },
      signoff('ana', both),
      'ana@example.com namespace',
      'does not allow',
    ],
    [
      'in another repository',
      {},
      signoff('ana', both, { repo: 'another' }),
      'ana@example.com other-repo',
      'it was signed for another repository',
    ],
    [
      'on another branch',
      {},
      signoff('ana', both, { targetRefs: ['release/*', 'next'] }),
      'ana@example.com other-target',
      'it was signed for release/*, next, not for main',
    ],
    [
      'on a branch that a broken pattern seems to name',
      {},
      signoff('ana', both, { targetRefs: ['!main', 'ma**n', 'mai'] }),
      'ana@example.com other-target',
      'not for main',
    ],
    [
      'from the moment on at which it expires',
      {},
      signoff('ana', both, { expiresAt: '2026-11-22T00:00:00Z' }),
      'ana@example.com expired',
      'it expired on 2026-11-22T00:00:00Z',
    ],
    [
      'for a level below the one asked for',
      { policy: policy({ rules: [rule({ level: 'principal' })] }) },
      signoff('ana', both),
      'ana below-level',
      'ana is senior; the rule asks for principal',
    ],
    [
      'from outside the teams asked for',
      {
        policy: policy({
          rules: [rule({ teams: ['payments', 'security'] })],
          people: people(['ana', 'senior', 'payments'], ['pam', 'senior', 'payments', 'security']),
        }),
      },
      signoff('ana', both),
      'ana below-level',
      'ana is senior; the rule asks for senior in payments, security',
    ],
    [
      'without a touch where one is asked for',
      { policy: policy({ rules: [rule({ presence: true })] }) },
      signoff('ana', both),
      'ana no-presence',
      'the rule asks for a hardware key that was touched',
    ],
    [
      'for lines that its signer wrote',
      {
        commits: [commit('ana', ['a.ts'])],
        policy: policy({ rules: [rule({})], people: people(['ana', 'senior'], ['eve', 'senior']) }),
      },
      signoff('ana', both),
      'ana own-lines',
      "ana contributed to these lines and can't sign for them",
    ],
  ];
  for (const [name, more, given, bearing, reason] of cases) {
    it(name, () => {
      const found = verdict(more, [given]);
      assert.equal(found.statuses, 'missing missing');
      assert.equal(found.bearing, bearing);
      assert.ok(found.reason.includes(reason), found.reason);
      assert.match(found.reason, /^sign-off by \S+ does not count: /);
      // The same with nothing wrong: it was this that kept it from counting.
      assert.equal(verdict().statuses, 'satisfied satisfied');
    });
  }

  it('when it has landed before', () => {
    const given = signoff('ana', both);
    const found = verdict({ spent: new Set([given.path]) }, [given]);
    assert.deepEqual([found.statuses, found.bearing], ['missing missing', 'ana@example.com spent']);
    assert.match(found.reason, /landed on the target before; what landed again needs a new sign-off/);
    assert.equal(verdict({ spent: new Set(['another']) }, [given]).statuses, 'satisfied satisfied');
  });

  it('and several refusals are all said', () => {
    const { reason } = verdict({}, [signoff('ana', both, { repo: 'x' }), signoff('eve', both)]);
    assert.match(
      reason,
      /^sign-off by ana@example\.com does not count: .*; sign-off by eve@example\.com does not count: /,
    );
  });
});

describe('a sign-off counts', () => {
  it('to the last moment before it expires, and for every branch that its patterns name', () => {
    const at = (predicate: Parameters<typeof signoff>[2], ref = 'main'): string =>
      verdict({ ref }, [signoff('ana', both, predicate)]).statuses;
    assert.equal(at({ expiresAt: '2026-11-22T00:00:00.001Z' }), 'satisfied satisfied');
    assert.equal(at({ targetRefs: ['next', 'refs/heads/main'] }), 'satisfied satisfied');
    assert.equal(at({ targetRefs: ['release/*'] }, 'release/1'), 'satisfied satisfied');
    assert.equal(at({ targetRefs: ['release/*'] }, 'refs/heads/release/1'), 'satisfied satisfied');
    assert.equal(at({ targetRefs: ['release/*'] }, 'release/1/2'), 'missing missing');
  });

  it('with the touch that is asked for', () => {
    const rules = [rule({ presence: true })];
    const touched = signoff('ana', both, {}, { userPresent: true });
    assert.equal(verdict({ policy: policy({ rules }) }, [touched]).statuses, 'satisfied satisfied');
  });

  it('of someone in all the teams that are asked for', () => {
    const rules = [rule({ teams: ['payments', 'security'] })];
    const listed = people(['ana', 'senior', 'security', 'payments']);
    assert.equal(verdict({ policy: policy({ rules, people: listed }) }).statuses, 'satisfied satisfied');
  });

  it('of the only owner for the policy itself, as self', () => {
    const path = '.countersign/policy.jsonc';
    const own = file(path, 'one\n', 'two\n');
    const report = judged([own], { commits: [commit('ana', [path])], signoffs: [signoff('ana', subjectsOf([own]))] });
    assert.deepEqual(
      report.blocks.map(({ status }) => status),
      ['satisfied'],
    );
    assert.deepEqual(bearings(report), ['+ana self', '+ana self']);
    assert.deepEqual(
      report.hunks.map(({ reason }) => reason),
      ['signed off by ana (self)', 'signed off by ana (self)'],
    );
    const [bearing] = report.hunks[0]?.signoffs ?? [];
    assert.equal(bearing?.reason, "the owner's own sign-off");
  });
});

describe('who may not sign', () => {
  const rules = (separation: string): unknown =>
    policy({ rules: [rule({ separation })], people: people(['ana', 'senior'], ['eve', 'senior']) });
  const b = file('b.ts', undefined, 'b();\n');
  const status = (separation: string, more: Partial<GateInput>): string => {
    const signoffs = [signoff('ana', [...both, ...subjectsOf([b])])];
    const report = judged([a, b], { policy: rules(separation) as GateInput['policy'], signoffs, ...more });
    return report.blocks.map((block) => block.status).join(' ');
  };

  it('are, by default, those of the very lines: of their record, and of commits to the file', () => {
    const shared = {
      records: [
        record('ana', [recorded(a, { 10: AI }, { 10: AI })]),
        record('bo', [recorded(a, { 80: AI }, { 80: AI })]),
      ],
    };
    assert.equal(
      status('span', { ...shared, commits: [commit('bo', ['a.ts', 'b.ts'])] }),
      'missing satisfied satisfied',
    );
    assert.equal(
      status('span', { commits: [commit('ana', ['a.ts']), commit('bo', ['b.ts'])] }),
      'missing missing satisfied',
    );
    assert.equal(
      status('span', { commits: [commit('bo', ['a.ts'], 'ANA@Example.com'), commit('bo', ['b.ts'])] }),
      'missing missing satisfied',
    );
  });

  it('are those of any line of the file where the rule says so', () => {
    const shared = {
      records: [
        record('ANA', [recorded(a, { 10: AI }, { 10: AI })]),
        record('bo', [recorded(a, { 80: AI }, { 80: AI })]),
      ],
    };
    assert.equal(status('file', { ...shared, commits: [commit('bo', ['a.ts', 'b.ts'])] }), 'missing missing satisfied');
  });

  it('are all who took part in the change where the rule says so', () => {
    assert.equal(
      status('change', { commits: [commit('ana', ['c.ts']), commit('bo', ['a.ts', 'b.ts'])] }),
      'missing missing missing',
    );
    assert.equal(
      status('change', { commits: [commit('bo', ['c.ts'], 'ana'), commit('bo', ['a.ts', 'b.ts'])] }),
      'missing missing missing',
    );
    assert.equal(
      status('change', { commits: [commit('ana', []), commit('bo', ['a.ts', 'b.ts'])] }),
      'satisfied satisfied satisfied',
    );
    const elsewhere = record('Ana', [recorded(file('c.ts', undefined, 'c();\n'), { 0: HUMAN })]);
    assert.equal(status('change', { records: [elsewhere] }), 'missing missing missing');
    assert.equal(status('span', { records: [elsewhere] }), 'satisfied satisfied satisfied');
  });
});

describe('what to do next', () => {
  const listed = people(['ana', 'senior'], ['eve', 'senior'], ['joe', 'junior']);

  it('is to ask somebody who may sign and did not take part, else who may sign, else to change the policy', () => {
    const ask = (more: Partial<GateInput>): string => verdict(more, []).next;
    assert.equal(ask({ policy: policy({ people: listed }) }), 'countersign request --to ana');
    const byAna = record('ana', [recorded(a, { 10: AI, 80: AI }, { 10: AI, 80: AI })]);
    const asked = { policy: policy({ people: listed, rules: [rule({})] }) };
    assert.equal(ask({ ...asked, records: [byAna] }), 'countersign request --to eve');
    const byBoth = record('eve', [recorded(a, { 10: AI, 80: AI }, { 10: AI, 80: AI })]);
    assert.equal(ask({ ...asked, records: [byAna, byBoth] }), 'countersign request --to ana');
    const nobody = { policy: policy({ rules: [rule({ level: 'principal' })] }) };
    assert.equal(ask(nobody), 'nobody listed in the policy may sign for it; change .countersign/policy.jsonc');
  });

  it('is to sign where it was asked for already, by a request of this repository that names the block', () => {
    const named = request('1', [first]);
    const report = judged([a], {
      records: [byAi],
      requests: [named, request('2', both, 'another'), request('3', [first])],
    });
    assert.deepEqual(
      report.hunks.map(({ next }) => next),
      [
        'ana signs with: countersign approve',
        'ana signs with: countersign approve',
        'countersign request --to ana',
        'countersign request --to ana',
      ],
    );
    assert.deepEqual(
      report.blocks.map(({ requests }) => requests.length),
      [2, 0],
    );
    assert.equal(report.blocks[0]?.requests[0], named.id);
  });

  it('names everyone and every team that is asked for', () => {
    const teams = policy({ rules: [rule({ count: 2, teams: ['payments', 'security'] })] });
    assert.equal(
      verdict({ policy: teams }, []).reason,
      'rule r asks for 2 sign-offs by senior or above in payments and security',
    );
    const one = policy({ rules: [rule({ teams: ['payments'] })] });
    assert.equal(verdict({ policy: one }, []).reason, 'rule r asks for a sign-off by senior or above in payments');
  });
});

describe('a rejection', () => {
  const veto = (note = 'No'): VerifiedSignoff => signoff('ana', [first], { decision: 'reject', note });
  const lift = (id: string, of: VerifiedSignoff, note = 'Settled', subject = [first]): VerifiedSignoff =>
    signoff(id, subject, { decision: 'withdraw', withdraws: of.id, note });
  const listed = people(['ana', 'senior'], ['eve', 'principal'], ['sue', 'senior'], ['joe', 'junior']);
  const all = {
    policy: policy({ people: listed }),
    signers: signersFile(...['ana', 'eve', 'sue', 'joe'].map((id) => signerLine(id))),
  };

  it('stands against the whole file, whatever else was signed, and says who can settle it', () => {
    const given = veto('No retry');
    const found = verdict({}, [given, signoff('ana', both)]);
    assert.equal(found.statuses, 'rejected rejected');
    assert.equal(found.reason, 'rejected by ana: No retry');
    assert.equal(found.next, `settle it with ana, who then runs: countersign withdraw ${given.id.slice(0, 12)}`);
    assert.equal(found.bearing, '+ana counts, ana rejected');
    assert.equal(verdict({}, [veto('')]).reason, 'rejected by ana');
    assert.equal(found.ok, false);
  });

  it('stands against lines that need no signature, a file that was renamed, and after it has expired', () => {
    const human = record('bo', [recorded(a, { 10: HUMAN, 80: HUMAN }, { 10: HUMAN, 80: HUMAN })]);
    assert.equal(verdict({ records: [human] }, []).statuses, 'not-required not-required');
    assert.equal(verdict({ records: [human] }, [veto()]).statuses, 'rejected rejected');
    const moved = file('new.ts', before, before, { from: 'a.ts' });
    assert.deepEqual(
      judged([moved], { signoffs: [veto()] }).blocks.map(({ status }) => status),
      ['rejected'],
    );
    const old = signoff('ana', [first], { decision: 'reject', note: 'No', expiresAt: '2026-11-21T00:00:00Z' });
    assert.equal(verdict({}, [old]).statuses, 'rejected rejected');
    for (const reviewedAt of ['2026-11-22T00:00:00Z', 'some day']) {
      const unlisted = signoff('mal', [first], { decision: 'reject', reviewedAt });
      assert.equal(verdict({ now: NOW }, [unlisted]).statuses, 'missing missing');
    }
  });

  it('is lifted by whoever gave it, or by a higher level that took no part, and with a reason', () => {
    const lifted = (id: string, more: Partial<GateInput> = {}, note = 'Settled'): boolean => {
      const given = veto();
      return verdict({ ...all, ...more }, [given, lift(id, given, note)]).statuses === 'missing missing';
    };
    assert.equal(lifted('ana'), true);
    assert.equal(lifted('ana', {}, '  '), false);
    assert.equal(lifted('eve'), true);
    assert.equal(lifted('sue'), false);
    assert.equal(lifted('joe'), false);
    assert.equal(lifted('eve', { commits: [commit('eve', ['z.ts']), commit('bo', ['a.ts'])] }), false);
    assert.equal(lifted('eve', { commits: [commit('bo', ['a.ts']), commit('eve', [])] }), true);
    assert.equal(lifted('ana', { commits: [commit('ana', ['z.ts']), commit('bo', ['a.ts'])] }), true);
  });

  it('is not lifted by naming nothing, or another decision, and one lifted leaves the other', () => {
    const [given, other] = [veto(), veto('Still no')];
    const nothing = signoff('ana', [first], { decision: 'withdraw', note: 'x' });
    assert.equal(verdict(all, [given, nothing]).statuses, 'rejected rejected');
    assert.equal(verdict(all, [given, other, lift('ana', given)]).reason, 'rejected by ana: Still no');
    const unlisted = signoff('mal', [first], { decision: 'reject', note: 'x' });
    assert.equal(verdict(all, [lift('ana', unlisted), unlisted]).statuses, 'missing missing');
  });

  it('is lifted whichever of two files of the same statement comes first, one of them with another key', () => {
    const given = veto();
    const copy = { ...given, keyBlob: signoff('mal', [first]).keyBlob };
    for (const files of [
      [given, copy],
      [copy, given],
    ]) {
      assert.equal(verdict(all, files).statuses, 'rejected rejected');
      assert.equal(verdict(all, [...files, lift('ana', given)]).statuses, 'missing missing');
    }
  });

  it('and a sign-off that is withdrawn counts no longer', () => {
    const given = signoff('ana', both);
    assert.equal(verdict(all, [given]).statuses, 'satisfied satisfied');
    assert.equal(verdict(all, [given, lift('ana', given, 'Mistaken', both)]).statuses, 'missing missing');
  });
});
