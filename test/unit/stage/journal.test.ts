/** The journal: what was saved is there again, whatever else is written meanwhile. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveFile } from '../../../src/core/model/live';
import { appendLive, readJournal, stateFolder } from '../../../src/node/journal';

function live(path: string, digest: string, lines = 1): LiveFile {
  const line = { exact: 'AAAAAAAAAAAAAAAA', loose: 'AAAAAAAAAAAAAAAA', counts: { human: 3 } };
  const hunk = { side: 'added', start: 0, before: [], after: [] } as const;
  const source = { origin: 'human', via: 'typing', evidence: 'observed' } as const;
  return { path, digest, hunks: [{ ...hunk, ...source, lines: Array.from({ length: lines }, () => line) }] };
}

describe('the journal', () => {
  let gitDir: string;
  beforeEach(() => (gitDir = mkdtempSync(join(tmpdir(), 'countersign-journal-'))));
  afterEach(() => rmSync(gitDir, { recursive: true, force: true }));

  it('gives the states of each path in the order in which they were saved', () => {
    for (const digest of ['1', '2', '3']) appendLive(gitDir, live('src/ä "quoted".js', digest));
    appendLive(gitDir, live('other.js', '4'));
    const states = readJournal(gitDir);
    assert.deepEqual(
      states.get('src/ä "quoted".js')?.map((each) => each.digest),
      ['1', '2', '3'],
    );
    const some = readJournal(gitDir, new Set(['src/ä "quoted".js']));
    assert.deepEqual([...some], [['src/ä "quoted".js', states.get('src/ä "quoted".js')]]);
  });

  it('loses a torn or altered entry, and no other', () => {
    appendLive(gitDir, live('a.js', '1'));
    appendFileSync(
      join(stateFolder(gitDir), 'journal'),
      'AAAAAAAAAAAAAAAA {"live":1,"path":"a.js","digest":"9","hunks"',
    );
    appendLive(gitDir, live('a.js', '2'));
    appendFileSync(
      join(stateFolder(gitDir), 'journal'),
      'AAAAAAAAAAAAAAAA {"live":1,"path":"a.js","digest":"9","hunks":[]}\n',
    );
    assert.deepEqual(
      readJournal(gitDir)
        .get('a.js')
        ?.map((each) => each.digest),
      ['1', '2'],
    );
  });

  it('stays bounded however often one saves, and forgets no file', () => {
    appendLive(gitDir, live('once.js', 'once'));
    for (let i = 0; i < 60; i++) appendLive(gitDir, live('often.js', String(i), 8_000));
    const files = readdirSync(stateFolder(gitDir)).filter((name) => name.startsWith('journal'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(stateFolder(gitDir), name)).size, 0);
    assert.ok(bytes < 28 * 1024 * 1024, `${bytes} bytes in ${files.join(', ')}`);
    const states = readJournal(gitDir);
    assert.equal(states.get('once.js')?.at(-1)?.digest, 'once');
    assert.equal(states.get('often.js')?.at(-1)?.digest, '59');
  });
});
