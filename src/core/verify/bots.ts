/** E-mail addresses under which programs commit, and which assistants put into trailers. Nobody answers to them. */

const ASSISTANTS: ReadonlySet<string> = new Set([
  'noreply@anthropic.com',
  'cursoragent@cursor.com',
  'copilot@github.com',
  'aider@aider.chat',
  'noreply@aider.chat',
]);

/** Whether an address is known to be a program's: a forge's app (`name[bot]@…`) or an assistant's. */
export function isBot(email: string): boolean {
  const lower = email.toLowerCase();
  return ASSISTANTS.has(lower) || /\[bot\]@|^(?:\d+\+)?copilot@users\.noreply\./.test(lower);
}
