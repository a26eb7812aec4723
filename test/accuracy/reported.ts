/** What the editor itself says an event was: the proposed API's answer, in one word. */
import type { ChangeEvent } from './events';

export const REPORTED = [
  'typing',
  'paste',
  'cut',
  'command',
  'ai',
  'suggest',
  'snippet',
  'undo',
  'redo',
  'disk',
  'format',
  // An edit of a file that no editor shows: a formatter's there, when the chat has all files saved.
  'background',
  'rename',
  'foreign',
] as const;
export type Reported = (typeof REPORTED)[number];

/** Undefined for what this script does not know. */
export function reportedBy({ reason, source, metadata }: ChangeEvent): Reported | undefined {
  if (reason !== null) return reason;
  switch (source) {
    case 'cursor':
      return ofCursor(metadata['kind']);
    case 'inlineCompletionAccept':
    case 'inlineCompletionPartialAccept':
    case 'Chat.applyEdits':
    case 'inlineChat.applyEdits':
      return 'ai';
    case 'suggest':
      return 'suggest';
    case 'snippet':
      return 'snippet';
    case 'reloadFromDisk':
      return 'disk';
    case 'rename':
      return 'rename';
    case 'unknown':
      return ofName(metadata['name']);
    default:
      return undefined;
  }
}

function ofCursor(kind: unknown): Reported | undefined {
  switch (kind) {
    case 'type':
    case 'compositionType':
    case 'compositionEnd':
      return 'typing';
    case 'paste':
    case 'cut':
      return kind;
    case 'executeCommand':
    case 'executeCommands':
      return 'command';
    default:
      return undefined;
  }
}

/** Some of the editor's own commands give their name and nothing else. */
function ofName(name: unknown): Reported {
  if (name === 'formatEditsCommand') return 'format';
  if (name === 'pushEditOperation') return 'background';
  return typeof name === 'string' && name.startsWith('editor.action.') ? 'command' : 'foreign';
}
