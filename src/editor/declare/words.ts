/** What the editor says about statements. */
import { l10n } from 'vscode';
import type { Origin, Stated } from '../../core/model/origin';

/** Origins that ask for a word from the author. */
export function asksForWord(origin: Origin): boolean {
  return origin === 'paste' || origin === 'unknown' || origin === 'external';
}

/** Where an author says that text is from, as it stands in a sentence. */
export function fromWord(from: Stated): string {
  switch (from) {
    case 'own':
      return l10n.t('own code from elsewhere');
    case 'documentation':
      return l10n.t('documentation');
  }
}

/** `line 3 comes`, `lines 3–9 come`; takes lines from 0. */
export function linesCome(first: number, last: number): string {
  return first === last ? l10n.t('line {0} comes', first + 1) : l10n.t('lines {0}–{1} come', first + 1, last + 1);
}

/** `1 line`, `7 lines`. */
export function countWord(lines: number): string {
  return lines === 1 ? l10n.t('1 line') : l10n.t('{0} lines', lines);
}
