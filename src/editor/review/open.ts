/** Showing blocks: where they stand, as a difference, and all of a review at once. */
import { Range, Uri, commands, l10n, window, workspace } from 'vscode';
import { join } from 'node:path';
import type { BlockView } from '../../panel/blocks';
import { sizeOf } from '../../panel/blocks';
import { linesOf, safe } from '../display/words';
import type { Session } from '../workspace/session';
import type { Side } from './documents';
import { reviewUri } from './documents';

/** Opens the file of the work tree at a block; what has no lines there opens as a difference. */
export async function openBlock(session: Session, block: BlockView): Promise<void> {
  if (block.object !== undefined || sizeOf(block).added === 0) {
    await openWorkDiff(session, block);
    return;
  }
  const uri = Uri.file(join(session.repository.top, block.path));
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { selection: startOf(block), preview: true });
}

/** The work tree against where the branch left its target. */
export async function openWorkDiff(session: Session, block: BlockView): Promise<void> {
  const { top } = session.repository;
  const before = reviewUri({ top, path: block.path, side: 'work-before' });
  const gone = block.object === 'delete';
  const after = gone ? reviewUri({ top, path: block.path, side: 'after' }) : Uri.file(join(top, block.path));
  await diff(before, after, titleOf(block), block);
}

/** What would land against the target: the bytes that get signed. Counts as looking at it. */
export async function openReviewDiff(session: Session, block: BlockView): Promise<void> {
  const { top } = session.repository;
  const uri = (side: Side): Uri => reviewUri({ top, path: block.path, side });
  await diff(uri('before'), uri('after'), titleOf(block), block);
  session.setViewed([block.key], true);
}

async function diff(before: Uri, after: Uri, title: string, block: BlockView): Promise<void> {
  await commands.executeCommand('vscode.diff', before, after, title, { selection: startOf(block), preview: true });
}

function titleOf(block: BlockView): string {
  const name = block.path.split('/').pop() ?? block.path;
  return `${safe(name)}${linesOf(block)}`;
}

function startOf(block: BlockView): Range {
  const line = Math.max(0, block.start - 1);
  return new Range(line, 0, line, 0);
}

function reviewTitle({ state }: Session): string {
  const branch = state.kind === 'ready' ? state.branchName : undefined;
  return branch === undefined ? l10n.t('Review') : l10n.t('Review of {0}', safe(branch));
}

/**
 * All files of a review in one editor, those with the riskiest block first; blocks count as viewed as they come into
 * sight. Once some are viewed, the next that is not.
 */
export async function openReview(session: Session, blocks: readonly BlockView[]): Promise<void> {
  const { top } = session.repository;
  const paths = [...new Set(blocks.map((block) => block.path))];
  const rows = paths.map((path): [Uri, Uri, Uri] => {
    const after = reviewUri({ top, path, side: 'after' });
    return [after, reviewUri({ top, path, side: 'before' }), after];
  });
  const unseen = blocks.filter((block) => !session.isViewed(block.key));
  const first = unseen[0] ?? blocks[0];
  if (first === undefined) return;
  try {
    const begun = unseen.length > 0 && unseen.length < blocks.length;
    if (rows.length === 1 || begun) {
      await openReviewDiff(session, first);
      return;
    }
    await commands.executeCommand('vscode.changes', reviewTitle(session), rows);
  } catch {
    // Hosts without the multi-file editor: the riskiest block first, the others by "Next Block".
    await openReviewDiff(session, first);
  }
}
