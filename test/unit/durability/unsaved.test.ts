/** Unsaved buffers: what one process noted another reads whole, or not at all. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stateFolder } from '../../../src/node/journal';
import type { UnsavedBuffer } from '../../../src/node/unsaved';
import { MAX_UNSAVED_LINES, adoptUnsaved, readUnsaved, removeUnsaved, writeUnsaved } from '../../../src/node/unsaved';

const LINE = 'AAAAAAAAAAAAAAAA';

function buffer(path: string, digest: string, lines = 3): UnsavedBuffer {
  const line = { exact: LINE, loose: LINE, counts: { ai: 3 } };
  const source = { origin: 'ai', via: 'completion', evidence: 'observed' } as const;
  const hunk = { side: 'added', start: 1, before: [], after: [], lines: [line], ...source } as const;
  return { path, digest, hunks: [hunk], lines: Array.from({ length: lines }, (_, i) => String(i).padStart(16, 'x')) };
}

/** Another window: a process of its own that notes a buffer and ends. */
function elsewhere(gitDir: string, noted: UnsavedBuffer): void {
  const module = resolve(__dirname, '../../../src/node/unsaved.ts');
  const script = `require(${JSON.stringify(module)}).writeUnsaved(${JSON.stringify(gitDir)}, ${JSON.stringify(noted)})`;
  execFileSync(process.execPath, ['-r', 'tsx/cjs', '-e', script], { cwd: resolve(__dirname, '../../..') });
}

describe('unsaved buffers', () => {
  let gitDir: string;
  const names = (): string[] => readdirSync(join(stateFolder(gitDir), 'unsaved'));
  beforeEach(() => (gitDir = mkdtempSync(join(tmpdir(), 'countersign-unsaved-'))));
  afterEach(() => rmSync(gitDir, { recursive: true, force: true }));

  it('gives back what was noted last, for its path alone, until it is forgotten', () => {
    assert.deepEqual(readUnsaved(gitDir, 'src/ä.ts'), []);
    writeUnsaved(gitDir, buffer('src/ä.ts', '1'));
    writeUnsaved(gitDir, buffer('src/ä.ts', '2'));
    writeUnsaved(gitDir, buffer('other.ts', '3'));
    assert.deepEqual(readUnsaved(gitDir, 'src/ä.ts'), [buffer('src/ä.ts', '2')]);
    removeUnsaved(gitDir, 'src/ä.ts');
    assert.deepEqual(readUnsaved(gitDir, 'src/ä.ts'), []);
    assert.deepEqual(readUnsaved(gitDir, 'other.ts'), [buffer('other.ts', '3')]);
    removeUnsaved(gitDir, 'nothing.ts');
  });

  it('leaves no half-written file behind, and takes none for a buffer', () => {
    writeUnsaved(gitDir, buffer('a.ts', '1'));
    const [name = ''] = names();
    assert.deepEqual(names(), [name]);
    const file = join(stateFolder(gitDir), 'unsaved', name);
    const whole = readFileSync(file, 'utf8');
    for (const text of [whole.slice(0, -20), whole.replace('"ai"', '"human"'), '', 'x y\n', whole.slice(17)]) {
      writeFileSync(file, text);
      assert.deepEqual(readUnsaved(gitDir, 'a.ts'), [], text);
    }
  });

  it('keeps the claims of a very long file, and says that its lines are not at hand', () => {
    writeUnsaved(gitDir, buffer('a.ts', '1', MAX_UNSAVED_LINES + 1));
    assert.deepEqual(readUnsaved(gitDir, 'a.ts'), [{ ...buffer('a.ts', '1'), lines: undefined }]);
  });

  it('keeps the buffers of two windows apart, and takes over that of one that ended', function () {
    this.timeout(60_000);
    elsewhere(gitDir, buffer('a.ts', 'theirs'));
    writeUnsaved(gitDir, buffer('a.ts', 'ours'));
    const digests = (): string[] => readUnsaved(gitDir, 'a.ts').map(({ digest }) => digest);
    assert.deepEqual(digests(), ['ours', 'theirs']);
    removeUnsaved(gitDir, 'a.ts');
    assert.deepEqual(digests(), ['theirs']);
    adoptUnsaved(gitDir, 'a.ts', 'other');
    assert.deepEqual(digests(), ['theirs']);
    adoptUnsaved(gitDir, 'a.ts', 'theirs');
    assert.deepEqual(digests(), []);
  });

  it('stays bounded when windows end without a word', () => {
    writeUnsaved(gitDir, buffer('a.ts', 'first'));
    const [own = ''] = names();
    const text = readFileSync(join(stateFolder(gitDir), 'unsaved', own), 'utf8');
    const left = (stem: string, count: number): void => {
      for (let i = 0; i < count; i++) {
        const name = `${stem === '' ? String(i).padStart(32, '0') : stem}.${String(i).padStart(12, '0')}`;
        writeFileSync(join(stateFolder(gitDir), 'unsaved', name), text);
      }
    };
    left(own.slice(0, 32), 20);
    writeUnsaved(gitDir, buffer('a.ts', 'second'));
    assert.equal(readUnsaved(gitDir, 'a.ts').length, 4);
    left('', 300);
    writeUnsaved(gitDir, buffer('a.ts', 'third'));
    assert.ok(names().length <= 202, String(names().length));
    assert.ok(readUnsaved(gitDir, 'a.ts').some(({ digest }) => digest === 'third'));
  });
});
