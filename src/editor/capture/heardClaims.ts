/**
 * What is taken over from the journal into a document that knows less: what others wrote there of lines that an AI had a
 * part in, and what was known of this very text before.
 */
import { readFileSync } from 'node:fs';
import { attribute } from '../../core/attribution/attribute';
import { fileLines } from '../../core/attribution/fileLines';
import type { LiveFile } from '../../core/model/live';
import { sourceIn } from '../../core/model/origin';
import type { LineHash } from '../../core/model/record';
import { hasAi } from '../../core/model/statement';
import { contentDigest, textDigest } from '../../core/sidecar/lineHash';
import { utf8 } from '../../core/text/bytes';
import { hearLines, unchangedLines, withoutPlace } from '../../core/tracking/heardLines';
import type { TextThen } from '../../core/tracking/heardLines';
import { nodeHash } from '../../node/hash';
import { claimsAbout } from '../../node/liveClaims';
import type { EditStream } from './editStream';
import { asInitial, isAi, isOpen } from './initialState';
import type { KeptDocument } from './keptDocument';
import type { OpenDocument } from './openDocument';
import type { TextAtStart } from './textAtStart';

/** Saved texts whose lines are remembered: somebody may speak of the one before the newest. */
const MOST_TEXTS = 2;
/** Entries that are remembered for lines which are not there: an undo goes back over few of them. */
const MOST_ABSENT = 4;

interface NotedText extends TextThen {
  readonly digest: string;
}

export interface HeardParts {
  readonly open: OpenDocument;
  readonly edits: EditStream;
  readonly atStart: TextAtStart;
  readonly kept: KeptDocument;
}

export class HeardClaims {
  readonly #open: OpenDocument;
  readonly #edits: EditStream;
  readonly #atStart: TextAtStart;
  readonly #kept: KeptDocument;
  #noted: readonly NotedText[] = [];
  /** What was looked at last, and in which version: it may be about a text that is yet to be read. */
  #tried: readonly [readonly LiveFile[], number] = [[], -1];
  /** Entries whose text is known, and was compared. */
  readonly #compared = new WeakSet<LiveFile>();
  /** Those of them that speak of lines which were not there, with the text as to these. */
  readonly #absent = new Map<LiveFile, TextThen>();
  /** Whether text came back since they were last compared. */
  #isUndone = false;

  constructor({ open, edits, atStart, kept }: HeardParts) {
    this.#open = open;
    this.#edits = edits;
    this.#atStart = atStart;
    this.#kept = kept;
  }

  /** The present text is what the disk holds. */
  note(digest: string, exact: readonly LineHash[]): void {
    const ai = new Set(
      [...this.#edits.tracker.lineStates()].flatMap(({ line, origin }) => (hasAi(origin) ? [line] : [])),
    );
    const others = this.#noted.filter((each) => each.digest !== digest);
    this.#noted = [{ digest, exact, wasAi: (line: number) => ai.has(line) }, ...others].slice(0, MOST_TEXTS);
  }

  /** An undo or a redo brings back text, with the origins that it had when it went. */
  undone(): void {
    this.#isUndone = this.#absent.size > 0;
  }

  /**
   * Takes in what others wrote since the last time, and what they wrote of lines that an undo brought back. Gives whether
   * lines became an AI's by it.
   */
  take(): boolean {
    const states = this.#untried();
    const absent = this.#isUndone ? [...this.#absent] : [];
    this.#isUndone = false;
    if (states.length + absent.length === 0) return false;
    const { tracker } = this.#edits;
    const text = tracker.text();
    const now = fileLines(nodeHash, utf8(text));
    const known = asInitial([...tracker.lineStates()], now.lines.length);
    const candidates = this.#texts(now.exact, textDigest(nodeHash, utf8(text)));
    const texts = states.flatMap((state): [LiveFile, TextThen][] => {
      const same = candidates().filter(({ digest }) => digest === state.digest);
      const [first] = same;
      if (first === undefined) return [];
      this.#compared.add(state);
      return [[state, { exact: first.exact, wasAi: (line) => same.some((each) => each.wasAi(line)) }]];
    });
    let isNews = false;
    for (const [state, then] of [...absent, ...texts]) {
      if (hearLines(known, now.exact, state, then)) isNews = true;
      this.#remember(state, withoutPlace(now.exact, state, then));
    }
    if (isNews) this.#atStart.begin(text, known, !this.#open.isDirty);
    return isNews;
  }

  /** What others wrote of an AI's part in lines, if it was not compared with the present text. */
  #untried(): readonly LiveFile[] {
    const { news } = this.#kept;
    const [tried, version] = this.#tried;
    if (news.length === 0 || (news === tried && version === this.#open.version)) return [];
    this.#tried = [news, this.#open.version];
    const isOfAi = ({ hunks }: LiveFile): boolean =>
      hunks.some(({ side, origin }) => side === 'added' && hasAi(origin));
    return news.filter((state) => isOfAi(state) && !this.#compared.has(state));
  }

  /** Notes of which lines an entry speaks that are not there. */
  #remember(state: LiveFile, then: TextThen | undefined): void {
    this.#absent.delete(state);
    if (then !== undefined) this.#absent.set(state, then);
    for (const [oldest] of this.#absent) if (this.#absent.size > MOST_ABSENT) this.#absent.delete(oldest);
  }

  /**
   * Takes in what is known of exactly this text from before the document was opened, where nothing is known now: an undo
   * may reach further back than what the editor tells of it.
   */
  recall(states: readonly LiveFile[], digest: string): boolean {
    if (!states.some((state) => state.digest === digest)) return false;
    const { tracker } = this.#edits;
    const text = tracker.text();
    const now = fileLines(nodeHash, utf8(text));
    const known = asInitial([...tracker.lineStates()], now.lines.length);
    if (!known.some(isOpen)) return false;
    const said = attribute(now, this.#open.path, 'added', claimsAbout(states, digest, ''));
    let isNews = false;
    for (const [line, claim] of said.entries()) {
      const was = known[line];
      if (claim === undefined || was === undefined || !isOpen(was)) continue;
      const { origin, counts } = claim;
      if (origin !== 'ai' && origin !== 'mixed') continue;
      known[line] = { kind: 'claimed', source: sourceIn({ ...claim, origin }), counts };
      isNews = true;
    }
    if (isNews) this.#atStart.begin(text, known, !this.#open.isDirty);
    return isNews;
  }

  /** The texts that somebody may have spoken of; those that cost something only when they are asked for. */
  #texts(exact: readonly LineHash[], digest: string): () => readonly NotedText[] {
    let all: readonly NotedText[] | undefined;
    const never = (): boolean => false;
    const find = (): readonly NotedText[] => {
      const { text, lines } = this.#atStart;
      const start = fileLines(nodeHash, utf8(text));
      const wasAi = (line: number): boolean => isAi(lines[line]);
      const ours = [...this.#noted, { digest: contentDigest(nodeHash, start.lines), exact: start.exact, wasAi }];
      return [...ours, { digest, exact, wasAi: never }, ...this.#onDisk(ours[0])];
    };
    return () => (all ??= find());
  }

  /** What the document would be read from: others may have saved it since `last`, of which it is known what was an AI's. */
  #onDisk(last: TextThen | undefined): readonly NotedText[] {
    const { uri } = this.#open.document;
    if (uri.scheme !== 'file') return [];
    try {
      const { lines, exact } = fileLines(nodeHash, readFileSync(uri.fsPath, 'latin1'));
      const places = last === undefined ? [] : unchangedLines(last.exact, exact);
      const ai = new Set([...places].flatMap(([was, line]) => (last?.wasAi(was) === true ? [line] : [])));
      return [{ digest: contentDigest(nodeHash, lines), exact, wasAi: (line) => ai.has(line) }];
    } catch {
      return [];
    }
  }
}
