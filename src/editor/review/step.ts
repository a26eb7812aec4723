/** From block to block by keyboard, in the order of the queue. */
import type { QuickPickItem } from 'vscode';
import { CancellationError, l10n, window } from 'vscode';
import type { BlockView } from '../../panel/blocks';
import { placeOf, summaryOf } from '../display/words';
import type { Session } from '../workspace/session';
import { Refusal } from './commands';
import { reviewPlace } from './documents';
import { openReviewDiff } from './open';

/** Opens the next (1) or previous (-1) block after the one the cursor is in; goes round at the ends. */
export async function showNext(session: Session, blocks: readonly BlockView[], step: 1 | -1): Promise<void> {
  if (blocks.length === 0) throw new Refusal(l10n.t('No block waits for your review.'));
  const at = indexAtCursor(blocks);
  const index = at === -1 ? (step === 1 ? 0 : blocks.length - 1) : (at + step + blocks.length) % blocks.length;
  const block = blocks[index];
  if (block !== undefined) await openReviewDiff(session, block);
}

function indexAtCursor(blocks: readonly BlockView[]): number {
  const editor = window.activeTextEditor;
  const place = editor === undefined ? undefined : reviewPlace(editor.document.uri);
  if (editor === undefined || place === undefined) return -1;
  const line = editor.selection.active.line + 1;
  const inFile = (block: BlockView): boolean => block.path === place.path;
  const here = blocks.findIndex(
    (block) => inFile(block) && line >= Math.max(1, block.start) && line <= Math.max(block.start, block.end),
  );
  return here === -1 ? blocks.findIndex(inFile) : here;
}

/** Which of several blocks a decision is about, the one at the cursor first; one alone needs no question. */
export async function chooseBlocks(blocks: readonly BlockView[]): Promise<readonly BlockView[]> {
  if (blocks.length < 2) return blocks;
  const [here] = blocks.slice(indexAtCursor(blocks));
  const sorted = here === undefined ? blocks : [here, ...blocks.filter((block) => block !== here)];
  const items = sorted.map((block): QuickPickItem & { readonly chosen: readonly BlockView[] } => ({
    label: placeOf(block),
    description: summaryOf(block),
    chosen: [block],
  }));
  const all = { label: l10n.t('All {0} blocks', blocks.length), chosen: blocks };
  const title = l10n.t('Which block do you reject?');
  const answer = await window.showQuickPick([...items, all], { title, ignoreFocusOut: true });
  if (answer === undefined) throw new CancellationError();
  return answer.chosen;
}
