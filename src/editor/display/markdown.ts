/** Text of the repository inside Markdown of ours. */
import { markdownText } from '../../panel/markdownText';
import { safe } from './words';

/** Text as it is, whatever it holds: no markup, no icons, no line breaks, and no links, e-mail addresses included. */
export function escaped(text: string): string {
  return markdownText(safe(text));
}
