/**
 * What a person's key did. The keys of commands that edit run the editor's own command first and our note behind it
 * (`runCommands` in the manifest), as the keys that accept completions do. A note is believed for an edit of the shape
 * that its command can have; for any other edit it says nothing.
 */
import type { Source } from '../../core/model/origin';
import type { EditKind } from '../../core/tracking/documentTracker';
import {
  addsBrackets,
  isFoundIn,
  isName,
  isRenaming,
  isWhite,
  keepsInk,
  keepsLines,
  keepsWords,
  organizesImports,
} from './shapes';
import type { Exchange } from './shapes';

/** The command behind the editor's own; its argument names the deed. */
export const DEED_COMMAND = 'countersign.did';

export const DEEDS = [
  'suggest',
  'format',
  'organize',
  'rename',
  'move',
  'copy',
  'join',
  'delete',
  'comment',
  'replace',
] as const;
export type Deed = (typeof DEEDS)[number];

/** How an edit came about, as the tracker takes it or as only its document can tell it. */
export type How =
  | EditKind
  /** A person dragged this range of the text before the edit, or a copy of it, elsewhere in its document. */
  | { readonly kind: 'drag'; readonly from: readonly [number, number]; readonly by: Source }
  /** A copy of lines right beside them. */
  | { readonly kind: 'copy'; readonly by: Source }
  /** An assistant took its own edits back: what stood there before comes back with its origins. */
  | { readonly kind: 'restore' };

/** Milliseconds that a deed's note may come ahead of its edit, where a language server is asked in between. */
export const AHEAD: Readonly<Partial<Record<Deed, number>>> = { rename: 10_000, organize: 10_000 };

const BY_PERSON: Source = { origin: 'human', via: 'typing', evidence: 'observed' };
const MOVED: Source = { origin: 'human', via: 'move', evidence: 'observed' };
const FORMATTED: Source = { origin: 'tool', via: 'format', evidence: 'observed' };
const REFACTORED: Source = { origin: 'tool', via: 'refactor', evidence: 'observed' };
/**
 * Characters of a replacement that count as typed. What stood in the find widget may have been pasted there; from
 * here on a paste would make its line `paste`.
 */
export const MOST_REPLACED = 20;

/** The deed that a key binding names; undefined when it names none. */
export function deedOf(args: unknown): Deed | undefined {
  const name = typeof args === 'object' && args !== null && 'deed' in args ? args.deed : undefined;
  return DEEDS.find((each) => each === name);
}

/**
 * What an edit is when this deed was done; undefined when it can't have been this edit. `mayBeAi`: an assistant could
 * have put its text among the suggestions.
 */
export function howOf(deed: Deed, exchanges: readonly Exchange[], mayBeAi: boolean): How | undefined {
  switch (deed) {
    case 'suggest':
      return suggested(exchanges, mayBeAi);
    case 'format':
      return keepsWords(exchanges) ? { kind: 'layout', by: FORMATTED } : undefined;
    case 'organize':
      return organizesImports(exchanges) ? { kind: 'layout', by: REFACTORED } : undefined;
    case 'rename':
      return isRenaming(exchanges) ? { kind: 'layout', by: REFACTORED } : undefined;
    case 'move':
      return keepsInk(exchanges) || keepsLines(exchanges) ? { kind: 'layout', by: MOVED } : undefined;
    case 'copy':
      return exchanges.every(({ removed }) => removed === '') ? { kind: 'copy', by: MOVED } : undefined;
    case 'join':
      return keepsInk(exchanges) ? { kind: 'layout', by: MOVED } : undefined;
    case 'delete':
      return exchanges.every(({ text }) => text === '') ? typed() : undefined;
    case 'comment':
      return exchanges.every(({ removed, text }) => isMark(removed) && isMark(text)) ? typed() : undefined;
    case 'replace':
      return exchanges.every(({ text }) => text.length <= MOST_REPLACED) ? typed() : undefined;
  }
}

/** What formatting brings along while a file is saved, and directly behind a keystroke or a paste. */
export function tidied(exchanges: readonly Exchange[], when: 'saving' | 'typing'): How | undefined {
  const isTidy = when === 'saving' ? keepsWords(exchanges) || organizesImports(exchanges) : isWhite(exchanges);
  const fits = isTidy && !addsBrackets(exchanges);
  return fits ? { kind: 'layout', by: FORMATTED } : undefined;
}

/** Whether an edit can be the choice of one suggestion: a name in the place of the beginning that was typed of it. */
export function isSuggestedName(exchanges: readonly Exchange[]): boolean {
  return (
    exchanges.length > 0 &&
    exchanges.every(({ removed, text }) => removed !== undefined && isName(text) && isFoundIn(removed, text))
  );
}

function suggested(exchanges: readonly Exchange[], mayBeAi: boolean): How | undefined {
  const isOne = new Set(exchanges.map(({ text }) => text)).size === 1;
  if (!isOne || exchanges.some(({ removed }) => removed === undefined)) return undefined;
  if (isSuggestedName(exchanges)) return { kind: 'edit', source: { ...BY_PERSON, via: 'suggest' } };
  if (mayBeAi) return undefined;
  return { kind: 'edit', source: { ...BY_PERSON, via: isLong(exchanges) ? 'snippet' : 'suggest' } };
}

function isLong(exchanges: readonly Exchange[]): boolean {
  return exchanges.some(({ text }) => /[\s(]/.test(text));
}

/** Comment marks: neither letters nor digits, but for the languages that comment with a word. */
function isMark(text: string | undefined): boolean {
  return text !== undefined && (!/[\p{L}\p{N}]/u.test(text) || /^\s*(?:rem|dnl)\s*$/i.test(text));
}

function typed(): How {
  return { kind: 'edit', source: BY_PERSON };
}
