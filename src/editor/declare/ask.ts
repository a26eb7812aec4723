/** Asking the author, by keyboard. */
import type { QuickPickItem } from 'vscode';
import { CancellationError, l10n, window } from 'vscode';
import type { Actor } from '../../core/model/origin';
import { hasAi } from '../../core/model/statement';
import type { Statement } from '../../core/model/statement';
import type { AboutLines } from './about';
import { asksForWord, linesCome } from './words';

interface Answer extends QuickPickItem {
  readonly kind?: never;
  readonly statement: Statement;
}

/** Where these lines come from. Throws a cancellation when the author leaves it at that. */
export async function askWhere({ first, last, states }: AboutLines): Promise<Statement> {
  const allAi = states.every(({ origin }) => hasAi(origin));
  const answers: { label: string; detail: string; statement: Statement }[] = [
    {
      label: l10n.t('$(sparkle) AI chat or another assistant'),
      detail: allAi ? l10n.t('Names the assistant.') : l10n.t('They become ai. A rule may then ask for a sign-off.'),
      statement: { kind: 'assistant' },
    },
  ];
  if (states.some(({ origin }) => asksForWord(origin))) {
    const detail = l10n.t('Their origin stays as it is; whoever reviews them reads what you said.');
    answers.push(
      { label: l10n.t('$(file-code) Own code from elsewhere'), detail, statement: { kind: 'from', from: 'own' } },
      { label: l10n.t('$(book) Documentation'), detail, statement: { kind: 'from', from: 'documentation' } },
    );
  }
  const answer: Answer | undefined = await window.showQuickPick<Answer>(answers, {
    title: l10n.t('Say where {0} from', linesCome(first, last)),
    placeHolder: l10n.t('What you say can ask for more review, never for less, and it stays said.'),
    ignoreFocusOut: true,
    matchOnDetail: true,
  });
  if (answer === undefined) throw new CancellationError();
  if (answer.statement.kind !== 'assistant') return answer.statement;
  const actor = await askAssistant(l10n.t('Say where {0} from', linesCome(first, last)));
  return { kind: 'assistant', ...(actor === undefined ? {} : { actor }) };
}

/** Which assistant, and which model; undefined when that stays open. */
export async function askAssistant(title: string, what?: string): Promise<Actor | undefined> {
  const tool = await askName(title, what ?? l10n.t('Which assistant? Enter alone leaves it open.'), 'ChatGPT');
  if (tool === undefined) return undefined;
  const model = await askName(title, l10n.t('Which model of {0}? Enter alone leaves it open.', tool), 'gpt-5');
  return { tool, ...(model === undefined ? {} : { model }) };
}

async function askName(title: string, prompt: string, example: string): Promise<string | undefined> {
  const value = await window.showInputBox({
    title,
    prompt,
    placeHolder: l10n.t('For example {0}', example),
    ignoreFocusOut: true,
    validateInput: (name) =>
      /[\p{C}\p{Zl}\p{Zp}]/u.test(name) || name.length > 100 ? l10n.t('A name of at most 100 characters') : undefined,
  });
  if (value === undefined) throw new CancellationError();
  return value.trim() === '' ? undefined : value.trim();
}
