/**
 * The assistants that people use in the editor: how to recognise each, and by which channels its text arrives. Only what
 * could be confirmed stands here; `docs/assistants.md` says how, and what could not. Free of editor types.
 */
import type { Actor, Via } from '../../core/model/origin';

/** What an assistant puts into documents: inline completions, items of the suggest widget, edits of its chat or agent. */
export const OFFERS = ['completions', 'suggestions', 'edits'] as const;
export type Offer = (typeof OFFERS)[number];

/** Channels that an accept command may stand for. */
export const ACCEPT_VIAS = ['completion', 'partial-completion', 'next-edit', 'inline-chat', 'chat-edit'] as const;

/** A command of an assistant's own by which a person takes its text. */
export interface AcceptCommand {
  readonly command: string;
  readonly via: Extract<Via, (typeof ACCEPT_VIAS)[number]>;
}

export interface Assistant {
  readonly name: string;
  /** Its extensions, as `publisher.name`; the first that is installed speaks for it. Empty for an editor's own. */
  readonly extensions: readonly string[];
  readonly offers: readonly Offer[];
  /** Besides the editor's own commands, which all of them share. */
  readonly accepts: readonly AcceptCommand[];
  /** Named `countersign.has.KEY` where its own key runs the editor's own accept command; see `keysOf`. */
  readonly key?: string;
  /** Id of an assistant that is a part of an editor; it is there when the editor knows its accept commands. */
  readonly builtIn?: string;
}

export const ASSISTANTS: readonly Assistant[] = [
  assistant('GitHub Copilot', ['GitHub.copilot', 'GitHub.copilot-chat'], ['completions', 'edits']),
  {
    ...assistant('Cursor', [], ['completions', 'edits'], { 'editor.action.acceptCursorTabSuggestion': 'completion' }),
    builtIn: 'cursor',
  },
  assistant('Windsurf', ['Codeium.codeium'], ['completions', 'edits']),
  assistant('Continue', ['Continue.continue'], ['completions', 'edits'], {
    'continue.nextEditWindow.acceptNextEditSuggestion': 'next-edit',
    'continue.acceptDiff': 'chat-edit',
    'continue.acceptVerticalDiffBlock': 'chat-edit',
  }),
  assistant('Cline', ['saoudrizwan.claude-dev'], ['edits']),
  assistant('Roo Code', ['RooVeterinaryInc.roo-cline'], ['edits']),
  // Its key accepts by the editor's own command, under a condition of its own.
  {
    ...assistant('Tabnine', ['TabNine.tabnine-vscode'], ['completions', 'suggestions', 'edits']),
    key: 'tabnine',
  },
  assistant('Tabby', ['TabbyML.vscode-tabby'], ['completions', 'edits'], {
    'tabby.inlineCompletion.accept': 'completion',
    'tabby.inlineCompletion.acceptNextWord': 'partial-completion',
    'tabby.inlineCompletion.acceptNextLine': 'partial-completion',
  }),
  assistant('Amazon Q', ['AmazonWebServices.amazon-q-vscode'], ['completions', 'edits']),
  assistant('Gemini Code Assist', ['Google.geminicodeassist'], ['completions', 'edits']),
  assistant('Supermaven', ['Supermaven.supermaven'], ['completions', 'edits']),
  assistant('Augment', ['augment.vscode-augment'], ['completions', 'edits']),
  assistant('Cody', ['sourcegraph.cody-ai'], ['completions', 'edits']),
  assistant('IntelliCode Completions', ['VisualStudioExptTeam.vscodeintellicode-completions'], ['completions']),
  assistant('Codex', ['openai.chatgpt'], ['edits']),
  assistant('Claude Code', ['Anthropic.claude-code'], ['edits']),
];

/** Extensions that call themselves AI or machine learning, and put no model's text into completions or suggestions. */
const NO_ASSISTANTS = new Set([
  'countersign.countersign',
  'github.vscode-pull-request-github',
  'ms-python.python',
  'ms-toolsai.jupyter',
  'ms-toolsai.jupyter-renderers',
  'ms-toolsai.vscode-jupyter-cell-tags',
  'ms-toolsai.vscode-jupyter-slideshow',
]);

/** What the user's settings say, see `parseAssistantSettings`. */
export interface AssistantSettings {
  readonly assistants: readonly Assistant[];
  /** Whose the edits of an extension are, by its id in lower case. */
  readonly edits: ReadonlyMap<string, 'ai' | 'tool'>;
}

/** An installed extension as the editor describes it; `manifest` is its package.json. */
export interface InstalledExtension {
  readonly id: string;
  readonly isBuiltIn: boolean;
  readonly manifest: unknown;
}

/** An installed assistant. `assistant` is undefined where the extension only says that it is one. */
export interface InstalledAssistant {
  readonly id: string;
  readonly version: string;
  readonly assistant: Assistant | undefined;
  /** Whether its manifest says so outright, and does not just sound like it. */
  readonly declared: boolean;
}

/** The assistants among the extensions, and those that may be. What the user says of one goes before our table. */
export function assistantsInstalled(
  extensions: readonly InstalledExtension[],
  settings: AssistantSettings,
  commands: ReadonlySet<string> = new Set(),
): InstalledAssistant[] {
  const found: InstalledAssistant[] = [];
  const taken = new Set<Assistant>();
  const table = [...settings.assistants, ...ASSISTANTS];
  const ids = new Map(extensions.map((extension) => [extension.id.toLowerCase(), extension] as const));
  const named = new Set(table.flatMap((each) => each.extensions.map((id) => id.toLowerCase())));
  for (const each of table) {
    const here = each.extensions.map((id) => ids.get(id.toLowerCase())).find((extension) => extension !== undefined);
    const isBuiltIn = each.builtIn !== undefined && each.accepts.some(({ command }) => commands.has(command));
    const id = here?.id ?? (isBuiltIn ? each.builtIn : undefined);
    if (id === undefined || taken.has(each) || found.some((other) => other.id === id)) continue;
    taken.add(each);
    found.push({ id, version: here === undefined ? '' : versionOf(here), assistant: each, declared: true });
  }
  for (const extension of extensions) {
    const id = extension.id.toLowerCase();
    const sure = named.has(id) || NO_ASSISTANTS.has(id) || extension.isBuiltIn ? undefined : claimOf(extension);
    if (sure === undefined) continue;
    found.push({ id: extension.id, version: versionOf(extension), assistant: undefined, declared: sure });
  }
  return found;
}

/**
 * Who made an inline completion that a person accepted, where only one can have: exactly one assistant that offers them,
 * and nothing else that even sounds like one.
 */
export function soleCompleter(installed: readonly InstalledAssistant[]): Actor | undefined {
  const [only, another] = installed.filter((each) => each.assistant?.offers.includes('completions') ?? true);
  if (only?.assistant === undefined || another !== undefined) return undefined;
  return { tool: only.id, ...(only.version === '' ? {} : { version: only.version }) };
}

/** Whether an item of the suggest widget may hold an AI's text. */
export function mayOfferSuggestions(installed: readonly InstalledAssistant[]): boolean {
  return installed.some(({ assistant: known, declared }) => known?.offers.includes('suggestions') ?? declared);
}

/** Whose the edits are that the editor reports with this extension's id. Never a person's: extensions are no persons. */
export function originOfExtension(id: string, settings: AssistantSettings): 'ai' | 'tool' | undefined {
  const key = id.toLowerCase();
  const said = settings.edits.get(key);
  const known = [...settings.assistants, ...ASSISTANTS].some(({ extensions }) => {
    return extensions.some((each) => each.toLowerCase() === key);
  });
  // An assistant's edits are an AI's whatever a setting says: a claim must not be weakened by a word.
  return known ? 'ai' : said;
}

/** What an accept command stands for, and whose it is. */
export function acceptOf(
  command: string,
  settings: AssistantSettings,
): { readonly via: AcceptCommand['via']; readonly tool: string } | undefined {
  for (const each of [...settings.assistants, ...ASSISTANTS]) {
    const accept = each.accepts.find((known) => known.command === command);
    const tool = each.extensions[0] ?? each.builtIn;
    if (accept !== undefined && tool !== undefined) return { via: accept.via, tool };
  }
  return undefined;
}

/**
 * What follows `countersign.has.` in the context keys that hold: the accept commands that the editor knows of assistants
 * that are there. Each of our bindings for an assistant's own key asks for one of them.
 */
export function keysOf(installed: readonly InstalledAssistant[], commands: ReadonlySet<string>): string[] {
  return installed.flatMap(({ assistant: known }) => {
    if (known === undefined) return [];
    const own = known.accepts.map(({ command }) => command).filter((command) => commands.has(command));
    return known.key === undefined ? own : [...own, known.key];
  });
}

function assistant(
  name: string,
  extensions: readonly string[],
  offers: readonly Offer[],
  accepts: Readonly<Record<string, AcceptCommand['via']>> = {},
): Assistant {
  return { name, extensions, offers, accepts: Object.entries(accepts).map(([command, via]) => ({ command, via })) };
}

/** Categories and contributions by which an extension says that it brings a model; giving a model tools is not that. */
const CATEGORIES = new Set(['ai', 'chat', 'machine learning']);
const CONTRIBUTIONS = ['chatParticipants', 'languageModelChatProviders', 'chatSessions', 'chatAgents'];
const WORDS =
  /\b(?:a\.?i|ai-\w+|llms?|gpt|chatgpt|copilot|openai|claude|gemini|codex|ollama|assistant|language models?|neural)\b/i;

/** Whether an unknown extension says it is an assistant (true), sounds like one (false), or neither (undefined). */
function claimOf({ manifest }: InstalledExtension): boolean | undefined {
  const given = asRecord(manifest);
  // Without code of its own nothing can be offered: themes, snippets, key maps.
  if (typeof given['main'] !== 'string' && typeof given['browser'] !== 'string') return undefined;
  const contributes = asRecord(given['contributes']);
  const keywords = strings(given['keywords']);
  const declared =
    strings(given['categories']).some((each) => CATEGORIES.has(each.toLowerCase())) ||
    keywords.some((each) => WORDS.test(each)) ||
    CONTRIBUTIONS.some((each) => contributes[each] !== undefined);
  if (declared) return true;
  const said = [given['displayName'], given['description']].filter((each) => typeof each === 'string').join(' ');
  return WORDS.test(said.slice(0, 1000)) ? false : undefined;
}

function versionOf({ manifest }: InstalledExtension): string {
  const { version } = asRecord(manifest);
  return typeof version === 'string' ? version : '';
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
