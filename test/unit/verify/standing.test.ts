/** What must outlive time and change, and what must not: approvals whose regions changed places, vetoes, and their wording. */
import assert from 'node:assert/strict';
import { buildHunks } from '../../../src/core/attribution/buildHunks';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { hashesOf } from '../../../src/core/attribution/recordFile';
import type { Source } from '../../../src/core/model/origin';
import type { ReportHunk } from '../../../src/core/model/report';
import { contentDigest } from '../../../src/core/sidecar/lineHash';
import { countInk } from '../../../src/core/text/lines';
import { runGate } from '../../../src/node/gate';
import { nodeHash } from '../../../src/node/hash';
import { appendLive } from '../../../src/node/journal';
import { planSignoff, signPlan } from '../../../src/node/review';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';

const ana = person('ana');
const bo = person('bo');
const cy = person('cy');
const DAY = 24 * 60 * 60 * 1000;

function group(name: string, middle: string): string[] {
  const line = (number: number): string => `step('${name}', ${number});`;
  return [line(1), line(2), line(3), middle, line(4), line(5), line(6)];
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const padding = (name: string): string[] => [1, 2, 3, 4, 5].map((number) => `// ${name}, line ${number}`);
const GUARD = 'if (!allowed(user)) throw new Error("forbidden");';
const BEFORE = [...padding('top'), ...group('a', 'one();'), ...group('b', 'two();'), GUARD, ...padding('end')];
const SIGNED = BEFORE.map((line) => (line === 'one();' || line === 'two();' ? line.replace('()', '(2)') : line));

async function commitRecorded(repo: TestRepository, message: string): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), { id: 'test', version: '1' });
  repo.git('commit', '-q', '-m', message);
}

async function withSteps(): Promise<TestRepository> {
  const repo = new TestRepository().as(ana).adopt([ana]).write('src/steps.js', textOf(BEFORE));
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  const sources = SIGNED.map((line, index) => (line === BEFORE[index] ? undefined : AI));
  await repo.save('src/steps.js', textOf(SIGNED), sources);
  await commitRecorded(repo, 'Take two');
  return repo;
}

async function decide(repo: TestRepository, decision: 'approve' | 'reject', note = ''): Promise<void> {
  const repository = await repo.as(ana).open();
  const plan = await planSignoff(repository, { decision, keyFile: `${ana.key}.pub` });
  await signPlan(repository, plan, { note, viewed: plan.blocks.length, commit: true });
}

describe('a line that nobody signed', () => {
  it('is not covered because the signed blocks around it changed places', async () => {
    const repo = await withSteps();
    await decide(repo, 'approve');
    assert.equal((await runGate(await repo.open(), { base: 'main', head: 'HEAD' })).exit, 0);
    // A person moves one group below the other, and an assistant deletes the guard between them.
    const moved = [...padding('top'), ...group('b', 'two(2);'), ...group('a', 'one(2);'), ...padding('end')];
    const before = fileLines(nodeHash, textOf(SIGNED));
    const after = fileLines(nodeHash, textOf(moved));
    const claim = (line: number, text: string | undefined, source: Source) => {
      return { line, source, counts: { [source.origin]: countInk(text ?? '') } };
    };
    const removed = [5, 6, 7, 8, 9, 10, 11, 19].map((line) => claim(line, SIGNED[line], line === 19 ? AI : HUMAN));
    const added = [12, 13, 14, 15, 16, 17, 18].map((line) => claim(line, moved[line], line === 15 ? AI : HUMAN));
    repo.as(bo).write('src/steps.js', textOf(moved));
    appendLive((await repo.open()).gitDir, {
      path: 'src/steps.js',
      digest: contentDigest(nodeHash, after.lines),
      hunks: [...buildHunks('removed', removed, hashesOf(before)), ...buildHunks('added', added, hashesOf(after))],
    });
    await commitRecorded(repo, 'Move');
    const outcome = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    const isGuard = ({ side, start, end }: ReportHunk): boolean => side === 'removed' && start <= 20 && 20 <= end;
    const guard = outcome.report?.hunks.find(isGuard);
    assert.equal(guard?.origin, 'ai');
    assert.notEqual(guard?.status, 'satisfied');
    assert.equal(outcome.exit, 1);
  });
});

describe('a rejection', () => {
  it('stands until it is withdrawn, however long that takes', async () => {
    const repo = await withSteps();
    await decide(repo, 'reject', 'Not like this');
    const later = await runGate(await repo.open(), { base: 'main', head: 'HEAD', now: Date.now() + 400 * DAY });
    assert.equal(later.exit, 1);
    assert.deepEqual([...new Set(later.report?.hunks.map((hunk) => hunk.status))], ['rejected']);
  });

  it('says beforehand when it would not count', async () => {
    const repo = await withSteps();
    const plan = await planSignoff(await repo.as(cy).open(), { decision: 'reject', keyFile: `${cy.key}.pub` });
    assert.deepEqual(
      plan.refusals.map((refusal) => refusal.code),
      ['key-not-listed'],
    );
    const good = await planSignoff(await repo.as(ana).open(), { decision: 'reject', keyFile: `${ana.key}.pub` });
    assert.deepEqual(good.refusals, []);
  });
});

describe('who may lift a veto', () => {
  const pat = person('pat');
  const people = [ana, pat].map(({ id, email }) => ({
    id,
    emails: [email],
    level: id === 'pat' ? 'principal' : 'senior',
    teams: [],
  }));

  async function rejected(author: typeof bo): Promise<{ repo: TestRepository; veto: string }> {
    const repo = new TestRepository().as(ana).adopt([ana, pat], { people }).write('a.js', 'one();\n');
    repo.commit('Start');
    repo.as(author).git('switch', '-q', '-c', 'feature');
    await repo.save('a.js', 'one();\ntwo();\n', [undefined, AI]);
    await commitRecorded(repo, 'Add two');
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, { decision: 'reject', keyFile: `${ana.key}.pub`, paths: [] });
    const { ids } = await signPlan(repository, plan, { note: 'unsafe', viewed: 1, commit: true });
    return { repo, veto: ids[0] ?? '' };
  }

  async function withdraw(
    repo: TestRepository,
    who: typeof bo,
    veto: string,
    ...refusals: string[]
  ): Promise<readonly string[]> {
    const repository = await repo.as(who).open();
    const plan = await planSignoff(repository, { decision: 'withdraw', keyFile: `${who.key}.pub`, withdraws: veto });
    assert.deepEqual(
      plan.refusals.map(({ code }) => code),
      refusals,
    );
    await signPlan(repository, plan, { note: 'fine after all', viewed: 0, commit: true });
    const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    return report?.hunks.map((hunk) => hunk.status) ?? [];
  }

  it('is someone of a higher level, who then leaves the lines as open as before', async () => {
    const { repo, veto } = await rejected(bo);
    assert.deepEqual(await withdraw(repo, pat, veto), ['missing']);
  });

  it('is not someone who took part in the change, whatever their level', async () => {
    const { repo, veto } = await rejected(bo);
    repo.as(pat).write('b.js', 'three();\n').commit('Help out');
    assert.ok((await withdraw(repo, pat, veto, 'not-withdrawn')).includes('rejected'));
  });
});

describe('a line that two records claim', () => {
  it('can be signed by none of their authors', async () => {
    const levels = [ana, cy].map(({ id, email }) => ({ id, emails: [email], level: 'senior', teams: [] }));
    const rules = [{ id: 'all-ai', when: { origin: ['ai'] }, require: { tier: 'approve', count: 1, level: 'senior' } }];
    const repo = new TestRepository().as(cy).adopt([ana, cy], { people: levels, rules }).write('a.js', 'one();\n');
    repo.commit('Start');
    repo.git('switch', '-q', '-c', 'feature');
    const text = 'one();\nconst total = price * count;\n';
    await repo.as(ana).save('a.js', text, [undefined, AI]);
    await commitRecorded(repo, 'By ana');
    // Cy records the same lines once more, then squashes: the commits no longer say who was first.
    repo.as(cy).git('reset', '-q', '--soft', 'main');
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.git('commit', '-q', '-m', 'Squash');
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${ana.key}.pub` });
    assert.deepEqual(
      plan.refusals.map((each) => each.code),
      ['own-lines'],
    );
  });
});

describe('a guard that nobody is on record for deleting', () => {
  it('stays unexplained when someone types a line in its place', async () => {
    const repo = new TestRepository().as(ana).adopt([ana]).write('a.js', `start();\n${GUARD}\nend();\n`);
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    await repo.save('a.js', 'start();\nlog("typed");\nend();\n', [undefined, HUMAN, undefined]);
    await commitRecorded(repo, 'Log');
    const { exit, report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    assert.equal(exit, 1);
    assert.deepEqual(
      report?.hunks.map((hunk) => `${hunk.side} ${hunk.origin} ${hunk.status}`),
      ['removed unknown missing', 'added human not-required'],
    );
  });
});
