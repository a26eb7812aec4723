/**
 * Who changed what has no lines, in `.git/countersign/items` of each work tree: one line per step, with its checksum, oldest
 * first. Ids and modes only. A file that has grown is put aside as `items.1`; whoever has it open still writes there.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectStep } from '../core/attribution/objectSteps';
import type { Mode } from '../core/model/change';
import { sourceIn } from '../core/model/origin';
import { parseSourceForm, sourceForm } from '../core/sidecar/recordFormat';
import { statAt } from './entryAt';
import { stateFolder } from './journal';
import { checksum } from './ownedFile';
import { appendState, readState } from './stateFile';

/** One step of an item: a binary, a link, a submodule, an empty file, an exec bit, a file that went or came. */
export interface LiveItem extends ObjectStep {
  /** Path from the top of the repository. */
  readonly path: string;
  readonly beforeMode: Mode;
  readonly afterMode: Mode;
}

const MAX_BYTES = 1024 * 1024;

function fileOf(gitDir: string): string {
  return join(stateFolder(gitDir), 'items');
}

/** Appends a step. Throws what the file system says. */
export function appendItem(gitDir: string, item: LiveItem): void {
  const file = fileOf(gitDir);
  if ((statAt(file)?.size ?? 0) > MAX_BYTES) renameSync(file, `${file}.1`);
  const { path, before, after, beforeMode, afterMode } = item;
  const body = JSON.stringify({ item: 1, path, before, after, beforeMode, afterMode, source: sourceForm(item) });
  // The line break in front ends whatever a torn write left behind.
  appendState(file, `\n${checksum(body)} ${body}\n`);
}

/** The steps of each path, oldest first. Lines that are torn or foreign are passed over; a file that can't be read throws. */
export function readItems(gitDir: string): Map<string, LiveItem[]> {
  const items = new Map<string, LiveItem[]>();
  for (const file of [`${fileOf(gitDir)}.1`, fileOf(gitDir)]) {
    for (const line of readState(file)?.toString('utf8').split('\n') ?? []) {
      const item = parseItem(line);
      if (item === undefined) continue;
      const list = items.get(item.path);
      if (list === undefined) items.set(item.path, [item]);
      else list.push(item);
    }
  }
  return items;
}

const MODES: readonly Mode[] = ['000000', '100644', '100755', '120000', '160000'];

function parseItem(line: string): LiveItem | undefined {
  if (line === '' || checksum(line.slice(17)) !== line.slice(0, 16)) return undefined;
  try {
    const value: unknown = JSON.parse(line.slice(17));
    if (typeof value !== 'object' || value === null || !('item' in value) || value.item !== 1) return undefined;
    const fields: Readonly<Record<string, unknown>> = { ...value };
    const source = parseSourceForm(fields['source']);
    const [before, after] = [idOf(fields['before']), idOf(fields['after'])];
    const [beforeMode, afterMode] = ['beforeMode', 'afterMode'].map((key) =>
      MODES.find((each) => each === fields[key]),
    );
    const path = fields['path'];
    if (source === undefined || typeof path !== 'string' || before === undefined || after === undefined)
      return undefined;
    if (beforeMode === undefined || afterMode === undefined) return undefined;
    return { path, before, after, beforeMode, afterMode, ...sourceIn(source) };
  } catch {
    return undefined;
  }
}

/** An object id or null; undefined when the value is neither. */
function idOf(value: unknown): string | null | undefined {
  if (value === null) return null;
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : undefined;
}
