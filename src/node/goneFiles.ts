/** Files that are gone from the work tree, one of which a new file may have been. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LineHash } from '../core/model/record';
import type { CheckpointInput } from './declaredClaims';
import { isRegular, parseRaw } from './rawDiff';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** Files beyond which nobody asks what became of each. */
export const MOST_GONE = 5000;

/** Those of HEAD and of the index, and of further paths that something is known of. */
export async function gonePaths(repository: Repository, known: Iterable<string>): Promise<string[]> {
  const args = ['--raw', '-z', '--no-renames', '--no-abbrev', '--ignore-submodules=all', '--diff-filter=D'];
  const [disk, index] = await Promise.all([
    tryInRepository(repository, ['diff-files', ...args]),
    tryInRepository(repository, ['diff-index', '--cached', ...args, 'HEAD']),
  ]);
  const entries = [...parseRaw(disk.stdout), ...parseRaw(index.stdout)].filter(({ oldMode }) => isRegular(oldMode));
  const paths = new Set([...entries.map(({ path }) => path), ...known]);
  return [...paths].filter((path) => !path.startsWith('.countersign/') && !existsSync(join(repository.top, path)));
}

/**
 * What is known of a new file that was moved here by nobody on record: it stands for the gone one that it shares most lines
 * with, half of either's at least. Where two share nearly as many, or it was known as something else, none of its lines may
 * be claimed.
 */
export function withFormer(input: CheckpointInput, gone: readonly CheckpointInput[]): CheckpointInput {
  const { now, head, others, last, taken } = input;
  if (head !== undefined || others.length > 0) return input;
  const present = new Set(now.loose.filter((_, line) => now.weightAt(line) > 0));
  const shared = (lines: ReadonlySet<LineHash>): number => [...present].filter((hash) => lines.has(hash)).length;
  const near = gone
    .map((file) => {
      const lines = linesOf(file);
      return { file, count: shared(lines), least: Math.min(present.size, lines.size) / 2 };
    })
    .filter(({ count, least }) => count > 0 && count >= least)
    .sort((a, b) => b.count - a.count);
  const [closest, next] = near;
  const own = linesOf(input);
  if (closest === undefined || (last !== undefined && shared(own) >= closest.count)) return input;
  const several = next !== undefined && next.count > closest.count * 0.9;
  if (several || last !== undefined) return { ...input, taken: new Set([...taken, ...now.lines.keys()]) };
  const { file } = closest;
  const versions = file.head === undefined ? file.others : [file.head, ...file.others];
  return { ...input, others: versions, last: file.last, ...(file.known === undefined ? {} : { known: file.known }) };
}

/** Loose hashes of what stood in a file, as far as they are known. */
function linesOf({ head, others, last }: CheckpointInput): ReadonlySet<LineHash> {
  const claimed = last?.claims.hunks.flatMap(({ side, lines }) => (side === 'added' ? lines : [])) ?? [];
  const stored = [head, ...others].flatMap((each) => each?.loose.filter((_, line) => each.weightAt(line) > 0) ?? []);
  return new Set([...stored, ...(last?.loose ?? last?.lines ?? []), ...claimed.map(({ loose }) => loose)]);
}
