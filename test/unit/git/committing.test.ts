/** Ways to commit, with real git and the installed hook: exactly what is committed is recorded. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpoint } from '../../../src/node/checkpoint';
import { runGate } from '../../../src/node/gate';
import { TestRepository } from '../../support/repository';
import { ana, bo, gitWith, hookUp, hooked, origins, records, save, text } from './hooked';

describe('committing, with the hook', () => {
  it('git add -p: each commit has the origins of the lines that it takes', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['first', 'alpha', 'beta', 'x1', 'x2', 'x3', 'x4', 'gamma', 'last'], 'A--HHHH-P');
    gitWith(repo, 's\ny\nn\ny\n', 'add', '-p', 'a.js');
    repo.git('commit', '-q', '-m', 'First and last');
    assert.equal(repo.git('show', 'HEAD:a.js').split('\n').length, 5);
    assert.equal(await origins(repo), 'A---P');
    repo.git('commit', '-q', '-am', 'The rest');
    assert.equal(await origins(repo), 'A--HHHH-P');
  });

  it('intent-to-add: nothing of the file until it is in a commit', async () => {
    const repo = await hooked();
    await save(repo, 'new.js', ['one', 'two'], 'AH');
    repo.git('add', '-N', 'new.js');
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---H');
    repo.git('add', 'a.js');
    repo.git('commit', '-q', '-m', 'Without it');
    assert.equal(repo.git('ls-tree', '--name-only', 'HEAD', 'new.js'), '');
    assert.doesNotMatch(
      records(repo)
        .map((path) => repo.read(path))
        .join(''),
      /new\.js/,
    );
    repo.git('commit', '-q', '-am', 'With it');
    assert.equal(await origins(repo, 'new.js'), 'AH');
  });

  it('a rename of which only a part is staged', async () => {
    const repo = await hooked();
    await save(repo, 'big.js', ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'], 'AAAHHH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Big');
    repo.git('mv', 'big.js', 'moved.js');
    await save(repo, 'moved.js', ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'], 'AAAHHHH');
    repo.git('commit', '-q', '-m', 'Move only');
    assert.equal(await origins(repo, 'moved.js'), 'AAAHHH');
    repo.git('commit', '-q', '-am', 'And the line');
    assert.equal(await origins(repo, 'moved.js'), 'AAAHHHH');
  });

  it('commit -am', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'new', 'gamma'], '--A-');
    repo.git('commit', '-q', '-am', 'All');
    assert.equal(await origins(repo), '--A-');
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('commit PATH: the record is in the commit, and the index does not lose it', async () => {
    const repo = await hooked();
    await save(repo, 'b.js', ['staged'], 'H');
    repo.git('add', 'b.js');
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'new'], '---A');
    repo.git('commit', '-q', '-m', 'Only this', 'a.js');
    assert.equal(await origins(repo), '---A');
    const [record = ''] = records(repo);
    assert.equal(repo.git('status', '--porcelain'), 'A  b.js', 'what was staged still is, and nothing is deleted');
    repo.git('commit', '-q', '-m', 'The next');
    assert.ok(records(repo).includes(record) || (await origins(repo)) === '---A');
    assert.equal(await origins(repo, 'b.js'), 'H');
  });

  it('amend: with a further change, without one, and of the message alone', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'new', 'beta', 'gamma'], '-A--');
    repo.git('commit', '-q', '-am', 'One');
    await save(repo, 'a.js', ['alpha', 'new', 'beta', 'more', 'gamma'], '-A-H-');
    repo.git('commit', '-q', '-a', '--amend', '-m', 'Both');
    assert.equal(await origins(repo), '-A-H-');
    repo.git('commit', '-q', '--amend', '-m', 'Said better');
    assert.equal(await origins(repo), '-A-H-');
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('a merge finished by hand, a merge by itself and a squash', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['ours', 'alpha', 'beta', 'gamma'], 'A---');
    repo.git('commit', '-q', '-am', 'Ours');
    repo.git('switch', '-q', '-c', 'other', 'main');
    await save(repo, 'a.js', ['theirs', 'alpha', 'beta', 'gamma'], 'H---');
    repo.git('commit', '-q', '-am', 'Theirs');
    assert.throws(() => repo.git('merge', '-q', 'feature'));
    await save(repo, 'a.js', ['ours', 'theirs', 'merged', 'alpha', 'beta', 'gamma'], 'AHP---');
    repo.git('add', 'a.js');
    repo.git('commit', '-q', '--no-edit');
    assert.equal(await origins(repo), 'AHP---');
    repo.git('switch', '-q', 'main');
    await save(repo, 'b.js', ['beside'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Beside');
    repo.git('merge', '-q', '--no-ff', '-m', 'Merge', 'other');
    assert.equal(await origins(repo), 'AHP---');
    repo.git('switch', '-q', '-c', 'squashed', 'main~1');
    repo.git('merge', '-q', '--squash', 'other');
    repo.git('commit', '-q', '-m', 'Squashed');
    assert.equal(await origins(repo), 'AHP---');
  });

  it('the first commit of an empty repository, and of an orphan branch', async () => {
    const repo = new TestRepository().as(bo).adopt([ana]);
    await hookUp(repo);
    await save(repo, 'a.js', ['one', 'two', 'three'], 'AHP');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'First');
    assert.equal(await origins(repo), 'AHP');
    repo.git('switch', '-q', '--orphan', 'alone');
    repo.git('checkout', 'main', '--', '.countersign/policy.jsonc');
    await save(repo, 'c.js', ['four', 'five'], 'HA');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Alone');
    assert.equal(await origins(repo, 'c.js'), 'HA');
  });

  it('a file that is moved, edited, and moved back to where the journal knows another text of it', async () => {
    const repo = await hooked();
    await save(repo, 'b.js', ['one', 'two'], 'AH');
    repo.commit('Add');
    repo.git('mv', 'b.js', 'B.js');
    repo.git('commit', '-q', '-m', 'Away');
    await save(repo, 'B.js', ['one', 'two', 'three', 'four'], 'AHHA');
    repo.git('mv', 'B.js', 'b.js');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Back');
    assert.equal(await origins(repo, 'b.js'), 'AHHA');
  });

  it('git mv, and a rename of the case alone', async () => {
    const repo = await hooked();
    await save(repo, 'total.js', ['one', 'two'], 'AH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'New');
    repo.git('mv', 'total.js', 'Total.js');
    repo.git('commit', '-q', '-m', 'Case');
    assert.equal(await origins(repo, 'Total.js'), 'AH');
    repo.git('mv', 'Total.js', 'sum.js');
    await save(repo, 'sum.js', ['one', 'two', 'three'], '--P');
    repo.git('commit', '-q', '-am', 'Move and edit');
    assert.equal(await origins(repo, 'sum.js'), 'AHP');
  });

  it('a file that goes on as two: only the closer one has what a person wrote', async () => {
    const repo = await hooked();
    await save(repo, 'b.js', ['first', 'second', 'third', 'fourth'], 'HHAH');
    repo.git('add', 'b.js');
    repo.git('commit', '-q', '-m', 'Add');
    repo.git('mv', 'b.js', 'e.js');
    repo.write('f.js', text('second', 'third', 'fourth')).git('add', 'f.js');
    repo.git('commit', '-q', '-m', 'Two of one');
    assert.equal(await origins(repo, 'e.js'), 'HHAH');
    assert.equal(await origins(repo, 'f.js'), '-A-');
    repo.git('rm', '-q', 'e.js', 'f.js');
    for (const path of ['g.js', 'h.js']) repo.write(path, text('first', 'second', 'third', 'fourth'));
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Twins');
    // One of them is the file that was renamed, as git sees it.
    assert.deepEqual([await origins(repo, 'g.js'), await origins(repo, 'h.js')].sort(), ['--A-', 'HHAH']);
  });

  it('what becomes text within the branch has its lines on record: in another encoding before, or a link', async () => {
    const encoded = (file: string): void =>
      writeFileSync(file, Buffer.from('\ufeffexport const one = 1;\r\n', 'utf16le'));
    for (const make of [encoded, (file: string): void => symlinkSync('a.js', file)]) {
      const repo = await hooked();
      make(join(repo.top, 'b.js'));
      repo.commit('No text');
      rmSync(join(repo.top, 'b.js'));
      await save(repo, 'b.js', ['one', 'two', 'three'], 'A-H');
      repo.commit('Text');
      assert.equal(await origins(repo, 'b.js'), 'A-H');
    }
  });

  it('what is only declared of text that had another encoding before is no person’s', async () => {
    const repo = await hooked();
    writeFileSync(join(repo.top, 'b.js'), Buffer.from('\ufeffexport const one = 1;\r\n', 'utf16le'));
    repo.commit('By an agent');
    repo.write('b.js', 'export const one = 1;\n');
    const source = { origin: 'human', via: 'other', evidence: 'declared' } as const;
    await checkpoint(await repo.open(), { source, files: ['b.js'], cwd: repo.top });
    repo.commit('Text');
    assert.equal(await origins(repo, 'b.js'), '-');
  });

  it('an LFS pointer is an item, declared or nobody’s, and never lines', async () => {
    const repo = await hooked();
    const clean = join(repo.top, '.git', 'clean.sh');
    writeFileSync(
      clean,
      '#!/bin/sh\nprintf "version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize 1\\n" "$(sha256sum | cut -c1-64)"\n',
    );
    chmodSync(clean, 0o755);
    repo.git('config', 'filter.lfs.clean', clean);
    repo.write('.gitattributes', '*.psd filter=lfs -text\n').write('said.psd', 'a\0b').write('open.psd', 'c\0d');
    const source = { origin: 'human', via: 'other', evidence: 'declared' } as const;
    await checkpoint(await repo.open(), { source, files: ['said.psd'], cwd: repo.top });
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Pictures');
    const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    const told = report?.hunks.map(({ path, side, origin }) => `${path} ${side} ${origin}`);
    assert.ok(told?.includes('said.psd object human'), told?.join());
    assert.ok(told?.includes('open.psd object unknown'), told?.join());
  });

  it('an aborted commit’s record does not stay behind', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'givenUp'], '---A');
    for (const args of [['-a'], ['a.js']]) {
      assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q', ...args));
    }
    repo.git('checkout', '-q', '--', 'a.js');
    await save(repo, 'b.js', ['kept'], 'H');
    repo.git('add', '-A');
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q'));
    repo.write('c.js', text('third')).git('add', 'c.js');
    repo.git('commit', '-q', '-m', 'At last');
    assert.equal(records(repo).length, 1);
    assert.equal(repo.git('status', '--porcelain'), '');
    assert.equal(existsSync(join(repo.top, records(repo)[0] ?? '')), true);
    assert.equal(await origins(repo, 'b.js'), 'H');
  });
});
