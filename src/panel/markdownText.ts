/** Text that nobody vouches for inside Markdown: it reads as it is and is never markup. */

/** Escapes one line of text: no markup, no HTML or entities, no icons, and no links, e-mail addresses included. */
export function markdownText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]()#+\-!~|>]/g, '\\$&')
    .replaceAll('$\\(', '\\$\\(')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replaceAll(/www\./gi, (www) => `${www.slice(0, -1)}&#46;`)
    .replaceAll(/[\r\n]+/g, ' ');
}
