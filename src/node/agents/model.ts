/** The model that a session uses, from the end of its transcript: Claude Code's payload does not name it. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { nameOf, own, text } from './payload';
import type { Fields } from '../../core/text/fields';

const TAIL = 128 * 1024;

/** Undefined where there is no transcript, or it names none. Only the model's name is taken from it. */
export function transcriptModel(payload: Fields): string | undefined {
  const file = text(payload, 'transcript_path', 'transcriptPath');
  if (own(payload, 'model') !== undefined || file === undefined || !file.endsWith('.jsonl')) return undefined;
  try {
    // Anything but a plain file may block.
    if (!statSync(file).isFile()) return undefined;
    const handle = openSync(file, 'r');
    try {
      const { size } = fstatSync(handle);
      const tail = Buffer.alloc(Math.min(size, TAIL));
      readSync(handle, tail, 0, tail.length, size - tail.length);
      const found = [...tail.toString('latin1').matchAll(/"model":\s?"([A-Za-z0-9][A-Za-z0-9._:/@-]{0,99})"/g)].at(-1);
      return nameOf(found?.[1]);
    } finally {
      closeSync(handle);
    }
  } catch {
    return undefined;
  }
}
