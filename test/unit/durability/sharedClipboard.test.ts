/** Copying in one window and pasting in another: origins travel, text does not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import type { Fragment } from '../../../src/core/tracking/fragment';
import { pasteKind } from '../../../src/editor/capture/pastedText';
import { stateFolder } from '../../../src/node/journal';
import { shareCopy, sharedCopy } from '../../../src/node/sharedClipboard';
import { AI, HUMAN } from '../../support/repository';

const PROJECT = resolve(__dirname, '../../..');
const TEXT = 'const typed = 1;\nconst accepted = 2;\nconst old = 3;\nconst nobody = 4;\n';

/** A document with a line of each kind, its third neutral; an AI took a word out of that one. */
function source(): DocumentTracker {
  const tracker = new DocumentTracker('const very old = 3;\n');
  tracker.setInitial([{ kind: 'neutral' }]);
  const add = (offset: number, text: string, who: typeof AI | 'unknown'): void =>
    tracker.apply([{ offset, removed: 0, text }], { kind: 'edit', source: who });
  add(0, 'const typed = 1;\n', HUMAN);
  add(17, 'const accepted = 2;\n', AI);
  tracker.apply([{ offset: 43, removed: 5, text: '' }], { kind: 'edit', source: AI });
  add(tracker.length, 'const nobody = 4;\n', 'unknown');
  assert.equal(tracker.text(), TEXT);
  return tracker;
}

function pasted(fragment: Fragment | undefined, text: string): string[] {
  const tracker = new DocumentTracker('');
  tracker.apply([{ offset: 0, removed: 0, text }], pasteKind([{ offset: 0, removed: 0, text }], fragment));
  return [...tracker.lineStates()].map(({ origin, via, actor }) => `${origin} ${via} ${actor?.tool ?? ''}`.trim());
}

describe('copies that other windows know of', () => {
  let gitDir: string;
  const files = (): string[] => readdirSync(join(stateFolder(gitDir), 'copied'));
  beforeEach(() => (gitDir = mkdtempSync(join(tmpdir(), 'countersign-copied-'))));
  afterEach(() => rmSync(gitDir, { recursive: true, force: true }));

  it('give a paste the origins that it has in the window of the copy', () => {
    const copied = source().fragment(0, TEXT.length);
    shareCopy(gitDir, copied);
    const here = pasted(copied, TEXT);
    assert.deepEqual(here, ['human typing', 'ai completion assistant', 'mixed completion assistant', 'unknown other']);
    assert.deepEqual(pasted(sharedCopy(gitDir, TEXT), TEXT), here);
    // As the clipboard may hold it: without the last line end, or with one more.
    assert.deepEqual(pasted(sharedCopy(gitDir, TEXT.slice(0, -1)), TEXT), here);
    shareCopy(gitDir, source().fragment(17, 19));
    assert.deepEqual(pasted(sharedCopy(gitDir, 'const accepted = 2;\n'), 'const accepted = 2;'), [
      'ai completion assistant',
    ]);
    assert.equal(sharedCopy(gitDir, 'const other = 2;\n'), undefined);
  });

  it('are read by another process', function () {
    this.timeout(60_000);
    shareCopy(gitDir, source().fragment(0, TEXT.length));
    const script = `
      const { sharedCopy } = require(${JSON.stringify(join(PROJECT, 'src/node/sharedClipboard.ts'))});
      const found = sharedCopy(${JSON.stringify(gitDir)}, ${JSON.stringify(TEXT)});
      console.log(found.runs.map(({ origin }) => origin.origin ?? origin).join(' '));`;
    const said = execFileSync(process.execPath, ['-r', 'tsx/cjs', '-e', script], { cwd: PROJECT, encoding: 'utf8' });
    assert.equal(said.trim(), 'human ai neutral neutral unknown');
  });

  it('hold no text, are few, and the newest of a text stands', () => {
    for (let i = 0; i < 40; i++) {
      const tracker = new DocumentTracker('');
      const text = `const secret${i} = "word";`;
      tracker.apply([{ offset: 0, removed: 0, text }], { kind: 'edit', source: AI });
      shareCopy(gitDir, tracker.fragment(0, text.length));
    }
    assert.equal(files().length, 12);
    const all = files().map((name) => readFileSync(join(stateFolder(gitDir), 'copied', name), 'utf8'));
    assert.ok(!all.join('').includes('secret') && !all.join('').includes('word'));
    const again = new DocumentTracker('');
    again.apply([{ offset: 0, removed: 0, text: 'const secret39 = "word";' }], { kind: 'edit', source: HUMAN });
    shareCopy(gitDir, again.fragment(0, again.length));
    assert.deepEqual(pasted(sharedCopy(gitDir, again.text()), again.text()), ['human typing']);
  });

  it('are nothing when they are torn, altered or of another text', () => {
    shareCopy(gitDir, source().fragment(0, TEXT.length));
    const [name = ''] = files();
    const file = join(stateFolder(gitDir), 'copied', name);
    const whole = readFileSync(file, 'utf8');
    for (const text of [whole.slice(0, 60), whole.replace('"ai"', '"human"'), '']) {
      writeFileSync(file, text);
      assert.equal(sharedCopy(gitDir, TEXT), undefined);
    }
  });
});
