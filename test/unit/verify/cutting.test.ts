/** How changes are cut into blocks and hunks, whose lines they are, and what covers them however they are cut. */
import assert from 'node:assert/strict';
import type { ChangedFile, Mode } from '../../../src/core/model/change';
import type { Source } from '../../../src/core/model/origin';
import type { GateInput } from '../../../src/core/verify/gateInput';
import { makeTextSubject } from '../../../src/core/signing/span';
import { rawLines } from '../../../src/core/text/lines';
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
  signoff,
  subjectsOf,
  told,
} from './judged';

const PASTE: Source = { origin: 'paste', via: 'paste', evidence: 'observed' };
const before = lines(120);

function blocks(files: readonly ChangedFile[], more: Partial<GateInput> = {}): string[] {
  return judged(files, more).blocks.map(
    ({ path, object, beforeStart, beforeEnd, afterStart, afterEnd, status }) =>
      `${path} ${object ?? `${beforeStart}-${beforeEnd} ${afterStart}-${afterEnd}`} ${status}`,
  );
}

function hunks(files: readonly ChangedFile[], more: Partial<GateInput> = {}): string[] {
  return judged(files, more).hunks.map(told);
}

describe('a changed file is cut into', () => {
  const whole: readonly [string, ChangedFile, string[]][] = [
    ['its deletion', file('a', 'x\n', undefined), ['delete']],
    ['its rename', file('a', 'x\n', 'x\n', { from: 'b' }), ['rename']],
    [
      'its rename and its exec bit',
      file('a', 'x\n', 'x\n', { from: 'b', modes: ['100644', '100755'] }),
      ['rename', 'mode'],
    ],
    ['its exec bit', file('a', 'x\n', 'x\n', { modes: ['100755', '100644'] }), ['mode']],
    ['a new empty file', file('a', undefined, ''), ['content']],
    ['a binary before', file('a', 'x\0\n', 'y\n'), ['content']],
    ['a binary after', file('a', 'x\n', 'y\0\n'), ['content']],
    ['an LFS pointer', file('a', 'x\n', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n'), ['content']],
    ['a symlink', file('a', 'x\n', 'y', { modes: ['100644', '120000'] }), ['content']],
    ['a submodule', file('a', undefined, 'z', { modes: ['000000', '160000'] }), ['content']],
    ['what the policy takes as a whole', file('package-lock.json', 'x\n', 'y\n'), ['content']],
  ];
  for (const [name, changed, objects] of whole) {
    it(`${name}: ${objects.join(' and ')}, with no lines`, () => {
      const report = judged([changed]);
      assert.deepEqual(
        report.blocks.map(({ object }) => object),
        objects,
      );
      assert.deepEqual(
        report.hunks.map(({ side, start, end }) => [side, start, end]),
        objects.map(() => ['object', 0, 0]),
      );
      assert.equal(report.summary.lines, 0);
    });
  }

  it('regions of lines, and the exec bit beside them', () => {
    const changed = file('a', before, lines(120, { 3: '', 50: 'new();\nmore();\n', 119: 'end();\n' }), {
      modes: ['100644', '100755'],
    });
    assert.deepEqual(blocks([changed]), [
      'a 4-4 4-3 missing',
      'a 51-51 50-51 missing',
      'a 120-120 120-120 missing',
      'a mode missing',
    ]);
  });

  it('lines, where a file is emptied, filled, or too long to be a pointer', () => {
    assert.deepEqual(blocks([file('a', 'x\n', '')]), ['a 1-1 1-0 missing']);
    assert.deepEqual(blocks([file('a', '', 'x\n')]), ['a 1-0 1-1 missing']);
    const long = `version https://git-lfs.github.com/spec/v1\n${'x'.repeat(1100)}\n`;
    assert.deepEqual(blocks([file('a', 'x\n', long)]), ['a 1-1 1-2 missing']);
    assert.deepEqual(blocks([file('a', 'x\n', ' version https://git-lfs.github.com/spec/v1\n')]), [
      'a 1-1 1-1 missing',
    ]);
  });
});

describe('an item without lines', () => {
  const rename = file('new.ts', 'x\n', 'x\n', { from: 'old.ts' });

  it('needs nothing when only its name changed, unless a rule names one of the paths', () => {
    const report = judged([rename]);
    assert.deepEqual(report.hunks.map(told), ['new.ts object 0-0 unknown bo junior  not-required']);
    assert.equal(report.blocks[0]?.from, 'old.ts');
    const rules = [{ id: 'r', when: { paths: ['old.ts'] }, require: { tier: 'approve', count: 1, level: 'senior' } }];
    assert.deepEqual(blocks([rename], { policy: policy({ rules }) }), ['new.ts rename missing']);
    const signoffs = [signoff('ana', subjectsOf([rename]))];
    assert.deepEqual(blocks([rename], { policy: policy({ rules }), signoffs }), ['new.ts rename satisfied']);
  });

  it('is explained by a record of the very ids, by steps between them, and by nothing else', () => {
    const [one, two, three] = ['a\0\n', 'b\0\n', 'c\0\n'];
    const changed = file('logo', one, three);
    const says = (...files: readonly ReturnType<typeof recordedObject>[]): string =>
      hunks([changed], { records: [record('bo', files)] })[0] ?? '';
    const ids = [one, two, three].map((text) => blobId(text ?? ''));
    const [a = '', b = '', c = ''] = ids;
    assert.equal(says(recordedObject(changed)), 'logo object 0-0 human bo junior  not-required');
    const step = (from: string, to: string, origin: 'ai' | 'human' = 'human'): ReturnType<typeof recordedObject> =>
      recordedObject(changed, { before: from, after: to, origin });
    assert.equal(says(step(a, b), step(b, c)), 'logo object 0-0 human bo junior  not-required');
    assert.equal(says(step(a, b, 'ai'), step(b, c)), 'logo object 0-0 ai bo junior ai-needs-a-senior missing');
    assert.equal(says(step(b, c)), 'logo object 0-0 unknown bo junior unexplained-needs-a-senior missing');
    assert.equal(says(step(a, b)), 'logo object 0-0 unknown bo junior unexplained-needs-a-senior missing');
    assert.equal(says(), 'logo object 0-0 unknown bo junior unexplained-needs-a-senior missing');
  });

  it('that was deleted was deleted by whoever deleted it, whatever stood in it', () => {
    const changed = file('a', 'x\n', undefined);
    const says = (more: Parameters<typeof recordedObject>[1]): string =>
      hunks([changed], { records: [record('bo', [recordedObject(changed, more)])] })[0] ?? '';
    assert.equal(says({ before: '1'.repeat(40) }), 'a object 0-0 human bo junior  not-required');
    assert.equal(
      says({ before: '1'.repeat(40), after: '2'.repeat(40) }),
      'a object 0-0 unknown bo junior unexplained-needs-a-senior missing',
    );
  });

  it('that is a mode is explained by a record of a mode for the content before or after, and of no other', () => {
    const changed = file('a', 'x\n', 'y\n', { modes: ['100644', '100755'] });
    const says = (at: string, to = at): string => {
      const own = recordedObject(changed, { before: at, after: to });
      return hunks([changed], { records: [record('bo', [own])] }).at(-1) ?? '';
    };
    const [x, y, z] = ['x\n', 'y\n', 'z\n'].map(blobId) as [string, string, string];
    for (const id of [x, y]) assert.equal(says(id), 'a object 0-0 human bo junior  not-required');
    for (const [from, to] of [
      [z, z],
      [y, x],
    ] as const)
      assert.equal(says(from, to), 'a object 0-0 unknown bo junior unexplained-needs-a-senior missing');
  });

  it('under its old name was the business of whoever recorded it there', () => {
    const changed = file('new', 'x\0\n', 'x\0\n', { from: 'old', modes: ['100644', '100755'] });
    const own = { ...recordedObject(changed, { origin: 'ai' }), path: 'old' };
    assert.deepEqual(hunks([changed], { records: [record('eve', [own])] }).slice(1), [
      'new object 0-0 ai eve junior ai-needs-a-senior missing',
    ]);
  });

  it('is covered by a sign-off of the very kind, ids and modes', () => {
    const changed = file('a', 'x\n', 'y\n', { modes: ['100644', '100755'] });
    const [text, mode] = subjectsOf([changed]);
    assert.ok(text !== undefined && mode !== undefined);
    assert.deepEqual(blocks([changed], { signoffs: [signoff('ana', [mode])] }), [
      'a 1-1 1-1 missing',
      'a mode satisfied',
    ]);
    assert.deepEqual(blocks([changed], { signoffs: [signoff('ana', [text])] }), [
      'a 1-1 1-1 satisfied',
      'a mode missing',
    ]);
    const other = file('a', 'x\n', 'z\n', { modes: ['100644', '100755'] });
    const stale = judged([other], { signoffs: [signoff('ana', [mode])] });
    assert.deepEqual(bearings(stale), ['', '', 'ana stale']);
    assert.deepEqual(blocks([other], { signoffs: [signoff('ana', [mode])] }), ['a 1-1 1-1 missing', 'a mode stale']);
  });
});

describe('the hunks of a block', () => {
  it('are runs of one origin, way, evidence, actor and author; a blank line goes with its neighbours', () => {
    const after = lines(12, { 2: 'a();\n\nb();\nc();\nd();\ne();\nf();\n\n' });
    const changed = file('a.ts', lines(12), after);
    const other = record('eve', [recorded(changed, { 8: HUMAN })]);
    const own = record('bo', [
      recorded(changed, {
        2: AI,
        4: AI,
        5: { ...AI, actor: { tool: 'another' } },
        6: { ...AI, actor: { tool: 'another' }, evidence: 'declared' },
        7: HUMAN,
      }),
    ]);
    const report = judged([changed], { records: [own, other] });
    assert.deepEqual(
      report.hunks
        .filter(({ side }) => side === 'added')
        .map(({ start, end, origin, evidence, author, actor }) => [
          `${start}-${end} ${origin} ${evidence} ${author}`,
          actor?.tool,
        ]),
      [
        ['3-5 ai observed bo@example.com', 'assistant'],
        ['6-6 ai observed bo@example.com', 'another'],
        ['7-7 ai declared bo@example.com', 'another'],
        ['8-8 human observed bo@example.com', undefined],
        ['9-10 human observed eve@example.com', undefined],
      ],
    );
    assert.deepEqual(report.hunks.find(({ start, side }) => start === 3 && side === 'added')?.counts, { ai: 8 });
  });

  it('take a blank first line along with the line after it, and stay unknown where all is blank', () => {
    const changed = file('a.ts', 'x();\n', 'x();\n\n\nown();\n');
    assert.deepEqual(hunks([changed], { records: [record('bo', [recorded(changed, { 3: HUMAN })])] }), [
      'a.ts added 2-4 human bo junior  not-required',
    ]);
    const blank = file('a.ts', 'x();\n', 'x();\n\n\n');
    assert.deepEqual(hunks([blank]), ['a.ts added 2-3 unknown bo junior unexplained-needs-a-senior missing']);
  });

  it('say where the author says that lines are from, and whose removed ones were', () => {
    const changed = file(
      'a.ts',
      'x();\nconst oldest = oldValue();\nconst older = olderValue();\n',
      'x();\nnew();\nnewer();\n',
    );
    const from = record('bo', [
      recorded(
        changed,
        { 1: { ...PASTE, from: 'documentation' }, 2: { ...PASTE, from: 'own' } },
        { 1: HUMAN },
        { whose: 'ai' },
      ),
      recorded(changed, {}, { 2: HUMAN }, { whose: 'human' }),
    ]);
    const [removed, added] = judged([changed], { records: [from] }).hunks;
    assert.deepEqual([removed?.whose, removed?.from], [['ai', 'human'], undefined]);
    assert.deepEqual([added?.from, added?.whose], [['own', 'documentation'], undefined]);
  });
});

describe('a line is spoken for', () => {
  const changed = file('b.ts', undefined, 'const first = someValue();\nconst second = otherValue();\n');

  it('by records of this repository about its path', () => {
    const about = (path: string, repo?: string): string[] =>
      hunks([changed], { records: [record('bo', [recorded(changed, { 0: HUMAN, 1: HUMAN }, {}, { path })], repo)] });
    assert.deepEqual(about('b.ts'), ['b.ts added 1-2 human bo junior  not-required']);
    assert.deepEqual(about('b.ts', 'another'), ['b.ts added 1-2 unknown bo junior unexplained-needs-a-senior missing']);
  });

  it('by a record of the name that it had, where a record says so or the name is gone', () => {
    const old = recorded(changed, { 0: PASTE, 1: PASTE }, {}, { path: 'old.ts' });
    const told = (files: readonly ChangedFile[], ...more: readonly ReturnType<typeof recorded>[]): string[] =>
      hunks(files, { records: [record('eve', [{ ...old, blob: '1'.repeat(40) }, ...more])] }).slice(0, 1);
    const asPaste = ['b.ts added 1-2 paste eve junior unexplained-needs-a-senior missing'];
    assert.deepEqual(told([changed]), asPaste);
    assert.deepEqual(told([changed, file('old.ts', 'z\n', undefined)]), asPaste);
    const there = [changed, file('old.ts', 'z\n', 'y\n')];
    assert.deepEqual(told(there), ['b.ts added 1-2 unknown bo junior unexplained-needs-a-senior missing']);
    assert.deepEqual(told(there, recorded(changed, {}, {}, { was: 'old.ts' })), asPaste);
    assert.deepEqual(told([file('b.ts', 'q\n', changed.after.text)]), [
      'b.ts removed 1-1 unknown bo junior unexplained-needs-a-senior missing',
    ]);
  });

  it('by the strongest claim, and every claimant took part in it', () => {
    const [weak, strong] = [
      record('ana', [recorded(changed, { 0: HUMAN, 1: HUMAN })]),
      record('bo', [recorded(changed, { 0: AI })]),
    ];
    const signoffs = [signoff('ana', subjectsOf([changed]))];
    const report = judged([changed], { records: [weak, strong], signoffs });
    assert.deepEqual(report.hunks.map(told), [
      'b.ts added 1-1 ai bo junior ai-needs-a-senior missing',
      'b.ts added 2-2 human ana junior  not-required',
    ]);
    assert.deepEqual(bearings(report), ['ana own-lines', '']);
  });
});

describe('the level of a line', () => {
  const listed = people(['ana', 'senior'], ['eve', 'mid'], ['pam', 'principal']);
  const rules = [{ id: 'r', when: { authorBelow: 'senior' }, require: { tier: 'approve', count: 1, level: 'senior' } }];
  const a = file('a.ts', before, lines(120, { 10: 'ten();\n' }));
  const levels = (files: readonly ChangedFile[], more: Partial<GateInput>): string[] =>
    judged(files, { policy: policy({ people: listed, rules }), ...more }).hunks.map(
      ({ level, author }) => `${author} ${level}`,
    );

  it('is the lowest of all whose commits touch the path, author or committer, and of its recorded author', () => {
    const [line] = levels([a], { commits: [commit('pam', ['a.ts'])] });
    assert.equal(line, 'pam@example.com principal');
    assert.equal(levels([a], { commits: [commit('pam', ['a.ts'], 'ana')] })[0], 'ana@example.com senior');
    assert.equal(
      levels([a], { commits: [commit('pam', ['a.ts']), commit('eve', ['a.ts'])] })[0],
      'eve@example.com mid',
    );
    assert.equal(
      levels([a], { commits: [commit('pam', ['a.ts']), commit('eve', ['b.ts'])] })[0],
      'pam@example.com principal',
    );
    assert.equal(
      levels([a], { commits: [commit('pam', ['a.ts']), commit('mal', ['a.ts'])] })[0],
      'mal@example.com junior',
    );
    const own = record('eve', [recorded(a, { 10: HUMAN }, { 10: HUMAN })]);
    assert.equal(levels([a], { commits: [commit('pam', ['a.ts'])], records: [own] })[0], 'eve@example.com mid');
  });

  it('is that of others where no commit answers for the path, whatever a record says', () => {
    assert.equal(levels([a], { commits: [] })[0], 'unknown junior');
    const own = record('pam', [recorded(a, { 10: HUMAN }, { 10: HUMAN })]);
    assert.equal(levels([a], { commits: [], records: [own] })[0], 'pam@example.com junior');
  });

  it('follows a renamed file, and what vanished into any added one', () => {
    const moved = file('new.ts', 'x\0\n', 'x\0\n', { from: 'old.ts', modes: ['100644', '100755'] });
    assert.equal(
      levels([moved], { commits: [commit('eve', ['old.ts']), commit('pam', ['new.ts'])] })[0],
      'eve@example.com mid',
    );
    const added = file('new.ts', undefined, 'x();\n');
    const byPam = commit('pam', ['new.ts']);
    assert.equal(levels([added], { commits: [byPam, commit('eve', ['gone.ts'])] })[0], 'eve@example.com mid');
    assert.equal(
      levels([a], { commits: [commit('pam', ['a.ts']), commit('eve', ['gone.ts'])] })[0],
      'pam@example.com principal',
    );
    const deleted = file('gone.ts', 'x\n', undefined);
    const once = [byPam, commit('eve', ['gone.ts'])];
    assert.equal(levels([added, deleted], { commits: once })[0], 'pam@example.com principal');
    assert.equal(
      levels([added, deleted], { commits: [...once, commit('eve', ['gone.ts'])] })[0],
      'eve@example.com mid',
    );
    const renamed = file('other.ts', 'y\n', 'y\n', { from: 'gone.ts' });
    assert.equal(
      levels([added, renamed], { commits: [byPam, commit('eve', ['gone.ts', 'other.ts'])] })[0],
      'pam@example.com principal',
    );
    const still = file('gone.ts', 'x\n', 'y\n');
    assert.equal(levels([added, still], { commits: once })[0], 'pam@example.com principal');
  });
});

describe('coverage', () => {
  const rules = [{ id: 'r', when: {}, require: { tier: 'approve', count: 1, level: 'senior' } }];
  const asked = { policy: policy({ rules }) };
  const signed = lines(120, { 10: 'ten();\n', 50: 'fifty();\n', 80: 'eighty();\n' });
  const a = file('a.ts', before, signed);
  const subjects = subjectsOf([a]);

  it('is by line: what is signed stays signed, and what changed since is stale, nearby only', () => {
    const edited = (line: number): ChangedFile =>
      file('a.ts', before, signed.replace(`value${line} =`, `other${line} =`));
    assert.deepEqual(blocks([a], { ...asked, signoffs: [signoff('ana', subjects)] }), [
      'a.ts 11-11 11-11 satisfied',
      'a.ts 51-51 51-51 satisfied',
      'a.ts 81-81 81-81 satisfied',
    ]);
    const report = judged([edited(11)], { ...asked, signoffs: [signoff('ana', subjects)] });
    assert.deepEqual(
      report.blocks.map(({ status }) => status),
      ['stale', 'satisfied', 'satisfied'],
    );
    assert.match(
      report.hunks[0]?.reason ?? '',
      /^sign-off [0-9a-f]{12} by ana went stale: what was signed has changed since$/,
    );
    assert.equal(report.hunks[0]?.next, 'countersign request --to ana');
  });

  it('calls a sign-off stale at the nearest block within 30 lines of where it stood, and at no other', () => {
    const at = (line: number): string => {
      const other = file('a.ts', before, lines(120, { [line]: 'now();\n', 118: 'end();\n' }));
      const [first] = judged([other], { ...asked, signoffs: [signoff('ana', subjects.slice(1, 2))] }).blocks;
      return first?.status ?? '';
    };
    assert.deepEqual(
      [at(81), at(82), at(19), at(18), at(51), at(50)],
      ['stale', 'missing', 'stale', 'missing', 'stale', 'stale'],
    );
    const two = file('a.ts', before, lines(120, { 45: 'now();\n', 60: 'then();\n' }));
    assert.deepEqual(
      judged([two], { ...asked, signoffs: [signoff('ana', subjects.slice(1, 2))] }).blocks.map(({ status }) => status),
      ['stale', 'missing'],
    );
    const refused = signoff('mal', subjects.slice(1, 2));
    const [hunk] = judged([two], { ...asked, signoffs: [refused] }).hunks;
    assert.deepEqual([hunk?.status, hunk?.signoffs[0]?.code], ['missing', 'key-not-listed']);
  });

  it('of a text that became one item is stale there, and only where it is the file’s only block', () => {
    const gone = file('a.ts', before, undefined);
    assert.deepEqual(blocks([gone], { ...asked, signoffs: [signoff('ana', subjects)] }), ['a.ts delete stale']);
    const moved = file('a.ts', before, before, { from: 'b.ts', modes: ['100644', '100755'] });
    assert.deepEqual(blocks([moved], { ...asked, signoffs: [signoff('ana', subjects)] }), [
      'a.ts rename missing',
      'a.ts mode missing',
    ]);
  });

  it('does not depend on how the difference is cut: a brace before or behind is the same change', () => {
    const start = '{\n  a();\n}\n{\n  c();\n}\n';
    const result = '{\n  a();\n}\n{\n  b();\n}\n{\n  c();\n}\n';
    const changed = file('b.ts', start, result);
    // The same insertion, cut one line further up, as another tool may cut it.
    const own = makeTextSubject(nodeHash, {
      repo: REPO_ID,
      path: 'b.ts',
      oldMode: '100644',
      newMode: '100644',
      beforeLines: rawLines(start),
      afterLines: rawLines(result),
      region: { beforeStart: 3, beforeCount: 0, afterStart: 3, afterCount: 3 },
    });
    assert.notDeepEqual(subjectsOf([changed]), [own]);
    assert.deepEqual(blocks([changed], { ...asked, signoffs: [signoff('ana', [own])] }), ['b.ts 5-4 5-7 satisfied']);
    const more = file('b.ts', start, result.replace('c();', 'd();'));
    assert.deepEqual(blocks([more], { ...asked, signoffs: [signoff('ana', [own])] }), ['b.ts 5-5 5-8 stale']);
  });

  it('needs every line of a hunk, by as many people as are asked for', () => {
    const wide = file('w.ts', before, lines(120, { 10: 'one();\n', 11: 'two();\n' }));
    const narrow = file('w.ts', lines(120, { 10: 'one();\n' }), wide.after.text);
    const part = subjectsOf([narrow]);
    assert.deepEqual(blocks([wide], { ...asked, signoffs: [signoff('ana', part)] }), ['w.ts 11-12 11-12 stale']);
  });

  it('binds the whole file where the rule asks for that', () => {
    const fileRule = [{ id: 'r', when: {}, require: { tier: 'approve', count: 1, level: 'senior', binding: 'file' } }];
    const strict = { policy: policy({ rules: fileRule }) };
    const deleted = file('d.ts', 'x\n', undefined);
    assert.deepEqual(blocks([deleted], { ...strict, signoffs: [signoff('ana', subjectsOf([deleted]))] }), [
      'd.ts delete satisfied',
    ]);
  });
});

describe('modes that are no change of the exec bit', () => {
  const cases: readonly [Mode, Mode, string[]][] = [
    ['100644', '100755', ['1-1 1-1', 'mode']],
    ['100755', '100755', ['1-1 1-1']],
    ['000000', '100755', ['1-0 1-1', 'mode']],
    ['000000', '100644', ['1-0 1-1']],
  ];
  for (const [from, to, expected] of cases) {
    it(`${from} to ${to}`, () => {
      const changed = file('a', from === '000000' ? undefined : 'x\n', 'y\n', { modes: [from, to] });
      assert.deepEqual(
        blocks([changed]).map((line) => line.replace(/^a | missing$/g, '')),
        expected,
      );
    });
  }
});
