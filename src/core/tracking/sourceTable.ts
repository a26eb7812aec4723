/**
 * Sources by number, so that runs and marks stay small. Number 0 is the unknown.
 */
import { sameSource, sourceIn } from '../model/origin';
import type { Origin, Source } from '../model/origin';
import { NOWHERE, UNKNOWN } from './piece';
import type { Run } from './piece';

/** A source, or nobody knows. */
export type KnownOrNot = Source | 'unknown';

interface Entry {
  readonly source: Source;
  /** Share of AI characters, 0–1, where the origin is `mixed`. */
  readonly aiShare: number;
}

/** The sources of one document. Grows by what differs in origin, via, evidence or actor: few per session. */
export class SourceTable {
  readonly #entries: Entry[] = [];
  readonly #ownTests: ((run: Run) => boolean)[] = [];
  #last: { readonly source: Source; readonly id: number } | undefined;

  /** The number of a source. `aiShare` (0–1) matters for `mixed` only. */
  intern(source: KnownOrNot, aiShare = 0.5): number {
    if (source === 'unknown') return UNKNOWN;
    if (this.#last?.source === source && source.origin !== 'mixed') return this.#last.id;
    let index = this.#entries.findLastIndex((entry) => entry.aiShare === aiShare && sameSource(entry.source, source));
    if (index === -1) index = this.#entries.push({ source: copied(source), aiShare }) - 1;
    this.#last = { source, id: index + 1 };
    return index + 1;
  }

  get(id: number): KnownOrNot {
    return this.#entries[id - 1]?.source ?? 'unknown';
  }

  origin(id: number): Origin {
    return this.#entries[id - 1]?.source.origin ?? 'unknown';
  }

  /** Says of a run whether somebody of the same origin as source `id` inserted it. One function per source. */
  ownTest(id: number): (run: Run) => boolean {
    let test = this.#ownTests[id];
    if (test === undefined) {
      const origin = this.origin(id);
      test = (run) => run.at === NOWHERE && (run.source === id || this.origin(run.source) === origin);
      this.#ownTests[id] = test;
    }
    return test;
  }

  /** Share of AI characters of a `mixed` source, 0–1. */
  aiShare(id: number): number {
    return this.#entries[id - 1]?.aiShare ?? 0.5;
  }
}

function copied(source: Source): Source {
  const { actor } = source;
  return actor === undefined ? sourceIn(source) : { ...sourceIn(source), actor: { ...actor } };
}
