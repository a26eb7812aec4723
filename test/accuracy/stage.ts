/**
 * The stage on which a run plays: a workbench with real keys, the observer in its extension host, and the account of what
 * happened. Each step says beforehand what it is about to do, and ends when its events have been heard.
 */
import type { Workbench } from '../ui/driver';
import type { Caret, ChangeEvent, Observer, SettledEvent, Told } from './events';
import type { Kind } from './kinds';
import type { Copied, Effect } from './cells';
import { GroundTruthError } from './cells';
import type { Oracle } from './oracle';
import type { Random } from './random';
import type { Reported } from './reported';
import { reportedBy } from './reported';

/** What the script is about to do: the kind it counts for, what the editor may call it, and what it does to origins. */
export interface Intent {
  readonly kind: Kind;
  readonly reported: readonly Reported[];
  readonly effect: Effect | ((event: ChangeEvent, oracle: Oracle) => Effect);
}

/** An event with what it was in truth. */
export interface TrueEvent {
  readonly event: ChangeEvent;
  readonly kind: Kind;
  readonly action: number;
  readonly effect: Effect;
  /** What Countersign made of it, once it has. */
  settled: SettledEvent | undefined;
}

const STEP_LIMIT = 30_000;

export class Stage {
  readonly workbench: Workbench;
  readonly observer: Observer;
  readonly random: Random;
  readonly word: () => string;
  readonly oracles = new Map<string, Oracle>();
  readonly events: TrueEvent[] = [];
  /** Files that are worked on now, by their absolute paths; the first has the keyboard. */
  files: readonly string[] = [];
  active = '';
  action = 0;
  carets: readonly Caret[] = [];
  failure: Error | undefined;
  #intent: Intent | undefined;
  #saves = 0;
  /** The step's own events, and how to look again when one more is heard. */
  #heard: ChangeEvent[] = [];
  #look: (() => void) | undefined;

  constructor(workbench: Workbench, observer: Observer, random: Random, word: () => string) {
    this.workbench = workbench;
    this.observer = observer;
    this.random = random;
    this.word = word;
  }

  get oracle(): Oracle {
    return this.oracleOf(this.active);
  }

  get lines(): readonly string[] {
    return this.oracle.text.split('\n');
  }

  oracleOf(file: string): Oracle {
    const oracle = this.oracles.get(file);
    if (oracle === undefined) throw new Error(`${file} is not followed`);
    return oracle;
  }

  /** Takes what the observer tells. */
  take(event: Told): void {
    try {
      if (event.type === 'change') this.#change(event);
      else if (event.type === 'settled') this.#settled(event);
      else if (event.type === 'saved') this.#saves++;
      else if (event.type === 'selected' || event.type === 'active') {
        if (event.type === 'active') this.active = this.oracles.has(event.uri) ? event.uri : this.active;
        if (event.uri === this.active) this.carets = event.selections;
      }
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    }
    this.#look?.();
  }

  /** Does something that edits, and waits until `done` says that all of it has been heard. */
  async step(
    intent: Intent,
    act: () => Promise<void>,
    done: (heard: readonly ChangeEvent[]) => boolean = (heard) => heard.length > 0,
  ): Promise<void> {
    this.#heard = [];
    this.#intent = intent;
    await act();
    await this.until(() => done(this.#heard), `the events of "${intent.kind}"`);
    await this.observer.drain();
    this.check();
  }

  /** Keys that each make one event. */
  async keys(intent: Intent, ...keys: readonly string[]): Promise<void> {
    await this.step(
      intent,
      () => this.workbench.press(...keys),
      (heard) => heard.length >= keys.length,
    );
  }

  /** Types text as a person does: each character is an event. */
  async type(intent: Intent, text: string): Promise<void> {
    await this.step(
      intent,
      () => this.workbench.type(text),
      (heard) => heard.length >= text.length,
    );
  }

  /** Waits for something that events bring about. */
  async until(condition: () => boolean, what: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(timer);
        this.#look = undefined;
        if (error === undefined) resolve();
        else reject(error);
      };
      const timer = setTimeout(() => finish(new Error(`Waited in vain for ${what}`)), STEP_LIMIT);
      this.#look = () => {
        if (this.failure !== undefined) finish(this.failure);
        else if (condition()) finish();
      };
      this.#look();
    });
  }

  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Saves with Ctrl+S; what the formatter does then belongs to `kind`. */
  async save(kind: Kind): Promise<void> {
    const before = this.#saves;
    this.#heard = [];
    this.#intent = { kind, reported: ['format'], effect: { does: 'layout' } };
    await this.workbench.press('Control+s');
    await this.until(() => this.#saves > before, 'the save');
    await this.observer.drain();
    this.check();
  }

  /** Puts the caret on a line (from 0), at its end or before one of its characters. */
  async caret(line: number, character: number | 'end' = 'end'): Promise<void> {
    const column = character === 'end' ? (this.lines[line] ?? '').length : character;
    const isThere = (): boolean =>
      this.carets.length === 1 && this.carets[0]?.join() === [line, column, line, column].join();
    if (isThere()) return;
    // Columns that a person reads count wide characters twice.
    const isPlain = /^[ -~]*$/.test(this.lines[line] ?? '');
    for (let attempt = 1; !isThere(); attempt++) {
      await this.workbench.ask('Control+g', `:${line + 1}:${isPlain ? column + 1 : 1}`);
      await this.workbench.press('Enter');
      try {
        if (!isPlain) {
          await this.until(() => this.carets[0]?.join() === [line, 0, line, 0].join(), `the caret in line ${line + 1}`);
          for (let step = 0; step < column; step++) await this.workbench.press('ArrowRight');
        }
        await this.until(isThere, `the caret at ${line + 1}:${column + 1}`);
      } catch (error) {
        if (attempt === 2) throw error;
      }
    }
    await this.workbench.see('.editor-group-container.active .editor-instance .monaco-editor.focused');
  }

  /** Offset of a place of the active text; both count from 0. */
  offsetOf(line: number, character: number): number {
    return this.lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + character;
  }

  copied(line: number, count: number): Copied {
    const start = this.offsetOf(line, 0);
    const length = this.lines.slice(line, line + count).reduce((sum, text) => sum + text.length + 1, 0);
    return this.oracle.copy(start, length);
  }

  async open(file: string): Promise<void> {
    if (this.active === file && this.carets.length > 0) return;
    await this.workbench.openFile(file.slice(file.lastIndexOf('/') + 1));
    await this.until(() => this.active === file, `${file} in front`);
  }

  #change(event: ChangeEvent): void {
    const oracle = this.oracles.get(event.uri);
    if (oracle === undefined || event.changes.length === 0) return;
    const intent = this.#intent;
    if (intent === undefined) throw new GroundTruthError(`An edit that nobody made: ${JSON.stringify(event)}`);
    const reported = reportedBy(event);
    if (reported === undefined || !intent.reported.includes(reported)) {
      throw new GroundTruthError(
        `Ground truth disagrees in action ${this.action}: the script did "${intent.kind}" (${intent.reported.join(', ')}), the editor says ${reported ?? 'something else'}: ${JSON.stringify(event)}`,
      );
    }
    const effect = typeof intent.effect === 'function' ? intent.effect(event, oracle) : intent.effect;
    try {
      oracle.apply(event, effect, intent.kind);
    } catch (error) {
      if (!(error instanceof GroundTruthError)) throw error;
      throw new GroundTruthError(
        `Ground truth disagrees in action ${this.action}, "${intent.kind}": ${error.message}: ${JSON.stringify(event)}`,
      );
    }
    this.events.push({ event, kind: intent.kind, action: this.action, effect, settled: undefined });
    this.#heard.push(event);
  }

  /** Countersign settles the edits of a document in their order. */
  #settled(settled: SettledEvent): void {
    const shape = settled.changes
      .map((change) => change.join())
      .toSorted()
      .join(' ');
    const found = this.events.find((each) => each.settled === undefined && each.event.uri === settled.uri);
    const changes = found?.event.changes.map(([offset, removed, text]) => [offset, removed, text.length].join());
    if (found === undefined || changes?.toSorted().join(' ') !== shape) {
      throw new GroundTruthError(`Countersign settled an edit out of order: ${JSON.stringify(settled)}`);
    }
    found.settled = settled;
  }
}
