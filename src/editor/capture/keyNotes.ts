/**
 * The notes behind the editor's own keys: that a completion was accepted, or what command made an edit. The manifest binds
 * the keys; see `acceptance` and `deeds` for what a note says.
 */
import type { Disposable, LogOutputChannel, TextDocument } from 'vscode';
import { commands, window } from 'vscode';
import { ACCEPTED_COMMAND, acceptedSource } from './acceptance';
import type { AssistantsHere } from './assistantsHere';
import { DEED_COMMAND, deedOf } from './deeds';
import { Renaming } from './renaming';
import type { TrackedDocument } from './trackedDocument';

export interface KeyParts {
  readonly log: LogOutputChannel;
  readonly assistants: AssistantsHere;
  readonly documents: ReadonlyMap<TextDocument, TrackedDocument>;
}

export class KeyNotes implements Disposable {
  readonly #parts: KeyParts;
  readonly #disposables: readonly Disposable[];

  constructor(parts: KeyParts) {
    this.#parts = parts;
    this.#disposables = [
      commands.registerCommand(ACCEPTED_COMMAND, (args: unknown) => this.#guarded(() => this.#accepted(args))),
      commands.registerCommand(DEED_COMMAND, (args: unknown) => this.#guarded(() => this.#did(args))),
    ];
  }

  /**
   * The keys are ours only from here on. The editor's first call of a command waits for a round of activations, and the
   * note of the first acceptance would come late: so the first call is made now, to no effect.
   */
  async take(): Promise<void> {
    try {
      await commands.executeCommand('runCommands', {
        commands: [
          { command: ACCEPTED_COMMAND, args: { via: 'none' } },
          { command: DEED_COMMAND, args: { deed: 'none' } },
        ],
      });
      await commands.executeCommand('setContext', 'countersign.capturing', true);
    } catch (error) {
      this.#parts.log.error(`Accept keys are not watched, so accepted lines stay unknown: ${String(error)}`);
    }
  }

  dispose(): void {
    void commands.executeCommand('setContext', 'countersign.capturing', false);
    for (const each of this.#disposables) each.dispose();
  }

  #accepted(args: unknown): void {
    const { assistants, documents } = this.#parts;
    const source = acceptedSource(assistants.accepted(args), assistants.completer);
    const document = window.activeTextEditor?.document;
    if (source === undefined || document === undefined) return;
    documents.get(document)?.edits.accepted(source);
  }

  #did(args: unknown): void {
    const deed = deedOf(args);
    const document = window.activeTextEditor?.document;
    if (deed === undefined) return;
    const renaming = new Renaming();
    for (const [each, { edits }] of this.#parts.documents) {
      // A new name goes into every file that has the old one.
      if (each === document || deed === 'rename') edits.did(deed, renaming);
    }
  }

  /** A fault of ours costs origins, never the key. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.log.error(error instanceof Error ? error : String(error));
    }
  }
}
