/**
 * Accepting a completion by key: a note that an acceptance is running, around the editor's own command. Free of editor
 * types.
 */
import type { Log } from '../../core/ports';
import type { Via } from '../../core/model/origin';

/** The editor's accept commands that our keys stand in for, and the channel of what they bring. */
export const ACCEPT_COMMANDS: ReadonlyMap<string, Via> = new Map([
  ['editor.action.inlineSuggest.commit', 'completion'],
  ['editor.action.inlineSuggest.commitAlternativeAction', 'next-edit'],
  ['editor.action.inlineSuggest.acceptNextWord', 'partial-completion'],
  ['editor.action.inlineSuggest.acceptNextLine', 'partial-completion'],
]);

/** An acceptance that runs: in which document, by which channel. */
export interface Acceptance {
  readonly document: string;
  readonly via: Via;
  /** Whether its edit has come. */
  used: boolean;
}

/** The arguments of a key binding: the command it stands in for, and the channel where the command alone doesn't say. */
export function acceptArguments(args: unknown): { readonly command: string; readonly via: Via } {
  const values: Readonly<Record<string, unknown>> =
    typeof args === 'object' && args !== null ? Object.fromEntries(Object.entries(args)) : {};
  const named = values['command'];
  const command =
    typeof named === 'string' && ACCEPT_COMMANDS.has(named) ? named : 'editor.action.inlineSuggest.commit';
  const via = values['via'] === 'next-edit' ? 'next-edit' : ACCEPT_COMMANDS.get(command);
  return { command, via: via ?? 'completion' };
}

/** The acceptances that run now. */
export class Acceptances {
  readonly #running = new Set<Acceptance>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Runs the editor's command with a note around it. Whatever goes wrong on our side, the command runs: a key that does
   * nothing would be worse than a line nobody knows the origin of.
   */
  async during<T>(note: () => Omit<Acceptance, 'used'> | undefined, command: () => PromiseLike<T>): Promise<T> {
    let acceptance: Acceptance | undefined;
    try {
      const noted = note();
      if (noted !== undefined) acceptance = { ...noted, used: false };
      if (acceptance !== undefined) this.#running.add(acceptance);
    } catch (error) {
      this.#log.error(`An acceptance could not be noted, so its lines stay unknown: ${String(error)}`);
    }
    try {
      return await command();
    } finally {
      if (acceptance !== undefined) this.#running.delete(acceptance);
    }
  }

  /**
   * The channel of an edit of a document, if an acceptance runs there. Its first edit is the acceptance's; a single
   * character after that is what the person types on.
   */
  viaOf(document: string, changes: readonly { readonly text: string }[]): Via | undefined {
    for (const acceptance of this.#running) {
      if (acceptance.document !== document) continue;
      if (acceptance.used && changes.every(({ text }) => text.length <= 1)) continue;
      acceptance.used = true;
      return acceptance.via;
    }
    return undefined;
  }
}
