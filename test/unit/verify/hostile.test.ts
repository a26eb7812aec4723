/** What must not get through the gate, and what it answers when it can't know. Real repositories, real keys. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportHunk } from '../../../src/core/model/report';
import { runGate } from '../../../src/node/gate';
import type { GateOptions, GateOutcome } from '../../../src/node/gate';
import { planSignoff, signPlan } from '../../../src/node/review';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';
import type { Person } from '../../support/repository';

const ana = person('ana');
const bo = person('bo');
const dan = person('dan');
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const BASE = lines('export function total(items) {', '  let sum = 0;', '  return sum;', '}');
const BLOCK = lines('', 'export function discount(sum, rate) {', '  return sum - sum * rate;', '}');
const BLOCK_BY_AI = [undefined, undefined, undefined, undefined, AI, AI, AI, AI];

function start(more: Readonly<Record<string, unknown>> = {}, seniors: readonly Person[] = [ana]): TestRepository {
  const repo = new TestRepository().as(ana).adopt(seniors, more);
  repo.write('src/total.js', BASE).write('src/other.js', BASE).write('README.md', '# Shop\n').commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  return repo;
}

async function commitRecorded(repo: TestRepository, message = 'Change'): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), { id: 'test', version: '1' });
  repo.git('commit', '-q', '-m', message);
}

async function withBlock(repo = start()): Promise<TestRepository> {
  await repo.save('src/total.js', BASE + BLOCK, BLOCK_BY_AI);
  await commitRecorded(repo, 'Add discounts');
  return repo;
}

async function gate(repo: TestRepository, options: Partial<GateOptions> = {}): Promise<GateOutcome> {
  return runGate(await repo.open(), { base: 'main', head: 'HEAD', ...options });
}

async function sign(repo: TestRepository, who: Person): Promise<void> {
  const repository = await repo.as(who).open();
  const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${who.key}.pub` });
  await signPlan(repository, plan, { note: '', viewed: plan.blocks.length, commit: true });
}

function hunk(outcome: GateOutcome, path: string): ReportHunk {
  const found = outcome.report?.hunks.find((each) => each.path === path && each.status !== 'not-required');
  assert.ok(found !== undefined, `nothing is required of ${path}: ${JSON.stringify(outcome, null, 1)}`);
  return found;
}

function code(outcome: GateOutcome): string {
  return `${outcome.exit} ${outcome.problems.map((each) => each.code).join(' ')}`.trim();
}

describe('the gate can’t answer, exit 3:', () => {
  it('without the base, naming what it looked for', async () => {
    const repo = await withBlock();
    const outcome = await gate(repo, { base: 'origin/main' });
    assert.equal(code(outcome), '3 no-commit');
    assert.match(outcome.problems[0]?.message ?? '', /"origin\/main"/);
    assert.equal(code(await gate(repo, { base: '--upload-pack=x' })), '3 no-commit');
  });

  it('when base and head have no history in common', async () => {
    const repo = await withBlock();
    repo.git('switch', '-q', '--orphan', 'alone');
    repo.write('a.txt', 'a\n').commit('Alone');
    assert.equal(code(await gate(repo)), '3 missing-history');
  });

  it('without a policy in the base; with --adopt only a policy that is valid and can be met is let in', async () => {
    const repo = new TestRepository().as(bo).write('a.js', BASE);
    repo.commit('Start');
    repo.git('switch', '-q', '-c', 'feature');
    repo.adopt([ana]).commit('Adopt');
    assert.equal(code(await gate(repo)), '3 no-policy');
    assert.equal(code(await gate(repo, { adopt: true })), '0');
    repo.adopt([]).commit('Adopt, with nobody who may sign');
    assert.equal(
      code(await gate(repo, { adopt: true })),
      '1 policy-unsatisfiable policy-unsatisfiable policy-unsatisfiable policy-unsatisfiable',
    );
    repo.write('.countersign/policy.jsonc', '{ "version": 1').commit('Break it');
    assert.match(code(await gate(repo, { adopt: true })), /^2 policy-invalid/);
  });
});

describe('the gate refuses, exit 2:', () => {
  it('a base that is only a commit id, without --ref', async () => {
    const repo = await withBlock();
    const base = repo.git('rev-parse', 'main');
    assert.equal(code(await gate(repo, { base })), '2 no-ref');
    assert.equal((await gate(repo, { base, ref: 'main' })).exit, 1);
  });

  it('a record whose label was changed: its name is its digest', async () => {
    const repo = await withBlock();
    const path = repo.git('ls-files', '.countersign/v1/provenance');
    writeFileSync(join(repo.top, path), repo.read(path).replace('"origin":"ai"', '"origin":"human"'));
    repo.commit('Relabel');
    const outcome = await gate(repo);
    assert.equal(code(outcome), '2 record-name');
    assert.equal(outcome.problems[0]?.path, path);
  });

  it('a link or an executable where records stand', async () => {
    for (const mode of ['120000', '100755']) {
      const repo = await withBlock();
      const path = repo.git('ls-files', '.countersign/v1/provenance');
      repo.git('update-index', '--cacheinfo', `${mode},${repo.git('rev-parse', `:${path}`)},${path}`);
      repo.git('commit', '-q', '-m', 'Odd');
      assert.equal(code(await gate(repo)), '2 sidecar-entry');
    }
  });

  it('a new path that differs from an unchanged one, or a new folder from an old one, in letter case only', async () => {
    const file = start();
    file.write('src/größe/a.js', 'a\n').write('SRC2/ok.js', 'ok\n').write('.countersign/Policy.jsonc', '{}\n');
    file.commit('Shadow the policy');
    const shadowed = await gate(file);
    assert.equal(shadowed.exit, 2);
    assert.deepEqual(
      shadowed.problems.map((each) => `${each.code} ${each.path}`),
      ['path-collision .countersign/Policy.jsonc'],
    );
    const folder = start();
    folder.write('lib/a.js', 'a\n').write('LIB/b.js', 'b\n').commit('Shadow a folder');
    assert.match(code(await gate(folder)), /^2 path-collision/);
  });

  it('two paths that differ in letter case, but not a rename that only changes it', async () => {
    const repo = start();
    repo.write('src/New.js', 'a\n').write('src/new.js', 'b\n').commit('Two');
    assert.match(code(await gate(repo)), /^2 path-collision/);
    const other = start();
    other.git('mv', 'src/total.js', 'src/Total.js');
    other.write('src/Total.js', `${BASE}// edited\n`).commit('Capital');
    assert.equal((await gate(other)).exit, 1);
  });

  it('a change that conflicts with the target is exit 1, and says what to do', async () => {
    const repo = await withBlock();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('src/total.js', `${BASE}// of main\n`).commit('Main');
    const outcome = await gate(repo, { head: 'feature' });
    assert.equal(code(outcome), '1 conflict');
    assert.match(outcome.problems[0]?.message ?? '', /update the branch/);
  });
});

describe('a sign-off', () => {
  it('still counts on a release branch that never held the base its signer saw', async () => {
    const repo = start({ targets: ['main', 'release/*'] });
    repo.git('branch', 'release/1', 'main');
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('README.md', '# Shop\n\nMoved.\n').commit('Main moves');
    repo.git('switch', '-q', 'feature');
    repo.as(bo).git('rebase', '-q', 'main');
    await withBlock(repo);
    await sign(repo, ana);
    repo.as(bo).git('switch', '-q', '-c', 'pick', 'release/1');
    repo.git('cherry-pick', 'main..feature');
    assert.equal((await gate(repo, { base: 'release/1' })).exit, 0);
  });

  it('does not count twice for one person, where two people are asked for', async () => {
    const senior = { tier: 'approve', count: 2, level: 'senior' };
    const rules = [{ id: 'two', when: { origin: ['ai'] }, require: senior }];
    const repo = await withBlock(start({ rules }, [ana, dan]));
    await sign(repo, ana);
    const one = await gate(repo);
    assert.equal(one.exit, 1);
    await sign(repo, dan);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('does not count when it is of someone who took part in the change, where the rule asks for that', async () => {
    for (const [separation, exit] of [
      ['span', 0],
      ['change', 1],
    ] as const) {
      const require = { tier: 'approve', count: 1, level: 'senior', separation };
      const repo = await withBlock(start({ rules: [{ id: 'ai', when: { origin: ['ai'] }, require }] }, [ana, dan]));
      repo.as(dan).write('README.md', '# Our shop\n').commit('Readme');
      await sign(repo, dan);
      assert.equal((await gate(repo)).exit, exit, separation);
    }
  });
});

describe('nothing hides from the gate:', () => {
  it('a link, an executable bit, a binary, a submodule, an empty file, a deletion', async () => {
    const repo = start();
    symlinkSync('total.js', join(repo.top, 'src/link.js'));
    chmodSync(join(repo.top, 'src/total.js'), 0o755);
    repo.write('data.bin', 'a\0b').write('empty.js', '');
    repo.git('rm', '-q', 'src/other.js');
    repo.git('add', '-A');
    repo.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    repo.git('commit', '-q', '-m', 'Odd things');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(
      outcome.report?.blocks.map((block) => `${block.path} ${block.object} ${block.status}`).toSorted(),
      [
        'data.bin content missing',
        'empty.js content missing',
        'src/link.js content missing',
        'src/other.js delete missing',
        'src/total.js mode missing',
        'sub content missing',
      ],
    );
  });

  it('text that .gitattributes calls binary, filtered or generated', async () => {
    const repo = start();
    repo.write('.gitattributes', '* -diff -text filter=x merge=y linguist-generated\n');
    await withBlock(repo);
    const outcome = await gate(repo);
    assert.equal(hunk(outcome, 'src/total.js').origin, 'ai');
    assert.equal(hunk(outcome, '.gitattributes').status, 'missing');
  });

  it('by replacing an object', async () => {
    const repo = await withBlock();
    repo.git('replace', repo.git('rev-parse', 'HEAD'), repo.git('rev-parse', 'main'));
    assert.equal(hunk(await gate(repo, { head: 'feature' }), 'src/total.js').origin, 'ai');
  });

  it('an author whose e-mail address is made to cut the log', async () => {
    const repo = start();
    repo.write('src/total.js', BASE + BLOCK).git('add', '-A');
    const tree = repo.git('write-tree');
    const parent = repo.git('rev-parse', 'HEAD');
    const who = (email: string): string => `ana <${email}> 1760000000 +0000`;
    const evil = `ana@example.com\x01commit\x01${'0'.repeat(40)}`;
    const body = `tree ${tree}\nparent ${parent}\nauthor ${who(evil)}\ncommitter ${who(evil)}\n\nEvil\n`;
    const id = execFileSync('git', ['hash-object', '-w', '-t', 'commit', '--stdin', '--literally'], {
      cwd: repo.top,
      input: body,
    });
    const outcome = await gate(repo, { head: id.toString().trim() });
    assert.equal(hunk(outcome, 'src/total.js').level, 'junior');
  });

  it('what a junior wrote, though a senior moved the file and edited it', async () => {
    const repo = start();
    repo.write('src/draft.js', BASE + BLOCK).commit('Draft');
    repo.as(ana).git('mv', 'src/draft.js', 'src/final.js');
    repo.write('src/final.js', `${BASE}${BLOCK}// checked\n`).commit('Move');
    assert.equal(hunk(await gate(repo), 'src/final.js').level, 'junior');
  });

  it('an AI’s lines behind a second record that claims them as human', async () => {
    const repo = await withBlock();
    await repo.save('src/total.js', BASE + BLOCK, [
      undefined,
      undefined,
      undefined,
      undefined,
      HUMAN,
      HUMAN,
      HUMAN,
      HUMAN,
    ]);
    repo.git('reset', '-q', '--soft', 'main');
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.git('commit', '-q', '-m', 'Mine');
    assert.equal(repo.git('ls-files', '.countersign/v1/provenance').split('\n').length, 2);
    assert.equal(hunk(await gate(repo), 'src/total.js').origin, 'ai');
  });

  it('a record of another repository explains nothing', async () => {
    const repo = start();
    const policy = repo.read('.countersign/policy.jsonc');
    repo.write('.countersign/policy.jsonc', policy.replace('7c0e1f6a', '00000000'));
    await repo.save(
      'src/total.js',
      BASE + BLOCK,
      BLOCK_BY_AI.map((source) => source && HUMAN),
    );
    repo.git('add', 'src');
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.git('commit', '-q', '-m', 'Records of another policy');
    assert.equal(hunk(await gate(repo), 'src/total.js').origin, 'unknown');
  });
});

describe('in observe mode', () => {
  it('the gate says what it would say, and exits with 0', async () => {
    const outcome = await gate(await withBlock(start({ mode: 'observe' })));
    assert.deepEqual([outcome.exit, outcome.report?.ok], [0, false]);
    assert.equal(hunk(outcome, 'src/total.js').status, 'missing');
  });
});
