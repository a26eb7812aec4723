/** What is easily got wrong by one: bounds, neighbours, and names, in what the gate's core answers. */
import assert from 'node:assert/strict';
import type { ChangeCommit, ChangedFile } from '../../../src/core/model/change';
import type { Source } from '../../../src/core/model/origin';
import type { Report } from '../../../src/core/model/report';
import type { Subject } from '../../../src/core/model/span';
import { makeTextSubject } from '../../../src/core/signing/span';
import { rawLines } from '../../../src/core/text/lines';
import { isBot } from '../../../src/core/verify/bots';
import type { GateInput } from '../../../src/core/verify/gateInput';
import { shortRef, targetMatches } from '../../../src/core/verify/targets';
import { blobId } from '../../../src/node/blobId';
import { nodeHash } from '../../../src/node/hash';
import { REPO_ID } from '../../support/repository';
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
  request,
  signerLine,
  signersFile,
  signoff,
  subjectsOf,
  told,
} from './judged';

const before = lines(120);
const everything = [{ id: 'r', when: {}, require: { tier: 'approve', count: 1, level: 'senior' } }];
const asked = { policy: policy({ rules: everything }) };

function statuses(report: Report): string {
  return report.blocks.map(({ status }) => status).join(' ');
}

function rule(when: Readonly<Record<string, unknown>>, require: Readonly<Record<string, unknown>> = {}): unknown {
  return { id: 'r', when, require: { tier: 'approve', count: 1, level: 'senior', ...require } };
}

describe('a sign-off of several blocks', () => {
  const a = file('a.ts', before, lines(120, { 10: 'ten();\n', 50: 'fifty();\n', 80: 'eighty();\n' }));
  const own = signoff('ana', subjectsOf([a]));

  it('is stale at the block that changed, whichever of its subjects that is', () => {
    for (const [line, expected] of [
      [10, 'stale satisfied satisfied'],
      [50, 'satisfied stale satisfied'],
      [80, 'satisfied satisfied stale'],
    ] as const) {
      const word = { 10: 'ten', 50: 'fifty', 80: 'eighty' }[line];
      const changed = file('a.ts', before, a.after.text?.replace(`${word}();`, `${word}(again);`));
      assert.equal(statuses(judged([changed], { ...asked, signoffs: [own] })), expected);
    }
  });
});

/** An insertion that can be cut in two ways, between two other changes, signed as the upper cut. */
describe('a difference that is cut otherwise than the signer’s', () => {
  const brace = (inner: string): string => `{\n  ${inner}();\n}\n`;
  const shape = (
    changes: Readonly<Record<number, string>>,
    middle: string,
    end: Readonly<Record<number, string>>,
  ): string => lines(20, changes) + brace('a') + middle + brace('c') + lines(20, end).replaceAll('value', 'total');
  const start = shape({}, '', {});
  const result = shape({ 5: 'five();\n' }, brace('b'), { 15: 'fifteen();\n' });
  const subjectAt = (from: string, to: string, region: Parameters<typeof makeTextSubject>[1]['region']): Subject =>
    makeTextSubject(nodeHash, {
      repo: REPO_ID,
      path: 'f',
      oldMode: '100644',
      newMode: '100644',
      beforeLines: rawLines(from),
      afterLines: rawLines(to),
      region,
    });
  const inserted = { beforeStart: 23, beforeCount: 0, afterStart: 23, afterCount: 3 };
  const removedBlock = { beforeStart: 23, beforeCount: 3, afterStart: 23, afterCount: 0 };
  const verdict = (from: string, to: string, subjects: readonly Subject[]): string =>
    judged([file('f', from, to)], { ...asked, signoffs: [signoff('ana', subjects)] })
      .blocks.map(({ status }) => (status === 'satisfied' ? '+' : '-'))
      .join('');

  for (const [name, from, to, region] of [
    ['added', start, result, inserted],
    ['removed', result, start, removedBlock],
  ] as const) {
    const [first, , last] = subjectsOf([file('f', from, to)]);
    assert.ok(first !== undefined && last !== undefined);
    const middle = subjectAt(from, to, region);
    const unsigned = (at: number, text: string): string => text.replace(`compute(${at}, seed)`, `changed(${at})`);
    /** The same with one more change that nobody signed, in the first or the last twenty lines. */
    const more = (where: 'first' | 'last', at: number): string => {
      const cut = to.indexOf('{\n');
      return where === 'first'
        ? unsigned(at, to.slice(0, cut)) + to.slice(cut)
        : to.slice(0, to.lastIndexOf('}\n')) + unsigned(at, to.slice(to.lastIndexOf('}\n')));
    };

    it(`is covered whole, lines ${name}`, () => {
      assert.equal(verdict(from, to, [first, middle, last]), '+++');
    });

    it(`is covered while what nobody signed stands beyond a signed region, lines ${name}`, () => {
      assert.equal(verdict(from, more('first', 1), [first, middle, last]), '-+++');
      assert.equal(verdict(from, more('first', 12), [first, middle, last]), '+-++');
      assert.equal(verdict(from, more('last', 19), [first, middle, last]), '+++-');
    });

    it(`is not where something that nobody signed stands in the same gap, lines ${name}`, () => {
      assert.equal(verdict(from, more('last', 8), [first, middle, last]), '+--+');
    });
  }

  it('is looked into for each sign-off of a file, however many do not count', () => {
    const middle = subjectAt(start, result, inserted);
    const [first] = subjectsOf([file('f', start, result)]);
    assert.ok(first !== undefined);
    const among = (others: number): string => {
      const foreign = Array.from({ length: others }, () => signoff('mal', [first]));
      const signoffs = [
        ...foreign,
        signoff('ana', [middle, ...subjectsOf([file('f', start, result)]).slice(2), first]),
      ];
      return statuses(judged([file('f', start, result)], { ...asked, signoffs }));
    };
    assert.equal(among(0), 'satisfied satisfied satisfied');
    assert.equal(among(200), 'satisfied satisfied satisfied');
  });
});

describe('what is asked of a hunk', () => {
  const changed = file('a.ts', before, lines(120, { 10: 'one();\n', 11: 'two();\n' }));

  it('goes by its own number of lines', () => {
    const at = (minLines: number): string =>
      statuses(judged([changed], { policy: policy({ rules: [rule({ minLines })] }) }));
    assert.equal(at(2), 'missing');
    assert.equal(at(3), 'not-required');
  });

  it('is nothing to sign where a rule only asks to be told', () => {
    const rules = [{ id: 'n', when: {}, require: { tier: 'notify' } }];
    const [hunk] = judged([changed], { policy: policy({ rules }) }).hunks;
    assert.deepEqual([hunk?.requires?.tier, hunk?.requires?.count, hunk?.signoffs], ['notify', 0, []]);
    const [signed] = judged([changed], {
      policy: policy({ rules }),
      signoffs: [signoff('ana', subjectsOf([changed]))],
    }).hunks;
    assert.deepEqual(signed?.signoffs, []);
  });

  it('is told with all that it asks for', () => {
    const rules = [rule({}, { count: 2, teams: ['payments'], presence: true })];
    const [hunk] = judged([changed], { policy: policy({ rules }) }).hunks;
    assert.deepEqual(hunk?.requires, {
      tier: 'approve',
      count: 2,
      level: 'senior',
      teams: ['payments'],
      presence: true,
    });
  });

  it('can be met by those of a level without teams, and says which teams where there are some', () => {
    const reason = (teams: readonly string[]): string => {
      const rules = [rule({}, { level: 'principal', ...(teams.length === 0 ? {} : { teams }) })];
      const [hunk] = judged([changed], {
        policy: policy({ rules }),
        signoffs: [signoff('ana', subjectsOf([changed]))],
      }).hunks;
      return hunk?.reason ?? '';
    };
    assert.equal(reason([]), 'sign-off by ana does not count: ana is senior; the rule asks for principal');
    assert.equal(
      reason(['payments']),
      'sign-off by ana does not count: ana is senior; the rule asks for principal in payments',
    );
  });

  it('is asked of somebody none of whose addresses took part', () => {
    const listed = [
      { id: 'ana', emails: ['ana@example.com', 'ana@home.example'], level: 'senior', teams: [] },
      { id: 'eve', emails: ['eve@example.com'], level: 'senior', teams: [] },
    ];
    const next = (who: string): string =>
      judged([changed], {
        policy: policy({ people: listed, rules: everything }),
        commits: [commit(who, ['a.ts'])],
      }).hunks[0]?.next ?? '';
    assert.equal(next('bo'), 'countersign request --to ana');
    assert.equal(next('ana@home.example'), 'countersign request --to eve');
    assert.equal(next('ANA@example.com'), 'countersign request --to eve');
  });

  it('is to be signed at once where a single request asked for it', () => {
    const [hunk] = judged([changed], { ...asked, requests: [request('one', subjectsOf([changed]))] }).hunks;
    assert.equal(hunk?.next, 'ana signs with: countersign approve');
  });

  it('is to be signed by the first of those asked who may sign, by id or e-mail, else by anyone who may', () => {
    const listed = people(['eve', 'senior'], ['joe', 'junior'], ['ana', 'senior']);
    const next = (...to: readonly string[]): string | undefined =>
      judged([changed], {
        policy: policy({ people: listed, rules: everything }),
        commits: [commit('bo', ['a.ts'])],
        requests: to.map((each) => request(each, subjectsOf([changed]), REPO_ID, [each])),
      }).hunks[0]?.next;
    assert.equal(next('ana'), 'ana signs with: countersign approve');
    assert.equal(next('joe', 'Ana@example.com'), 'ana signs with: countersign approve');
    assert.equal(next('joe'), 'eve signs with: countersign approve');
    assert.equal(next('nobody@example.com'), 'eve signs with: countersign approve');
    assert.equal(next(), 'countersign request --to eve');
  });
});

describe('who is named as the author of a line without a record', () => {
  it('is who is not listed, by name, before who is', () => {
    const changed = file('a.ts', before, lines(120, { 10: 'one();\n' }));
    const author = (...who: readonly string[]): string =>
      judged([changed], { commits: who.map((each) => commit(each, ['a.ts'])) }).hunks[0]?.author ?? '';
    assert.equal(author('ana', 'zed'), 'zed@example.com');
    assert.equal(author('zed', 'yan', 'ana'), 'yan@example.com');
    assert.equal(author('ana'), 'ana@example.com');
    assert.equal(author(), 'unknown');
  });
});

describe('hunks', () => {
  it('are cut where the way, the evidence or the author differs', () => {
    const changed = file('a.ts', undefined, 'const first = 1;\nconst second = 2;\nconst third = 3;\n');
    const agent: Source = { ...AI, via: 'agent', evidence: 'reported' };
    const rows = (sources: Readonly<Record<number, Source>>): string[] =>
      judged([changed], { records: [record('bo', [recorded(changed, sources)])] }).hunks.map(
        ({ start, end, via, evidence }) => `${start}-${end} ${via} ${evidence}`,
      );
    assert.deepEqual(rows({ 0: AI, 1: agent, 2: agent }), ['1-1 completion observed', '2-3 agent reported']);
    assert.deepEqual(rows({ 0: AI, 1: { ...AI, evidence: 'declared' }, 2: AI }), [
      '1-1 completion observed',
      '2-2 completion declared',
      '3-3 completion observed',
    ]);
    assert.deepEqual(rows({ 0: AI, 1: { ...AI, via: 'agent' }, 2: AI }).length, 3);
  });

  it('that nobody explains have no evidence', () => {
    const files = [
      file('a.ts', before, lines(120, { 10: 'one();\n' })),
      file('b', 'x\0\n', 'y\0\n'),
      file('new', 'x\n', 'x\n', { from: 'old' }),
    ];
    assert.deepEqual(
      judged(files).hunks.map(({ evidence }) => evidence),
      ['none', 'none', 'none', 'none'],
    );
  });

  it('carry the number of their block, through files with text and items', () => {
    const both = file('a', lines(9), lines(9, { 2: 'two();\n' }), { modes: ['100644', '100755'] });
    const files = [both, { ...both, path: 'b' }, file('c', 'x\n', undefined)];
    const report = judged(files);
    assert.deepEqual(
      report.blocks.map(({ block }) => block),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual(
      report.hunks.map(({ block }) => block),
      [1, 1, 2, 3, 3, 4, 5],
    );
  });

  it('of a file with an exec bit are spoken for by its record all the same', () => {
    const both = file('a', lines(9), lines(9, { 2: 'const two = computeTwo();\n' }), { modes: ['100644', '100755'] });
    const own = record('bo', [recorded(both, { 2: HUMAN }, { 2: HUMAN })]);
    assert.deepEqual(
      judged([both], { records: [own] }).hunks.map(({ origin }) => origin),
      ['human', 'human', 'unknown'],
    );
  });
});

describe('records of names that are gone', () => {
  const text = (count: number, from = 0): string =>
    Array.from({ length: count }, (_, index) => `const number${from + index} = compute(${from + index});\n`).join('');
  const added = file('new.ts', undefined, text(230));
  const adrift = (path: string, source: Source, ...claimed: readonly number[]): ReturnType<typeof recorded> => {
    const sources = Object.fromEntries(claimed.map((line) => [line, source]));
    return { ...recorded(added, sources, {}, { path }), blob: '1'.repeat(40) };
  };
  const origins = (files: readonly ReturnType<typeof recorded>[], changed: ChangedFile = added): string[] =>
    judged([changed], { records: [record('bo', files)] }).hunks.flatMap(({ side, start, end, origin }) =>
      side === 'added' && origin !== 'unknown' ? [`${start}-${end} ${origin}`] : [],
    );

  it('speak for a file that shares their lines; for one that was there only with `unknown` and what is stronger', () => {
    assert.deepEqual(origins([adrift('old.ts', AI, 3, 4)]), ['4-5 ai']);
    const there = file('new.ts', 'x\n', added.after.text);
    assert.deepEqual(origins([adrift('old.ts', AI, 3, 4)], there), ['4-5 ai']);
    assert.deepEqual(origins([adrift('old.ts', HUMAN, 3, 4)]), ['4-5 human']);
    assert.deepEqual(origins([adrift('old.ts', HUMAN, 3, 4)], there), []);
  });

  it('speak for one that was there in full, and for lines that it lost, where the target took the name away', () => {
    const [before, after] = [text(6), text(5) + text(3, 90)];
    const there = file('there.ts', before, after);
    const of = (path: string, source: Source): ReturnType<typeof recorded> => ({
      ...recorded(there, { 5: source, 6: source, 7: source }, { 5: source }, { path }),
      blob: '1'.repeat(40),
    });
    const told = (source: Source, path: string, ...carried: readonly string[]): string[] => {
      const input = { records: [record('bo', [of(path, source)])], carried: new Set(carried) };
      return judged([there], input).hunks.map(({ side, origin }) => `${side} ${origin}`);
    };
    assert.deepEqual(told(AI, 'old.ts'), ['removed unknown', 'added ai']);
    assert.deepEqual(told(AI, 'old.ts', 'old.ts'), ['removed ai', 'added ai']);
    assert.deepEqual(told(HUMAN, 'old.ts'), ['removed unknown', 'added unknown']);
    assert.deepEqual(told(HUMAN, 'old.ts', 'old.ts'), ['removed human', 'added human']);
    assert.deepEqual(told(HUMAN, 'old.ts', 'other.ts'), ['removed unknown', 'added unknown']);
  });

  it('tell nothing by a line that more than 500 of them claim', () => {
    const same = (count: number): ReturnType<typeof recorded>[] =>
      Array.from({ length: count }, (_, index) => adrift(`old${index}.ts`, AI, 3));
    assert.deepEqual(origins(same(500)), ['4-4 ai']);
    assert.deepEqual(origins(same(501)), []);
  });

  it('are tried up to 200, those that share the most lines first', () => {
    const weak = Array.from({ length: 200 }, (_, index) => adrift(`old${index}.ts`, AI, index));
    const found = origins([...weak, adrift('best.ts', AI, 210, 211, 212)]);
    assert.deepEqual(found, ['1-199 ai', '211-213 ai']);
    const first = [adrift('best.ts', AI, 210, 211, 212), ...weak.toReversed()];
    assert.deepEqual(origins(first), ['1-199 ai', '211-213 ai']);
  });
});

describe('ids of objects', () => {
  it('are absent when they are zeros, and not when they end in some', () => {
    const ending = Array.from({ length: 200 }, (_, index) => `${index}\0\n`).find((text) => blobId(text).endsWith('0'));
    assert.ok(ending !== undefined);
    const changed = file('logo', 'x\0\n', ending);
    const says = (from: ChangedFile): string =>
      judged([from], { records: [record('bo', [recordedObject(from)])] })
        .hunks.map(told)
        .join();
    assert.equal(says(changed), 'logo object 0-0 human bo junior  not-required');
    assert.equal(says(file('logo', ending, 'x\0\n')), 'logo object 0-0 human bo junior  not-required');
  });

  it('tell a pointer of LFS by its beginning, up to 1,023 characters', () => {
    const head = 'version https://git-lfs.github.com/spec/v1\n';
    const object = (size: number): string | undefined =>
      judged([file('a', 'x\n', head + 'y'.repeat(size - head.length))]).blocks[0]?.object;
    assert.deepEqual([object(1023), object(1024)], ['content', undefined]);
  });
});

describe('names of branches', () => {
  it('may begin with refs/heads/, in patterns too', () => {
    assert.deepEqual(['refs/heads/main', 'main', 'x/refs/heads/main', 'refs/tags/main'].map(shortRef), [
      'main',
      'main',
      'x/refs/heads/main',
      'refs/tags/main',
    ]);
    assert.equal(targetMatches('refs/heads/release/*', 'release/1'), true);
    assert.equal(targetMatches('release/*', 'refs/heads/release/1'), true);
    assert.equal(targetMatches('main', 'mainly'), false);
    assert.equal(targetMatches('main', 'x/main'), false);
  });
});

describe('programs', () => {
  it('are known by their addresses, letter case aside', () => {
    for (const bot of [
      'noreply@anthropic.com',
      'cursoragent@cursor.com',
      'copilot@github.com',
      'aider@aider.chat',
      'NoReply@aider.chat',
      'renovate[bot]@users.noreply.github.com',
      '198982749+Copilot@users.noreply.github.com',
      'copilot@users.noreply.example.com',
    ])
      assert.equal(isBot(bot), true, bot);
    for (const person of [
      'ana@example.com',
      'bot@example.com',
      'notcopilot@users.noreply.github.com',
      'x+copilot@users.noreply.github.com',
      '',
    ])
      assert.equal(isBot(person), false, person);
  });
});

describe('contributors', () => {
  const listed = people(['ana', 'senior'], ['eve', 'mid'], ['pam', 'principal']);
  const rules = [rule({ authorBelow: 'principal' })];
  const a = file('a.ts', before, lines(120, { 10: 'ten();\n' }));
  const level = (
    commits: readonly ChangeCommit[],
    more: Readonly<Record<string, unknown>> = {},
    input: Partial<GateInput> = {},
  ): string =>
    judged([a], { policy: policy({ people: listed, rules, ...more }), commits, ...input }).hunks[0]?.level ?? '';
  const pam = commit('pam', ['a.ts']);

  it('are co-authors and signers too', () => {
    assert.equal(level([pam]), 'principal');
    assert.equal(level([{ ...pam, coAuthors: ['EVE@example.com'] }]), 'mid');
    assert.equal(level([{ ...pam, signedBy: ['ana@example.com'] }]), 'senior');
  });

  it('are not the forges that the policy names, as committers', () => {
    const forge = { ...pam, committerEmail: 'NoReply@Forge.example' };
    assert.equal(level([forge]), 'junior');
    assert.equal(level([forge], { forges: ['noreply@forge.EXAMPLE'] }), 'principal');
    assert.equal(level([forge], { forges: ['other@forge.example'] }), 'junior');
    assert.equal(
      level([{ ...forge, authorEmail: 'noreply@forge.example' }], { forges: ['noreply@forge.example'] }),
      'junior',
    );
  });

  it('are programs only for lines that no record claims, and alone they are strangers', () => {
    const bot = 'renovate[bot]@users.noreply.github.com';
    const own = { records: [record('pam', [recorded(a, { 10: HUMAN }, { 10: HUMAN })])] };
    const withBot = [pam, { ...pam, oid: '1', authorEmail: bot, committerEmail: bot }];
    assert.equal(level(withBot), 'junior');
    assert.equal(level(withBot, {}, own), 'principal');
    assert.equal(level(withBot.slice(1), {}, own), 'junior');
    assert.equal(level([{ ...pam, coAuthors: [bot] }], {}, own), 'principal');
  });

  it('count, where commits must be signed, as whom their signature names, and as a stranger otherwise', () => {
    const signed = { identity: 'signed' };
    assert.equal(level([pam], signed), 'junior');
    assert.equal(level([{ ...pam, signedBy: ['PAM@example.com'] }], signed), 'principal');
    assert.equal(level([{ ...pam, signedBy: ['ana@example.com'] }], signed), 'junior');
    const two = people(['ana', 'senior']).concat([
      { id: 'pam', emails: ['pam@example.com', 'pam@home.example'], level: 'principal', teams: [] },
    ]);
    assert.equal(level([{ ...pam, signedBy: ['pam@home.example'] }], { ...signed, people: two }), 'principal');
    const strangers = { ...commit('mal', ['a.ts']), signedBy: ['other@example.com'] };
    assert.equal(level([strangers], signed), 'junior');
    const committed = { ...commit('pam', ['a.ts'], 'ana'), signedBy: ['pam@example.com'] };
    assert.equal(level([committed], signed), 'junior');
    assert.equal(level([{ ...committed, signedBy: ['pam@example.com', 'ana@example.com'] }], signed), 'senior');
    assert.equal(
      level([{ ...committed, committerEmail: 'x@forge.example' }], { ...signed, forges: ['x@forge.example'] }),
      'principal',
    );
    const bot = 'renovate[bot]@users.noreply.github.com';
    const own = { records: [record('pam', [recorded(a, { 10: HUMAN }, { 10: HUMAN })])] };
    const withBot = { ...pam, committerEmail: bot };
    assert.equal(level([{ ...withBot, signedBy: ['pam@example.com'] }], signed, own), 'principal');
    assert.equal(level([withBot], signed, own), 'junior');
  });

  it('may not sign, whichever of these they are', () => {
    const signers = signersFile(signerLine('ana'), signerLine('pam'));
    const by = (commits: readonly ChangeCommit[]): string =>
      bearings(
        judged([a], {
          policy: policy({ people: people(['ana', 'senior'], ['pam', 'senior']), rules: everything }),
          signers,
          commits,
          signoffs: [signoff('ana', subjectsOf([a]))],
        }),
      )[0] ?? '';
    const bo = commit('bo', ['a.ts']);
    assert.equal(by([bo]), '+ana counts');
    assert.equal(by([{ ...bo, coAuthors: ['Ana@example.com'] }]), 'ana own-lines');
    assert.equal(by([{ ...bo, signedBy: ['ana@example.com'] }]), 'ana own-lines');
    assert.equal(by([commit('bo', ['a.ts'], 'ana')]), 'ana own-lines');
  });
});
