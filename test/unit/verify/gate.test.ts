/** The gate on real repositories with real keys: the main job, and what must not get through. */
import assert from 'node:assert/strict';
import { runGate } from '../../../src/node/gate';
import type { GateOutcome } from '../../../src/node/gate';
import { planSignoff, signPlan } from '../../../src/node/review';
import { requestReview } from '../../../src/node/reviewRequest';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, PASTE, TestRepository, person } from '../../support/repository';
import type { Person } from '../../support/repository';

const RECORDER = { id: 'test', version: '1' };
const ana = person('ana');
const bo = person('bo');
const cy = person('cy');

const BASE = `export function total(items) {
  let sum = 0;
  for (const item of items) sum += item.price;
  return sum;
}
`;
const CHANGED = `export function total(items) {
  let sum = 0;
  for (const item of items) sum += item.price * item.count;
  return sum;
}

export function discount(sum, rate) {
  const reduced = sum - sum * rate;
  return Math.round(reduced * 100) / 100;
}
// copied from an old project of ours, see there
`;
const SOURCES = [undefined, undefined, HUMAN, undefined, undefined, HUMAN, AI, AI, AI, AI, PASTE];

async function start(): Promise<TestRepository> {
  const repo = new TestRepository().as(ana).adopt([ana]).write('src/total.js', BASE).write('README.md', '# Shop\n');
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  await repo.save('src/total.js', CHANGED, SOURCES);
  return repo;
}

async function commitRecorded(repo: TestRepository, message: string): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), RECORDER);
  repo.git('commit', '-q', '-m', message);
}

async function gate(repo: TestRepository, base = 'main', head = 'HEAD'): Promise<GateOutcome> {
  return runGate(await repo.open(), { base, head });
}

async function sign(repo: TestRepository, who: Person): Promise<void> {
  const repository = await repo.as(who).open();
  const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${who.key}.pub` });
  await signPlan(repository, plan, { note: '', viewed: plan.blocks.length, commit: true });
}

function lines(outcome: GateOutcome): string[] {
  return (outcome.report?.hunks ?? []).map(
    (hunk) => `${hunk.side} ${hunk.start}-${hunk.end} ${hunk.origin} ${hunk.status}`,
  );
}

describe('the gate', () => {
  it('fails for the AI block and the paste, and says who, why and what next', async () => {
    const repo = await start();
    await commitRecorded(repo, 'Add discounts');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(lines(outcome), [
      'removed 3-3 human not-required',
      'added 3-3 human not-required',
      'added 6-6 human not-required',
      'added 7-10 ai missing',
      'added 11-11 paste missing',
    ]);
    const ai = outcome.report?.hunks.find((hunk) => hunk.origin === 'ai');
    assert.equal(ai?.author, bo.email);
    assert.equal(ai?.rule, 'ai-needs-a-senior');
    assert.equal(ai?.next, 'countersign request --to ana');
    assert.equal(ai?.actor?.tool, 'assistant');
  });

  it('passes with a senior’s signature, and names the sign-off that one changed byte makes stale', async () => {
    const repo = await start();
    await commitRecorded(repo, 'Add discounts');
    await requestReview(await repo.open(), { to: ['ana'], note: 'please', commit: true });
    assert.equal((await gate(repo)).exit, 1);
    await sign(repo, ana);
    const passed = await gate(repo);
    assert.equal(passed.exit, 0, JSON.stringify(passed.report?.hunks, null, 1));
    repo.as(bo).write('src/total.js', CHANGED.replace('* 100)', '* 101)'));
    await commitRecorded(repo, 'Round differently');
    const failed = await gate(repo);
    assert.equal(failed.exit, 1);
    const stale = failed.report?.hunks.filter((hunk) => hunk.status === 'stale') ?? [];
    assert.ok(stale.length > 0);
    assert.match(stale[0]?.reason ?? '', /sign-off [0-9a-f]{12} by ana went stale/);
  });

  it('keeps a sign-off through a rebase on a moved base and through a squash', async () => {
    const repo = await start();
    await commitRecorded(repo, 'Add discounts');
    await sign(repo, ana);
    repo.git('switch', '-q', 'main');
    repo.write('README.md', '# Shop\n\nMoved on.\n').commit('Move on');
    repo.git('switch', '-q', 'feature');
    assert.equal((await gate(repo)).exit, 0, 'base moved, branch not updated');
    repo.as(bo).git('rebase', '-q', 'main');
    assert.equal((await gate(repo)).exit, 0, 'after a rebase');
    repo.git('switch', '-q', '-c', 'squashed', 'main');
    repo.git('merge', '-q', '--squash', 'feature');
    repo.git('commit', '-q', '-m', 'Squash');
    assert.equal((await gate(repo)).exit, 0, 'after a squash');
  });

  it('refuses the author, someone below senior, and a key that only the change brings', async () => {
    const repo = await start();
    await commitRecorded(repo, 'Add discounts');
    await sign(repo, bo);
    const own = await gate(repo);
    assert.equal(own.exit, 1);
    assert.equal(own.report?.hunks.find((hunk) => hunk.origin === 'ai')?.signoffs[0]?.code, 'key-not-listed');
    repo.as(cy).adopt([ana, cy]).commit('Let cy sign');
    await sign(repo, cy);
    const brought = await gate(repo);
    assert.equal(brought.exit, 1);
    assert.deepEqual(
      new Set(brought.report?.hunks.find((hunk) => hunk.origin === 'ai')?.signoffs.map((each) => each.code)),
      new Set(['key-not-listed']),
    );
    const policy = brought.report?.hunks.filter((hunk) => hunk.path.startsWith('.countersign/')) ?? [];
    assert.ok(policy.length > 0 && policy.every((hunk) => hunk.status === 'missing'));
  });

  it('refuses a senior who contributed to the lines, and a listed person below the level', async () => {
    const levels = {
      people: [ana, bo, cy].map(({ id, email }) => ({
        id,
        emails: [email],
        level: id === 'ana' ? 'senior' : 'mid',
        teams: [],
      })),
    };
    const repo = new TestRepository().as(ana).adopt([ana, bo, cy], levels).write('src/total.js', BASE);
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    await repo.save('src/total.js', CHANGED, SOURCES);
    await commitRecorded(repo, 'Add discounts');
    await sign(repo, bo);
    await sign(repo, cy);
    const refused = await gate(repo);
    assert.equal(refused.exit, 1);
    const codes = refused.report?.hunks.find((hunk) => hunk.origin === 'ai')?.signoffs.map((each) => each.code) ?? [];
    assert.deepEqual(codes.toSorted(), ['below-level', 'own-lines']);
  });
});
