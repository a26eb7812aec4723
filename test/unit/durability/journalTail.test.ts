/** What others wrote of a file since the last look: nothing twice, nothing missed, never one's own. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LiveFile } from '../../../src/core/model/live';
import { appendLive, stateFolder } from '../../../src/node/journal';
import { SEGMENT_BYTES, journalFile, segments } from '../../../src/node/journalSegments';
import { JournalTail } from '../../../src/node/journalTail';

const entry = (digest: string, file = 'a.ts'): LiveFile => ({ path: file, digest, hunks: [] });

describe('the end of the journal that a window has not seen', () => {
  let gitDir: string;
  let tail: JournalTail;

  const look = (): string =>
    tail
      .look(gitDir)
      .map(({ digest }) => digest)
      .join(' ');
  const write = (live: LiveFile): void => tail.wrote(gitDir, live, appendLive(gitDir, live));

  beforeEach(() => {
    gitDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-tail-'));
    tail = new JournalTail('a.ts');
  });
  afterEach(() => fs.rmSync(gitDir, { recursive: true }));

  it('begins with what is written after the first look', () => {
    appendLive(gitDir, entry('before'));
    assert.equal(look(), '');
    appendLive(gitDir, entry('theirs'));
    appendLive(gitDir, entry('elsewhere', 'b.ts'));
    assert.equal(look(), 'theirs');
    assert.equal(look(), '');
  });

  it('begins also where there is no journal yet', () => {
    assert.equal(look(), '');
    write(entry('ours'));
    assert.equal(look(), '');
    appendLive(gitDir, entry('theirs'));
    assert.equal(look(), 'theirs');
  });

  it('holds what others wrote before and between our own entries, which are not part of it', () => {
    look();
    write(entry('ours 1'));
    appendLive(gitDir, entry('theirs 1'));
    write(entry('ours 2'));
    assert.equal(look(), 'theirs 1');
    write(entry('ours 3'));
    appendLive(gitDir, entry('theirs 2'));
    assert.equal(look(), 'theirs 2');
    // Waits to be written, and is, after a look.
    tail.wrote(gitDir, entry('ours 4'), undefined);
    appendLive(gitDir, entry('ours 4'));
    assert.equal(look(), '');
  });

  it('goes on in a journal that was closed meanwhile, and in the next', () => {
    look();
    write(entry('ours'));
    appendLive(gitDir, entry('theirs 1'));
    fs.appendFileSync(journalFile(stateFolder(gitDir)), `${'x'.repeat(SEGMENT_BYTES)}\n`);
    appendLive(gitDir, entry('theirs 2'));
    assert.deepEqual(segments(stateFolder(gitDir)), [1]);
    appendLive(gitDir, entry('theirs 3'));
    assert.equal(look(), 'theirs 1 theirs 2 theirs 3');
    appendLive(gitDir, entry('theirs 4'));
    assert.equal(look(), 'theirs 4');
  });

  it('is the newest entry alone where what was read is gone', () => {
    look();
    appendLive(gitDir, entry('old'));
    look();
    const file = journalFile(stateFolder(gitDir));
    fs.renameSync(file, `${file}.away`);
    appendLive(gitDir, entry('new 1'));
    appendLive(gitDir, entry('new 2'));
    assert.equal(look(), 'new 2');
  });

  it('leaves an entry that is just being written for the next look', () => {
    appendLive(gitDir, entry('before'));
    look();
    const file = journalFile(stateFolder(gitDir));
    const { size } = fs.statSync(file);
    appendLive(gitDir, entry('theirs'));
    const whole = fs.readFileSync(file);
    fs.truncateSync(file, size + 40);
    assert.equal(look(), '');
    fs.writeFileSync(file, whole);
    assert.equal(look(), 'theirs');
  });
});
