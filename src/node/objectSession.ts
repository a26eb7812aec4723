/**
 * One `git cat-file --batch-command` for all the objects that a command asks for: each process of its own would cost its
 * start. Nothing is fetched: what is not here is missing.
 */
import { spawn } from 'node:child_process';
import { CountersignError } from '../core/model/problem';
import { utf8 } from '../core/text/bytes';
import { QUIET } from './git';
import { MAX_BLOB_BYTES } from './objects';
import type { Repository } from './repository';
import { withoutTransport } from './repository';

export interface ObjectInfo {
  readonly id: string;
  readonly type: string;
  readonly size: number;
}

export interface StoredObject extends ObjectInfo {
  /** Bytes as a binary string; undefined for a blob that is too large to be text. */
  readonly bytes: string | undefined;
}

/** Answers come in the order of the questions, which may be asked while earlier ones are open. */
export interface ObjectSession {
  /** What stands under these names (`ID`, `HEAD`, `COMMIT:PATH`); undefined where there is nothing, or not here. */
  info(names: readonly string[]): Promise<(ObjectInfo | undefined)[]>;
  /** The same with the bytes. Throws `change-too-large` when it is more than a modest machine can hold. */
  read(names: readonly string[]): Promise<(StoredObject | undefined)[]>;
  close(): void;
}

const MOST_BYTES = 256 * 1024 * 1024;

/** Starts git. It ends with `close`, or when this process does. */
export function openObjects(repository: Pick<Repository, 'top' | 'env'>): ObjectSession {
  const child = spawn('git', [...QUIET, 'cat-file', '--batch-command', '--buffer'], {
    cwd: repository.top,
    env: withoutTransport(repository).env,
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  let ended = false;
  let waiting: (() => void) | undefined;
  let chunks: Buffer[] = [];
  const wake = (): void => waiting?.();
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  for (const event of ['close', 'error'] as const) {
    child.on(event, () => {
      ended = true;
      wake();
    });
  }
  child.stdin.on('error', wake);
  let text = Buffer.alloc(0);
  /** Waits until `found` gives the end of what is asked for; takes that much off. */
  const take = async (found: (buffer: Buffer) => number): Promise<string> => {
    for (;;) {
      if (chunks.length > 0) {
        text = Buffer.concat([text, ...chunks]);
        chunks = [];
      }
      const end = found(text);
      if (end !== -1) {
        const taken = text.toString('latin1', 0, end);
        text = text.subarray(end);
        return taken;
      }
      if (ended) throw broken();
      await new Promise<void>((resume) => (waiting = resume));
      waiting = undefined;
    }
  };
  const line = async (): Promise<string> => (await take((buffer) => buffer.indexOf('\n') + 1 || -1)).slice(0, -1);
  const send = (command: string, names: readonly string[]): void => {
    const asked = names.map((name) => `${command} ${utf8(name)}\n`).join('');
    child.stdin.write(Buffer.from(`${asked}flush\n`, 'latin1'));
  };
  const info: ObjectSession['info'] = async (names) => {
    // A name with a line break can't be asked for in this way.
    const asked = names.filter((name) => !name.includes('\n') && name !== '');
    if (asked.length === 0) return names.map(() => undefined);
    send('info', asked);
    const found = new Map<string, ObjectInfo>();
    for (const name of asked) {
      const [, id, type, size] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(await line()) ?? [];
      if (id !== undefined && type !== undefined) found.set(name, { id, type, size: Number(size) });
    }
    return names.map((name) => found.get(name));
  };
  const read: ObjectSession['read'] = async (names) => {
    const infos = await info(names);
    const wanted = new Map<string, number>();
    for (const each of infos) if (each !== undefined && each.size <= MAX_BLOB_BYTES) wanted.set(each.id, each.size);
    if ([...wanted.values()].reduce((sum, size) => sum + size, 0) > MOST_BYTES) throw tooLarge();
    if (wanted.size > 0) send('contents', [...wanted.keys()]);
    const bytes = new Map<string, string>();
    for (const [id, size] of wanted) {
      await line();
      bytes.set(id, (await take((buffer) => (buffer.length > size ? size + 1 : -1))).slice(0, -1));
    }
    return infos.map((each) => (each === undefined ? undefined : { ...each, bytes: bytes.get(each.id) }));
  };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const answer = last.then(ask);
    last = answer.catch(() => undefined);
    return answer;
  };
  return {
    info: (names) => inTurn(() => info(names)),
    read: (names) => inTurn(() => read(names)),
    close: () => {
      child.stdin.end();
      child.unref();
    },
  };
}

function broken(): CountersignError {
  const message = 'git cat-file ended early; Countersign needs git 2.38 or later; run: git fsck';
  return new CountersignError({ code: 'git-failed', message }, 3);
}

function tooLarge(): CountersignError {
  const message = `expected at most ${MOST_BYTES} bytes of text in one change; name what is no source text under "atomic"`;
  return new CountersignError({ code: 'change-too-large', message }, 3);
}
