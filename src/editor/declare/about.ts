/** Which lines a statement is about: what a link names, else the selection, else the run of like lines at the caret. */
import type { TextDocument, TextEditor } from 'vscode';
import { Uri, l10n, window, workspace } from 'vscode';
import { sameSource } from '../../core/model/origin';
import type { LineState } from '../../core/tracking/lineFold';
import type { Capture } from '../capture/capture';
import type { TrackedDocument } from '../capture/trackedDocument';
import { Refusal } from '../review/commands';

/** Lines [first, last], from 0, of an open file, with what is known of them. */
export interface AboutLines {
  readonly document: TextDocument;
  readonly tracked: TrackedDocument;
  readonly first: number;
  readonly last: number;
  /** Of the changed lines among them. */
  readonly states: readonly LineState[];
}

/** Takes a command's argument. Throws a refusal when there is nothing there that a statement could be about. */
export async function linesAbout(capture: Pick<Capture, 'follower'>, argument: unknown): Promise<AboutLines> {
  const named = namedLines(argument);
  const editor = window.activeTextEditor;
  const document = named === undefined ? editor?.document : await workspace.openTextDocument(named.uri);
  if (named !== undefined && document?.version !== named.version) {
    throw new Refusal(l10n.t('The file changed meanwhile. Save it, or put the cursor on the line and say it there.'));
  }
  const tracked = document === undefined ? undefined : capture.follower(document.uri);
  if (document === undefined || tracked === undefined) {
    throw new Refusal(l10n.t('Open a file of a repository with a Countersign policy, and put the cursor on a line.'));
  }
  const all = await tracked.lineStates();
  const { first, last } = named ?? (editor === undefined ? { first: 0, last: 0 } : pointedAt(editor, all));
  const states = all.filter(({ line }) => line >= first && line <= last);
  if (states.length === 0) {
    throw new Refusal(l10n.t('Nothing here is part of your change, so there is nothing to say about it.'));
  }
  return { document, tracked, first, last, states };
}

/** The lines that a selection covers; without one, the run of lines with one origin around the caret. */
function pointedAt({ selection }: TextEditor, all: readonly LineState[]): { first: number; last: number } {
  if (!selection.isEmpty) {
    const { start, end } = selection;
    // A selection that ends where a line begins was not meant for it.
    const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
    return { first: start.line, last };
  }
  const { line } = selection.active;
  const byLine = new Map(all.map((state) => [state.line, state] as const));
  const here = byLine.get(line);
  if (here === undefined) return { first: line, last: line };
  const isLike = (other: LineState | undefined): boolean => other !== undefined && sameSource(here, other);
  let first = line;
  while (isLike(byLine.get(first - 1))) first--;
  let last = line;
  while (isLike(byLine.get(last + 1))) last++;
  return { first, last };
}

/** Lines that a link names, of a version of a file. It may come from anywhere. */
function namedLines(argument: unknown): { uri: Uri; version: number; first: number; last: number } | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if (!('uri' in argument) || !('version' in argument)) return undefined;
  if (!('first' in argument) || !('last' in argument)) return undefined;
  const { uri, version, first, last } = argument;
  if (typeof uri !== 'string' || typeof version !== 'number') return undefined;
  if (typeof first !== 'number' || typeof last !== 'number') return undefined;
  return { uri: Uri.parse(uri), version, first, last };
}
