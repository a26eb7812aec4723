/** What `record --origin` may not make of lines that it knows something stronger about, whichever way they came to stand there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../../src/core/model/origin';
import { checkpoint } from '../../../src/node/checkpoint';
import { AI, HUMAN, TestRepository, person as someone } from '../../support/repository';
import { Agent, commitAll, declare, freshRepository, letters, lines } from '../agents/session';

const BASE = 'const base = openTheGate();';
const H0 = 'const typed = byThePerson();';
const MADE = ['const generated = byTheAgent();', 'const further = alsoByTheAgent();'];
const [M0 = '', M1 = ''] = MADE;

describe('declaring over what is known better', function () {
  this.timeout(60_000);
  const bo = someone('bo');
  const fresh = (): TestRepository => freshRepository(bo, { 'a.js': lines(BASE) });

  it('an AI’s lines that stand in another file with other white space are nobody’s', async () => {
    const repository = fresh();
    await new Agent(repository).write('a.js', lines(BASE, ...MADE));
    repository.write('b.js', lines(`  ${M0}`, `\t${M1.replace(' = ', '  =  ')}`));
    await declare(repository, {}, 'b.js');
    assert.equal(await letters(repository, 'b.js'), '??');
  });

  it('an AI’s lines that the branch has on record are the AI’s in another file, in a clone that has no journal', async () => {
    const repository = fresh();
    repository.git('checkout', '-q', '-b', 'feature');
    await new Agent(repository).write('a.js', lines(BASE, ...MADE));
    await commitAll(repository);
    const clone = TestRepository.copyOf(repository.top);
    rmSync(join(clone.top, '.git/countersign'), { recursive: true });
    clone.write('b.js', lines(...MADE));
    await declare(clone, {}, 'b.js');
    assert.equal(await letters(clone, 'b.js'), 'AA');
  });

  it('an unexplained line that is changed a little stays unexplained', async () => {
    const repository = fresh();
    await repository.save('a.js', lines(BASE, M0), [undefined, undefined]);
    await declare(repository, {}, 'a.js');
    for (const origin of ['human', 'tool', 'external'] as const) {
      repository.write('a.js', lines(BASE, `${M0} // ${origin}`));
      await declare(repository, { origin }, 'a.js');
      assert.equal(await letters(repository, 'a.js'), '??', origin);
    }
  });

  it('a line that is added beside an unexplained one is the person’s', async () => {
    const repository = fresh();
    await repository.save('a.js', lines(BASE, M0), [undefined, undefined]);
    await declare(repository, {}, 'a.js');
    repository.write('a.js', lines('const first = typedAboveIt();', BASE, M0, 'const last = typedBelowIt();'));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), 'H??H');
    repository.write(
      'a.js',
      lines('const first = typedAboveIt();', `${BASE} // changed`, M0, 'const last = typedBelowIt();'),
    );
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), 'HH?H');
  });

  it('a line of an AI, changed while a person’s line above it goes, is not the person’s', async () => {
    const repository = fresh();
    await repository.save('a.js', lines(BASE, H0, M0), [undefined, HUMAN, AI]);
    await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
    repository.write('a.js', lines(BASE, M0.replace('generated', 'madeByMyself')));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '??');
  });

  it('a line that is typed in the place of an AI’s blank one is the person’s', async () => {
    const repository = fresh();
    await repository.save('a.js', lines(BASE, M0, '', M1), [undefined, AI, AI, AI]);
    await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
    repository.write('a.js', lines(BASE, M0, H0, M1));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '?AHA');
  });

  it('what a hook claims while a checkpoint asks git is not lost', async () => {
    const repository = fresh();
    await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
    repository.write('a.js', lines(BASE, M0));
    const opened = await repository.open();
    // git that takes its time to say who the author is.
    const folder = mkdtempSync(join(tmpdir(), 'countersign-git-'));
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const slow = `#!/bin/sh\ncase "$*" in *GIT_COMMITTER_IDENT*) : > '${folder}/asked'; sleep 1;; esac\nexec '${real}' "$@"\n`;
    writeFileSync(join(folder, 'git'), slow, { mode: 0o755 });
    const env = { ...opened.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const source: Source = { origin: 'human', via: 'typing', evidence: 'declared' };
    const declared = checkpoint({ ...opened, env }, { source, files: ['a.js'], cwd: repository.top });
    while (!existsSync(join(folder, 'asked'))) await new Promise((resolve) => setTimeout(resolve, 5));
    await repository.save('a.js', lines(BASE, M0), [undefined, AI]);
    await declared;
    rmSync(folder, { recursive: true });
    assert.equal(await letters(repository, 'a.js'), '?A');
  });
});
