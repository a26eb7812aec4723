/**
 * The items of a report, in its order: its blocks, a folder that was renamed as one item however many files it holds, and a
 * change that brings an earlier state of the base back as one item altogether. Items are for the eye: each block
 * keeps its own verdict, and an item's is the worst of them.
 */
import type { ItemKind, ReportBlock, ReportHunk, ReportItem, RestoredState } from '../model/report';
import { worstStatus } from './worstStatus';

/** Groups blocks. Files of a renamed folder are one item where the same is said of all of them. */
export function reportItems(
  blocks: readonly ReportBlock[],
  hunks: readonly ReportHunk[],
  restored: RestoredState | undefined,
): ReportItem[] {
  if (restored !== undefined && blocks.length > 0) return [itemOf({ kind: 'restored', ...restored }, blocks)];
  const hunkOf = new Map(hunks.map((hunk) => [hunk.block, hunk] as const));
  const groups = new Map<string, { readonly kind: ItemKind; readonly blocks: ReportBlock[] }>();
  for (const block of blocks) {
    const move = folderMove(block);
    // An exact rename is one hunk.
    const hunk = move === undefined ? undefined : hunkOf.get(block.block);
    const said = [block.status, hunk?.rule, hunk?.author, hunk?.reason, hunk?.next, hunk?.signoffs.map(({ id }) => id)];
    const key = move === undefined ? String(block.block) : JSON.stringify([move, said]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kind: move ?? { kind: 'block' }, blocks: [block] });
    else group.blocks.push(block);
  }
  // A single file needs no folder.
  return [...groups.values()].map(({ kind, blocks: own }) => itemOf(own.length === 1 ? { kind: 'block' } : kind, own));
}

function itemOf(kind: ItemKind, blocks: readonly ReportBlock[]): ReportItem {
  return { ...kind, blocks: blocks.map(({ block }) => block), status: worstStatus(blocks.map(({ status }) => status)) };
}

/** The folders that an exact rename leads from and to; undefined where the file got another name. */
function folderMove({ path, from, object }: ReportBlock): ItemKind | undefined {
  if (object !== 'rename' || from === undefined) return undefined;
  const [old, now] = [from.split('/'), path.split('/')];
  let common = 0;
  while (common < Math.min(old.length, now.length) - 1 && old.at(-1 - common) === now.at(-1 - common)) common++;
  if (common === 0) return undefined;
  return { kind: 'folder', from: old.slice(0, -common).join('/'), to: now.slice(0, -common).join('/') };
}
