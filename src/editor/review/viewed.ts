/** Which blocks a reviewer has had on the screen: those whose lines came into sight in a review document. */
import type { Disposable, TextEditor } from 'vscode';
import { window } from 'vscode';
import { blocksOf } from '../../panel/queue';
import type { BlockView } from '../../panel/blocks';
import type { Sessions } from '../workspace/sessions';
import { reviewPlace } from './documents';

/** Milliseconds that a block has to stay in sight: scrolling past is not looking. */
const SIGHT = 800;

export function followSight(sessions: Sessions): Disposable {
  const pending = new Map<TextEditor, NodeJS.Timeout>();
  const look = (editor: TextEditor): void => {
    clearTimeout(pending.get(editor));
    const timer = setTimeout(() => {
      pending.delete(editor);
      mark(sessions, editor);
    }, SIGHT);
    pending.set(editor, timer);
  };
  const lookAtAll = (): void => {
    for (const editor of window.visibleTextEditors) if (reviewPlace(editor.document.uri) !== undefined) look(editor);
  };
  const following = [
    window.onDidChangeVisibleTextEditors(lookAtAll),
    window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
      if (reviewPlace(textEditor.document.uri) !== undefined) look(textEditor);
    }),
  ];
  return {
    dispose: () => {
      for (const timer of pending.values()) clearTimeout(timer);
      for (const each of following) each.dispose();
    },
  };
}

function mark(sessions: Sessions, editor: TextEditor): void {
  const place = reviewPlace(editor.document.uri);
  const session = place === undefined ? undefined : sessions.at(place.top);
  if (place?.side !== 'after' || session?.state.kind !== 'ready') return;
  if (!window.visibleTextEditors.includes(editor)) return;
  const inSight = blocksOf(session.state.queue).filter(
    (block) => block.path === place.path && isInSight(block, editor),
  );
  session.setViewed(
    inSight.map((block) => block.key),
    true,
  );
}

/** All of it, or as much as fits on the screen. */
function isInSight(block: BlockView, editor: TextEditor): boolean {
  if (block.object !== undefined) return true;
  const first = Math.max(0, block.start - 1);
  const last = Math.max(first, block.end - 1);
  return editor.visibleRanges.some(({ start, end }) => {
    const shown = Math.min(last, end.line) - Math.max(first, start.line) + 1;
    return shown >= last - first + 1 || (shown > 0 && shown >= end.line - start.line);
  });
}
