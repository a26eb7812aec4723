import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../../src/core/model/origin';
import { stateFolder } from '../../../src/node/journal';
import { setUpRecorder } from '../../../src/node/recorder';
import type { InitialLine } from '../../../src/core/tracking/initialText';
import { afterMove, afterReload, reloaded } from '../../../src/editor/capture/initialState';
import { initialLines } from '../../../src/node/initialLines';
import { changeStart } from '../../../src/node/changeStart';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, PASTE, TestRepository, person } from '../../support/repository';

const BASE = 'export const first = 1;\nexport const second = 2;\nexport const third = 3;\n';
const ADDED = 'export const generated = 41;\nexport const alsoGenerated = 42;\n';

/** A letter per line: neutral, unknown, or the origin that is claimed. */
async function linesOf(repository: TestRepository, path: string, text: string): Promise<string> {
  const opened = await repository.open();
  const { lines } = await initialLines(opened, await changeStart(opened), path, text);
  return letters(lines);
}

function letters(lines: readonly InitialLine[]): string {
  return lines
    .map((line) => (line.kind === 'claimed' ? line.source.origin : line.kind === 'neutral' ? '.' : '?'))
    .join(' ');
}

describe('What lines are when a file is opened', () => {
  const ana = person('ana');

  function start(): TestRepository {
    const repository = new TestRepository().as(ana).adopt([ana]).write('src/a.ts', BASE);
    repository.commit('Start');
    repository.git('checkout', '-q', '-b', 'work');
    return repository;
  }

  it('neutral where they stand since the merge base, unknown where nobody saw them change', async () => {
    const repository = start();
    assert.equal(await linesOf(repository, 'src/a.ts', BASE), '. . .');
    assert.equal(await linesOf(repository, 'src/a.ts', BASE + ADDED), '. . . ? ?');
    assert.equal(await linesOf(repository, 'src/a.ts', BASE.replace('2', '20')), '. ? .');
    assert.equal(await linesOf(repository, 'src/a.ts', BASE.replaceAll('\n', '\r\n')), '. . .');
    assert.equal(await linesOf(repository, 'src/new.ts', ADDED), '? ?');
  });

  it('what the journal claims for them, also when the text has changed since', async () => {
    const repository = start();
    await repository.save('src/a.ts', BASE + ADDED, [undefined, undefined, undefined, AI, HUMAN]);
    assert.equal(await linesOf(repository, 'src/a.ts', BASE + ADDED), '. . . ai human');
    assert.equal(await linesOf(repository, 'src/a.ts', `// new\n${BASE}${ADDED}`), '? . . . ai human');
  });

  it('where the base asks for signed records: an unsigned one makes nobody a line’s author but an AI', async () => {
    const bo = person('bo');
    const before = process.env['XDG_CONFIG_HOME'];
    const home = mkdtempSync(join(tmpdir(), 'countersign-home-'));
    process.env['XDG_CONFIG_HOME'] = home;
    try {
      const repository = new TestRepository().as(ana).adopt([ana, bo], { requireSignedRecords: true });
      repository.write('src/a.ts', BASE).commit('Start');
      repository.as(bo).git('checkout', '-q', '-b', 'work');
      const recorded = async (text: string, sources: readonly (Source | undefined)[]): Promise<string> => {
        await repository.save('src/a.ts', text, sources);
        repository.git('add', 'src/a.ts');
        await stageRecord(await repository.open(), { id: 'test', version: '0' });
        repository.git('commit', '-qm', 'Add');
        rmSync(stateFolder((await repository.open()).gitDir), { recursive: true, force: true });
        return linesOf(repository, 'src/a.ts', text);
      };
      const first = [undefined, undefined, undefined, AI, HUMAN];
      assert.equal(await recorded(BASE + ADDED, first), '. . . ai ?');
      await setUpRecorder(await repository.open(), { keyFile: `${bo.key}.pub` });
      const more = `${BASE}${ADDED}export const typedAfterwards = 43;\n`;
      assert.equal(await recorded(more, [...first.map(() => undefined), HUMAN]), '. . . ai ? human');
    } finally {
      if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
      else process.env['XDG_CONFIG_HOME'] = before;
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('what the records of the branch claim, where no journal remembers', async () => {
    const repository = start();
    await repository.save('src/a.ts', BASE + ADDED, [undefined, undefined, undefined, AI, PASTE]);
    repository.git('add', 'src/a.ts');
    await stageRecord(await repository.open(), { id: 'test', version: '0' });
    repository.git('commit', '-qm', 'Add');
    const clone = repository.clone();
    clone.git('checkout', '-q', 'work');
    clone.git('branch', '-q', 'main', 'origin/main');
    clone.git('remote', 'set-head', 'origin', 'main');
    assert.equal(await linesOf(clone, 'src/a.ts', BASE + ADDED), '. . . ai paste');
    assert.equal(await linesOf(clone, 'src/a.ts', `${BASE}${ADDED}export const mine = 1;\n`), '. . . ai paste ?');
  });

  it('neutral in a file that was only renamed', async () => {
    const repository = start();
    repository.git('mv', 'src/a.ts', 'src/b.ts');
    assert.equal(await linesOf(repository, 'src/b.ts', BASE), '. . .');
  });

  it('unknown in a repository without commits', async () => {
    const repository = new TestRepository().as(ana).adopt([ana]);
    assert.equal(await linesOf(repository, 'src/a.ts', ADDED), '? ?');
  });
});

describe('What lines are when git or the disk moves', () => {
  const neutral: InitialLine = { kind: 'neutral' };
  const unknown: InitialLine = { kind: 'unknown' };
  const claimed = (origin: 'ai' | 'human'): InitialLine => ({
    kind: 'claimed',
    source: { origin, via: 'typing', evidence: 'observed' },
    counts: { [origin]: 5 },
  });

  it('a commit makes lines neutral, and no later claim makes an unknown one human', () => {
    const before = [unknown, unknown, claimed('ai'), neutral];
    assert.equal(letters(afterMove(before, [neutral, claimed('human'), claimed('human'), unknown])), '. ? ai ?');
  });

  it('a reload keeps what was known, takes what is claimed, and calls the rest external', () => {
    const tracked = [
      { line: 1, counts: { external: 5 }, origin: 'external', via: 'disk', evidence: 'observed' },
      { line: 2, counts: { human: 5 }, origin: 'human', via: 'typing', evidence: 'observed' },
      { line: 3, counts: { external: 5 }, origin: 'external', via: 'disk', evidence: 'observed' },
    ] as const;
    const lines = ['a', 'b', 'c', 'd'];
    const state = [neutral, claimed('ai'), unknown, unknown];
    const known = reloaded(tracked, lines);
    assert.equal(letters(afterReload({ lines: state, committed: false }, known)), '. ai human external');
    assert.equal(letters(afterReload({ lines: state, committed: true }, known)), '. ai ? ?');
  });
});
