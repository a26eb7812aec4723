/**
 * What the editor reports about an edit through the proposed API `textDocumentChangeReason` (capture-signals §3). It is
 * exact where it is there; the names come from VS Code 1.139's `textModelEditSource.ts`.
 */
import type { Actor, ClaimedOrigin, Source, Via } from '../../core/model/origin';
import { countInk } from '../../core/text/lines';
import type { How } from './deeds';
import { MOST_REPLACED } from './deeds';
import type { EditEvent } from './editEvent';

export interface DetailedReason {
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Commands by which a person types, deletes or comments out; what they put in is the person's. */
const TYPING_COMMANDS =
  /^(?:delete|cut|lineBreakInsert|tab$|outdent|editor\.action\.(?:deleteLines|indentLines|outdentLines|insertLine|commentLine|addCommentLine|removeCommentLine|blockComment))/i;
/** Commands by which a person puts text elsewhere; it keeps its origins. */
const MOVING_COMMANDS = /^editor\.action\.(?:moveLines|moveCarret|joinLines|sortLines|reverseLines|transpose)/i;
/** Commands that write the same text in other letters: it does not become theirs who press the key. */
const RESPELLING_COMMANDS = /^editor\.action\.transformTo/i;
/** Characters that one key puts in at most; an extension may call the same command with a text. */
const MOST_TYPED = 64;
const COPYING_COMMANDS = /^editor\.action\.(?:copyLines|duplicateSelection)/i;
const DRAG_COMMAND = 'editor.contrib.dragAndDrop';
const TIDYING_COMMANDS = /^(?:formatEditsCommand|editor\.action\.(?:trimTrailingWhitespace|reindent|indentationTo))/i;

/** Takes an event with a detailed reason; undefined when that says nothing about who or what. */
export function reportedHow(event: EditEvent, { source, metadata }: DetailedReason): How | undefined {
  const text = (key: string): string => {
    const value = metadata[key];
    return typeof value === 'string' ? value : '';
  };
  switch (source) {
    case 'cursor':
      return cursorHow(event, text('kind'), text('detailedSource'));
    case 'inlineCompletionAccept':
      return edit('ai', metadata['$nes'] === true ? 'next-edit' : 'completion', actorOf(text));
    case 'inlineCompletionPartialAccept':
      return edit('ai', 'partial-completion', actorOf(text));
    case 'Chat.applyEdits':
      return edit('ai', 'chat-edit', actorOf(text));
    case 'Chat.undoEdits':
    case 'Chat.reset':
      return { kind: 'restore' };
    case 'inlineChat.applyEdits':
      return edit('ai', 'inline-chat', actorOf(text));
    case 'suggest':
      return suggestedHow(event, text);
    case 'rename':
      return layout('tool', 'refactor');
    case 'codeAction':
      // Whoever offers it, a person chose it from a list of fixes and refactorings.
      return (
        byExtension(event, text) ?? (isTrusted(event, text) ? layout('tool', 'refactor', actorOf(text)) : undefined)
      );
    case 'reloadFromDisk':
      return edit('external', 'disk');
    case 'unknown':
      return commandHow(event, text('name')) ?? byExtension(event, text);
    default:
      return byExtension(event, text);
  }
}

function cursorHow(event: EditEvent, kind: string, command: string): How | undefined {
  switch (kind) {
    case 'type':
      return event.changes.every(({ text }) => countInk(text) <= MOST_TYPED) ? edit('human', 'typing') : undefined;
    case 'compositionType':
    case 'compositionEnd':
    case 'cut':
      return edit('human', 'typing');
    case 'paste':
      return edit('paste', 'paste');
    case 'executeCommand':
    case 'executeCommands':
      return commandHow(event, command);
    default:
      return undefined;
  }
}

function commandHow(event: EditEvent, command: string): How | undefined {
  if (TYPING_COMMANDS.test(command)) return edit('human', 'typing');
  if (command === DRAG_COMMAND && event.drag !== undefined) {
    return { kind: 'drag', from: event.drag.from, by: reportedSource('human', 'drop') };
  }
  if (RESPELLING_COMMANDS.test(command)) return layout('human', 'typing');
  if (MOVING_COMMANDS.test(command)) return layout('human', 'move');
  if (COPYING_COMMANDS.test(command))
    return { kind: 'copy', by: { origin: 'human', via: 'move', evidence: 'reported' } };
  if (TIDYING_COMMANDS.test(command)) return layout('tool', 'format');
  // What stood in the find widget may have been pasted there.
  const isReplacement = command === 'replaceAll' || command === 'replace';
  return isReplacement && event.changes.every(({ text }) => text.length <= MOST_REPLACED)
    ? edit('human', 'typing')
    : undefined;
}

/** An extension that the editor names. The editor's own refactor; of others only what somebody said of them counts. */
function byExtension(event: EditEvent, text: (key: string) => string): How | undefined {
  const id = text('$extensionId');
  const said = id === '' ? undefined : event.ofExtension(id);
  if (said === 'ai') return edit('ai', 'other', actorOf(text));
  return said === 'tool' || id.startsWith('vscode.') ? layout('tool', 'refactor', actorOf(text)) : undefined;
}

/** An item of the suggest widget: a person's choice, unless an assistant put it there or may have. */
function suggestedHow(event: EditEvent, text: (key: string) => string): How | undefined {
  if (event.ofExtension(text('$extensionId')) === 'ai') return edit('ai', 'suggest', actorOf(text));
  if (event.mayBeAi(text('$extensionId'))) return undefined;
  return edit('human', isSeveralWords(event) ? 'snippet' : 'suggest');
}

/** Whether the editor names an extension that does not say of itself that it is an assistant. */
function isTrusted(event: EditEvent, text: (key: string) => string): boolean {
  const id = text('$extensionId');
  return id !== '' && !event.mayBeAi(id);
}

function isSeveralWords({ changes }: EditEvent): boolean {
  return changes.some(({ text }) => /[\s(]/.test(text));
}

function layout(origin: ClaimedOrigin, via: Via, actor?: Actor): How {
  return { kind: 'layout', by: reportedSource(origin, via, actor) };
}

function edit(origin: ClaimedOrigin, via: Via, actor?: Actor): How {
  return { kind: 'edit', source: reportedSource(origin, via, actor) };
}

function reportedSource(origin: ClaimedOrigin, via: Via, actor?: Actor): Source {
  return { origin, via, evidence: 'reported', ...(actor === undefined ? {} : { actor }) };
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
