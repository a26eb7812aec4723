/** How each state looks everywhere: an icon of its own, a colour of its own, and in the text a line of its own shape. */
import { ThemeColor, ThemeIcon } from 'vscode';
import type { BlockState } from '../../panel/blocks';

export interface Look {
  readonly icon: string;
  readonly color: string;
  /** CSS border style of the mark in the text. */
  readonly line: 'solid' | 'dashed' | 'dotted' | 'double';
}

export const LOOKS: Readonly<Record<BlockState, Look>> = {
  rejected: { icon: 'error', color: 'countersign.rejected', line: 'double' },
  stale: { icon: 'history', color: 'countersign.stale', line: 'dotted' },
  open: { icon: 'circle-large-outline', color: 'countersign.needsSignoff', line: 'solid' },
  requested: { icon: 'eye', color: 'countersign.awaitingReview', line: 'dashed' },
  fine: { icon: 'pass', color: 'countersign.fine', line: 'solid' },
};

export function stateIcon(state: BlockState): ThemeIcon {
  return new ThemeIcon(LOOKS[state].icon, new ThemeColor(LOOKS[state].color));
}
