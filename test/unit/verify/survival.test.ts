/** What a sign-off must outlive, and what it must not (docs/signoff-format.md): both columns, for text, removed lines and objects. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestRepository } from '../../support/repository';
import { ana, bo, gate, sign, text } from './attacks/trial';

const PAY = 'src/pay.js';
const OTHER = 'src/other.js';
const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `// ${name} ${index + 1}`);
const twin = (name: string): string[] => [
  `function ${name}(order) {`,
  '  open(order);',
  '  check(order);',
  '  log(order);',
  '  send(order);',
  '  return order;',
  '}',
];
const LINES = [
  ...numbered('head', 10),
  ...twin('first'),
  ...numbered('gap', 10),
  ...twin('second'),
  ...numbered('end', 30),
];
const BASE = text(...LINES);
const BINARY = 'logo\0one';
const pointer = (digit: string): string =>
  text('version https://git-lfs.github.com/spec/v1', `oid sha256:${digit.repeat(64)}`, 'size 1');

/** Replaces the n-th occurrence; throws when there is none, so that no row tests nothing. */
function replaceNth(whole: string, what: string, by: string, nth = 0): string {
  let at = -1;
  for (let found = 0; found <= nth; found++) at = whole.indexOf(what, at + 1);
  assert.ok(at >= 0, `nothing to replace: ${what}`);
  return whole.slice(0, at) + by + whole.slice(at + what.length);
}

const edit = (repo: TestRepository, work: (whole: string) => string, path = PAY): TestRepository =>
  repo.write(path, work(repo.read(path)));

/** What is signed: on a branch of bo's, with another block in another file, both signed by ana. */
function kindOf(change: (repo: TestRepository) => unknown): () => Promise<TestRepository> {
  let template: Promise<TestRepository> | undefined;
  const build = async (): Promise<TestRepository> => {
    const repo = new TestRepository().as(ana).adopt([ana], { targets: ['main', 'release/*'] });
    repo.write(PAY, BASE).write(OTHER, BASE).write('README.md', '# Shop\n').write('gone.js', BASE);
    repo
      .write('scene.psd', pointer('a'))
      .write('logo.bin', BINARY)
      .write('app/package-lock.json', '{\n}\n')
      .write('run.sh', 'echo\n')
      .commit('Start');
    repo.git('branch', 'release/1');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    change(repo);
    edit(repo, (whole) => replaceNth(whole, '  log(order);\n', '  log(order, 2);\n'), OTHER).commit('Change');
    await sign(repo, ana);
    return repo.as(bo);
  };
  return async () => TestRepository.copyOf((await (template ??= build())).top);
}

async function statuses(repo: TestRepository, base = 'main'): Promise<{ exit: number; other: string; rest: string[] }> {
  const { exit, report, problems } = await gate(repo, { base });
  assert.ok(report !== undefined, JSON.stringify(problems));
  const of = (wanted: (path: string) => boolean): string[] => [
    ...new Set(report.blocks.filter(({ path }) => wanted(path)).map(({ status }) => status)),
  ];
  return { exit, other: of((path) => path === OTHER).join(), rest: of((path) => path !== OTHER) };
}

function onMain(repo: TestRepository, work: () => void): void {
  repo.git('switch', '-q', 'main');
  work();
  repo.as(ana).commit('Main moves');
  repo.as(bo).git('switch', '-q', 'feature');
}

const readme = (repo: TestRepository): TestRepository => repo.write('README.md', '# Our shop\n');
const farAway = (repo: TestRepository): TestRepository =>
  edit(
    edit(repo, (whole) => `// new top\n${replaceNth(whole, '// end 30', '// the end')}`),
    (whole) => `// top\n${whole}`,
    OTHER,
  );

interface Survival {
  readonly name: string;
  readonly base?: string;
  readonly work: (repo: TestRepository) => void;
}

const SURVIVED: readonly Survival[] = [
  { name: 'an amended message', work: (repo) => repo.git('commit', '-q', '--amend', '-m', 'Other words') },
  {
    name: 'messages of all commits reworded',
    work: (repo) =>
      repo.git(
        '-c',
        'sequence.editor=true',
        '-c',
        'core.editor=true',
        'rebase',
        '-q',
        '--exec',
        'git commit -q --amend -m x',
        'main',
      ),
  },
  { name: 'a base that moved, the branch left as it is', work: (repo) => onMain(repo, () => farAway(readme(repo))) },
  {
    name: 'a rebase with another file changed',
    work: (repo) => {
      onMain(repo, () => readme(repo));
      repo.git('rebase', '-q', 'main');
    },
  },
  {
    name: 'a rebase with the same file changed far away',
    work: (repo) => {
      onMain(repo, () => farAway(repo));
      repo.git('rebase', '-q', 'main');
    },
  },
  {
    name: 'an update-branch merge',
    work: (repo) => {
      onMain(repo, () => farAway(repo));
      repo.git('merge', '-q', '--no-edit', 'main');
    },
  },
  {
    name: 'a squash',
    work: (repo) => {
      onMain(repo, () => farAway(repo));
      repo.git('switch', '-q', '-c', 'squashed', 'main');
      repo.git('merge', '-q', '--squash', 'feature');
      repo.git('commit', '-q', '-m', 'Squashed');
    },
  },
  {
    name: 'a cherry-pick to a listed ref',
    base: 'release/1',
    work: (repo) => {
      repo.git('switch', '-q', 'release/1');
      repo.as(ana);
      farAway(repo).commit('Release');
      repo.as(bo).git('switch', '-q', '-c', 'picked');
      repo.git('cherry-pick', '-x', 'main..feature');
    },
  },
];

interface Breach {
  readonly name: string;
  readonly work: (repo: TestRepository) => void;
  /** The signed part stays valid: what is new is open. */
  readonly onlyNew?: boolean;
}

const commit = (repo: TestRepository): void => void repo.commit('Breach');
const AUDIT = '  audit(order);\n';
const ADDED_AT = '  log(order);\n';
const CHECK = '  check(order);\n';

function evilMerge(repo: TestRepository, work: () => void): void {
  onMain(repo, () => readme(repo));
  repo.git('merge', '-q', '--no-commit', 'main');
  work();
  commit(repo);
}

const renamed = (repo: TestRepository, work: (whole: string) => string): void => {
  repo.git('mv', PAY, 'src/renamed.js');
  edit(repo, work, 'src/renamed.js');
  commit(repo);
};

const elsewhere: Breach = {
  name: 'an unsigned edit elsewhere in the file',
  onlyNew: true,
  work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, '// end 20', '// END 20'))),
};

const added: readonly Breach[] = [
  {
    name: 'one byte',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, 'audit(order)', 'audit(0rder)'))),
  },
  {
    name: 'an appended line',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, AUDIT, `${AUDIT}  more();\n`))),
  },
  {
    name: 'a line put before it',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, AUDIT, `  more();\n${AUDIT}`))),
  },
  { name: 'a guard deleted above', work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, CHECK, ''))) },
  { name: 'CRLF', work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, AUDIT, '  audit(order);\r\n'))) },
  { name: 'CRLF in the whole file', work: (repo) => commit(edit(repo, (whole) => whole.replaceAll('\n', '\r\n'))) },
  { name: 're-indentation', work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, AUDIT, `  ${AUDIT}`))) },
  {
    name: 'the block moved to a twin function',
    work: (repo) =>
      commit(edit(repo, (whole) => replaceNth(replaceNth(whole, AUDIT, ''), ADDED_AT, `${ADDED_AT}${AUDIT}`, 1))),
  },
  {
    name: 'the block duplicated in the twin',
    onlyNew: true,
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, ADDED_AT, `${ADDED_AT}${AUDIT}`, 1))),
  },
  {
    name: 'the block duplicated in place',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, AUDIT, AUDIT + AUDIT))),
  },
  {
    name: 'an evil merge',
    work: (repo) => evilMerge(repo, () => edit(repo, (whole) => replaceNth(whole, 'audit(order)', 'audit(null)'))),
  },
  {
    name: 'a rename with an edit',
    work: (repo) => renamed(repo, (whole) => replaceNth(whole, 'audit(order)', 'audit()')),
  },
  { name: 'a rename with an edit elsewhere', work: (repo) => renamed(repo, (whole) => `${whole}// more\n`) },
  elsewhere,
  {
    name: 'a line of its context edited in the base',
    work: (repo) => onMain(repo, () => edit(repo, (whole) => replaceNth(whole, CHECK, '  check(null);\n'))),
  },
  {
    name: 'the adjacent line edited in the base, and the conflict solved',
    work: (repo) => {
      onMain(repo, () => edit(repo, (whole) => replaceNth(whole, ADDED_AT, '  log(null);\n')));
      assert.throws(() => repo.git('merge', '-q', 'main'), 'the adjacent line conflicts');
      repo.git('checkout', '-q', '--ours', PAY);
      edit(repo, (whole) => replaceNth(whole, ADDED_AT, '  log(null);\n'));
      commit(repo);
    },
  },
];

/** The signed change removes `check` of the first function. */
const removed: readonly Breach[] = [
  {
    name: 'one byte instead of the line',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, '  log', '  check(0rder);\n  log'))),
  },
  {
    name: 'an appended line in its place',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, '  log', '  skip();\n  log'))),
  },
  { name: 'one more line removed', work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, ADDED_AT, ''))) },
  {
    name: 'a guard deleted above',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, '  open(order);\n', ''))),
  },
  { name: 'CRLF around it', work: (repo) => commit(edit(repo, (whole) => whole.replaceAll('\n', '\r\n'))) },
  {
    name: 're-indentation around it',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, ADDED_AT, `  ${ADDED_AT}`))),
  },
  {
    name: 'the removal moved to a twin function',
    work: (repo) => commit(edit(repo, (whole) => replaceNth(replaceNth(whole, CHECK, ''), '  log', `${CHECK}  log`))),
  },
  {
    name: 'the removal duplicated in the twin',
    onlyNew: true,
    work: (repo) => commit(edit(repo, (whole) => replaceNth(whole, CHECK, ''))),
  },
  {
    name: 'an evil merge',
    work: (repo) => evilMerge(repo, () => edit(repo, (whole) => replaceNth(whole, ADDED_AT, ''))),
  },
  { name: 'a rename with an edit', work: (repo) => renamed(repo, (whole) => replaceNth(whole, ADDED_AT, '')) },
  elsewhere,
  {
    name: 'a line of its context edited in the base',
    work: (repo) => onMain(repo, () => edit(repo, (whole) => replaceNth(whole, '  send(order);\n', '  send(null);\n'))),
  },
  {
    name: 'the removed line edited in the base, and removed all the same',
    work: (repo) => {
      onMain(repo, () => edit(repo, (whole) => replaceNth(whole, CHECK, '  check(order, strictly);\n')));
      assert.throws(() => repo.git('merge', '-q', 'main'), 'the removed line conflicts');
      repo.git('checkout', '-q', '--ours', PAY);
      commit(repo);
    },
  },
];

const raw = (repo: TestRepository, path: string, bytes: string): void =>
  writeFileSync(join(repo.top, path), bytes, 'latin1');

interface ObjectKind {
  readonly name: string;
  readonly change: (repo: TestRepository) => void;
  readonly breaches: readonly Breach[];
}

function gitlink(repo: TestRepository, digit: string, path = 'sub'): void {
  mkdirSync(join(repo.top, path), { recursive: true });
  repo.git('update-index', '--add', '--cacheinfo', `160000,${digit.repeat(40)},${path}`);
}
const commitIndex = (repo: TestRepository): string => repo.git('commit', '-q', '-m', 'Breach');

/** `base` is what the target does to the same object meanwhile; the branch then keeps its own. */
function baseMoves(repo: TestRepository, base: () => void, keep: () => void): void {
  onMain(repo, base);
  try {
    repo.git('merge', '-q', '--no-edit', 'main');
  } catch {
    keep();
    commit(repo);
  }
}

const OBJECTS: readonly ObjectKind[] = [
  {
    name: 'a binary',
    change: (repo) => raw(repo, 'logo.bin', 'logo\0two'),
    breaches: [
      { name: 'one byte', work: (repo) => (raw(repo, 'logo.bin', 'logo\0twO'), commit(repo)) },
      {
        name: 'the same at another path',
        onlyNew: true,
        work: (repo) => (raw(repo, 'copy.bin', 'logo\0two'), commit(repo)),
      },
      { name: 'an evil merge', work: (repo) => evilMerge(repo, () => raw(repo, 'logo.bin', 'logo\0evil')) },
      { name: 'its exec bit', work: (repo) => (chmodSync(join(repo.top, 'logo.bin'), 0o755), commit(repo)) },
      {
        name: 'a rename with an edit',
        work: (repo) => (repo.git('mv', 'logo.bin', 'art.bin'), raw(repo, 'art.bin', 'logo\0three'), commit(repo)),
      },
      {
        name: 'another content in the base before it',
        work: (repo) =>
          baseMoves(
            repo,
            () => raw(repo, 'logo.bin', 'logo\0base'),
            () => raw(repo, 'logo.bin', 'logo\0two'),
          ),
      },
      elsewhere,
    ],
  },
  {
    name: 'a pointer of LFS',
    change: (repo) => repo.write('scene.psd', pointer('b')),
    breaches: [
      { name: 'another content behind it', work: (repo) => commit(repo.write('scene.psd', pointer('c'))) },
      { name: 'the content itself', work: (repo) => commit(repo.write('scene.psd', 'b\n')) },
      {
        name: 'another content in the base before it',
        work: (repo) =>
          baseMoves(
            repo,
            () => repo.write('scene.psd', pointer('d')),
            () => repo.write('scene.psd', pointer('b')),
          ),
      },
    ],
  },
  {
    name: 'what the policy calls atomic',
    change: (repo) => repo.write('app/package-lock.json', '{\n  "left-pad": 1\n}\n'),
    breaches: [
      {
        name: 'one byte',
        work: (repo) => (repo.write('app/package-lock.json', '{\n  "left-pad": 2\n}\n'), commit(repo)),
      },
      {
        name: 'a far-away edit in the base',
        work: (repo) =>
          baseMoves(
            repo,
            () => repo.write('app/package-lock.json', '{\n}\n\n\n\n// base\n'),
            () => repo.write('app/package-lock.json', '{\n  "left-pad": 1\n}\n'),
          ),
      },
    ],
  },
  {
    name: 'an exec bit',
    change: (repo) => chmodSync(join(repo.top, 'run.sh'), 0o755),
    breaches: [
      { name: 'another content under it', work: (repo) => (edit(repo, () => 'rm -rf /\n', 'run.sh'), commit(repo)) },
      {
        name: 'an exec bit of another file',
        onlyNew: true,
        work: (repo) => (chmodSync(join(repo.top, 'gone.js'), 0o755), commit(repo)),
      },
      { name: 'another content in the base', work: (repo) => onMain(repo, () => repo.write('run.sh', 'rm -rf /\n')) },
    ],
  },
  {
    name: 'a symlink',
    change: (repo) => symlinkSync('pay.js', join(repo.top, 'src/link.js')),
    breaches: [
      {
        name: 'another target',
        work: (repo) => {
          rmSync(join(repo.top, 'src/link.js'));
          symlinkSync('../../outside', join(repo.top, 'src/link.js'));
          commit(repo);
        },
      },
      {
        name: 'a file of the same bytes',
        work: (repo) => {
          rmSync(join(repo.top, 'src/link.js'));
          commit(repo.write('src/link.js', 'pay.js'));
        },
      },
    ],
  },
  {
    name: 'a submodule',
    change: (repo) => gitlink(repo, '1'),
    breaches: [
      { name: 'another commit', work: (repo) => (gitlink(repo, '2'), commitIndex(repo)) },
      { name: 'another path', onlyNew: true, work: (repo) => (gitlink(repo, '1', 'lib'), commitIndex(repo)) },
    ],
  },
  {
    name: 'a deleted file',
    change: (repo) => repo.git('rm', '-q', 'gone.js'),
    breaches: [
      {
        name: 'another content in the base before it',
        work: (repo) =>
          baseMoves(
            repo,
            () => edit(repo, (whole) => `${whole}guard();\n`, 'gone.js'),
            () => repo.git('rm', '-q', '-f', 'gone.js'),
          ),
      },
      {
        name: 'another file deleted too',
        onlyNew: true,
        work: (repo) => (repo.git('rm', '-q', 'run.sh'), commit(repo)),
      },
      { name: 'emptied instead', work: (repo) => commit(repo.write('gone.js', '')) },
    ],
  },
];

function breachTests(fresh: () => Promise<TestRepository>, breaches: readonly Breach[]): void {
  for (const { name, work, onlyNew } of breaches) {
    it(name, async () => {
      const repo = await fresh();
      work(repo);
      const { exit, other, rest } = await statuses(repo);
      assert.equal(exit, 1);
      assert.equal(other, 'satisfied', 'a block of another file keeps its sign-off');
      assert.ok(
        rest.some((status) => status === 'missing' || status === 'stale'),
        rest.join(),
      );
      if (onlyNew === true) assert.ok(rest.includes('satisfied'), 'the signed part stays valid');
      else assert.ok(!rest.includes('satisfied'), rest.join());
    });
  }
}

const TEXTS = [
  {
    name: 'added lines',
    change: (repo: TestRepository): unknown => edit(repo, (whole) => replaceNth(whole, ADDED_AT, ADDED_AT + AUDIT)),
    breaches: added,
  },
  {
    name: 'removed lines',
    change: (repo: TestRepository): unknown => edit(repo, (whole) => replaceNth(whole, CHECK, '')),
    breaches: removed,
  },
];

for (const { name, change, breaches } of [...TEXTS, ...OBJECTS]) {
  const fresh = kindOf((repo) => change(repo));
  describe(`a sign-off of ${name} stays valid through`, () => {
    for (const { name: row, work, base } of SURVIVED) {
      it(row, async () => {
        const repo = await fresh();
        assert.equal((await statuses(repo)).exit, 0);
        work(repo);
        const { exit, rest, other } = await statuses(repo, base);
        assert.deepEqual(
          [exit, other, rest.filter((status) => status !== 'not-required')],
          [0, 'satisfied', ['satisfied']],
        );
      });
    }
  });
  describe(`a sign-off of ${name} becomes invalid by`, () => breachTests(fresh, breaches));
}

describe('an exact rename', () => {
  it('keeps its sign-off where a rule about paths asks, and loses it with one byte or another name', async () => {
    const require = { tier: 'approve', count: 1, level: 'senior' };
    const repo = new TestRepository()
      .as(ana)
      .adopt([ana], { rules: [{ id: 'src', when: { paths: ['src/**'] }, require }] });
    repo.write(PAY, BASE).write('README.md', '# Shop\n').commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    repo.git('mv', PAY, 'src/paid.js');
    repo.commit('Rename');
    await sign(repo, ana);
    const signed = repo.git('rev-parse', 'HEAD');
    onMain(repo.as(bo), () => readme(repo));
    repo.git('rebase', '-q', 'main');
    assert.equal((await gate(repo)).exit, 0);
    repo.git('mv', 'src/paid.js', 'src/payed.js');
    commit(repo);
    assert.equal((await gate(repo)).exit, 1);
    repo.git('reset', '-q', '--hard', signed);
    commit(edit(repo, (whole) => `${whole}// more\n`, 'src/paid.js'));
    assert.equal((await gate(repo)).exit, 1);
  });
});
