/** What `record --origin` and `run` may not claim of lines that only changed their place, in their file or to another one. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../../../src/node/runTool';
import type { TestRepository } from '../../support/repository';
import { AI, HUMAN, person as someone } from '../../support/repository';
import { Agent, commitAll, declare, freshRepository, letters, lines } from '../agents/session';

const BASE = ['const base = openTheGate();', 'const other = closeTheGate();'];
const SHORT = ['let a = 1;', 'let b = 2;', 'if (a > b) {', '  go(a, b);', '  stop(a);', '}', 'return a;'];
const UNSEEN = ['const unseen = nobodySawThis();', 'const further = norThisOne();', 'x = 1;'];
const [U0 = '', U1 = '', U2 = ''] = UNSEEN;
const TYPED = ['const typed = byThePerson();', 'const second = alsoByThePerson();', 'y = 2;'];
const [T0 = '', T1 = ''] = TYPED;
const EXTERNAL = { origin: 'external', via: 'disk' } as const;

const bo = someone('bo');

function fresh(): TestRepository {
  const repository = freshRepository(bo, { 'a.js': lines(...BASE) });
  repository.git('checkout', '-q', '-b', 'feature');
  return repository;
}

async function run(repository: TestRepository, ...command: string[]): Promise<void> {
  assert.equal((await runTool(await repository.open(), repository.top, command, true)).code, 0);
}

describe('declaring over an AI’s short lines', function () {
  this.timeout(60_000);

  it('a block of them that is copied to another file is neither the person’s nor a tool’s', async () => {
    const repository = fresh();
    await new Agent(repository).write('v.js', lines(...SHORT));
    await commitAll(repository);
    repository.write('w.js', lines(T0, ...SHORT, T1));
    await declare(repository, {}, 'w.js');
    // The branch's record says whose they are.
    assert.equal(await letters(repository, 'w.js'), 'HAAAAAAAH');
    await run(repository, 'cp', 'v.js', 'x.js');
    assert.equal(await letters(repository, 'x.js'), 'AAAAAAA');
  });

  it('one that a person types alike in their own file is theirs, beside the AI’s too', async () => {
    const repository = fresh();
    await new Agent(repository).write('v.js', lines(...SHORT));
    await commitAll(repository);
    repository.write('w.js', lines('if (mine) {', '  return a;', '}', 'else {', '}'));
    await declare(repository, {}, 'w.js');
    assert.equal(await letters(repository, 'w.js'), 'HHHHH');
    repository.write('v.js', lines(...SHORT.slice(0, 5), 'return a;', '}', 'return a;'));
    await declare(repository, {}, 'v.js');
    assert.equal(await letters(repository, 'v.js'), 'AAAAAHAA');
  });
});

describe('declaring over unexplained lines that are moved within their file', function () {
  this.timeout(60_000);

  /** Committed, staged, seen by a checkpoint: however the unexplained lines stand there. */
  const ways: Readonly<Record<string, (repository: TestRepository) => Promise<unknown>>> = {
    committed: commitAll,
    staged: (repository) => Promise.resolve(repository.git('add', '-A')),
    saved: async (repository) => {
      await repository.save('a.js', repository.read('a.js'), []);
      await declare(repository, EXTERNAL, 'a.js');
    },
  };
  for (const [name, stand] of Object.entries(ways)) {
    it(`they stay nobody’s, short and indented ones too, where they are ${name}`, async () => {
      const repository = fresh();
      repository.write('a.js', lines(...UNSEEN, ...BASE));
      await stand(repository);
      for (const origin of ['human', 'tool', 'external'] as const) {
        repository.write('a.js', lines(...BASE, T0 + origin, `  ${U2}`, T1 + origin, `\t${U0}`, U1));
        await declare(repository, { origin }, 'a.js');
        const letter = { human: 'H', tool: 'T', external: 'X' }[origin];
        assert.equal(await letters(repository, 'a.js'), `??${letter}?${letter}??`, origin);
        repository.write('a.js', lines(...UNSEEN, ...BASE));
        rmSync(join(repository.top, '.git/countersign'), { recursive: true, force: true });
        if (name === 'saved') await stand(repository);
      }
    });
  }

  it('those that are copied stay nobody’s; what common ones are typed alike is the person’s', async () => {
    const repository = fresh();
    repository.write('a.js', lines(...BASE, U0, U2, '}'));
    await commitAll(repository);
    repository.write('a.js', lines(U0, ...BASE, U0, U2, '}', T0, U2, '}', T1, '}'));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '??????HHHHH');
  });

  it('an AI’s short line stays away from the person who moves it', async () => {
    const repository = fresh();
    await repository.save('a.js', lines('a = 1;', ...BASE), [AI]);
    await commitAll(repository);
    repository.write('a.js', lines(...BASE, T0, 'a = 1;'));
    await declare(repository, {}, 'a.js');
    assert.equal((await letters(repository, 'a.js')).slice(2), 'H?');
  });

  it('one that is changed on the way is mixed where it was an AI’s, and nobody’s where nobody explained it', async () => {
    const made = 'const generated = robot(with, many, arguments);';
    const unseen = 'const unseen = nobody(saw, these, parameters);';
    const repository = fresh();
    await repository.save('a.js', lines(made, ...BASE, unseen, ...BASE), [AI]);
    await commitAll(repository);
    const clone = repository.clone().as(bo);
    const moved = [unseen.replace('these', 'my'), made.replace('many', 'my')];
    for (const first of [[], ['// a remark of mine']]) {
      rmSync(join(clone.top, '.git/countersign'), { recursive: true, force: true });
      clone.write('a.js', lines(...first, ...BASE, ...BASE, T1, ...moved));
      await declare(clone, {}, 'a.js');
      assert.equal((await letters(clone, 'a.js')).slice(first.length + 4), 'H?M');
    }
    // Changed where it stands, it accounts for itself: what is typed alike beside it is the person's.
    rmSync(join(clone.top, '.git/countersign'), { recursive: true });
    clone.write('a.js', lines(moved[1] ?? '', ...BASE, made.replace('robot', 'typed'), unseen, ...BASE));
    await declare(clone, {}, 'a.js');
    assert.equal((await letters(clone, 'a.js')).slice(0, 4), 'M??H');
  });

  it('a person who moves their own lines keeps them, and has what they type', async () => {
    const repository = fresh();
    await repository.save('a.js', lines(...TYPED, ...BASE), [HUMAN, HUMAN, HUMAN]);
    await commitAll(repository);
    repository.write('a.js', lines(...BASE, 'const third = typedToday();', ...TYPED));
    await declare(repository, {}, 'a.js');
    assert.equal((await letters(repository, 'a.js')).slice(2), 'HHHH');
  });
});

describe('declaring over lines that are moved to another file', function () {
  this.timeout(60_000);

  it('external and tool’s ones are not the person’s, nor where there is no journal', async () => {
    for (const origin of ['external', 'tool'] as const) {
      const repository = fresh();
      repository.write('n.js', lines(...UNSEEN));
      await declare(repository, { origin }, 'n.js');
      await commitAll(repository);
      rmSync(join(repository.top, '.git/countersign'), { recursive: true });
      repository.write('p.js', lines(U0, U1, T0));
      await declare(repository, {}, 'p.js');
      assert.equal(await letters(repository, 'p.js'), '??H', origin);
    }
  });

  it('unexplained ones that are cut from one file that is named, and put into another, are nobody’s', async () => {
    const repository = fresh();
    repository.write('n.js', lines(...UNSEEN, T0)).commit('Nobody says');
    repository
      .write('n.js', lines(T0))
      .write('p.js', lines(T1, ...UNSEEN))
      .write('a.js', lines(...BASE, `  ${U1}`));
    await declare(repository, {}, 'a.js', 'n.js', 'p.js');
    assert.equal(await letters(repository, 'p.js'), 'H???');
    assert.equal(await letters(repository, 'a.js'), '???');
  });

  it('a person’s and a tool’s own ones stay theirs', async () => {
    const repository = fresh();
    repository.write('n.js', lines(...TYPED));
    await declare(repository, {}, 'n.js');
    await commitAll(repository);
    repository.write('n.js', lines('')).write('p.js', lines(...TYPED, ...BASE));
    await declare(repository, {}, 'n.js', 'p.js');
    assert.equal(await letters(repository, 'p.js'), 'HHHHH');
    const generate = 'for i in 1 2 3; do echo "export const generated_$i = generate($i);"; done > g.js';
    await run(repository, 'sh', '-c', generate);
    await run(repository, 'cp', 'g.js', 'h.js');
    assert.equal((await letters(repository, 'g.js')) + (await letters(repository, 'h.js')), 'TTTTTT');
  });
});
