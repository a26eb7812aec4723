/** A long branch leaves few records, whose claims are those of the many; and git never finds a conflict in them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { ProvenanceRecord, RecordedHunk } from '../../../src/core/model/record';
import { foldedRecord, mayFold } from '../../../src/core/sidecar/foldRecords';
import { encodeRecord, parseRecord } from '../../../src/core/sidecar/recordFormat';
import { recordBytes } from '../../../src/node/recordBytes';
import { TestRepository } from '../../support/repository';
import '../../support/propertySeed';
import { ana, bo, hooked, origins, records, save, text } from './hooked';

/** Commits that each add a line to `a.js`, by turns an AI's, a person's and a paste. */
async function commits(repo: TestRepository, count: number, from = 0): Promise<string> {
  let by = '---';
  const words = ['alpha', 'beta', 'gamma'];
  for (let index = 0; index < from + count; index++) {
    words.push(`word${index}`);
    by += 'AHP'[index % 3] ?? '';
    if (index < from) continue;
    await save(repo, 'a.js', words, by);
    if (index % 2 === 0) repo.git('commit', '-q', '-am', `Commit ${index}`);
    else {
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', `Commit ${index}`);
    }
    assert.equal(repo.git('status', '--porcelain'), '');
  }
  return by;
}

describe('folding', () => {
  it('20 commits leave two records, and every origin', async () => {
    const repo = await hooked();
    const expected = await commits(repo, 20);
    assert.ok(records(repo).length <= 2, String(records(repo).length));
    assert.equal(await origins(repo), expected);
  });

  it('never what is merged, and never what another author recorded', async () => {
    const repo = await hooked();
    await commits(repo, 1);
    const [first = ''] = records(repo);
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', '--ff-only', 'feature');
    repo.git('switch', '-q', 'feature');
    repo.as(ana);
    await commits(repo, 1, 1);
    const theirs = records(repo).find((path) => path !== first) ?? '';
    repo.as(bo);
    const expected = await commits(repo, 5, 2);
    assert.ok(records(repo).includes(first), 'merged');
    assert.ok(records(repo).includes(theirs), 'another’s');
    assert.ok(records(repo).length <= 4);
    assert.equal(await origins(repo), expected);
  });

  it('nothing in an index of one commit alone, whatever it is called', async () => {
    for (const name of ['index', 'index.lock', 'other']) {
      const repo = await hooked();
      const expected = await commits(repo, 2);
      const before = records(repo);
      const folder = mkdtempSync(join(tmpdir(), 'countersign-index-'));
      copyFileSync(join(repo.top, '.git/index'), join(folder, name));
      repo.write('b.js', text('bee'));
      const env = { ...process.env, GIT_INDEX_FILE: join(folder, name) };
      const git = (...args: readonly string[]): unknown =>
        execFileSync('git', [...args], { cwd: repo.top, env, stdio: 'pipe' });
      git('add', 'b.js');
      git('commit', '-q', '-m', 'Alone');
      rmSync(folder, { recursive: true });
      for (const path of before) assert.ok(records(repo).includes(path), name);
      repo.git('add', 'b.js');
      assert.equal(repo.git('status', '--porcelain'), '', name);
      assert.equal(await origins(repo), expected);
    }
  });

  it('goes on in a second work tree, and where the git directory is named by a link', async () => {
    const repo = await hooked();
    const folder = mkdtempSync(join(tmpdir(), 'countersign-link-'));
    repo.git('worktree', 'add', '-q', '-b', 'second', join(folder, 'second'));
    symlinkSync(join(repo.top, '.git'), join(folder, 'link'));
    await commits(new TestRepository(join(folder, 'second')), 5);
    assert.equal(records(repo, 'second').length, 2);
    const env = { ...process.env, GIT_DIR: join(folder, 'link'), GIT_WORK_TREE: repo.top };
    for (const name of ['one', 'two', 'three', 'four']) {
      await save(repo, `${name}.js`, [name], 'A');
      for (const args of [
        ['add', '-A'],
        ['commit', '-q', '-m', name],
      ])
        execFileSync('git', args, { cwd: repo.top, env, stdio: 'pipe' });
    }
    assert.equal(records(repo).length, 2);
    rmSync(folder, { recursive: true });
  });

  it('a commit that is given up folds nothing away', async () => {
    const repo = await hooked();
    await commits(repo, 3);
    for (const args of [['-a'], []]) {
      await save(repo, 'b.js', [`given${args.length}`], 'H');
      repo.git('add', '-A');
      assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q', ...args));
      repo.git('reset', '-q');
      repo.git('commit', '-q', '-n', '-am', 'Nothing but what was tracked', '--allow-empty');
      assert.equal(await origins(repo), '---AHP');
    }
  });

  it('a commit of nothing, or one that is given up, leaves nothing in the way of the one that is made elsewhere', async () => {
    const repo = await hooked();
    await commits(repo, 2);
    assert.throws(() => repo.git('commit', '-q', '-am', 'Nothing'));
    repo.git('commit', '-q', '--allow-empty', '-m', 'Empty');
    assert.equal(repo.git('status', '--porcelain'), '');
    assert.equal(records(repo).length, 2);
    await save(repo, 'b.js', ['one'], 'H');
    repo.git('add', '-A');
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q', '-a'));
    const given = untracked(repo);
    assert.equal(given.length, 2, 'the fold and the record');
    repo.git('rm', '-q', '--force', 'b.js');
    assert.throws(() => repo.git('commit', '-q', '-am', 'Nothing'));
    assert.equal(repo.git('status', '--porcelain'), '');
    // One that the index holds stands in the place of what it folds.
    await save(repo, 'b.js', ['one'], 'H');
    repo.git('add', '-A');
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q'));
    repo.write('c.txt', 'one\n').git('add', 'c.txt');
    repo.git('commit', '-q', '-m', 'After all');
    assert.equal(repo.git('status', '--porcelain'), '');
    assert.equal(records(repo).length, 2);
    assert.equal(await origins(repo), '---AH');
    assert.equal(await origins(repo, 'b.js'), 'H');
  });

  it('folded commits are picked, dropped, reordered, reverted and merged without a conflict in the sidecar', async () => {
    const repo = await hooked();
    const expected = await commits(repo, 5);
    repo.git('switch', '-q', '-c', 'stacked', 'HEAD~2');
    await save(repo, 'b.js', ['one', 'two'], 'AH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Beside');
    await save(repo, 'c.js', ['three'], 'P');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Beside again');
    repo.git('merge', '-q', '--no-edit', 'feature');
    assert.equal(await origins(repo), expected);
    assert.equal(await origins(repo, 'b.js'), 'AH');
    repo.git('switch', '-q', '-c', 'picked', 'main');
    repo.git('cherry-pick', 'stacked~1');
    assert.equal(await origins(repo, 'c.js'), 'P');
    repo.git('revert', '--no-edit', 'HEAD');
    repo.git('switch', '-q', '-C', 'onto', 'stacked~1');
    repo.git('rebase', '-q', '--onto', 'main', 'HEAD~1');
    assert.equal(await origins(repo, 'c.js'), 'P');
    for (const before of ['feature~1', 'feature~2', 'feature~3']) {
      const renames = ['diff', '--find-renames=30%', '--diff-filter=RC', '--name-only'];
      assert.equal(repo.git(...renames, before, 'feature', '--', '.countersign'), '', before);
      assert.notEqual(
        repo.git('diff', '--diff-filter=D', '--no-renames', '--name-only', before, 'feature'),
        '',
        before,
      );
    }
  });

  it('the claims are the same before and after', () => {
    const hash = fc.stringMatching(/^[\w-]{16}$/);
    const hunk = fc.record({
      side: fc.constantFrom('added' as const, 'removed' as const),
      start: fc.nat(1000),
      lines: fc.array(fc.record({ exact: hash, loose: hash, counts: fc.record({ ai: fc.nat(99) }) }), { minLength: 1 }),
      before: fc.array(hash, { maxLength: 3 }),
      after: fc.array(hash, { maxLength: 3 }),
      origin: fc.constantFrom('ai' as const, 'mixed' as const),
      via: fc.constant('completion' as const),
      evidence: fc.constant('observed' as const),
    });
    const file = fc.record({
      path: fc.constantFrom('a.js', 'src/b.js', 'pad'),
      blob: fc.constantFrom(null, 'a'.repeat(40), 'b'.repeat(40)),
      hunks: fc.array(hunk as fc.Arbitrary<RecordedHunk>, { maxLength: 4 }),
    });
    const record: fc.Arbitrary<ProvenanceRecord> = fc.record({
      repo: fc.constant('r'),
      author: fc.constant('bo@example.com'),
      recorder: fc.constant({ id: 'countersign', version: '1' }),
      base: fc.constantFrom(null, 'c'.repeat(40)),
      files: fc.array(file, { minLength: 1, maxLength: 4 }),
    });
    const sayings = (all: readonly ProvenanceRecord[]): string[] =>
      [...new Set(all.flatMap(({ files }) => files.map((each) => JSON.stringify(each))))].sort();
    fc.assert(
      fc.property(fc.array(record, { minLength: 2, maxLength: 5 }), (all) => {
        const [first, ...rest] = all;
        if (first === undefined) return;
        const once = recordBytes(foldedRecord(all, first), undefined, true);
        const read = parseRecord(once, 'x');
        assert.ok(read.ok, JSON.stringify(read));
        assert.ok(mayFold(once, read.value));
        const told = sayings(all.map((each) => roundTrip(each)));
        assert.deepEqual(sayings([read.value]), told);
        const twice = recordBytes(foldedRecord([read.value, ...rest], read.value), undefined, true);
        const again = parseRecord(twice, 'x');
        assert.ok(again.ok);
        assert.deepEqual(sayings([again.value]), told);
        assert.equal(mayFold(once.replace('}\n', ',"later":1}\n'), read.value), false);
        assert.equal(mayFold(encodeRecord(read.value), read.value), false, 'without a pad git may pair it');
      }),
    );
  });
});

function untracked(repo: TestRepository): string[] {
  return repo.git('ls-files', '--others', '--exclude-standard', '.countersign').split('\n');
}

function roundTrip(record: ProvenanceRecord): ProvenanceRecord {
  const read = parseRecord(encodeRecord(record), 'x');
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}
