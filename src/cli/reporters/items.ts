/** What a report lists one by one: its blocks, and a folder that was renamed as one item, however many files it holds. */
import type { Report, ReportBlock, ReportHunk } from '../../core/model/report';

export interface ReportItem {
  /** The block; of a renamed folder its first. */
  readonly block: ReportBlock;
  readonly hunks: readonly ReportHunk[];
  readonly folder?: RenamedFolder;
}

export interface RenamedFolder {
  readonly from: string;
  readonly to: string;
  readonly files: number;
}

/** A report's items in its order. Files of a renamed folder are one item where the same is said of all of them. */
export function reportItems(report: Report): ReportItem[] {
  const hunks = new Map<number, ReportHunk[]>();
  for (const hunk of report.hunks) {
    const list = hunks.get(hunk.block);
    if (list === undefined) hunks.set(hunk.block, [hunk]);
    else list.push(hunk);
  }
  const items: { block: ReportBlock; hunks: ReportHunk[]; folder?: { from: string; to: string; files: number } }[] = [];
  const folders = new Map<string, { from: string; to: string; files: number }>();
  for (const block of report.blocks) {
    const own = hunks.get(block.block) ?? [];
    const move = folderMove(block);
    if (move === undefined) {
      items.push({ block, hunks: own });
      continue;
    }
    const [hunk] = own;
    const said = [block.status, hunk?.rule, hunk?.author, hunk?.reason, hunk?.next, hunk?.signoffs.map(({ id }) => id)];
    const key = JSON.stringify([move, said]);
    const folder = folders.get(key);
    if (folder !== undefined) {
      folder.files++;
      continue;
    }
    const first = { ...move, files: 1 };
    folders.set(key, first);
    items.push({ block, hunks: own, folder: first });
  }
  // A single file needs no folder.
  return items.map(({ folder, ...item }) => (folder === undefined || folder.files === 1 ? item : { ...item, folder }));
}

/** The folders that an exact rename leads from and to; undefined where the file got another name. */
function folderMove({ path, from, object }: ReportBlock): { from: string; to: string } | undefined {
  if (object !== 'rename' || from === undefined) return undefined;
  const [old, now] = [from.split('/'), path.split('/')];
  let common = 0;
  while (common < Math.min(old.length, now.length) - 1 && old.at(-1 - common) === now.at(-1 - common)) common++;
  if (common === 0) return undefined;
  return { from: old.slice(0, -common).join('/'), to: now.slice(0, -common).join('/') };
}
