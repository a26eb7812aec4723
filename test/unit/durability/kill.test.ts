/**
 * Scenario 30 without an editor: a process applies 500 scripted edits to a tracker, journals at each save and writes the
 * file; it is killed at any moment. Whatever moment it was, what the journal then says of the saved file is what a
 * process that nobody killed says of it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { liveClaims } from '../../../src/node/liveClaims';
import { readJournal } from '../../../src/node/journal';
import { readUnsaved } from '../../../src/node/unsaved';
import type { Origin } from '../../../src/core/model/origin';
import { bufferClaims } from '../../../src/node/bufferClaims';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { nodeHash } from '../../../src/node/hash';
import { DEFAULT_THRESHOLDS } from '../../../src/core/model/fold';
import { EDITS, FILE, Session } from '../../support/killSession';

const ROUNDS = Number(process.env['COUNTERSIGN_KILL_ROUNDS'] ?? 15);
const SEED = Number(process.env['COUNTERSIGN_KILL_SEED'] ?? 20260722);
const PROJECT = resolve(__dirname, '../../..');

/** Origins by line as the journal tells them of this text. */
function told(gitDir: string, text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const states = readJournal(gitDir).get(FILE) ?? [];
  assert.ok(liveClaims(states, bytes, 'bo')[0]?.sameContent ?? text === '', 'the saved content stands in the journal');
  const known = bufferClaims(fileLines(nodeHash, bytes), FILE, { states, buffers: [], isUnsaved: false }, AROUND);
  return text
    .split('\n')
    .slice(0, -1)
    .map((_, line) => known[line]?.origin ?? 'unknown');
}

const AROUND = { author: 'bo', records: [], thresholds: DEFAULT_THRESHOLDS };

describe('a process that is killed while it edits and saves', function () {
  this.timeout(600_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-kill-'));
    buildSync({
      entryPoints: [join(PROJECT, 'test/support/killSession.ts')],
      outfile: join(folder, 'session.js'),
      bundle: true,
      platform: 'node',
      logLevel: 'error',
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it(`has weakened no saved line, in ${ROUNDS} rounds (seed ${SEED})`, async () => {
    let killed = 0;
    let restored = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const gitDir = join(folder, String(round));
      const seed = SEED + round;
      const reached = await killedSession(join(folder, 'session.js'), gitDir, seed);
      if (reached < EDITS) killed++;
      const text = existsSync(join(gitDir, 'file')) ? readFileSync(join(gitDir, 'file'), 'utf8') : '';
      const { saved, noted } = Session.states(seed);
      const oracle = saved.get(text);
      assert.ok(oracle !== undefined, `seed ${seed}: the file on disk is none that was saved`);
      const now = told(gitDir, text);
      for (const [line, origin] of oracle.entries()) {
        assert.equal(now[line], origin, `seed ${seed}, killed at edit ${reached}, line ${line + 1}`);
      }
      // What was noted of the buffer explains that text, and nothing in it is stronger or weaker than it was.
      for (const buffer of readUnsaved(gitDir, FILE)) {
        const then = noted.get(buffer.digest);
        assert.ok(then !== undefined, `seed ${seed}: a buffer was noted that never was`);
        for (const hunk of buffer.hunks) {
          if (hunk.side !== 'added') continue;
          for (const index of hunk.lines.keys()) {
            const was: Origin = then[hunk.start + index] ?? 'unknown';
            assert.equal(hunk.origin, was, `seed ${seed}: a noted line`);
          }
        }
        restored++;
      }
    }
    assert.ok(killed > ROUNDS / 3, `only ${killed} of ${ROUNDS} processes were killed in the midst of it`);
    assert.ok(restored > 0);
  });
});

/** Lets a process edit until a moment that the seed picks; gives how many edits it had reported by then. */
function killedSession(script: string, gitDir: string, seed: number): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [script, gitDir, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let reached = 0;
    const at = (Math.imul(seed, 2654435761) >>> 0) % EDITS;
    child.stdout.on('data', (chunk: Buffer) => {
      reached += chunk.length;
      if (reached >= at) child.kill('SIGKILL');
    });
    child.once('error', fail);
    child.once('close', () => done(reached));
  });
}
