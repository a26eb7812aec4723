/** A change that brings back an earlier state of the base, such as an emergency revert: one item, and no shortcut. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Report, ReportItem } from '../../../src/core/model/report';
import { MOST_COMMITS } from '../../../src/node/restored';
import { planSignoff, signPlan } from '../../../src/node/review';
import { requestReview } from '../../../src/node/reviewRequest';
import { workingReport } from '../../../src/node/status';
import { TestRepository } from '../../support/repository';
import { cli } from '../cli/harness';
import {
  BASE,
  BLOCK,
  FILE,
  ana,
  bo,
  cloneOf,
  commitRecorded,
  dan,
  gate,
  sign,
  start,
  withBlock,
} from './attacks/trial';

const OTHER = 'src/other.js';

/** A landing of two files and a new one that turned out to be bad; then bo on an empty branch `rescue`. */
async function landed(): Promise<{ readonly repo: TestRepository; readonly good: string }> {
  template ??= await makeLanded();
  return { repo: TestRepository.copyOf(template.top), good: template.git('rev-parse', 'main~1') };
}

let template: TestRepository | undefined;

async function makeLanded(): Promise<TestRepository> {
  const repo = start();
  repo.write(OTHER, BASE.replace('sum = 0', 'sum = 1')).write('src/extra.js', 'boom();\n');
  await withBlock(repo);
  await sign(repo, ana);
  repo.git('switch', '-q', 'main');
  repo.git('merge', '-q', '--no-ff', '-m', 'Land', 'feature');
  repo.as(bo).git('switch', '-q', '-c', 'rescue');
  return repo;
}

async function reportOf(repo: TestRepository, options = {}): Promise<Report> {
  const outcome = await gate(repo, options);
  assert.ok(outcome.report !== undefined, JSON.stringify(outcome.problems));
  return outcome.report;
}

function kinds(report: Report): string[] {
  return report.items.map(({ kind }) => kind);
}

/** The only item of a report, which is an earlier state. */
function restored(report: Report): ReportItem & { readonly kind: 'restored' } {
  const [item, ...more] = report.items;
  assert.deepEqual(more, []);
  assert.ok(item?.kind === 'restored', JSON.stringify(report.items));
  return item;
}

describe('a restored earlier state of the base', () => {
  it('is one item: `git revert` of the last merge', async () => {
    const { repo, good } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    const report = await reportOf(repo);
    const day = repo.git('show', '-s', '--date=format-local:%Y-%m-%d', '--format=%cd', good);
    const { commit, date, blocks, status } = restored(report);
    assert.deepEqual({ commit, date, status }, { commit: good, date: day, status: 'missing' });
    assert.deepEqual(
      blocks,
      report.blocks.map(({ block }) => block),
    );
    assert.deepEqual([...new Set(report.blocks.map(({ path }) => path))].sort(), ['src/extra.js', OTHER, FILE]);
    assert.equal(report.ok, false);
  });

  it('is one item: `git checkout OLD -- .` of a state some landings back', async () => {
    const { repo, good } = await landed();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('README.md', '# A shop\n').commit('Landed since');
    repo.write('README.md', '# Our shop\n').commit('Landed since, too');
    repo.as(bo).git('switch', '-q', '-C', 'rescue');
    repo.git('checkout', '-q', good, '--', '.');
    repo.git('rm', '-q', 'src/extra.js');
    repo.commit('Back to what worked');
    assert.equal(restored(await reportOf(repo)).commit, good);
  });

  it('asks for one request and one signature, and passes with them', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    assert.equal((await gate(repo)).exit, 1);
    const { requests } = await requestReview(await repo.open(), { to: ['ana'], note: 'It burns', commit: true });
    assert.equal(requests.length, 1);
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${ana.key}.pub` });
    assert.equal(plan.blocks.length, (await reportOf(repo)).blocks.length);
    const { ids } = await signPlan(repository, plan, { note: '', viewed: plan.blocks.length, commit: true });
    assert.equal(ids.length, 1);
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 0);
    assert.ok(outcome.report !== undefined);
    assert.equal(restored(outcome.report).status, 'satisfied');
  });

  it('stays what it is when main moves on elsewhere, and when a merge brings main in', async () => {
    const { repo, good } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('docs/a.md', 'new\n').commit('Elsewhere');
    repo.as(bo).git('switch', '-q', 'rescue');
    // The file that main has now stood in no state that has all of the others as they are restored.
    assert.equal(restored(await reportOf(repo)).commit, good);
    repo.git('merge', '-q', '--no-edit', 'main');
    assert.equal(restored(await reportOf(repo)).commit, good);
  });

  it('shows in the text with all its blocks beneath, and each next step once', async () => {
    const { repo, good } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    const { exit, stdout } = await cli(repo.top, ['verify', '--base', 'main']);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(exit, 1);
    assert.match(
      lines[0] ?? '',
      new RegExp(`^✗ restores the state of ${good.slice(0, 12)} \\(\\d{4}-\\d\\d-\\d\\d\\)$`),
    );
    const blocks = lines.filter((line) => /^ {2}✗ /.test(line));
    assert.equal(blocks.length, 3);
    assert.ok(blocks.some((line) => line.includes('src/extra.js (deleted)')));
    assert.deepEqual(
      lines.filter((line) => line.includes('→')),
      ['  → countersign request --to ana'],
    );
    assert.equal(lines.at(-1), '3 of 3 blocks need a sign-off');
  });

  it('is said to whoever asks for review and to whoever signs', async () => {
    const { repo, good } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    const words = `restores the state of ${good.slice(0, 12)} (`;
    const asked = await cli(repo.top, ['request', '--to', 'ana']);
    assert.ok(asked.stdout.includes(words), asked.stdout);
    repo.as(ana);
    const signed = await cli(repo.top, ['approve', '--yes', '--commit', '--key', `${ana.key}.pub`]);
    assert.ok(signed.stderr.includes(words), signed.stderr);
  });

  it('is told of the work tree before anything is committed', async () => {
    const { repo, good } = await landed();
    repo.git('revert', '--no-commit', '-m', '1', 'main');
    assert.equal(restored((await workingReport(await repo.open(), { base: 'main' })).report).commit, good);
  });

  it('restores modes, links and renames too, or is not one', async () => {
    const repo = start();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('run.sh', 'true\n').write('old/name.js', 'a();\nb();\n').commit('Files');
    const good = repo.git('rev-parse', 'HEAD');
    repo.git('update-index', '--chmod=+x', 'run.sh');
    repo.git('commit', '-q', '-m', 'Executable');
    mkdirSync(join(repo.top, 'new'));
    repo.git('mv', 'old/name.js', 'new/name.js');
    repo.git('commit', '-q', '-m', 'Renamed');
    repo.as(bo).git('switch', '-q', '-C', 'rescue');
    repo.git('mv', 'new/name.js', 'old/name.js');
    repo.git('update-index', '--chmod=-x', 'run.sh');
    repo.git('commit', '-q', '-m', 'Back');
    assert.equal(restored(await reportOf(repo)).commit, good);
    // As executable as nobody had it together with the old name.
    repo.git('update-index', '--chmod=+x', 'old/name.js');
    repo.git('commit', '-q', '-m', 'And executable');
    assert.ok(!kinds(await reportOf(repo)).includes('restored'));
  });

  it('restores a submodule', async () => {
    const { repo } = await landed();
    repo.git('switch', '-q', 'main');
    const link = (id: string): void => {
      repo.git('update-index', '--add', '--cacheinfo', `160000,${id.repeat(40)},lib/dep`);
      repo.git('commit', '-q', '-m', id);
    };
    link('1');
    const good = repo.git('rev-parse', 'HEAD');
    link('2');
    repo.as(bo).git('switch', '-q', '-C', 'rescue');
    link('1');
    assert.equal(restored(await reportOf(repo)).commit, good);
  });

  it('is not recognised where an old tree is not here, and the verdict is the same', async () => {
    const { repo, good } = await landed();
    repo.git('rm', '-q', 'src/extra.js');
    repo.git('commit', '-q', '-m', 'Out');
    const { ok } = await reportOf(repo);
    assert.equal(restored(await reportOf(repo)).commit, good);
    const tree = repo.git('rev-parse', `${good}^{tree}`);
    rmSync(join(repo.top, '.git/objects', tree.slice(0, 2), tree.slice(2)));
    const report = await reportOf(repo);
    assert.deepEqual([kinds(report), report.ok], [['block'], ok]);
  });
});

describe('attack: what is no earlier state of the base passes for a revert', () => {
  it('one byte off', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    repo.write(OTHER, `${repo.read(OTHER)}\n`).commit('One byte');
    assert.deepEqual(new Set(kinds(await reportOf(repo))), new Set(['block']));
  });

  it('a revert with one other change', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    repo.write('README.md', '# Shop\n\nSee elsewhere.\n').commit('While at it');
    const report = await reportOf(repo);
    assert.deepEqual(new Set(kinds(report)), new Set(['block']));
    assert.equal(report.items.length, report.blocks.length);
  });

  it('a state that is put together from two landings', async () => {
    const repo = start();
    repo.git('switch', '-q', 'main');
    const land = (one: number, two: number): void => {
      repo.as(ana).write('one.txt', `${one}\n`).write('two.txt', `${two}\n`).commit(`${one} ${two}`);
    };
    land(1, 2);
    land(2, 1);
    land(3, 3);
    repo.as(bo).git('switch', '-q', '-C', 'rescue');
    repo.write('one.txt', '1\n').write('two.txt', '1\n').commit('Never stood so');
    assert.deepEqual(kinds(await reportOf(repo)), ['block', 'block']);
  });

  it('a state that only a side branch had', async () => {
    const repo = start();
    repo.git('switch', '-q', '-c', 'side', 'main');
    repo.as(bo).write(FILE, `${BASE}backdoor();\n`).commit('For a moment');
    const side = repo.git('rev-parse', 'HEAD');
    repo.write(FILE, BASE).write('docs/side.md', 'nothing to see\n').commit('Never mind');
    repo.git('switch', '-q', 'main');
    repo.as(ana).git('merge', '-q', '--no-ff', '-m', 'Land side', 'side');
    repo.write('README.md', '# Our shop\n').commit('Go on');
    repo.as(bo).git('switch', '-q', '-C', 'rescue');
    repo.git('checkout', '-q', side, '--', FILE);
    repo.commit('Revert to the state that worked');
    assert.deepEqual(kinds(await reportOf(repo)), ['block']);
  });

  it('a state of the branch itself', async () => {
    const repo = await withBlock();
    const own = repo.git('rev-parse', 'HEAD');
    repo.write(FILE, BASE).commit('Out');
    repo.git('checkout', '-q', own, '--', FILE);
    repo.commit('Restore');
    assert.deepEqual(kinds(await reportOf(repo)), ['block']);
  });

  it('a revert is not waved through: it needs what any change needs, and nothing less than all of it', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    repo.as(ana);
    const repository = await repo.open();
    const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${ana.key}.pub`, paths: [OTHER] });
    await signPlan(repository, plan, { note: '', viewed: 1, commit: true });
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.ok(outcome.report !== undefined);
    assert.equal(restored(outcome.report).status, 'missing');
  });

  it('a rule of the base still asks when the revert takes the rule away', async () => {
    const repo = start();
    repo.git('switch', '-q', 'main');
    const loose = repo.git('rev-parse', 'HEAD');
    repo.as(ana).adopt([ana], { others: 'mid' }).commit('Tighten');
    repo.as(bo).git('switch', '-q', '-C', 'rescue');
    repo.git('checkout', '-q', loose, '--', '.countersign/policy.jsonc');
    repo.commit('Emergency');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.ok(outcome.report !== undefined);
    assert.equal(restored(outcome.report).status, 'missing');
  });

  it('lines that a veto rejected, brought back by a revert, stay rejected', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'main');
    const repository = await repo.as(ana).open();
    const reject = await planSignoff(repository, { decision: 'reject', keyFile: `${ana.key}.pub`, paths: [FILE] });
    await signPlan(repository, reject, { note: 'It lacks the fix', viewed: 1, commit: true });
    const approve = await planSignoff(repository, { decision: 'approve', keyFile: `${ana.key}.pub` });
    await signPlan(repository, approve, { note: '', viewed: 3, commit: true });
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.ok(outcome.report !== undefined);
    assert.equal(restored(outcome.report).status, 'rejected');
  });

  it('a veto that landed stands again where its file is landed again by reverting the revert', async () => {
    // In mode observe everything lands.
    const repo = await withBlock(start({ mode: 'observe' }));
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, { decision: 'reject', keyFile: `${ana.key}.pub` });
    await signPlan(repository, plan, { note: 'It gives money away', viewed: 1, commit: true });
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', '--no-ff', '-m', 'Land', 'feature');
    const landing = repo.git('rev-parse', 'HEAD');
    repo.git('revert', '--no-edit', '-m', '1', 'HEAD');
    repo.as(ana).adopt([ana, dan]).commit('Enforce');
    repo.as(bo).git('switch', '-q', '-C', 'again');
    repo.git('revert', '--no-edit', 'main~1');
    await sign(repo, dan);
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.ok(outcome.report !== undefined);
    assert.deepEqual([restored(outcome.report).commit, restored(outcome.report).status], [landing, 'rejected']);
  });
});

describe('where an earlier state is looked for', () => {
  it(`in the last ${MOST_COMMITS} commits of the base’s own line and no further`, async () => {
    const repo = start();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write(FILE, `${BASE}// old\n`).commit('Old');
    const old = repo.git('rev-parse', 'HEAD');
    repo.write(FILE, `${BASE}// new\n`).commit('New');
    const rescue = async (): Promise<string[]> => {
      repo.as(bo).git('switch', '-q', '-C', 'rescue', 'main');
      repo.git('checkout', '-q', old, '--', FILE);
      repo.commit('Back');
      return kinds(await reportOf(repo));
    };
    const empty = (count: number): void => {
      const tip = repo.git('rev-parse', 'main');
      const commits = Array.from({ length: count }, (_, at) => {
        const from = at === 0 ? `from ${tip}\n` : '';
        return `commit refs/heads/main\ncommitter ana <${ana.email}> 1790000000 +0000\ndata 0\n${from}\n`;
      });
      execFileSync('git', ['fast-import', '--quiet'], { cwd: repo.top, input: commits.join('') });
    };
    repo.git('switch', '-q', '-c', 'rescue');
    empty(MOST_COMMITS - 1);
    assert.deepEqual(await rescue(), ['restored']);
    empty(1);
    assert.deepEqual(await rescue(), ['block']);
  });
});

describe('a renamed folder', () => {
  it('is one item of the JSON as of the text', async () => {
    const repo = start();
    repo.git('switch', '-q', 'main');
    for (const name of ['a', 'b', 'c']) repo.write(`lib/${name}.js`, `${name}();\n`);
    repo.as(ana).commit('Library');
    repo.as(bo).git('switch', '-q', '-C', 'feature');
    repo.git('mv', 'lib', 'source');
    repo.write(FILE, BASE + BLOCK);
    await commitRecorded(repo, 'Rename');
    const report = await reportOf(cloneOf(repo, '--no-local'), { base: 'origin/main', head: 'origin/feature' });
    assert.deepEqual(report.items, [
      { kind: 'folder', from: 'lib', to: 'source', blocks: [1, 2, 3], status: 'not-required' },
      { kind: 'block', blocks: [4], status: 'missing' },
    ]);
  });
});
