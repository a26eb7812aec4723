/** What the author says of lines that stay unknown, while their document is open: by the lines' text, which never leaves memory. */
import type { SaidOf } from '../../core/model/live';
import type { Stated } from '../../core/model/origin';
import type { LineState } from '../../core/tracking/lineFold';

export class Statements {
  readonly #byLine = new Map<string, Stated>();

  get isEmpty(): boolean {
    return this.#byLine.size === 0;
  }

  /** Takes what was said of an earlier text. */
  load(lines: readonly string[], said: readonly SaidOf[]): void {
    for (const { start, count, from } of said) {
      for (const line of lines.slice(start, start + count)) this.#add(line, from);
    }
  }

  /** Notes a statement about the unknown ones among these lines. */
  add(lines: readonly string[], states: readonly LineState[], from: Stated): void {
    for (const { line, origin } of states) if (origin === 'unknown') this.#add(lines[line] ?? '', from);
  }

  /** What is said of the unknown lines of the present text. */
  of(lines: readonly string[], states: Iterable<LineState>): SaidOf[] {
    const found: { start: number; count: number; from: Stated }[] = [];
    for (const { line, origin } of states) {
      const from = origin === 'unknown' ? this.#byLine.get((lines[line] ?? '').trim()) : undefined;
      if (from === undefined) continue;
      const last = found.at(-1);
      if (last?.from === from && last.start + last.count === line) last.count++;
      else found.push({ start: line, count: 1, from });
    }
    return found;
  }

  #add(line: string, from: Stated): void {
    const text = line.trim();
    if (text !== '') this.#byLine.set(text, from);
  }
}
