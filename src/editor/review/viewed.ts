/** Which blocks a reviewer has had on the screen: those of which every line came into sight in a review document. */
import type { Disposable, TextEditor } from 'vscode';
import { window } from 'vscode';
import type { BlockView } from '../../panel/blocks';
import { blocksOf } from '../../panel/queue';
import type { Sessions } from '../workspace/sessions';
import { reviewPlace } from './documents';

/** Milliseconds that lines have to stay in sight: scrolling past is not looking. */
const SIGHT = 800;

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
