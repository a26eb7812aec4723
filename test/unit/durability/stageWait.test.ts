/** `stage` and an editor that is just saving: the record has what the editor is about to journal. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJournal, stateFolder } from '../../../src/node/journal';
import { beginSaving, beingSaved, endSaving } from '../../../src/node/saving';
import { stageRecord } from '../../../src/node/stage';
import { AI, TestRepository, person } from '../../support/repository';

const PROJECT = resolve(__dirname, '../../..');
const RECORDER = { id: 'test', version: '1' };
const BASE = 'export const one = 1;\n';
const TYPED = `${BASE}export const  two=loadTwo( );\n`;
const FORMATTED = `${BASE}export const two = loadTwo();\n`;

/**
 * An editor's process between the two entries of a save: it has said that it saves, and journals the formatted text
 * when it is told to; or ends without.
 */
function editor(gitDir: string, body: string): { readonly saving: Promise<void>; go(): void } {
  const from = (file: string): string => `require(${JSON.stringify(join(PROJECT, 'src/node', file))})`;
  const script = `
    const gitDir = ${JSON.stringify(gitDir)};
    const { beginSaving, endSaving } = ${from('saving.ts')};
    const { appendLive, readJournal } = ${from('journal.ts')};
    beginSaving(gitDir, 'a.ts');
    process.stdout.write('saving');
    // Later than git takes to answer when stage asks it.
    process.stdin.once('data', () => setTimeout(() => { ${body} process.exit(0); }, 250));`;
  const child = spawn(process.execPath, ['-r', 'tsx/cjs', '-e', script], {
    cwd: PROJECT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const saving = new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.stdout.once('data', () => done());
  });
  return { saving, go: () => child.stdin.end('go') };
}

describe('stage and an editor that is just saving', function () {
  this.timeout(60_000);
  let repo: TestRepository;
  let gitDir: string;
  const recorded = async (): Promise<number> => (await stageRecord(await repo.open(), RECORDER)).lines;

  beforeEach(async () => {
    const ana = person('ana');
    repo = new TestRepository().as(ana).adopt([ana]).write('a.ts', BASE);
    repo.commit('Start');
    gitDir = (await repo.open()).gitDir;
    // What the editor journals in front of the save; then a formatter changes the line beyond what could be carried.
    await repo.save('a.ts', TYPED, [undefined, AI]);
    repo.write('a.ts', FORMATTED).git('add', 'a.ts');
  });

  it('waits for the entry of the staged content', async () => {
    const [state] = readJournal(gitDir).get('a.ts') ?? [];
    await repo.save('a.ts', FORMATTED, [undefined, AI]);
    const final = readJournal(gitDir).get('a.ts')?.at(-1);
    assert.ok(state !== undefined && final !== undefined);
    // Back to the moment in which only the first entry is there.
    writeFileSync(join(stateFolder(gitDir), 'journal'), '');
    const other = editor(gitDir, `appendLive(gitDir, ${JSON.stringify(final)}); endSaving(gitDir, 'a.ts');`);
    await other.saving;
    assert.deepEqual([...beingSaved(gitDir, ['a.ts', 'b.ts'])], ['a.ts']);
    const staging = recorded();
    other.go();
    assert.equal(await staging, 1);
  });

  it('does not wait for a process that ended, and clears up behind it', async () => {
    const other = editor(gitDir, '');
    await other.saving;
    other.go();
    while (beingSaved(gitDir, ['a.ts']).size > 0) await new Promise((resume) => setTimeout(resume, 10));
    assert.deepEqual(readdirSync(join(stateFolder(gitDir), 'saving')), []);
    await recorded();
  });

  it('records all the same when the editor never comes to it', async () => {
    beginSaving(gitDir, 'a.ts');
    await repo.save('b.ts', 'export const three = 3;\n', [AI]);
    repo.git('add', 'b.ts');
    assert.ok((await recorded()) >= 1);
    endSaving(gitDir, 'a.ts');
    endSaving(gitDir, 'never.ts');
    assert.equal(beingSaved(gitDir, ['a.ts']).size, 0);
    assert.ok(existsSync(join(stateFolder(gitDir), 'journal')));
  });
});
