/**
 * Renamings that a key announced. The note of the key goes to every open file, seconds before a language server has the
 * edits: so it is believed for whole names only, and once one file has been renamed in, for those names only.
 */
import type { EditEvent } from './editEvent';
import type { Exchange } from './shapes';
import { MOST_NAME, isOfNames } from './shapes';

/** Adds to exchanges of parts of names the whole names that they change; `exchanges` are the event's. */
export function withNames(event: EditEvent, exchanges: readonly Exchange[]): readonly Exchange[] {
  if (!isOfNames(exchanges)) return exchanges;
  const changes = event.changes.toSorted((a, b) => a.offset - b.offset);
  return exchanges.map((exchange, index) => {
    const change = changes[index];
    if (change === undefined) return exchange;
    const end = change.offset + change.removed;
    const [before = ''] = /[\p{L}\p{N}_$]*$/u.exec(event.textBefore(change.offset, MOST_NAME)) ?? [];
    const [behind = ''] = /^[\p{L}\p{N}_$]*/u.exec(event.textBefore(end + MOST_NAME, MOST_NAME)) ?? [];
    return { ...exchange, names: [before + (exchange.removed ?? '') + behind, before + exchange.text + behind] };
  });
}

/** One renaming, in however many files. */
export class Renaming {
  /** The names that it exchanged so far. */
  readonly #known = new Set<string>();

  /** Whether an edit may be of this renaming. Of several names that change along with one another, one is enough. */
  fits(exchanges: readonly Exchange[]): boolean {
    const keys = keysOf(exchanges);
    return this.#known.size === 0 || keys.length === 0 || keys.some((key) => this.#known.has(key));
  }

  /** The same, and its names are the renaming's from here on. */
  takes(exchanges: readonly Exchange[]): boolean {
    if (!this.fits(exchanges)) return false;
    for (const key of keysOf(exchanges)) this.#known.add(key);
    return true;
  }
}

/** Both names in one, as they are in all files: some languages write a name with a `$`, or in letters of any case. */
function keysOf(exchanges: readonly Exchange[]): string[] {
  const plain = (name: string): string => (name.replaceAll('$', '') || name).toLowerCase();
  return exchanges.flatMap(({ names }) => (names === undefined ? [] : `${plain(names[0])} ${plain(names[1])}`));
}
