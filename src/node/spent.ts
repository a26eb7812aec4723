/** Which sign-offs have landed before. */
import type { VerifiedSignoff } from '../core/model/signoff';
import type { Reader } from './objects';

/**
 * Sign-off files that the target's history has touched: they have landed before. A sign-off names the base that its
 * signer saw and its file is named by what was signed, so it can't stand in that base's own past: what all signers'
 * bases have in common with the target need not be searched. A base that is not here narrows nothing down.
 */
export async function spentPaths(
  reader: Reader,
  base: string,
  signoffs: readonly VerifiedSignoff[],
): Promise<ReadonlySet<string>> {
  const observed = [...new Set(signoffs.map((each) => each.statement.predicate.observed.base))];
  if (observed.every((each) => each === base)) return new Set();
  const common = await reader.try(['merge-base', '--octopus', base, ...observed.slice(0, MAX_BASES)]);
  const start = observed.length <= MAX_BASES && common.code === 0 ? common.stdout.trim() : '';
  const args = ['log', '--full-history', '-m', '--format=', '--name-only', '-z', '--no-renames', base];
  const range = /^[0-9a-f]{40,64}$/.test(start) ? [...args, `^${start}`] : args;
  const touched = new Set((await reader.output([...range, '--', '.countersign/v1/signoffs'])).split(/[\0\n]/));
  return new Set(signoffs.map((each) => each.path).filter((path) => touched.has(path)));
}

/** Bases that fit on one command line. */
const MAX_BASES = 1000;
