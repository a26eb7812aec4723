/** What the pre-commit hook puts into a commit: the record of what is staged and nothing else, with real git. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedFile } from '../../../src/core/model/record';
import type { Source } from '../../../src/core/model/origin';
import { parseRecord } from '../../../src/core/sidecar/recordFormat';
import { blameFile } from '../../../src/node/blame';
import { runGate } from '../../../src/node/gate';
import { openRepository } from '../../../src/node/repository';
import { stageRecord } from '../../../src/node/stage';
import type { StageResult } from '../../../src/node/stage';
import { AI, HUMAN, PASTE, TestRepository, person } from '../../support/repository';

const RECORDER = { id: 'test', version: '1' };
const ana = person('ana');
const bo = person('bo');

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const BASE = lines('export function total(items) {', '  let sum = 0;', '  return sum;', '}');

function start(): TestRepository {
  const repo = new TestRepository().as(ana).adopt([ana]).write('src/total.js', BASE);
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  return repo;
}

async function stage(repo: TestRepository): Promise<StageResult> {
  return stageRecord(await repo.open(), RECORDER);
}

/** What the records that stand in the index, or that a commit adds, claim of each file. */
function claims(repo: TestRepository, from = '--cached'): Map<string, string[]> {
  const range = from === '--cached' ? ['--cached', 'HEAD'] : [`${from}^`, from];
  const names = repo.git('diff', '--name-only', '--diff-filter=A', ...range, '--', '.countersign/v1/provenance');
  const result = new Map<string, string[]>();
  for (const path of names.split('\n').filter((name) => name !== '')) {
    const bytes = execFileSync('git', ['show', `${from === '--cached' ? '' : from}:${path}`], { cwd: repo.top });
    const read = parseRecord(bytes.toString('latin1'), path);
    assert.ok(read.ok, JSON.stringify(read));
    for (const file of read.value.files) {
      result.set(file.path, [...(result.get(file.path) ?? []), ...told(file)]);
    }
  }
  return result;
}

function told(file: RecordedFile): string[] {
  const was = file.was === undefined ? [] : [`was ${file.was}`];
  return [...was, ...file.hunks.map((hunk) => `${hunk.side} ${hunk.start}+${hunk.lines.length} ${hunk.origin}`)];
}

async function origins(repo: TestRepository, path: string, rev = 'HEAD'): Promise<string[]> {
  return (await blameFile(await repo.open(), repo.top, path, rev)).lines.map((line) => line.origin);
}

const NEW = [undefined, undefined, AI, AI, HUMAN, undefined, undefined] as const;
const NOTHING = NEW.map(() => undefined);
const CHANGED = lines(
  'export function total(items) {',
  '  let sum = 0;',
  '  for (const item of items) {',
  '    sum += item.price; }',
  '  console.assert(sum >= 0);',
  '  return sum;',
  '}',
);

describe('stage', () => {
  it('the main job: the typed lines are human, the completion ai, the paste paste, line by line, in any clone', async () => {
    const repo = start();
    const text = lines(
      'export function total(items) {',
      '  let sum = 100;',
      '  const rates = loadRates(items);',
      '  for (const item of items) sum += item.price * rates[item.id];',
      '  // rounding as in the old shop, see its wiki',
      '  return sum;',
      '}',
    );
    await repo.save('src/total.js', text, [undefined, HUMAN, HUMAN, AI, PASTE, undefined, undefined]);
    repo.git('add', '-A');
    const result = await stage(repo);
    assert.deepEqual([result.records.length, result.files, result.unexplained], [1, 1, 0]);
    repo.git('commit', '-q', '-m', 'Rates');
    assert.deepEqual(claims(repo, 'HEAD').get('src/total.js'), [
      'removed 1+1 human',
      'added 1+2 human',
      'added 3+1 ai',
      'added 4+1 paste',
    ]);
    const elsewhere = repo.clone();
    elsewhere.git('switch', '-q', 'feature');
    const blame = await blameFile(await elsewhere.open(), elsewhere.top, 'src/total.js', 'HEAD');
    assert.deepEqual(
      blame.lines.map(({ line, origin, via, tool }) => [line, origin, via, tool]),
      [
        [1, 'unknown', undefined, undefined],
        [2, 'human', 'typing', undefined],
        [3, 'human', 'typing', undefined],
        [4, 'ai', 'completion', 'assistant'],
        [5, 'paste', 'paste', undefined],
        [6, 'unknown', undefined, undefined],
        [7, 'unknown', undefined, undefined],
      ],
    );
    const gate = await runGate(await elsewhere.open(), { base: 'origin/main', head: 'HEAD' });
    assert.deepEqual(
      gate.report?.hunks.map((hunk) => `${hunk.side} ${hunk.start}-${hunk.end} ${hunk.origin}`),
      ['removed 2-2 human', 'added 2-3 human', 'added 4-4 ai', 'added 5-5 paste'],
      'the neighbours of the line with one typed word are no part of the change',
    );
  });

  it('of lines picked with add -p records those, and the others with the commit that takes them', async () => {
    const repo = start();
    await repo.save('src/total.js', CHANGED, NEW);
    const partly = BASE.replace('  return', '  for (const item of items) {\n    sum += item.price; }\n  return');
    repo.write('.git/part', partly);
    const blob = repo.git('hash-object', '-w', '.git/part');
    repo.git('update-index', '--cacheinfo', `100644,${blob},src/total.js`);
    await stage(repo);
    repo.git('commit', '-q', '-m', 'The loop');
    assert.deepEqual(claims(repo, 'HEAD').get('src/total.js'), ['added 2+2 ai']);
    repo.git('add', '-A');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'The assertion');
    assert.deepEqual(claims(repo, 'HEAD').get('src/total.js'), ['added 4+1 human']);
    assert.deepEqual(await origins(repo, 'src/total.js'), [
      'unknown',
      'unknown',
      'ai',
      'ai',
      'human',
      'unknown',
      'unknown',
    ]);
  });

  it('stages the record and nothing that the work tree holds besides', async () => {
    const repo = start();
    await repo.save('src/total.js', CHANGED, NEW);
    repo.git('add', '-A');
    await repo.save('src/total.js', `${CHANGED}// later\n`, [...NEW, HUMAN]);
    repo.write('notes.txt', 'not for the commit\n');
    const before = repo.git('ls-files', '-s', 'src', 'notes.txt');
    await stage(repo);
    assert.equal(repo.git('ls-files', '-s', 'src', 'notes.txt'), before);
    assert.deepEqual(claims(repo).get('src/total.js'), ['added 2+2 ai', 'added 4+1 human']);
  });

  it('a second time writes the same record again', async () => {
    const repo = start();
    await repo.save('src/total.js', CHANGED, NEW);
    repo.git('add', '-A');
    const first = await stage(repo);
    const tree = repo.git('write-tree');
    assert.deepEqual((await stage(repo)).records, first.records);
    assert.equal(repo.git('write-tree'), tree);
  });

  it('is not hindered by a .gitignore that hides dot folders', async () => {
    const repo = start();
    repo.write('.gitignore', '.*\n');
    await repo.save('src/total.js', CHANGED, NEW);
    repo.git('add', 'src');
    const { records } = await stage(repo);
    assert.equal(repo.git('ls-files', '--', ...records), records.join('\n'));
  });

  it('keeps every origin through amend, soft reset, rebase and cherry-pick', async () => {
    const repo = start();
    await repo.save('src/total.js', CHANGED, NEW);
    repo.git('add', '-A');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'Loop');
    const expected = ['unknown', 'unknown', 'ai', 'ai', 'human', 'unknown', 'unknown'];
    repo.write('README.md', '# Shop\n').git('add', '-A');
    await stage(repo);
    repo.git('commit', '-q', '--amend', '-m', 'Loop, and a readme');
    assert.deepEqual(await origins(repo, 'src/total.js'), expected, 'amend');
    repo.git('reset', '-q', '--soft', 'main');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'Again');
    assert.deepEqual(await origins(repo, 'src/total.js'), expected, 'soft reset');
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('src/total.js', `// shop\n${BASE}`).commit('Head line');
    repo.git('switch', '-q', 'feature');
    repo.as(bo).git('rebase', '-q', 'main');
    assert.deepEqual(await origins(repo, 'src/total.js'), ['unknown', ...expected], 'rebase');
    repo.git('switch', '-q', '-c', 'other', 'main');
    repo.git('cherry-pick', 'feature');
    assert.deepEqual(await origins(repo, 'src/total.js'), ['unknown', ...expected], 'cherry-pick');
  });

  it('of a merge finished by hand records only what differs from both sides', async () => {
    const repo = start();
    await repo.save('src/total.js', BASE.replace('sum = 0', 'sum = 1'), [undefined, AI, undefined, undefined]);
    repo.git('add', '-A');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'One');
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('src/total.js', BASE.replace('sum = 0', 'sum = 2').replace('}', '}\n// the end of it'));
    repo.write('src/more.js', lines('export const more = "of the other side";')).commit('Two');
    repo.as(bo).git('switch', '-q', 'feature');
    assert.throws(() => repo.git('merge', '-q', 'main'));
    const resolved = BASE.replace('sum = 0', 'sum = 1 + 2').replace('}', '}\n// the end of it');
    await repo.save('src/total.js', resolved, [undefined, HUMAN, undefined, undefined, undefined]);
    repo.git('add', '-A');
    await stage(repo);
    const told = claims(repo);
    assert.deepEqual([...told], [['src/total.js', ['added 1+1 human']]]);
    repo.git('commit', '-q', '--no-edit');
    const gate = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    assert.deepEqual(
      gate.report?.hunks.filter((hunk) => hunk.side === 'added').map((hunk) => `${hunk.start} ${hunk.origin}`),
      ['2 human'],
    );
  });

  it('a rename keeps origins, with and without an edit', async () => {
    const repo = start();
    await repo.save('src/new.js', CHANGED, [AI, AI, AI, AI, HUMAN, HUMAN, HUMAN]);
    repo.git('add', '-A');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'New');
    repo.git('mv', 'src/new.js', 'src/sum.js');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'Rename');
    assert.deepEqual(claims(repo, 'HEAD').get('src/sum.js'), ['was src/new.js']);
    const expected = ['ai', 'ai', 'ai', 'ai', 'human', 'human', 'human'];
    assert.deepEqual(await origins(repo, 'src/sum.js'), expected);
    repo.git('mv', 'src/sum.js', 'src/add.js');
    await repo.save('src/add.js', `${CHANGED}export const version = 2;\n`, [...expected.map(() => undefined), HUMAN]);
    repo.git('add', '-A');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'Rename and edit');
    const gate = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    assert.deepEqual(
      gate.report?.hunks.map((hunk) => `${hunk.path} ${hunk.start}-${hunk.end} ${hunk.origin}`),
      ['src/add.js 1-4 ai', 'src/add.js 5-8 human'],
    );
  });

  it('passes over what has no lines: deleted, binary, link, exec bit, submodule', async () => {
    const repo = start();
    repo.write('data.bin', 'a\0b').write('old.js', BASE);
    repo.commit('More');
    repo.git('rm', '-q', 'old.js');
    repo.write('data.bin', 'a\0c');
    symlinkSync('data.bin', join(repo.top, 'link'));
    chmodSync(join(repo.top, 'src/total.js'), 0o755);
    repo.git('add', '-A');
    repo.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    await repo.save('src/new.js', CHANGED, [...NEW]);
    repo.git('add', 'src/new.js');
    const result = await stage(repo);
    assert.equal(result.files, 1);
    assert.deepEqual([...claims(repo).keys()], ['src/new.js']);
  });

  it('a staged file too large to be text does not keep the others from being recorded', async () => {
    const repo = start();
    writeFileSync(join(repo.top, 'large.txt'), 'x'.repeat(9 * 1024 * 1024));
    await repo.save('src/total.js', CHANGED, NEW);
    repo.git('add', '-A');
    await stage(repo);
    assert.deepEqual([...claims(repo).keys()], ['src/total.js']);
  });

  it('names the path that no record can name, and records the rest', async () => {
    const repo = start();
    await repo.save('odd:name.js', CHANGED, [...NEW]);
    await repo.save('src/total.js', CHANGED, NEW);
    repo.git('add', '-A');
    const result = await stage(repo);
    assert.deepEqual(result.unnameable, ['odd:name.js']);
    assert.deepEqual([...claims(repo).keys()], ['src/total.js']);
  });

  it('says how many changed lines nothing explains, and claims none of them', async () => {
    const repo = start();
    repo.write('src/total.js', CHANGED).git('add', '-A');
    const result = await stage(repo);
    assert.deepEqual([result.records, result.unexplained], [[], 3]);
  });

  it('what an older save says of other content explains nothing', async () => {
    const repo = start();
    await repo.save('src/total.js', `${CHANGED}// draft\n`, [...NEW, HUMAN]);
    await repo.save('src/total.js', CHANGED, NOTHING);
    repo.git('add', '-A');
    assert.equal((await stage(repo)).unexplained, 3);
  });

  it('of the same content it says again what an AI’s is, and nothing weaker', async () => {
    const repo = start();
    await repo.save('src/total.js', CHANGED, NEW);
    await repo.save('src/total.js', CHANGED, NOTHING);
    repo.git('add', '-A');
    assert.equal((await stage(repo)).unexplained, 1);
    assert.deepEqual(claims(repo).get('src/total.js'), ['added 2+2 ai']);
  });

  it('an actor with an odd name is recorded in a form that can be read', async () => {
    const repo = start();
    const odd: Source = { ...AI, actor: { tool: 'x'.repeat(500), version: '', model: 'm\ud800' } };
    await repo.save('src/total.js', CHANGED, [undefined, undefined, odd, odd, HUMAN, undefined, undefined]);
    repo.git('add', '-A');
    await stage(repo);
    assert.deepEqual(claims(repo).get('src/total.js'), ['added 2+2 ai', 'added 4+1 human']);
  });

  it('writes no record for an author whom none can name, and says so', async () => {
    const repo = await start().save('src/total.js', CHANGED, [...NEW]);
    repo.git('add', '-A');
    repo.git('config', 'user.email', `${'x'.repeat(320)}@example.com`);
    await assert.rejects(stage(repo), { name: 'CountersignError', exit: 3, message: /at most 320 characters/ });
    assert.equal(repo.git('status', '--porcelain', '-uall', '--', '.countersign/v1'), '');
  });

  it('does nothing in a repository without a policy', async () => {
    const repo = new TestRepository().as(bo).write('a.js', BASE);
    repo.git('add', '-A');
    assert.deepEqual((await stage(repo)).records, []);
    assert.equal(repo.git('ls-files'), 'a.js');
  });

  it('records the first commit of a repository', async () => {
    const repo = new TestRepository().as(bo).adopt([ana]);
    await repo.save('a.js', CHANGED, [...NEW]);
    repo.git('add', '-A');
    await stage(repo);
    repo.git('commit', '-q', '-m', 'First');
    assert.deepEqual(await origins(repo, 'a.js'), ['unknown', 'unknown', 'ai', 'ai', 'human', 'unknown', 'unknown']);
  });

  it('two work trees of one repository know nothing of each other', async () => {
    const repo = start();
    const folder = mkdtempSync(join(tmpdir(), 'countersign-worktree-'));
    try {
      const top = join(folder, 'tree');
      repo.git('worktree', 'add', '-q', '-b', 'second', top);
      const second = new TestRepository(top);
      await repo.save('src/total.js', CHANGED, NEW);
      second.write('src/total.js', CHANGED).git('add', '-A');
      const result = await stageRecord(await openRepository(top), RECORDER);
      assert.equal(result.unexplained, 3, 'the first tree’s keystrokes explain nothing here');
      repo.git('add', '-A');
      assert.equal((await stage(repo)).unexplained, 0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('CRLF, a byte order mark and a missing last line break change no origin', async () => {
    const repo = start();
    const text = `\ufeff${CHANGED.replaceAll('\n', '\r\n').slice(0, -2)}`;
    await repo.save('src/crlf.js', text, [AI, AI, HUMAN, HUMAN, PASTE, PASTE, AI]);
    repo.git('config', 'core.autocrlf', 'false');
    repo.git('add', '-A');
    assert.equal((await stage(repo)).unexplained, 0);
    repo.git('commit', '-q', '-m', 'CRLF');
    assert.deepEqual(await origins(repo, 'src/crlf.js'), ['ai', 'ai', 'human', 'human', 'paste', 'paste', 'ai']);
    repo.write('src/crlf.js', CHANGED).commit('LF, by nobody on record');
    assert.deepEqual(await origins(repo, 'src/crlf.js'), ['ai', 'ai', 'human', 'human', 'paste', 'paste', 'ai']);
  });
});
