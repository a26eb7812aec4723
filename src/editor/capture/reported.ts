/**
 * What the editor reports about an edit through the proposed API `textDocumentChangeReason` (capture-signals §3). It is
 * exact where it is there; the names come from VS Code 1.139's `textModelEditSource.ts`.
 */
import type { Actor, ClaimedOrigin, Source, Via } from '../../core/model/origin';
import type { EditKind } from '../../core/tracking/documentTracker';

export interface DetailedReason {
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Commands by which a person edits at the caret; what they do is the person's. */
const EDITING_COMMANDS =
  /^(?:delete|cut|lineBreakInsert|tab$|outdent|editor\.action\.(?:deleteLines|indentLines|outdentLines|insertLine|commentLine|addCommentLine|removeCommentLine|blockComment|joinLines|transpose|moveLines))/i;

/** Takes the detailed reason and gives what it says; undefined when it says nothing about who or what. */
export function reportedKind({ source, metadata }: DetailedReason): EditKind | undefined {
  const text = (key: string): string => {
    const value = metadata[key];
    return typeof value === 'string' ? value : '';
  };
  switch (source) {
    case 'cursor':
      return cursorKind(text('kind'), text('detailedSource'));
    case 'inlineCompletionAccept':
      return edit('ai', metadata['$nes'] === true ? 'next-edit' : 'completion', actorOf(text));
    case 'inlineCompletionPartialAccept':
      return edit('ai', 'partial-completion', actorOf(text));
    case 'Chat.applyEdits':
      return edit('ai', 'chat-edit', actorOf(text));
    case 'inlineChat.applyEdits':
      return edit('ai', 'inline-chat', actorOf(text));
    case 'suggest':
      return edit('human', 'suggest');
    case 'snippet':
      return edit('human', 'snippet');
    case 'reloadFromDisk':
      return edit('external', 'disk');
    case 'unknown':
      return text('name') === 'formatEditsCommand'
        ? { kind: 'layout', by: { origin: 'tool', via: 'format', evidence: 'reported' } }
        : undefined;
    default:
      return undefined;
  }
}

function cursorKind(kind: string, command: string): EditKind | undefined {
  switch (kind) {
    case 'type':
    case 'compositionType':
    case 'compositionEnd':
    case 'cut':
      return edit('human', 'typing');
    case 'paste':
      return edit('paste', 'paste');
    case 'executeCommand':
    case 'executeCommands':
      return EDITING_COMMANDS.test(command) || command === 'replaceAll' ? edit('human', 'typing') : undefined;
    default:
      return undefined;
  }
}

function edit(origin: ClaimedOrigin, via: Via, actor?: Actor): EditKind {
  const source: Source = { origin, via, evidence: 'reported', ...(actor === undefined ? {} : { actor }) };
  return { kind: 'edit', source };
}

function actorOf(text: (key: string) => string): Actor | undefined {
  const parts: readonly (readonly [keyof Actor, string])[] = [
    ['tool', text('$extensionId')],
    ['version', text('$extensionVersion')],
    ['model', text('$modelId')],
    ['session', text('$$sessionId')],
  ];
  const known = parts.filter(([, value]) => value !== '');
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
