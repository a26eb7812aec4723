/** Whether the editor is set to change text by itself: it does so at saves, and behind what is typed or pasted. */
import type { TextDocument } from 'vscode';
import { workspace } from 'vscode';

/** Whether the editor formats, or does anything else to the text, when it saves. */
export function tidiesForSaves(document: TextDocument): boolean {
  const editor = workspace.getConfiguration('editor', document);
  const files = workspace.getConfiguration('files', document);
  const actions = Object.values(editor.get<Readonly<Record<string, unknown>>>('codeActionsOnSave') ?? {});
  return (
    editor.get('formatOnSave') === true ||
    actions.some((when) => when !== false && when !== 'never') ||
    ['trimTrailingWhitespace', 'insertFinalNewline', 'trimFinalNewlines'].some((name) => files.get(name) === true)
  );
}

/** Whether the editor formats behind what is typed or pasted. */
export function formatsBehindKeys(document: TextDocument): boolean {
  const settings = workspace.getConfiguration('editor', document);
  return settings.get('formatOnType') === true || settings.get('formatOnPaste') === true;
}
