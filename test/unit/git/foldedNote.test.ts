/** The list of folded records that leave the work tree after a commit: nothing else does, whatever stands in its place. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HOOKS, withBlock } from '../../../src/node/hookScript';
import { bo, hooked, save } from './hooked';

/** What may stand there: of a full disk, of a restored backup, of a person's mistake. */
const SPOILT: Readonly<Record<string, (file: string) => unknown>> = {
  'a folder': (file) => mkdirSync(file),
  'an empty line': (file) => writeFileSync(file, '\n'),
  'the work tree': (file) => writeFileSync(file, '.\n'),
  'a path that was cut off': (file) => writeFileSync(file, '.countersign/v1/prov'),
  'a file of the user': (file) => writeFileSync(file, 'src/new.js\n.countersign/v1/../../notes.txt\n'),
  bytes: (file) => writeFileSync(file, Buffer.from([0, 10, 0xff, 0x2e, 10, 0x2a, 10])),
  'a pipe': (file) => execFileSync('mkfifo', [file]),
};

describe('the list of folded records', () => {
  for (const [what, spoil] of Object.entries(SPOILT)) {
    it(`takes no file of the user out of the work tree where ${what} stands in its place`, async () => {
      const repo = await hooked(bo);
      repo.git('commit', '-q', '--allow-empty', '-m', 'First');
      // The post-commit hook alone: the other one clears the list away when HEAD moved.
      const other = join(repo.top, '.git', 'hooks', 'pre-commit');
      writeFileSync(other, '#!/bin/sh\n');
      const kept = ['notes.txt', 'src/new.js', '.countersign/v1/provenance/ab/kept.txt'];
      for (const path of kept) repo.write(path, 'mine\n');
      spoil(join(repo.top, '.git', 'countersign', 'folded'));
      repo.git('commit', '-q', '--allow-empty', '-m', 'Second');
      assert.deepEqual(
        kept.filter((path) => existsSync(join(repo.top, path))),
        kept,
      );
    });
  }

  for (const program of ['sed', 'xargs', 'rm']) {
    it(`stays until they are gone: where ${program} is killed meanwhile, the next commit clears them away`, async () => {
      const repo = await hooked(bo);
      const bin = join(repo.top, '.git', 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, program), '#!/bin/sh\nkill -9 $$\n', { mode: 0o755 });
      const PATH = `${bin}${delimiter}${process.env['PATH']}`;
      for (const name of ['one', 'two', 'three']) {
        await save(repo, `${name}.js`, [name], 'A');
        repo.git('add', '-A');
        execFileSync('git', ['commit', '-q', '-m', name], {
          cwd: repo.top,
          env: { ...process.env, PATH },
          stdio: 'pipe',
        });
      }
      assert.match(repo.git('status', '--porcelain'), /^\?\? /);
      repo.git('commit', '-q', '--allow-empty', '-m', 'Next');
      assert.equal(repo.git('status', '--porcelain'), '');
    });
  }

  it('is read by every shell that may run the hook', () => {
    const script = HOOKS.map((hook) => withBlock(hook, undefined)).join('');
    for (const shell of ['sh', 'bash', 'dash'].filter((each) => existsSync(`/bin/${each}`)))
      execFileSync(shell, ['-n'], { input: script });
  });
});
