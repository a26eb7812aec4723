/** In a hover: what was signed beside what is there now. The lines are the repository's, so they are never markup. */
import type { MarkdownString } from 'vscode';
import { l10n } from 'vscode';
import type { ChangedLine, SinceSigned } from '../../core/model/since';
import { fromUtf8 } from '../../core/text/bytes';
import { escaped } from './markdown';
import { safe } from './words';

/** Lines that are shown; the rest are counted. */
const LISTED = 12;
const MOST_CHARACTERS = 160;

export function appendSince(text: MarkdownString, { reviewer, head, lines }: SinceSigned): void {
  if (lines === undefined) {
    const said = l10n.t('What {0} signed is not at hand: it stood at commit {1}.', reviewer, head.slice(0, 12));
    text.appendMarkdown(`${escaped(said)}  \n`);
    return;
  }
  if (lines.length === 0) {
    const said = l10n.t('The lines are those that {0} signed; what stands around them changed.', reviewer);
    text.appendMarkdown(`${escaped(said)}  \n`);
    return;
  }
  text.appendMarkdown(`${escaped(l10n.t('Since {0} signed:', reviewer))}\n\n`);
  text.appendCodeblock(lines.slice(0, LISTED).map(lineText).join('\n'), 'diff');
  const left = lines.length - LISTED;
  if (left > 0) text.appendMarkdown(`${escaped(l10n.t('… and {0} more', left))}  \n`);
}

/** A line of then begins with `-`, one of now with `+`: so none can end the block of code that it stands in. */
function lineText({ when, text }: ChangedLine): string {
  const isRemoved = text.startsWith('- ');
  const plain = fromUtf8(text.replace(/\n$/, '').replace(/^[-+] /, '')).replaceAll('\t', '    ');
  const characters = Array.from(safe(plain));
  const cut = characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')}…` : safe(plain);
  return `${when === 'now' ? '+' : '-'} ${isRemoved ? `${l10n.t('(removed)')} ` : ''}${cut}`;
}
