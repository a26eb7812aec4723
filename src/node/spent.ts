/** What the history of a base makes of the decisions that a change brings: which are spent, and which it has settled. */
import type { VerifiedSignoff } from '../core/model/signoff';
import type { GateInput } from '../core/verify/gateInput';
import type { Reader } from './objects';
import { landedWithdrawals } from './settled';

/** The decisions that count beside this base, and those among them that have landed there before. */
export async function standingBeside(
  reader: Reader,
  base: string,
  brought: readonly VerifiedSignoff[],
): Promise<Pick<GateInput, 'signoffs' | 'spent'>> {
  const settling = await landedWithdrawals(reader, base, brought);
  const unsettling = brought.filter(({ path }) => settling.every((each) => each.path !== path));
  return { signoffs: [...brought, ...settling], spent: await spentPaths(reader, base, unsettling) };
}

/**
 * Sign-off files that the target's history has touched: they have landed before. A sign-off names the base that its
 * signer saw and its file is named by what was signed, so it can't stand in that base's own past: what all signers'
 * bases have in common with the target need not be searched. A base that is not here narrows nothing down.
 */
async function spentPaths(
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
