/**
 * The assistants of this window: what is installed, what the user's settings say of it, and which of their own accept
 * keys are watched. Capture asks; the editor's events keep the answers fresh.
 */
import type { ConfigurationChangeEvent, Disposable, LogOutputChannel } from 'vscode';
import { commands, extensions, l10n, window, workspace } from 'vscode';
import type { Actor } from '../../core/model/origin';
import type { ParsedAssistantSettings } from './assistantSettings';
import { parseAssistantSettings } from './assistantSettings';
import type { AssistantSettings, InstalledAssistant } from './assistants';
import { ASSISTANTS, acceptOf, assistantsInstalled, keysOf } from './assistants';
import { mayOfferSuggestions, originOfExtension, soleCompleter } from './assistants';
import type { Verdict } from './classify';
import type { EditEvent } from './editEvent';
import { SeenExtensions } from './seenExtensions';

const SETTINGS = ['countersign.assistants', 'countersign.extensionEdits'] as const;
/** Milliseconds between looks for accept commands that are not there yet: an extension that starts late brings them. */
const LOOK_EVERY = 3000;

export class AssistantsHere implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #disposables: readonly Disposable[];
  readonly seen = new SeenExtensions();
  #settings: AssistantSettings = { assistants: [], edits: new Map() };
  #completer: Actor | undefined;
  #suggestsAi = true;
  #installed: readonly InstalledAssistant[] = [];
  #commands: ReadonlySet<string> = new Set();
  #keys: ReadonlySet<string> = new Set();
  #complaint = '';
  #lookedAt = -Infinity;
  #disposed = false;

  constructor(log: LogOutputChannel) {
    this.#log = log;
    this.#disposables = [
      extensions.onDidChange(() => this.#refresh()),
      workspace.onDidChangeConfiguration((change) => this.#configured(change)),
      window.onDidChangeActiveTextEditor(() => this.#lookAgain()),
    ];
    this.#refresh();
  }

  /** Who made an accepted completion, where only one can have. */
  get completer(): Actor | undefined {
    return this.#completer;
  }

  /** Whether an item of the suggest widget may hold an AI's text. */
  get suggestsAi(): boolean {
    return this.#suggestsAi;
  }

  /** Whose the edits are that the editor reports with this extension's id. */
  originOf(id: string): 'ai' | 'tool' | undefined {
    return originOfExtension(id, this.#settings);
  }

  /** Whether an extension says of itself that it is an assistant, though nobody else says so. */
  mayBe(id: string): boolean {
    const key = id.toLowerCase();
    return this.#installed.some((each) => each.assistant === undefined && each.id.toLowerCase() === key);
  }

  /** A key binding's arguments with what the table knows of the command they name. */
  accepted(args: unknown): unknown {
    if (typeof args !== 'object' || args === null || !('command' in args)) return args;
    const accept = typeof args.command === 'string' ? acceptOf(args.command, this.#settings) : undefined;
    return accept === undefined ? args : { ...accept, ...args };
  }

  /** Keeps in mind whom the editor names for an edit of which nothing else is known. */
  judged(edit: EditEvent, verdict: Verdict): void {
    const named = edit.detailed?.metadata['$extensionId'];
    if (typeof named !== 'string' || named === '' || verdict.kind !== 'certain') return;
    const { how } = verdict;
    const isUnknown =
      (how.kind === 'edit' && how.source === 'unknown') || (how.kind === 'layout' && how.by === 'unknown');
    const texts = edit.changes.map(({ text }) => text);
    if (isUnknown) this.seen.saw(named, texts);
  }

  dispose(): void {
    this.#disposed = true;
    for (const key of this.#keys) void commands.executeCommand('setContext', `countersign.has.${key}`, false);
    for (const each of this.#disposables) each.dispose();
  }

  #configured(change: ConfigurationChangeEvent): void {
    if (SETTINGS.some((setting) => change.affectsConfiguration(setting))) this.#refresh();
  }

  #refresh(): void {
    try {
      this.#take(readSettings());
      this.#judge();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    }
    void this.#look();
  }

  #take({ settings, problems }: ParsedAssistantSettings): void {
    this.#settings = settings;
    const complaint = problems.map(({ field, message }) => `${field}: ${message}`).join('\n');
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    const [first] = problems;
    if (first === undefined) return;
    this.#log.warn(complaint);
    const more = problems.length > 1 ? ` ${l10n.t('({0} more in the log)', problems.length - 1)}` : '';
    void complain(`${first.field}: ${first.message}${more}`);
  }

  #judge(): void {
    const all = extensions.all.map(({ id, packageJSON }: { readonly id: string; readonly packageJSON: unknown }) => {
      const isBuiltIn = typeof packageJSON === 'object' && packageJSON !== null && 'isBuiltin' in packageJSON;
      return { id, isBuiltIn: isBuiltIn && packageJSON.isBuiltin === true, manifest: packageJSON };
    });
    this.#installed = assistantsInstalled(all, this.#settings, this.#commands);
    this.#completer = soleCompleter(this.#installed);
    this.#suggestsAi = mayOfferSuggestions(this.#installed);
    const names = this.#installed.map(({ id, assistant }) => (assistant === undefined ? `${id}?` : id)).join(', ');
    this.#log.debug(`Assistants: ${names === '' ? 'none' : names}; completions by ${this.#completer?.tool ?? 'any'}`);
  }

  #lookAgain(): void {
    const isComplete = this.#installed.every(({ assistant }) => {
      return assistant?.accepts.every(({ command }) => this.#commands.has(command)) ?? true;
    });
    if (!isComplete && performance.now() - this.#lookedAt > LOOK_EVERY) void this.#look();
  }

  /** Takes the accept keys of the assistants whose commands the editor knows, and leaves those of the others. */
  async #look(): Promise<void> {
    this.#lookedAt = performance.now();
    try {
      const known = new Set(await commands.getCommands(true));
      if (this.#disposed) return;
      this.#commands = new Set(acceptCommands().filter((command) => known.has(command)));
      this.#judge();
      const keys: ReadonlySet<string> = new Set(keysOf(this.#installed, this.#commands));
      const changed = [...new Set([...keys, ...this.#keys])].filter((key) => keys.has(key) !== this.#keys.has(key));
      this.#keys = keys;
      for (const key of changed) {
        await commands.executeCommand('setContext', `countersign.has.${key}`, keys.has(key));
      }
    } catch (error) {
      this.#log.warn(`The accept keys of other assistants are not watched: ${String(error)}`);
    }
  }
}

function acceptCommands(): string[] {
  return ASSISTANTS.flatMap(({ accepts }) => accepts.map(({ command }) => command));
}

function readSettings(): ParsedAssistantSettings {
  const settings = workspace.getConfiguration('countersign');
  return parseAssistantSettings(settings.get<unknown>('assistants'), settings.get<unknown>('extensionEdits'));
}

async function complain(message: string): Promise<void> {
  const open = l10n.t('Open Settings');
  const answer = await window.showWarningMessage(message, open);
  if (answer === open) await commands.executeCommand('workbench.action.openSettingsJson');
}
