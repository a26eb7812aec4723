/**
 * The kill test: somebody types, accepts completions, pastes, undoes and saves in the real workbench, and at a random
 * moment the extension host is killed. Whatever the moment: what a saved line was called before, it is called after, and
 * nothing is called human that was not typed. The driver's own script says who wrote what.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileLines } from '../../src/core/attribution/fileLines';
import { DEFAULT_THRESHOLDS } from '../../src/core/model/fold';
import type { Origin } from '../../src/core/model/origin';
import { bufferClaims } from '../../src/node/bufferClaims';
import { nodeHash } from '../../src/node/hash';
import { readJournal } from '../../src/node/journal';
import { savedState } from '../support/claims';
import { makeRepository } from '../support/host/repository';
import { policyText } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';

export interface KillSummary {
  readonly rounds: number;
  readonly seed: number;
  readonly actions: number;
  readonly saves: number;
  /** Lines whose origin a save had settled, after the last round. */
  readonly lines: number;
  /** Of them, lines that were unsaved when a kill came, and unknown ever since. */
  readonly unknown: number;
  /** Kills that came while there was unsaved text. */
  readonly dirty: number;
}

const FILE = 'src/pay.ts';
const START = 'export const start = 0;\n';
const SETTINGS = {
  'countersign.installHook': 'never',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.autoClosingBrackets': 'never',
  'editor.autoIndent': 'none',
  'files.autoSave': 'off',
};

/** Each number's completion: the typed line becomes mixed, the one below it is the AI's. */
function completions(count: number): Record<string, string> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return Object.fromEntries(
    numbers.map((number) => [`gen${number} = `, `produce(${number}, limit);\nexport const made${number} = 1;`]),
  );
}

/** What the script says of a line. */
function truth(line: string): Origin {
  // A kill may come between an accepted text and the Enter behind it: then the next one goes on in its line.
  const parts = new Set(line.split(/(?<=;)(?=.)/).map(truthOfWhole));
  const [first = 'unknown'] = parts;
  if (parts.size === 1) return first;
  return !parts.has('unknown') && (parts.has('ai') || parts.has('mixed')) ? 'mixed' : 'unknown';
}

function truthOfWhole(line: string): Origin {
  if (/^const typed\d+ /.test(line)) return 'human';
  if (/^gen\d+ = p/.test(line)) return 'mixed';
  if (/^export const made\d+ /.test(line)) return 'ai';
  if (/^export const pasted\d+ /.test(line)) return 'paste';
  return 'unknown';
}

/** Plays `rounds` kills. Throws where a line was weakened or became human; `say` gets a line per round. */
export async function playKills(
  options: { readonly rounds: number; readonly seed: number },
  say: (line: string) => void,
): Promise<KillSummary> {
  const repository = makeRepository({ files: { [FILE]: START, '.countersign/policy.jsonc': policyText([]) } });
  repository.git('checkout', '--quiet', '-b', 'work');
  const workbench = await startWorkbench({
    folder: repository.folder,
    assistant: completions(options.rounds * 8),
    settings: SETTINGS,
    env: { COUNTERSIGN_TEST_PUBLIC_API: '1' },
  });
  try {
    return await new Game(workbench, repository.folder, options.seed).play(options.rounds, say);
  } finally {
    await workbench.close();
    repository.remove();
  }
}

class Game {
  readonly #workbench: Workbench;
  readonly #folder: string;
  readonly #seed: number;
  #state: number;
  #number = 0;
  #actions = 0;
  #saves = 0;
  #dirty = 0;
  #killed = false;
  /** What each saved line was called when it was saved. */
  readonly #settled = new Map<string, Origin>();

  constructor(workbench: Workbench, folder: string, seed: number) {
    this.#workbench = workbench;
    this.#folder = folder;
    this.#seed = seed;
    this.#state = seed >>> 0;
  }

  async play(rounds: number, say: (line: string) => void): Promise<KillSummary> {
    for (let round = 0; round < rounds; round++) {
      await this.#workbench.statusBarItem().waitFor();
      await this.#workbench.openFile(FILE);
      this.#killed = false;
      // Counted in actions, so that a slow machine is killed in the midst of them as well.
      const count = 2 + this.#random(5);
      const last = { action: this.#random(count), after: this.#random(1500) };
      let acting: Promise<void> = Promise.resolve();
      await new Promise<void>((kill, fail) => {
        acting = this.#act(count, last.action, () => setTimeout(kill, last.after));
        acting.catch(fail);
      });
      this.#killed = true;
      if (!this.#isSaved()) this.#dirty++;
      assert.ok(this.#workbench.killExtensionHosts() >= 1, 'there is an extension host to kill');
      await Promise.race([acting.catch(() => undefined), new Promise((resume) => setTimeout(resume, 500))]);
      this.#check(`round ${round + 1}, after the kill`);
      await this.#restart();
      await this.#workbench.openFile(FILE);
      this.#check(`round ${round + 1}, after the restart`);
      await this.#typeLine();
      await this.#save(`round ${round + 1}, saved after the restart`);
      // What still waits for something to show must not press keys in the next round.
      await acting.catch(() => undefined);
      say(`round ${round + 1} of ${rounds}: ${this.#settled.size} lines, ${this.#saves} saves`);
    }
    const unknown = [...this.#settled].filter(([line, origin]) => origin === 'unknown' && truth(line) !== 'unknown');
    const { size } = this.#settled;
    const counts = { actions: this.#actions, saves: this.#saves, lines: size, dirty: this.#dirty };
    return { rounds, seed: this.#seed, ...counts, unknown: unknown.length };
  }

  /** A busy machine may take longer to start than a window waits: then it is loaded once more, as a person would. */
  async #restart(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#workbench.reload();
        await this.#workbench.statusBarItem().waitFor();
        return;
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  /** Acts `count` times; says so when the action begins in which the kill is to come. */
  async #act(count: number, last: number, begun: () => void): Promise<void> {
    for (let action = 0; action < count && !this.#killed; action++) {
      this.#actions++;
      if (action === last) begun();
      const dice = this.#random(10);
      if (dice < 3) await this.#typeLine();
      else if (dice < 5) await this.#accept();
      else if (dice < 7) await this.#paste();
      else if (dice < 8) await this.#undo();
      else await this.#save('saved within a round');
    }
  }

  async #keys(work: () => Promise<void>): Promise<void> {
    if (!this.#killed) await work();
  }

  async #typeLine(): Promise<void> {
    const line = `const typed${this.#number++} = ${this.#random(1000)};`;
    await this.#workbench.press('Control+End');
    await this.#workbench.type(line);
    await this.#workbench.press('Enter');
  }

  async #accept(): Promise<void> {
    await this.#workbench.press('Control+End');
    await this.#workbench.type(`gen${this.#number++} = `);
    await this.#workbench.waitForGhostText();
    await this.#keys(() => this.#workbench.press('Tab'));
    await this.#keys(() => this.#workbench.waitForNoGhostText());
    await this.#keys(() => this.#workbench.press('Control+End', 'Enter'));
  }

  async #paste(): Promise<string> {
    const name = `pasted${this.#number++}`;
    await this.#workbench.writeClipboard(`export const ${name} = "from elsewhere";\n`);
    await this.#keys(() => this.#workbench.press('Control+End', 'Control+v'));
    await this.#keys(() => this.#workbench.waitForText('.editor-instance .view-line', name));
    return name;
  }

  async #undo(): Promise<void> {
    const name = await this.#paste();
    const shows = `document.querySelector('.editor-instance').textContent.includes('${name} ')`;
    await this.#keys(() => this.#workbench.press('Control+z'));
    await this.#keys(
      async () => void (await this.#workbench.page.waitForFunction(`!${shows.replace(' ', '\\u00a0')}`)),
    );
    await this.#keys(() => this.#workbench.press('Control+y'));
    await this.#keys(() => this.#workbench.waitForText('.editor-instance .view-line', name));
  }

  async #save(when: string): Promise<void> {
    await this.#keys(() => this.#workbench.save());
    if (this.#killed && !when.includes('restart')) return;
    if (this.#killed) await this.#saveOver();
    const text = this.#text();
    await savedState(path.join(this.#folder, '.git'), FILE, text);
    if (this.#killed && !when.includes('restart')) return;
    this.#saves++;
    this.#check(when);
    for (const [line, origin] of this.#told(text)) this.#settled.set(line, origin);
  }

  /** Saves over what a save that the kill cut off left on disk, where the editor asks about that. */
  async #saveOver(): Promise<void> {
    try {
      await this.#workbench.save();
    } catch (cause) {
      const said = (await this.#workbench.notifications()).join(' / ');
      if (!said.includes('newer')) throw new Error(`not saved; the window says: ${said}`, { cause });
      await this.#workbench.answerNotification('Overwrite');
      await this.#workbench.see('.editor-group-container.active .tab.active:not(.dirty)');
    }
  }

  /** Holds what the journal says of the saved text against what it said before, and against the script. */
  #check(when: string): void {
    const text = this.#text();
    for (const [line, origin] of this.#told(text)) {
      const at = `seed ${this.#seed}, ${when}: ${line}`;
      const before = this.#settled.get(line);
      if (before !== undefined) assert.equal(origin, before, `${at} (what was saved keeps its origin)`);
      const real = truth(line);
      if (origin === 'human') assert.equal(real, 'human', `${at} (nothing becomes human)`);
      // What was not saved when a kill came may be unknown; it is never anything else than it was.
      else assert.ok(origin === real || origin === 'unknown', `${at} is ${origin}`);
    }
  }

  /** The origin of each line of a saved text that the script wrote whole. */
  #told(text: string): Map<string, Origin> {
    const states = readJournal(path.join(this.#folder, '.git')).get(FILE) ?? [];
    const lines = fileLines(nodeHash, Buffer.from(text, 'utf8').toString('latin1'));
    const around = { author: '', records: [], thresholds: DEFAULT_THRESHOLDS };
    const known = bufferClaims(lines, FILE, { states, buffers: [], isUnsaved: false }, around);
    const told = new Map<string, Origin>();
    for (const [index, line] of text.split('\n').entries()) {
      if (line.endsWith(';') && truth(line) !== 'unknown') told.set(line, known[index]?.origin ?? 'unknown');
    }
    return told;
  }

  #text(): string {
    return fs.readFileSync(path.join(this.#folder, FILE), 'utf8');
  }

  #isSaved(): boolean {
    const names = fs.existsSync(path.join(this.#folder, '.git/countersign/unsaved'));
    return !names || fs.readdirSync(path.join(this.#folder, '.git/countersign/unsaved')).length === 0;
  }

  #random(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}
