/** Every command goes through one funnel: cancelled is quiet, what was foreseen is a sentence, the rest goes to the log. */
import type { Disposable, LogOutputChannel } from 'vscode';
import { CancellationError, Disposable as Disposables, commands, l10n, window } from 'vscode';
import { CountersignError } from '../../core/model/problem';
import { safe } from '../display/words';

/** What a command does. Arguments come from menus, links and other extensions: each is checked where it is used. */
export type Handler = (...args: readonly unknown[]) => Promise<void> | void;

/** Says no to the user in a sentence of ours. */
export class Refusal extends Error {
  /** A way out: a button and what it does. */
  readonly remedy: { readonly label: string; readonly run: () => Thenable<unknown> } | undefined;

  constructor(message: string, remedy?: { readonly label: string; readonly run: () => Thenable<unknown> }) {
    super(message);
    this.remedy = remedy;
  }
}

export function registerCommands(log: LogOutputChannel, table: Readonly<Record<string, Handler>>): Disposable {
  const registered = Object.entries(table).map(([id, handler]) =>
    commands.registerCommand(id, async (...args: readonly unknown[]) => {
      try {
        await handler(...args);
      } catch (error) {
        // Not awaited: a command ends when its work does, not when its message is closed.
        void tell(log, id, error);
      }
    }),
  );
  return Disposables.from(...registered);
}

async function tell(log: LogOutputChannel, id: string, error: unknown): Promise<void> {
  if (error instanceof CancellationError) return;
  if (error instanceof Refusal) {
    const { remedy } = error;
    const answer = await window.showWarningMessage(error.message, ...(remedy === undefined ? [] : [remedy.label]));
    if (remedy !== undefined && answer === remedy.label) await remedy.run();
    return;
  }
  if (error instanceof CountersignError) {
    const { message, path } = error.problem;
    log.warn(`${id}: ${error.problem.code}: ${path} ${message}`);
    await window.showErrorMessage(sentence(path !== '' && !message.includes(path) ? `${path}: ${message}` : message));
    return;
  }
  log.error(id, error instanceof Error ? error : String(error));
  const show = l10n.t('Show Log');
  const said = error instanceof Error ? error.message : String(error);
  if ((await window.showErrorMessage(l10n.t('Countersign: {0}', safe(said)), show)) === show) log.show();
}

/** Messages of core and node begin small, for use after a file name; on their own they are sentences. */
export function sentence(message: string): string {
  const text = safe(message);
  const full = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(full) ? full : `${full}.`;
}
