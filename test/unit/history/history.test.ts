/** `npm run bench:history`: what it counts, on a small history with real git. */
import assert from 'node:assert/strict';
import { initialPolicy } from '../../../src/core/policy/initial';
import { parsePolicy } from '../../../src/core/policy/policy';
import type { Judgement } from '../../history/judge';
import { judge } from '../../history/judge';
import { changeBetween, forkOf, isAutomatic, mergesOf, openClone } from '../../history/merges';
import { TestRepository, person } from '../../support/repository';

const ana = person('ana');

function lines(prefix: string, from: number, to: number): string {
  return Array.from({ length: to - from }, (_, index) => `${prefix}${from + index}();\n`).join('');
}

/** A branch that changes two places of one file, a target that changes a third, and their merge. */
function history(targetLine: number): TestRepository {
  const repo = new TestRepository().as(ana).write('a.ts', lines('step', 0, 60));
  repo.commit('Start');
  const change = (line: number, text: string): string => repo.read('a.ts').replace(`step${line}();\n`, text);
  repo.git('switch', '-q', '-c', 'work');
  repo.write('a.ts', change(10, 'ten();\neleven();\n')).write('a.ts', change(40, '')).commit('Work');
  repo.git('switch', '-q', 'main');
  repo.write('a.ts', change(targetLine, 'moved on();\n')).commit('Move on');
  repo.git('merge', '-q', '--no-edit', 'work');
  return repo;
}

async function judged(repo: TestRepository): Promise<Judgement> {
  const parsed = parsePolicy(
    initialPolicy({ repo: 'r', owner: { id: 'ana', email: ana.email }, mode: 'enforce', targets: ['main'] }),
  );
  assert.ok(parsed.ok);
  const clone = await openClone(repo.top);
  try {
    const [merge, ...more] = await mergesOf(clone);
    assert.ok(merge !== undefined);
    assert.deepEqual(more, []);
    const fork = await forkOf(clone, merge);
    assert.ok(fork !== undefined);
    assert.notEqual(fork, merge.base);
    assert.equal(await isAutomatic(clone, merge), true);
    const signed = await changeBetween(clone, parsed.value, fork, merge.head);
    return judge(parsed.value, signed, await changeBetween(clone, parsed.value, merge.base, merge.oid));
  } finally {
    clone.close();
  }
}

describe('the benchmark over a history', () => {
  it('keeps every span where the target changed the file far away', async () => {
    assert.deepEqual(await judged(history(25)), { spans: 2, valid: 2, moot: 0, losses: [], blocks: 2, covered: 2 });
  });

  it('loses the span beside which the target changed a line, and no other', async () => {
    const { spans, valid, losses, blocks, covered } = await judged(history(42));
    assert.deepEqual([spans, valid, blocks, covered], [2, 1, 2, 1]);
    assert.deepEqual(
      losses.map(({ path, code }) => [path, code]),
      [['a.ts', 'no-match-before']],
    );
  });

  it('asks for nothing where the target has the same change already', async () => {
    const repo = history(25);
    repo.git('reset', '-q', '--hard', 'HEAD^1');
    repo.git('cherry-pick', 'work');
    repo.git('merge', '-q', '--no-edit', 'work');
    const { spans, valid, moot, losses, blocks } = await judged(repo);
    assert.deepEqual([spans, valid, moot, losses, blocks], [2, 0, 2, [], 0]);
  });

  it('tells a merge that somebody edited from the one that git makes', async () => {
    const repo = history(25);
    repo.write('a.ts', `${repo.read('a.ts')}evil();\n`).git('commit', '-q', '-a', '--amend', '--no-edit');
    const clone = await openClone(repo.top);
    const [merge] = await mergesOf(clone);
    assert.ok(merge !== undefined);
    assert.equal(await isAutomatic(clone, merge), false);
    clone.close();
  });
});
