import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { treeEntries, treeLines } from '../../../src/node/treeEntries';
import { TestRepository } from '../../support/repository';

describe('Entries of a git tree', () => {
  it('are the same from the object’s bytes and from ls-tree: files, folders, links, submodules, odd names', () => {
    const repo = new TestRepository();
    repo.write('plain.txt', 'a\n');
    repo.write('a folder/in it', 'b\n');
    repo.write('tab\tand “quotes”', 'c\n');
    repo.write('10 20\n30', 'd\n');
    symlinkSync('plain.txt', join(repo.top, 'link'));
    repo.git('add', '-A');
    repo.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
    const tree = repo.git('write-tree').trim();
    const read = (...args: string[]): string => execFileSync('git', args, { cwd: repo.top, encoding: 'latin1' });
    const entries = treeEntries(read('cat-file', 'tree', tree), 20);
    assert.deepEqual(entries, treeLines(read('ls-tree', '-z', tree)));
    const types = Object.fromEntries(entries.map(({ name, type }) => [name, type]));
    assert.equal(types['a folder'], 'tree');
    assert.equal(types['module'], 'commit');
    assert.equal(types['link'], 'blob');
    assert.equal(entries.length, 6);
  });

  it('of bytes that are cut off are those that are whole', () => {
    const entry = `100644 a\0${'x'.repeat(20)}`;
    assert.equal(treeEntries(`${entry}40000 b\0xyz`, 20).length, 1);
    assert.equal(treeEntries('no tree at all', 20).length, 0);
  });
});
