/**
 * Which blocks a reviewer has had on the screen: those of which every line came into sight in a review document, or that
 * the cursor was put into.
 */
import type { Disposable, TextEditor } from 'vscode';
import { TabInputTextDiff, TextEditorSelectionChangeKind, window } from 'vscode';
import type { BlockView } from '../../panel/blocks';
import { sizeOf } from '../../panel/blocks';
import { blocksOf } from '../../panel/queue';
import type { Sessions } from '../workspace/sessions';
import { reviewPlace } from './documents';

/** Milliseconds that lines have to stay in sight: scrolling past is not looking. */
const SIGHT = 800;
/** Lines that fit on a small screen, and those shown around a block. */
const SMALL_SCREEN = 30;
const CONTEXT = 8;

export function followSight(sessions: Sessions): Disposable {
  const pending = new Map<TextEditor, NodeJS.Timeout>();
  /** Lines (from 0) that were in sight, by block. A block that changes has another key. */
  const seen = new Map<string, Set<number>>();
  const look = (editor: TextEditor): void => {
    if (reviewPlace(editor.document.uri)?.side !== 'after') return;
    clearTimeout(pending.get(editor));
    const timer = setTimeout(() => {
      pending.delete(editor);
      if (window.visibleTextEditors.includes(editor)) note(sessions, seen, editor);
    }, SIGHT);
    pending.set(editor, timer);
  };
  const following = [
    window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => look(editor))),
    window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => look(textEditor)),
    window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
      const byHand = kind === TextEditorSelectionChangeKind.Mouse || kind === TextEditorSelectionChangeKind.Keyboard;
      if (byHand) noteCursor(sessions, textEditor);
    }),
  ];
  return {
    dispose: () => {
      for (const timer of pending.values()) clearTimeout(timer);
      for (const each of following) each.dispose();
    },
  };
}

function note(sessions: Sessions, seen: Map<string, Set<number>>, editor: TextEditor): void {
  const place = reviewPlace(editor.document.uri);
  const session = place === undefined ? undefined : sessions.at(place.top);
  if (place === undefined || session?.state.kind !== 'ready') return;
  if (mayBeCutOff(place.path, blocksOf(session.state.queue))) return;
  const complete = blocksOf(session.state.queue).filter((block) => {
    if (block.path !== place.path || session.isViewed(block.key)) return false;
    const lines = seen.get(block.key) ?? new Set();
    seen.set(block.key, lines);
    return addSight(block, editor, lines);
  });
  for (const { key } of complete) seen.delete(key);
  session.setViewed(
    complete.map((block) => block.key),
    true,
  );
}

/**
 * In the editor of several files each part claims all its lines as visible, also where the window cuts it off. That can
 * only be the lowest part: it does not count unless everything shown would fit on a small screen.
 */
function mayBeCutOff(path: string, blocks: readonly BlockView[]): boolean {
  if (window.tabGroups.activeTabGroup.activeTab?.input instanceof TabInputTextDiff) return false;
  const shown = new Set(window.visibleTextEditors.map(({ document }) => reviewPlace(document.uri)?.path));
  const inSight = blocks.filter((block) => shown.has(block.path));
  const lines = inSight.reduce((sum, block) => sum + sizeOf(block).added + sizeOf(block).removed + CONTEXT, 0);
  const order = [...new Set(inSight.map((block) => block.path))];
  return order.at(-1) === path && lines > SMALL_SCREEN;
}

/** A block that the cursor was put into was looked at. */
function noteCursor(sessions: Sessions, editor: TextEditor): void {
  const place = reviewPlace(editor.document.uri);
  const session = place === undefined ? undefined : sessions.at(place.top);
  if (place?.side !== 'after' || session?.state.kind !== 'ready') return;
  const line = editor.selection.active.line + 1;
  const here = blocksOf(session.state.queue).filter(
    (block) => block.path === place.path && line >= block.start && line <= Math.max(block.start, block.end),
  );
  session.setViewed(
    here.map((block) => block.key),
    true,
  );
}

/** Adds what is in sight now; says whether that makes the whole block. */
function addSight(block: BlockView, editor: TextEditor, lines: Set<number>): boolean {
  if (block.object !== undefined) return true;
  const first = Math.max(0, block.start - 1);
  // A block that only removes is seen where it stood.
  const last = Math.max(first, block.end - 1);
  for (const { start, end } of editor.visibleRanges) {
    for (let line = Math.max(first, start.line); line <= Math.min(last, end.line); line += 1) lines.add(line);
  }
  return lines.size === last - first + 1;
}
