/**
 * Documents that go on under another name: saved for the first time, saved as, renamed, moved or copied in the explorer.
 * The editor closes one document and opens another; what is known of the text goes along.
 */
import type { Disposable, LogOutputChannel, Tab, TabChangeEvent, TextDocumentChangeEvent, Uri } from 'vscode';
import { TabInputText, window, workspace } from 'vscode';
import { readFileSync, statSync } from 'node:fs';
import type { EditKind } from '../../core/tracking/documentTracker';
import type { Source } from '../../core/model/origin';
import { contentDigest } from '../../core/sidecar/lineHash';
import { contentLines, countAlphanumerics } from '../../core/text/lines';
import { nodeHash } from '../../node/hash';
import { appendLive, readJournal } from '../../node/journal';
import { noteMove } from '../../node/moves';
import type { Location, Repositories } from '../workspace/repositories';
import type { Change } from './editEvent';
import type { Heritage } from './questions';
import type { TrackedDocument } from './trackedDocument';

/** Whoever saves a document under another name carries its text there. */
const SAVED_AS: Source = { origin: 'human', via: 'move', evidence: 'observed' };
/** Milliseconds that a rename may take, and within which the tab of what was saved as something else is replaced. */
const MOST_RENAMING = 60_000;
const MOST_SAVING = 10_000;
/** Bytes of a new file that is compared with what the journal knows, and letters and digits it must have. */
const MOST_BYTES = 5 * 1024 * 1024;
const ENOUGH = 12;

export interface HandoverParts {
  readonly log: LogOutputChannel;
  readonly repositories: Repositories;
  documents(): Iterable<TrackedDocument>;
}

interface Renaming {
  readonly from: string;
  readonly to: string;
  readonly at: Location | undefined;
  readonly since: number;
}

interface SavedAs {
  readonly source: string;
  readonly target: TrackedDocument;
  readonly changes: readonly Change[];
  readonly how: Extract<EditKind, { kind: 'place' }>;
  readonly since: number;
}

export class DocumentHandover implements Disposable {
  readonly #parts: HandoverParts;
  readonly #disposables: Disposable[];
  #renamings: Renaming[] = [];
  readonly #parked = new Map<string, Heritage>();
  #savedAs: SavedAs | undefined;

  constructor(parts: HandoverParts) {
    this.#parts = parts;
    this.#disposables = [
      workspace.onWillRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.#guarded(() => this.#renaming(oldUri, newUri));
      }),
      workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) this.#guarded(() => this.#renamed(oldUri, newUri));
      }),
      workspace.onDidCreateFiles(({ files }) => {
        for (const uri of files) this.#guarded(() => this.#created(uri));
      }),
      window.tabGroups.onDidChangeTabs((event) => this.#guarded(() => this.#tabsChanged(event))),
    ];
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
    this.#parked.clear();
  }

  /** A document closes: what is known of it waits if it is being renamed. */
  closed(tracked: TrackedDocument): void {
    const uri = tracked.document.uri.toString();
    for (const { from, to, since } of this.#renamings) {
      if (performance.now() - since > MOST_RENAMING) continue;
      if (uri === from || uri.startsWith(`${from}/`)) this.#parked.set(to + uri.slice(from.length), tracked.handOver());
    }
  }

  /** What is known of a document that opens, from before it was renamed. Given once. */
  heritageOf(uri: Uri): Heritage | undefined {
    const key = uri.toString();
    const heritage = this.#parked.get(key);
    this.#parked.delete(key);
    return heritage;
  }

  /**
   * What an edit is if it fills a document with the text of another: saved for the first time, or saved as. Neutral text
   * is nobody's yet: it is the person's once the editor shows the new file in the tab of the old one.
   */
  savedAs(event: TextDocumentChangeEvent, changes: readonly Change[], target: TrackedDocument): EditKind | undefined {
    const [only, ...others] = changes;
    const { document } = event;
    if (only === undefined || others.length > 0 || only.text === '' || event.reason !== undefined) return undefined;
    const active = window.activeTextEditor?.document;
    if (document.uri.scheme !== 'file' || document.isDirty || active === document) return undefined;
    const alike = [...this.#parts.documents()].filter((each) => {
      if (each === target || each.document.lineCount !== document.lineCount) return false;
      if (each.document !== active && !each.document.isUntitled) return false;
      return each.document.getText() === document.getText();
    });
    const source = alike.find((each) => each.document === active) ?? (alike.length === 1 ? alike[0] : undefined);
    const fragment = source?.fragment(only.offset, only.text.length);
    if (source === undefined || fragment?.text !== only.text) return undefined;
    const how = { kind: 'place', fragment, by: 'unknown' } as const;
    this.#savedAs = { source: source.document.uri.toString(), target, changes, how, since: performance.now() };
    return how;
  }

  #tabsChanged({ closed }: TabChangeEvent): void {
    const saved = this.#savedAs;
    if (saved === undefined || closed.length === 0) return;
    if (performance.now() - saved.since > MOST_SAVING) this.#savedAs = undefined;
    const target = saved.target.document.uri.toString();
    const isReplaced = closed.some((tab) => {
      return uriOf(tab) === saved.source && tab.group.tabs.some((other) => uriOf(other) === target);
    });
    if (!isReplaced) return;
    this.#savedAs = undefined;
    saved.target.edits.reconsider(saved.changes, { ...saved.how, by: SAVED_AS });
  }

  #renaming(from: Uri, to: Uri): void {
    const since = performance.now();
    this.#renamings = this.#renamings.filter((each) => since - each.since <= MOST_RENAMING);
    const at = this.#parts.repositories.locateTracked(from);
    this.#renamings.push({ from: from.toString(), to: to.toString(), at, since });
  }

  #renamed(oldUri: Uri, newUri: Uri): void {
    const { log, repositories } = this.#parts;
    const [from, to] = [oldUri.toString(), newUri.toString()];
    const renaming = this.#renamings.find((each) => each.from === from && each.to === to);
    this.#renamings = this.#renamings.filter((each) => each !== renaming);
    const before = renaming?.at ?? repositories.locateTracked(oldUri);
    const after = repositories.locateTracked(newUri);
    const gitDir = after === undefined ? undefined : repositories.gitDir(after.top);
    if (before === undefined || after === undefined || before.top !== after.top || gitDir === undefined) return;
    noteMove(gitDir, { from: before.path, to: after.path });
    log.debug(`Moved ${before.path} to ${after.path}`);
    for (const tracked of this.#parts.documents()) {
      const uri = tracked.document.uri.toString();
      if (uri === to || uri.startsWith(`${to}/`)) tracked.moved();
    }
  }

  /** A new file with the content of one that the journal knows is its copy: claims go along, neutral lines do not. */
  #created(uri: Uri): void {
    const { repositories } = this.#parts;
    const at = repositories.locateTracked(uri);
    const gitDir = at === undefined ? undefined : repositories.gitDir(at.top);
    if (at === undefined || gitDir === undefined) return;
    const stat = statSync(uri.fsPath);
    if (!stat.isFile() || stat.size === 0 || stat.size > MOST_BYTES) return;
    const bytes = readFileSync(uri.fsPath, 'latin1');
    if (countAlphanumerics(bytes) < ENOUGH) return;
    const digest = contentDigest(nodeHash, contentLines(bytes));
    const journal = readJournal(gitDir);
    if (journal.has(at.path)) return;
    const states = [...journal.values()].flatMap((list) => list.findLast((state) => state.digest === digest) ?? []);
    const state = states.at(-1);
    if (state === undefined) return;
    appendLive(gitDir, { ...state, path: at.path });
    for (const tracked of this.#parts.documents()) {
      if (tracked.document.uri.toString() === uri.toString()) tracked.relearn();
    }
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.log.error(`A file's move could not be followed: ${String(error)}`);
    }
  }
}

function uriOf({ input }: Tab): string | undefined {
  return input instanceof TabInputText ? input.uri.toString() : undefined;
}
