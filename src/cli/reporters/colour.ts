/** Colour for terminals. Off, every function gives its text as it is. */
export interface Palette {
  readonly bad: (text: string) => string;
  readonly good: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

export function palette(on: boolean): Palette {
  const paint =
    (code: number, end: number) =>
    (text: string): string =>
      on && text !== '' ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return { bad: paint(31, 39), good: paint(32, 39), dim: paint(2, 22), strong: paint(1, 22) };
}

/** Whether a stream takes colour (no-color.org; `FORCE_COLOR` wins over a missing terminal). */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '0') !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}
