/**
 * Rejections that landed together with what took them back. A squash leaves both in the base while the branch, or another
 * that stands on it, still has the commits that brought the rejection.
 */
import type { VerifiedSignoff } from '../core/model/signoff';
import { MAX_NEW_FILES } from '../core/sidecar/limits';
import type { Reader } from './objects';
import { readOwnFiles } from './ownFiles';
import { parseRaw } from './rawDiff';

/**
 * Withdrawals whose files stand in the base, of those of these rejections whose files stand there too: they settle them,
 * although they have landed. Whether they may is for others to say.
 */
export async function landedWithdrawals(
  reader: Reader,
  base: string,
  signoffs: readonly VerifiedSignoff[],
): Promise<readonly VerifiedSignoff[]> {
  const vetoes = signoffs.filter(({ statement }) => statement.predicate.decision === 'reject');
  if (vetoes.length === 0) return [];
  const format = '--format=:000000 %(objectmode) 0 %(objectname) A%x00%(path)';
  const list = ['ls-tree', '-r', '-z', '--full-tree', format, '--end-of-options', base, '.countersign/v1/signoffs'];
  const standing = parseRaw(await reader.output(list)).filter(({ newMode }) => newMode === '100644');
  const names = new Set(standing.map(({ path }) => path));
  const landed = new Set(vetoes.flatMap(({ path, id }) => (names.has(path) ? [id] : [])));
  // Where there are too many to be looked at nothing is settled.
  if (landed.size === 0 || standing.length > MAX_NEW_FILES) return [];
  const blobs = await reader.blobs(standing.map(({ newId }) => newId));
  // Few speak of these rejections; the others' signatures need not be checked.
  const naming = standing.filter(({ newId }) => {
    const payload = Buffer.from(/"payload":"([^"]*)"/.exec(blobs.get(newId) ?? '')?.[1] ?? '', 'base64');
    return landed.has(/"withdraws":"([^"]*)/.exec(payload.toString('latin1'))?.[1] ?? '');
  });
  const read = await readOwnFiles(naming, ({ newId }) => blobs.get(newId));
  return read.signoffs;
}
