/** Actions on whole lines by key, undo and redo. */
import type { Kind } from '../kinds';
import { between } from '../random';
import type { Intent, Stage } from '../stage';
import { someLine, typeWords, typing } from './typing';

export async function moveLine(stage: Stage): Promise<void> {
  const isUp = stage.random() < 0.5;
  const last = stage.lines.length - 1;
  await stage.caret(isUp ? Math.max(1, someLine(stage)) : Math.min(someLine(stage), last - 1));
  const intent: Intent = { kind: 'move a line', reported: ['command'], effect: { does: 'move' } };
  for (let index = between(stage.random, 1, 2); index > 0; index--) {
    const line = stage.carets[0]?.[0] ?? 0;
    if (isUp ? line === 0 : line >= last) break;
    await stage.keys(intent, isUp ? 'Alt+ArrowUp' : 'Alt+ArrowDown');
  }
}

export async function copyLineDown(stage: Stage): Promise<void> {
  const line = someLine(stage);
  await stage.caret(line);
  const copied = stage.copied(line, 1);
  await stage.keys(
    { kind: 'copy a line down', reported: ['command'], effect: { does: 'place', copied } },
    'Control+Shift+Alt+ArrowDown',
  );
}

export async function deleteLine(stage: Stage): Promise<void> {
  await stage.caret(someLine(stage));
  await stage.keys(typing('delete a line'), 'Control+Shift+k');
}

export async function toggleComment(stage: Stage): Promise<void> {
  await stage.caret(someLine(stage));
  await stage.keys(typing('comment'), 'Control+/');
}

export async function indent(stage: Stage): Promise<void> {
  await stage.caret(someLine(stage));
  await stage.keys(typing('indent'), 'Control+]');
  if (stage.random() < 0.5) await stage.keys(typing('indent'), 'Control+[');
}

export async function joinLines(stage: Stage): Promise<void> {
  const line = Math.min(someLine(stage), stage.lines.length - 2);
  await stage.caret(line);
  // The editor replaces both lines by one; their text stays theirs.
  const intent: Intent = { kind: 'join lines by palette', reported: ['command'], effect: { does: 'layout' } };
  await stage.step(intent, () => stage.workbench.runCommand('Join Lines'));
}

function history(kind: Kind, way: 'undo' | 'redo'): Intent {
  return { kind, reported: [way], effect: { does: way } };
}

async function undone(stage: Stage, kind: Kind): Promise<number> {
  if (!stage.oracle.canUndo) await typeWords(stage);
  await stage.workbench.see('.editor-group-container.active .editor-instance .monaco-editor.focused');
  let count = 0;
  for (const wanted = between(stage.random, 1, 3); count < wanted && stage.oracle.canUndo; count++) {
    await stage.keys(history(kind, 'undo'), 'Control+z');
  }
  return count;
}

export async function undo(stage: Stage): Promise<void> {
  await undone(stage, 'undo');
}

export async function redo(stage: Stage): Promise<void> {
  const count = await undone(stage, 'redo');
  for (let index = 0; index < count; index++) await stage.keys(history('redo', 'redo'), 'Control+y');
}
