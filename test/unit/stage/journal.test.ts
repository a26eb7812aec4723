/** The journal: what was saved is there again, whatever else is written meanwhile. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveFile } from '../../../src/core/model/live';
import { appendLive, foldJournal, readJournal, stateFolder } from '../../../src/node/journal';

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

  /** Saves that take much room; the number of each stands in front. */
  function fill(saves: number): void {
    for (let i = 0; i < saves; i++) appendLive(gitDir, live('often.js', `${i} ${'x'.repeat(640 * 1024)}`));
  }

  function digests(path: string): string[] {
    return (readJournal(gitDir).get(path) ?? []).map(({ digest }) => digest.split(' ', 1)[0] ?? '');
  }

  /** Numbers of the closed segments, and the bytes of all that is there. */
  function stands(): { readonly closed: number; readonly bytes: number } {
    const files = readdirSync(stateFolder(gitDir)).filter((name) => name.startsWith('journal'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(stateFolder(gitDir), name)).size, 0);
    return { closed: files.filter((name) => /\d$/.test(name)).length, bytes };
  }

  it('is folded apart from the saves, stays bounded however often one saves, and forgets no file', () => {
    appendLive(gitDir, live('once.js', 'once'));
    fill(60);
    const { closed } = stands();
    assert.ok(closed >= 6, `${closed} segments: an append has folded`);
    const before = readJournal(gitDir);
    assert.equal(before.get('often.js')?.length, 60);
    foldJournal(gitDir);
    const after = stands();
    assert.ok(after.closed === 4 && after.bytes < 28 * 1024 * 1024, JSON.stringify(after));
    const states = readJournal(gitDir);
    assert.deepEqual(states.get('once.js'), before.get('once.js'));
    assert.deepEqual(states.get('often.js'), before.get('often.js')?.slice(-(states.get('often.js')?.length ?? 0)));
    foldJournal(gitDir);
    assert.deepEqual(stands(), after);
  });

  it('is bounded also where nobody ever folds it', () => {
    appendLive(gitDir, live('once.js', 'once'));
    fill(160);
    const { closed, bytes } = stands();
    assert.ok(closed <= 16 && bytes < 90 * 1024 * 1024, `${closed} segments, ${bytes} bytes`);
    assert.deepEqual(digests('once.js'), ['once']);
    assert.equal(digests('often.js').at(-1), '159');
  });

  it('keeps the newest whole state of a file of which later segments hold a torn one', () => {
    const journal = join(stateFolder(gitDir), 'journal');
    let closed = 0;
    const close = (): void => renameSync(journal, `${journal}.${++closed}`);
    const torn = '\nAAAAAAAAAAAAAAAA {"live":1,"path":"a.js","digest":"torn","hunks":[';
    const altered = '\nAAAAAAAAAAAAAAAA {"live":1,"path":"b \\"ä\\".js","digest":"altered","hunks":[]}\n';
    for (const digest of ['oldest', 'older', 'newest']) appendLive(gitDir, live('a.js', digest));
    appendLive(gitDir, live('b "ä".js', 'b'));
    appendFileSync(journal, torn);
    appendLive(gitDir, live('c.js', 'old'));
    close();
    for (let round = 0; round < 8; round++) {
      appendLive(gitDir, live('c.js', String(round)));
      appendFileSync(journal, altered + torn);
      if (round < 7) close();
    }
    assert.equal(stands().closed, 8);
    foldJournal(gitDir);
    assert.equal(stands().closed, 4);
    assert.deepEqual([digests('a.js'), digests('b "ä".js')], [['newest'], ['b']]);
    assert.deepEqual(digests('c.js'), ['3', '4', '5', '6', '7']);
  });
});
