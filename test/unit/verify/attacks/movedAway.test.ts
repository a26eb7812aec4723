/** What was written, recorded or rejected under a name that the change no longer holds: a rebase, a move, a landing apart. */
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../../../src/core/model/origin';
import { parseStorePath } from '../../../../src/core/sidecar/paths';
import type { GateOutcome } from '../../../../src/node/gate';
import { AI, HUMAN } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import {
  BASE,
  BLOCK,
  FILE,
  ana,
  bo,
  cloneOf,
  code,
  commitRecorded,
  dan,
  forge,
  gate,
  hunk,
  refusals,
  sign,
  start,
  withBlock,
} from './trial';

const ONLY_AI = {
  rules: [{ id: 'ai', when: { origin: ['ai', 'mixed'] }, require: { tier: 'approve', count: 1, level: 'senior' } }],
};
const LONG = Array.from({ length: 20 }, (_, i) => `const setting${i} = readConfiguration('name-${i}');\n`).join('');
const [OLD, NEW, MADE] = ['src/long.js', 'src/moved.js', 'src/new.js'];

/** dan's file on `main`, and bo's block under it on `feature`, recorded as from this source. */
async function withLong(source: Source, more: Readonly<Record<string, unknown>> = {}): Promise<TestRepository> {
  const repo = start(more, [ana, dan]);
  repo.as(dan).git('switch', '-q', 'main');
  repo.write(OLD, LONG).commit('Long');
  repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
  await repo.save(OLD, LONG + BLOCK, [...Array.from({ length: 20 }, () => undefined), source, source, source, source]);
  await commitRecorded(repo, 'Add discounts');
  return repo;
}

/** bo's new file of these lines, recorded. */
async function withMade(source: Source, more: Readonly<Record<string, unknown>> = {}): Promise<TestRepository> {
  const repo = start(more, [ana, dan]);
  await repo.save(MADE, BLOCK, [source, source, source, source]);
  await commitRecorded(repo, 'Add discounts');
  return repo;
}

/** On `main`, by ana, and `feature` on top of it. */
function rebased(repo: TestRepository, work: () => void): void {
  repo.as(ana).git('switch', '-q', 'main');
  work();
  repo.commit('Move');
  repo.as(bo).git('switch', '-q', 'feature');
  repo.git('rebase', '-q', 'main');
}

/** Takes the new file away and puts its lines under those of one that was there. */
function fold(repo: TestRepository): void {
  repo.git('rm', '-q', MADE);
  repo.write(FILE, BASE + BLOCK).commit('Put it where it belongs');
}

const added = (outcome: GateOutcome): string[] =>
  (outcome.report?.hunks ?? []).flatMap(({ path, side, origin, author, level }) =>
    side === 'added' ? [`${path} ${origin} ${author} ${level}`] : [],
  );

describe('attack 24: the branch is rebased over a rename on the target', () => {
  it('and what an AI wrote is nobody’s', async () => {
    const repo = await withLong(AI, ONLY_AI);
    rebased(repo, () => repo.git('mv', OLD, NEW));
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(added(outcome), [`${NEW} ai ${bo.email} junior`]);
  });

  it('and a copy of what a person typed becomes the person’s in another file', async () => {
    const repo = await withLong(HUMAN);
    rebased(repo, () => repo.git('mv', OLD, NEW));
    repo.write('src/other.js', `${BASE}  return sum - sum * rate;\n`).commit('The same elsewhere');
    assert.deepEqual(added(await gate(repo)), [
      `${NEW} human ${bo.email} junior`,
      `src/other.js unknown ${bo.email} junior`,
    ]);
  });

  it('and a rejection is about nothing where the target has a stub under the old name', async () => {
    const repo = await withLong(AI);
    await forge(repo, dan, { predicate: { decision: 'reject', note: 'no discounts' } });
    rebased(repo, () => repo.git('mv', OLD, NEW));
    rebased(repo, () => repo.write(OLD, "export * from './moved.js';\n"));
    await sign(repo, ana);
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome, NEW).status, 'rejected');
  });

  it('or renames and leaves a stub at once, and the branch settles the conflict', async () => {
    const repo = await withLong(AI);
    await forge(repo, dan, { predicate: { decision: 'reject', note: 'no discounts' } });
    repo.as(ana).git('switch', '-q', 'main');
    repo.git('mv', OLD, NEW);
    repo.write(OLD, "export * from './moved.js';\n").commit('Move');
    repo.as(bo).git('switch', '-q', 'feature');
    assert.throws(() => repo.git('merge', '-q', 'main'));
    repo.git('checkout', 'main', '--', OLD);
    repo.write(NEW, LONG + BLOCK).commit('Merge main');
    await sign(repo, ana);
    assert.equal(hunk(await gate(repo), NEW).status, 'rejected');
  });
});

describe('no attack: the branch is rebased over a rename on the target', () => {
  it('and what a person typed stays the person’s', async () => {
    const repo = await withLong(HUMAN);
    rebased(repo, () => repo.git('mv', OLD, NEW));
    const outcome = await gate(repo);
    assert.deepEqual(added(outcome), [`${NEW} human ${bo.email} junior`]);
    assert.equal(outcome.exit, 0);
  });
});

describe('attack 24: what stood in a file of the change is moved into one that was there', () => {
  it('by its author, and what an AI wrote is nobody’s', async () => {
    const repo = await withMade(AI, ONLY_AI);
    fold(repo);
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(added(outcome), [`${FILE} ai ${bo.email} junior`]);
  });

  it('and what a person typed becomes the person’s there, which nobody saw', async () => {
    const repo = await withMade(HUMAN);
    fold(repo);
    assert.deepEqual(added(await gate(repo)), [`${FILE} unknown ${bo.email} junior`]);
  });

  it('by a senior, and the junior who wrote it is forgotten', async () => {
    const repo = start();
    repo.write(MADE, BLOCK).commit('Add discounts');
    fold(repo.as(ana));
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome).level, 'junior');
  });

  it('by another hand, and its author signs for it', async () => {
    const all = { rules: [{ id: 'all', when: {}, require: { tier: 'approve', count: 1, level: 'senior' } }] };
    const repo = start(all, [ana, dan]);
    repo.as(ana).write(MADE, BLOCK).commit('Add discounts');
    fold(repo.as(bo));
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
    await sign(repo, dan);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('and the rejection of it is about nothing', async () => {
    const repo = await withMade(AI);
    const veto = await forge(repo, dan, { predicate: { decision: 'reject', note: 'no' } });
    fold(repo.as(bo));
    await sign(repo, ana);
    assert.equal(hunk(await gate(repo)).status, 'rejected');
    const withdraws = parseStorePath(veto)?.digest ?? '';
    await forge(repo, dan, { predicate: { decision: 'withdraw', withdraws, note: 'settled' } });
    assert.equal((await gate(repo)).exit, 0);
  });

  it('out of another that was there, and the rejection of it is about nothing', async () => {
    const repo = await withBlock(start({}, [ana, dan]));
    await forge(repo, dan, { predicate: { decision: 'reject', note: 'no' } });
    repo
      .as(bo)
      .write(FILE, BASE)
      .write('src/other.js', BASE + BLOCK)
      .commit('Elsewhere');
    await sign(repo, ana);
    assert.equal(hunk(await gate(repo), 'src/other.js').status, 'rejected');
  });

  it('out of one that was there into a new one, by a senior, and the junior who wrote it is forgotten', async () => {
    const repo = start();
    repo.write(FILE, BASE + BLOCK).commit('Add discounts');
    repo.as(ana).write(FILE, BASE).write(MADE, BLOCK).commit('Elsewhere');
    assert.equal(hunk(await gate(repo), MADE).level, 'junior');
  });

  it('which then took over what the target has by now', async () => {
    const repo = start();
    repo.write(FILE, BASE + BLOCK).commit('Add discounts');
    repo.as(ana).git('switch', '-q', 'main');
    repo.write(FILE, `// Totals.\n${BASE}`).commit('Say what it is');
    repo.git('switch', '-q', 'feature');
    repo.git('checkout', 'main', '--', FILE);
    repo.write(MADE, BLOCK).commit('Elsewhere');
    assert.equal(hunk(await gate(repo), MADE).level, 'junior');
    const partial = cloneOf(repo, '-b', 'feature', '--filter=blob:none');
    assert.equal(hunk(await gate(partial, { base: 'origin/main' }), MADE).level, 'junior');
  });

  it('of which the rest went on under another name as it was', async () => {
    const repo = start();
    repo.write(FILE, BASE + BLOCK).commit('Add discounts');
    repo.as(ana).git('mv', FILE, NEW);
    repo.write(NEW, BASE).write(MADE, BLOCK).commit('Elsewhere');
    assert.equal(hunk(await gate(repo), MADE).level, 'junior');
  });

  it('of which nothing but a link is left', async () => {
    const repo = start();
    repo.write(FILE, BASE + BLOCK).commit('Add discounts');
    repo.as(ana).git('rm', '-q', FILE);
    symlinkSync('elsewhere.ts', join(repo.top, FILE));
    repo.write(MADE, BLOCK).commit('Elsewhere');
    assert.equal(hunk(await gate(repo), MADE).level, 'junior');
  });
});

describe('no attack: a part of the change has landed apart', () => {
  it('and whoever wrote that part may sign for the rest', async () => {
    const repo = await withMade(AI);
    repo.as(ana).write('README.md', '# Our shop\n').commit('Say whose');
    repo.git('switch', '-q', 'main');
    repo.git('cherry-pick', 'feature');
    repo.git('commit', '-q', '--amend', '-m', 'Say whose shop it is');
    repo.as(bo).git('switch', '-q', 'feature');
    repo.git('merge', '-q', '-m', 'Update', 'main');
    await sign(repo, ana);
    assert.equal(code(await gate(repo)), '0');
  });

  it('by one commit on another', async () => {
    const repo = await withMade(AI);
    repo.as(ana).write('README.md', '# Shop\n\nOurs.\n').commit('Say whose');
    repo.write('README.md', '# Shop\n\nOurs.\nAnd yours.\n').commit('Say whose else');
    repo.git('switch', '-q', 'main');
    repo.write('README.md', '# Shop\n\nOurs.\nAnd yours.\n').commit('Say whose shop it is');
    repo.as(bo).git('switch', '-q', 'feature');
    repo.git('merge', '-q', '-m', 'Update', 'main');
    await sign(repo, ana);
    assert.equal(code(await gate(repo)), '0');
  });

  it('a new file too', async () => {
    const repo = await withMade(AI);
    repo.as(ana).write('src/extra.js', 'extra();\n').commit('More');
    repo.git('switch', '-q', 'main');
    repo.git('cherry-pick', 'feature');
    repo.git('commit', '-q', '--amend', '-m', 'More of it');
    repo.as(bo).git('switch', '-q', 'feature');
    repo.git('merge', '-q', '-m', 'Update', 'main');
    await sign(repo, ana);
    assert.equal(code(await gate(repo)), '0');
  });
});
