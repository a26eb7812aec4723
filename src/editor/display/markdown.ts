/** Text of the repository inside Markdown of ours. */
import { MarkdownString } from 'vscode';
import { safe } from './words';

/** Text as it is, whatever it holds: no markup, no icons, no line breaks, and no links, e-mail addresses included. */
export function escaped(text: string): string {
  const plain = new MarkdownString().appendText(safe(text)).value;
  return plain
    .replaceAll('&nbsp;', ' ')
    .replaceAll('$(', '\\$(')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replaceAll(/www\./gi, (www) => `${www.slice(0, -1)}&#46;`);
}
