/** Asking the user whose an extension's edits are, and naming that extension where its edits are unknown. */
import type { Disposable } from 'vscode';
import {
  ConfigurationTarget,
  Hover,
  MarkdownString,
  commands,
  extensions,
  l10n,
  languages,
  window,
  workspace,
} from 'vscode';
import type { LineState } from '../core/tracking/lineFold';
import type { Uri } from 'vscode';
import type { SeenExtensions } from './capture/seenExtensions';
import { escaped } from './display/markdown';

const COMMAND = 'countersign.sayExtensionEdits';
const SETTING = 'extensionEdits';

interface Asked {
  readonly seen: SeenExtensions;
  originsOf(uri: Uri): Promise<readonly LineState[] | undefined>;
}

/** The command and the hover. */
export function askAboutExtensions(asked: Asked): Disposable {
  const registered = [
    commands.registerCommand('countersign.sayExtensionEdits', (id: unknown) => say(asked.seen, id)),
    languages.registerHoverProvider(
      { scheme: 'file' },
      {
        provideHover: async (document, { line }) => {
          const id = asked.seen.writerOf(document.lineAt(line).text);
          if (id === undefined) return undefined;
          const states = await asked.originsOf(document.uri);
          const isUnknown = states?.some((state) => state.line === line && state.origin === 'unknown') === true;
          return isUnknown ? new Hover(hoverText(id)) : undefined;
        },
      },
    ),
  ];
  return { dispose: () => registered.forEach((each) => each.dispose()) };
}

function hoverText(id: string): MarkdownString {
  const text = new MarkdownString('', true);
  text.isTrusted = { enabledCommands: [COMMAND] };
  text.appendMarkdown(`${escaped(l10n.t('Unknown: the extension {0} wrote this.', id))}\n\n`);
  const args = encodeURIComponent(JSON.stringify([id]));
  text.appendMarkdown(`[${l10n.t('Say What Its Edits Are…')}](command:${COMMAND}?${args})`);
  return text;
}

async function say(seen: SeenExtensions, given: unknown): Promise<void> {
  const id = typeof given === 'string' ? given : await pickExtension(seen);
  if (id === undefined) return;
  const settings = workspace.getConfiguration('countersign');
  const now = settings.get<Readonly<Record<string, unknown>>>(SETTING) ?? {};
  const answers = [
    { label: l10n.t('An AI’s'), detail: l10n.t('What it writes has the origin ai.'), value: 'ai' },
    {
      label: l10n.t('A tool’s'),
      detail: l10n.t('A formatter, refactoring or generator without a model.'),
      value: 'tool',
    },
    { label: l10n.t('I Don’t Know'), detail: l10n.t('Its edits stay unknown.'), value: undefined },
  ] as const;
  const answer = await window.showQuickPick(answers, { title: l10n.t('Edits by {0} are …', id) });
  if (answer === undefined) return;
  const others = Object.entries(now).filter(([key]) => key.toLowerCase() !== id.toLowerCase());
  const next = Object.fromEntries(answer.value === undefined ? others : [...others, [id, answer.value]]);
  await settings.update(SETTING, next, ConfigurationTarget.Global);
}

async function pickExtension(seen: SeenExtensions): Promise<string | undefined> {
  if (seen.ids.length === 0) {
    await window.showInformationMessage(
      l10n.t('The editor has not named an extension for an unknown edit in this window.'),
    );
    return undefined;
  }
  const items = seen.ids.map((id) => {
    const manifest: unknown = extensions.getExtension(id)?.packageJSON;
    const named = typeof manifest === 'object' && manifest !== null && 'displayName' in manifest;
    return { label: id, description: named && typeof manifest.displayName === 'string' ? manifest.displayName : '' };
  });
  const picked = await window.showQuickPick(items, { title: l10n.t('Whose edits?') });
  return picked?.label;
}
