/** The attribution scenarios about git that are not elsewhere: each line says whose it is, and blame must agree. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { stageRecord } from '../../../src/node/stage';
import { assertMarked, commitRecorded, marked, saveMarked } from '../../support/marked';
import { TestRepository, person } from '../../support/repository';

const ana = person('ana');
const bo = person('bo');
const FILE = 'src/shop.ts';
const HEAD = ['export function total(order) {', '  const items = itemsOf(order);'];
const TAIL = ['  return sum(items, order);', '}', ''];

function text(...middle: readonly string[]): string {
  return [...HEAD, ...middle, ...TAIL].join('\n');
}

function start(): TestRepository {
  const repo = new TestRepository().as(ana).adopt([ana]).write(FILE, text());
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'work');
  return repo;
}

describe('attribution scenarios with git', () => {
  it('23: two AI commits, a soft reset and one commit: all AI', async () => {
    const repo = start();
    await saveMarked(repo, FILE, text(marked('ai', '1'), marked('ai', '2')));
    await commitRecorded(repo, 'One');
    await saveMarked(repo, FILE, text(marked('ai', '1'), marked('ai', '2'), marked('ai', '3')));
    await commitRecorded(repo, 'Two');
    repo.git('reset', '-q', '--soft', 'HEAD~2');
    await commitRecorded(repo, 'Both');
    assert.equal(repo.git('rev-list', '--count', 'main..HEAD'), '1');
    assert.equal(await assertMarked(repo, [FILE]), 3);
  });

  it('23: a conflict of a cherry-pick: what was typed is human, what was taken from a side keeps its origin', async () => {
    const repo = start();
    await saveMarked(repo, FILE, text(marked('ai', '1')));
    await commitRecorded(repo, 'One');
    repo.git('switch', '-q', '-c', 'other', 'main');
    await saveMarked(repo, FILE, text(marked('paste', '2')));
    await commitRecorded(repo, 'Two');
    assert.throws(() => repo.git('cherry-pick', 'work'));
    await saveMarked(repo, FILE, text(marked('paste', '2'), marked('human', '3'), marked('ai', '1')));
    await commitRecorded(repo, 'Solved');
    assert.equal(await assertMarked(repo, [FILE]), 3);
  });

  it('24: two of five AI lines with add -p, then the rest: two, then three, none lost', async () => {
    const repo = start();
    const lines = ['1', '2', '3', '4', '5'].map((id) => marked('ai', id));
    await saveMarked(repo, FILE, [...lines.slice(0, 2), ...HEAD, ...lines.slice(2), ...TAIL].join('\n'));
    execFileSync('git', ['add', '-p'], { cwd: repo.top, input: 's\ny\nn\n', stdio: ['pipe', 'pipe', 'pipe'] });
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.git('commit', '-q', '-m', 'Two of them');
    assert.equal(await assertMarked(repo, [FILE]), 2);
    await commitRecorded(repo, 'The rest');
    assert.equal(await assertMarked(repo, [FILE]), 5);
  });

  it('25: squashed by another machine without Countersign onto a base that moved: the same origins', async () => {
    const repo = start();
    await saveMarked(repo, FILE, text(marked('ai', '1'), marked('human', '2')));
    await commitRecorded(repo, 'One');
    await saveMarked(
      repo,
      FILE,
      text(marked('ai', '1'), marked('ai', '3'), marked('human', '2'), marked('paste', '4')),
    );
    await commitRecorded(repo, 'Two');
    const forge = repo.clone();
    forge.as(ana).git('switch', '-q', 'main');
    forge.write(FILE, `// moved on\n${text()}`).commit('Move on');
    forge.git('merge', '-q', '--squash', 'origin/work');
    forge.git('commit', '-q', '-m', 'Squashed');
    assert.equal(await assertMarked(forge, [FILE]), 4);
  });

  it('26: two branches add AI and human lines to one file, and are merged: no conflict, both origins', async () => {
    const repo = start();
    await saveMarked(repo, FILE, [marked('ai', '1'), marked('human', '2'), ...HEAD, ...TAIL].join('\n'));
    await commitRecorded(repo, 'At the head');
    repo.as(ana).git('switch', '-q', '-c', 'other', 'main');
    await saveMarked(
      repo,
      FILE,
      [...HEAD, ...TAIL.slice(0, 2), marked('human', '3'), marked('ai', '4'), ''].join('\n'),
    );
    await commitRecorded(repo, 'At the end');
    repo.git('merge', '-q', '--no-edit', 'work');
    assert.equal(await assertMarked(repo, [FILE]), 4);
  });
});
