import type { Workbench } from './driver';

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}

/** Waits until a tree of the panel has a row that matches (or, with `false`, none); gives all its rows. */
export async function rowsWith(
  workbench: Workbench,
  section: string,
  wanted: RegExp,
  there = true,
): Promise<readonly string[]> {
  let rows: readonly string[] = [];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    rows = await workbench.treeRows(section);
    if (rows.some((row) => wanted.test(row)) === there) return rows;
    await pause();
  }
  const what = there ? 'never had' : 'kept';
  throw new Error(`${section} ${what} a row like ${String(wanted)}: ${JSON.stringify(rows)}`);
}
