/** One tracked repository while it is open: its state, read again when something moved, and what was looked at. */
import type { Disposable, Event, LogOutputChannel, Memento } from 'vscode';
import { EventEmitter } from 'vscode';
import type { BranchCache } from '../../node/queue';
import type { Repository } from '../../node/repository';
import type { SessionState } from './sessionState';
import { readState } from './sessionState';

/** Milliseconds without a further change before the state is read again. */
const QUIET_TIME = 250;
/** Reviewed spans that are remembered per repository. */
const MAX_VIEWED = 2000;

export class Session implements Disposable {
  readonly repository: Repository;
  readonly onDidChange: Event<Session>;
  readonly #log: LogOutputChannel;
  readonly #memory: Memento;
  readonly #changed = new EventEmitter<Session>();
  readonly #branches: BranchCache = new Map();
  readonly #viewed: Set<string>;
  #state: SessionState = { kind: 'reading' };
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #disposed = false;

  constructor(repository: Repository, parts: { readonly log: LogOutputChannel; readonly memory: Memento }) {
    this.repository = repository;
    this.onDidChange = this.#changed.event;
    this.#log = parts.log;
    this.#memory = parts.memory;
    this.#viewed = new Set(this.#memory.get<readonly string[]>(this.#memoryKey, []));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Reads the state soon: bursts of changes cost one reading. */
  schedule(): void {
    if (this.#disposed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), QUIET_TIME);
  }

  /** Reads the state now, or once more after the reading that is under way. Resolves when it is up to date. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#again = true;
    this.#running ??= this.#readWhileAsked();
    await this.#running;
  }

  async #readWhileAsked(): Promise<void> {
    try {
      while (this.#again && !this.#disposed) {
        this.#again = false;
        await this.#read();
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #read(): Promise<void> {
    const start = Date.now();
    let state: SessionState;
    try {
      state = await readState(this.repository, this.#branches);
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      const said = error instanceof Error ? error.message : String(error);
      const message = `the repository could not be read: ${said}; the log (Output: Countersign) has the details`;
      state = { kind: 'failed', problems: [{ code: 'unexpected', path: '', field: '', message }] };
    }
    if (this.#disposed) return;
    this.#log.debug(`Read ${this.repository.top} in ${Date.now() - start} ms: ${state.kind}`);
    this.#state = state;
    this.#changed.fire(this);
  }

  /** Whether a block with this key was looked at, in this version of it. */
  isViewed(key: string): boolean {
    return this.#viewed.has(key);
  }

  setViewed(keys: readonly string[], viewed: boolean): void {
    const changed = keys.filter((key) => this.#viewed.has(key) !== viewed);
    if (changed.length === 0) return;
    for (const key of changed) {
      if (viewed) this.#viewed.add(key);
      else this.#viewed.delete(key);
    }
    void this.#memory.update(this.#memoryKey, [...this.#viewed].slice(-MAX_VIEWED));
    this.#changed.fire(this);
  }

  get #memoryKey(): string {
    return `viewed:${this.repository.top}`;
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}
