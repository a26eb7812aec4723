/** What `record --origin` knows of lines whose file, or whose commit, is gone. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from '../../../src/node/runTool';
import type { TestRepository } from '../../support/repository';
import { AI, HUMAN, person as someone } from '../../support/repository';
import { commitAll, declare, freshRepository, letters, lines } from '../agents/session';

const BASE = ['const base = openTheGate();', 'const other = closeTheGate();'];
const MADE = ['const generated = byTheAgent();', 'const further = alsoByTheAgent();', 'const last = byIt();'];
const UNSEEN = ['const unseen = nobodySawThis();', 'const hidden = norThisOne();', 'const third = norThis();'];
const [M0 = '', M1 = '', M2 = ''] = MADE;
const [U0 = '', U1 = '', U2 = ''] = UNSEEN;
const TYPED = 'const typed = byThePerson();';

const bo = someone('bo');
const changed = (line: string): string => line.replace('const ', 'const my');

function fresh(): TestRepository {
  const repository = freshRepository(bo, { 'a.js': lines(...BASE) });
  repository.git('checkout', '-q', '-b', 'feature');
  return repository;
}

/** As a shell's `mv` does it: nobody is told. */
function move(repository: TestRepository, from: string, to: string): void {
  renameSync(join(repository.top, from), join(repository.top, to));
}

describe('declaring over a file that was moved without git', function () {
  this.timeout(60_000);

  /** A file of an AI's lines, a person's and unexplained ones, in every way that it may be known. */
  const ways: Readonly<Record<string, (repository: TestRepository) => Promise<TestRepository>>> = {
    'is only saved': (repository) => Promise.resolve(repository),
    'is committed': async (repository) => (await commitAll(repository), repository),
    'is committed, in a clone': async (repository) => (await commitAll(repository), repository.clone().as(bo)),
  };
  for (const [name, after] of Object.entries(ways)) {
    it(`what a person changes of an AI’s line is mixed, and unexplained ones are nobody’s, where it ${name}`, async () => {
      const start = fresh();
      const whole = [...MADE, TYPED, ...UNSEEN];
      await start.save('d.js', lines(...whole), [AI, AI, AI, HUMAN]);
      await declare(start, { origin: 'external', via: 'disk' }, 'd.js');
      const repository = await after(start);
      move(repository, 'd.js', 'e.js');
      repository.write('e.js', lines(M0, changed(M1), M2, TYPED, U0, changed(U1), U2, `${TYPED} // more`));
      await declare(repository, {}, 'e.js');
      await commitAll(repository);
      assert.equal(await letters(repository, 'e.js', 'HEAD'), 'AMAH???H');
    });
  }

  it('a command leaves an AI’s line the AI’s', async () => {
    const repository = fresh();
    await repository.save('d.js', lines(...MADE), [AI, AI, AI]);
    await commitAll(repository);
    const script = 'mv d.js e.js && sed -i 2s/const/let/ e.js';
    await runTool(await repository.open(), repository.top, ['sh', '-c', script], true);
    await commitAll(repository);
    assert.equal(await letters(repository, 'e.js', 'HEAD'), 'AAA');
  });

  it('where two files may have been it, nothing of it is claimed', async () => {
    const repository = fresh();
    await repository.save('c.js', lines(...MADE, TYPED), [AI, AI, AI, HUMAN]);
    repository.write('d.js', lines(...MADE, TYPED));
    await commitAll(repository);
    rmSync(join(repository.top, 'c.js'));
    move(repository, 'd.js', 'e.js');
    repository.write('e.js', lines(M0, changed(M1), M2, TYPED));
    await declare(repository, {}, 'e.js');
    assert.ok(!/[HM]/.test((await letters(repository, 'e.js')).slice(0, 3)));
  });

  it('nor where the new path was known as something else', async () => {
    const repository = fresh();
    await repository.save('d.js', lines(...MADE), [AI, AI, AI]);
    await commitAll(repository);
    repository.write('e.js', lines(TYPED));
    await declare(repository, {}, 'e.js');
    move(repository, 'd.js', 'e.js');
    repository.write('e.js', lines(M0, changed(M1), M2));
    await declare(repository, {}, 'e.js');
    assert.equal((await letters(repository, 'e.js'))[1], '?');
  });

  it('a person’s new file is theirs while others are gone, and what is added to a moved one', async () => {
    const repository = fresh();
    await repository.save('d.js', lines(...MADE, ...UNSEEN), [AI, AI, AI]);
    repository.write('f.js', lines(...UNSEEN));
    await commitAll(repository);
    rmSync(join(repository.top, 'f.js'));
    move(repository, 'd.js', 'e.js');
    repository.write('g.js', lines(TYPED, changed(U0), changed(TYPED), U1));
    repository.write('e.js', lines(TYPED, ...MADE, ...UNSEEN));
    await declare(repository, {}, 'g.js', 'e.js');
    assert.equal(await letters(repository, 'g.js'), 'HHH?');
    assert.equal((await letters(repository, 'e.js'))[0], 'H');
    // Seen once under its new name, it stands for itself.
    repository.write('e.js', lines(TYPED, changed(TYPED), ...MADE, ...UNSEEN));
    await declare(repository, {}, 'e.js');
    assert.equal((await letters(repository, 'e.js')).slice(0, 2), 'HH');
  });
});

describe('declaring after a commit was taken back', function () {
  this.timeout(60_000);

  async function takenBack(): Promise<TestRepository> {
    const repository = fresh();
    await repository.save('a.js', lines(...BASE, M0, M1), [undefined, undefined, AI, AI]);
    await commitAll(repository);
    const clone = repository.clone().as(bo);
    clone.git('reset', '-q', 'HEAD~1');
    return clone;
  }

  it('an AI’s lines are not the person’s while its record lies there, and what they type is', async () => {
    const repository = await takenBack();
    repository.write('a.js', lines(...BASE, M0, M1, TYPED));
    await declare(repository, {}, 'a.js');
    // Committed without that record nothing else says whose they are.
    repository.git('clean', '-fdq', '.countersign');
    await commitAll(repository);
    assert.equal((await letters(repository, 'a.js', 'HEAD')).slice(2), '??H');
  });

  it('what a person changes of an AI’s line is mixed, and what they add beside is theirs', async () => {
    const repository = await takenBack();
    repository.write('a.js', lines(TYPED, ...BASE, M0.replace('byTheAgent', 'byMe'), M1));
    await declare(repository, {}, 'a.js');
    assert.match((await letters(repository, 'a.js')).replaceAll('A', '?'), /^H..M.$/);
  });

  it('what can’t be read there is passed over', async () => {
    const repository = await takenBack();
    const folder = '.countersign/v1/provenance/ab';
    const name = (end: string): string => `${folder}/${'ab'.repeat(31)}${end}.prov`;
    repository.write(name('aa'), '{"version":1,"files":[{}]}').write(name('bb'), 'x'.repeat(300 * 1024));
    mkdirSync(join(repository.top, name('cc')));
    symlinkSync('nowhere', join(repository.top, name('dd')));
    repository.write(`${folder}/not a record`, '');
    repository.write('a.js', lines(...BASE, M0, M1, TYPED));
    await declare(repository, {}, 'a.js');
    assert.equal((await letters(repository, 'a.js')).slice(-1), 'H');
  });
});
