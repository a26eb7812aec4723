/**
 * A session of scripted edits for the kill test: what a seed does, and a process that does it (run as a script with a
 * folder and a seed). Its own bookkeeping of whose each line is takes no part of the tracker's code.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileLines } from '../../src/core/attribution/fileLines';
import type { Origin, Source } from '../../src/core/model/origin';
import { textDigest } from '../../src/core/sidecar/lineHash';
import { liveFile } from '../../src/core/tracking/claims';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import { nodeHash } from '../../src/node/hash';
import { appendLive } from '../../src/node/journal';
import { removeUnsaved, writeUnsaved } from '../../src/node/unsaved';

export const EDITS = 500;
export const FILE = 'src/file.ts';

const KINDS: readonly Source[] = [
  { origin: 'human', via: 'typing', evidence: 'observed' },
  { origin: 'ai', via: 'completion', evidence: 'observed', actor: { tool: 'assistant' } },
  { origin: 'paste', via: 'paste', evidence: 'observed' },
  { origin: 'external', via: 'disk', evidence: 'observed' },
];

interface Line {
  readonly text: string;
  readonly origin: Origin;
}

/** A session up to one of its edits. */
export class Session {
  readonly tracker = new DocumentTracker('');
  #lines: readonly Line[] = [];
  #undo: { readonly lines: readonly Line[]; readonly offset: number; readonly text: string } | undefined;
  #state: number;
  #count = 0;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  get text(): string {
    return this.#lines.map(({ text }) => `${text}\n`).join('');
  }

  get origins(): readonly Origin[] {
    return this.#lines.map(({ origin }) => origin);
  }

  /** Origins of each text that the session saves, by the text, and of each that it notes unsaved, by digest. */
  static states(seed: number): {
    readonly saved: ReadonlyMap<string, readonly Origin[]>;
    readonly noted: ReadonlyMap<string, readonly Origin[]>;
  } {
    const saved = new Map<string, readonly Origin[]>([['', []]]);
    const noted = new Map<string, readonly Origin[]>();
    const session = new Session(seed);
    for (let edit = 0; edit < EDITS; edit++) {
      const isSave = session.step();
      if (isSave) saved.set(session.text, session.origins);
      else if (isNoted(edit)) noted.set(textDigest(nodeHash, session.text), session.origins);
    }
    return { saved, noted };
  }

  /** Makes the next edit; true when a save follows. */
  step(): boolean {
    this.#count++;
    const dice = this.#random(10);
    if (dice === 0 && this.#undo !== undefined) {
      const { lines, offset, text } = this.#undo;
      this.tracker.apply([{ offset, removed: text.length, text: '' }], { kind: 'undo' });
      this.#lines = lines;
      this.#undo = undefined;
    } else if (dice < (this.#lines.length > 60 ? 8 : 3) && this.#lines.length > 3) {
      const at = this.#random(this.#lines.length);
      const gone = this.#lines[at]?.text ?? '';
      const by = KINDS[0];
      if (by !== undefined) {
        this.tracker.apply([{ offset: this.#offset(at), removed: gone.length + 1, text: '' }], {
          kind: 'edit',
          source: by,
        });
      }
      this.#lines = this.#lines.toSpliced(at, 1);
      this.#undo = undefined;
    } else {
      this.#insert(this.#random(this.#lines.length + 1), 1 + this.#random(3));
    }
    return this.#random(6) === 0;
  }

  #insert(at: number, count: number): void {
    const source = KINDS[this.#random(KINDS.length)];
    const unknown = source === undefined || this.#random(8) === 0;
    const added = Array.from({ length: count }, (_, index): Line => {
      const text = `const line${this.#count}_${index} = compute(${this.#random(1000)});`;
      return { text, origin: unknown ? 'unknown' : source.origin };
    });
    const text = added.map((line) => `${line.text}\n`).join('');
    const offset = this.#offset(at);
    this.tracker.apply([{ offset, removed: 0, text }], { kind: 'edit', source: unknown ? 'unknown' : source });
    this.#undo = { lines: this.#lines, offset, text };
    this.#lines = this.#lines.toSpliced(at, 0, ...added);
  }

  #offset(line: number): number {
    return this.#lines.slice(0, line).reduce((sum, { text }) => sum + text.length + 1, 0);
  }

  /** From 0, below `limit`. A linear congruence is random enough here, and the same everywhere. */
  #random(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}

function isNoted(edit: number): boolean {
  return edit % 5 === 0;
}

/** Edits, notes and saves as the editor does: the journal first, then the file; and tells of each edit with a dot. */
function run(folder: string, seed: number): void {
  mkdirSync(folder, { recursive: true });
  const session = new Session(seed);
  for (let edit = 0; edit < EDITS; edit++) {
    const isSave = session.step();
    if (isSave) {
      appendLive(folder, liveFile(session.tracker, FILE, nodeHash));
      writeFileSync(join(folder, 'file.new'), session.text);
      renameSync(join(folder, 'file.new'), join(folder, 'file'));
      removeUnsaved(folder, FILE);
    } else if (isNoted(edit)) {
      const bytes = Buffer.from(session.text, 'utf8').toString('latin1');
      writeUnsaved(folder, { ...liveFile(session.tracker, FILE, nodeHash), lines: fileLines(nodeHash, bytes).exact });
    }
    process.stdout.write('.');
  }
}

const [, script, folder, seed] = process.argv;
if (script?.endsWith('session.js') === true && folder !== undefined) run(folder, Number(seed));
