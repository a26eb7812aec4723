/** What the observer in the extension host tells, and a connection to it. */
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

/** One change: offset, removed, text. */
export type Triple = readonly [offset: number, removed: number, text: string];

export interface ChangeEvent {
  readonly type: 'change';
  readonly uri: string;
  readonly version: number;
  readonly dirty: boolean;
  /** Of the text after the change. */
  readonly length: number;
  readonly reason: 'undo' | 'redo' | null;
  readonly source: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly changes: readonly Triple[];
}

/** What Countersign made of an edit; its changes with the length of the text only. */
export interface SettledEvent {
  readonly type: 'settled';
  readonly uri: string;
  readonly changes: readonly (readonly [offset: number, removed: number, length: number])[];
  readonly kind: 'edit' | 'place' | 'layout' | 'undo' | 'redo';
  readonly origin?: string | null;
  readonly via?: string;
}

/** Anchor line and character, active line and character. */
export type Caret = readonly [number, number, number, number];

export interface SelectedEvent {
  readonly type: 'selected' | 'active';
  readonly uri: string;
  readonly selections: readonly Caret[];
}

export interface SavedEvent {
  readonly type: 'saved' | 'willSave';
  readonly uri: string;
}

export type Told = ChangeEvent | SettledEvent | SelectedEvent | SavedEvent;

/** `[offset, length, origin]`; an origin that is an object is a source. */
export type RunTriple = readonly [number, number, string | { readonly origin: string; readonly via: string }];

export interface Runs {
  readonly text: string | null;
  readonly runs: readonly RunTriple[] | null;
}

type Message = Told | { type: 'ready' } | { type: 'answer'; id: number; value?: unknown; error?: string };

const ANSWER_LIMIT = 30_000;

/** Listens for the observer. `heard` is called for each event, in order. */
export class Observer {
  readonly address: string;
  readonly #server: net.Server;
  readonly #folder: string;
  readonly #log: number;
  readonly #waiting = new Map<number, (message: { value?: unknown; error?: string }) => void>();
  readonly #ready: Promise<void>;
  #becameReady: () => void = () => undefined;
  #socket: net.Socket | undefined;
  #asked = 0;

  /** `log` is a file that gets every line as well. */
  constructor(heard: (event: Told) => void, log: string) {
    this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-observer-'));
    this.address =
      process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(this.#folder)}` : path.join(this.#folder, 'socket');
    this.#log = fs.openSync(log, 'w');
    this.#ready = new Promise((resolve) => {
      this.#becameReady = resolve;
    });
    this.#server = net.createServer((socket) => {
      this.#socket = socket;
      socket.on('error', () => undefined);
      readline.createInterface({ input: socket }).on('line', (line) => {
        fs.writeSync(this.#log, `${line}\n`);
        this.#take(JSON.parse(line) as Message, heard);
      });
    });
    this.#server.listen(this.address);
  }

  /** Resolves when the extension host has the observer running. */
  async ready(): Promise<void> {
    await within(this.#ready, 'the observer did not start');
  }

  async ask<T>(question: string, parts: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const id = ++this.#asked;
    const answer = new Promise<{ value?: unknown; error?: string }>((resolve) => this.#waiting.set(id, resolve));
    this.#socket?.write(`${JSON.stringify({ id, ask: question, ...parts })}\n`);
    const { value, error } = await within(answer, `the observer did not answer "${question}"`);
    if (error !== undefined) throw new Error(`The observer could not answer "${question}": ${error}`);
    return value as T;
  }

  /** Events that are under way in the extension host have been heard when this resolves. */
  async drain(): Promise<void> {
    await this.ask('ping');
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
    fs.closeSync(this.#log);
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  #take(message: Message, heard: (event: Told) => void): void {
    if (message.type === 'ready') this.#becameReady();
    else if (message.type === 'answer') {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    } else heard(message);
  }
}

async function within<T>(promise: Promise<T>, complaint: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), ANSWER_LIMIT);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
