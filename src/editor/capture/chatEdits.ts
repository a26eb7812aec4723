/**
 * Edits that a chat makes and a person has yet to keep. For each file that a chat edits, VS Code holds the text without
 * the pending edits in a document of its own (capture-signals §2.9). What a person, a formatter or anything else changes
 * outside the pending edits, the editor changes there as well; what the chat changes, it does not (measured in 1.139).
 */
import type { TextDocument, Uri } from 'vscode';
import type { Source } from '../../core/model/origin';
import { isFields } from '../../core/text/fields';
import type { TextChange } from '../../core/tracking/history';

export const CHAT_SCHEME = 'chat-editing-text-model';

interface Pending {
  readonly document: TextDocument;
  readonly source: Source;
}

/** The documents without pending edits, by the path of the file that they belong to. */
export class ChatEdits {
  readonly #pending = new Map<string, Pending>();

  opened(document: TextDocument): void {
    if (document.uri.scheme !== CHAT_SCHEME) return;
    const session = sessionOf(document.uri.query);
    const actor = session === undefined ? {} : { actor: { session } };
    const source: Source = { origin: 'ai', via: 'chat-edit', evidence: 'observed', ...actor };
    this.#pending.set(document.uri.path, { document, source });
  }

  closed(document: TextDocument): void {
    const known = this.#pending.get(document.uri.path);
    if (known?.document === document) this.#pending.delete(document.uri.path);
  }

  /** Whose edits of a file would be, if they are the chat's; undefined when no chat edits it. */
  sourceAt(uri: Uri): Source | undefined {
    return this.#pending.get(uri.path)?.source;
  }

  /**
   * Whether a change brings back what stood there before the pending edits: the whole text, or whole lines in the place
   * of the chat's (`inside`: it touches what an AI wrote). A chat that deletes a person's lines and leaves one that also
   * stands elsewhere takes nothing back.
   */
  isUndone(document: TextDocument, changes: readonly TextChange[], inside: boolean): boolean {
    const before = this.#pending.get(document.uri.path)?.document.getText();
    if (before === undefined || changes.every(({ removed }) => removed === 0)) return false;
    if (before === document.getText()) return true;
    return inside && changes.every(({ text }) => /^[^\n]{3,}\r?\n/.test(text) && before.includes(text));
  }
}

/** The chat's session, as `detailedReason` names it; undefined when the query does not say. */
export function sessionOf(query: string): string | undefined {
  if (query.length > 10_000) return undefined;
  try {
    const given: unknown = JSON.parse(query);
    const resource = isFields(given) ? given['chatSessionResource'] : undefined;
    const path = isFields(resource) ? resource['path'] : undefined;
    const encoded = typeof path === 'string' ? (/[^/]+$/.exec(path)?.[0] ?? '') : '';
    const decoded = Buffer.from(encoded, 'base64');
    const isEncoded = decoded.toString('base64') === encoded && isId(decoded.toString('latin1'));
    const session = isEncoded ? decoded.toString('latin1') : encoded;
    return isId(session) ? session : undefined;
  } catch {
    return undefined;
  }
}

function isId(text: string): boolean {
  return /^[\w-]{1,200}$/.test(text);
}
