/**
 * Sign-offs that bind all that a change would land: made on this very base, and holding every block of every changed file,
 * each with its whole file, and nothing that the change no longer does. What a change leaves alone is the base's, so nothing of the landing tree is open; the
 * sidecar's own records, which grow with each signature, are no part of it.
 */
import type { VerifiedSignoff } from '../model/signoff';
import { isAtomic } from '../policy/decide';
import type { Hash } from '../ports';
import type { CutFile } from './blocks';
import { cutFile } from './blocks';
import type { FileCoverage } from './coverage';
import { coverFile, subjectsByPath } from './coverage';
import type { GateInput } from './gateInput';

/** One review may be several envelopes: those of one key on one base and head are taken together. */
export function wholeTreeSignoffs(
  hash: Hash,
  input: GateInput,
  withdrawn: ReadonlySet<string>,
): ReadonlySet<VerifiedSignoff> {
  const reviews = new Map<string, VerifiedSignoff[]>();
  for (const signoff of input.signoffs) {
    const { decision, binding, observed } = signoff.statement.predicate;
    if (decision !== 'approve' || binding !== 'tree' || observed.base !== input.base || withdrawn.has(signoff.id))
      continue;
    const review = `${signoff.keyBlob} ${observed.head}`;
    reviews.set(review, [...(reviews.get(review) ?? []), signoff]);
  }
  return new Set([...reviews.values()].filter((review) => holdsAll(hash, input, review)).flat());
}

function holdsAll(hash: Hash, input: GateInput, review: readonly VerifiedSignoff[]): boolean {
  const byPath = subjectsByPath(review);
  const changed = new Set(input.files.map(({ path }) => path));
  if ([...byPath.keys()].some((path) => !changed.has(path))) return false;
  return input.files.every((file) => {
    const cut = cutFile(file, isAtomic(input.policy, file.path));
    const coverage = coverFile(hash, input.policy.repo, cut, byPath.get(file.path) ?? []);
    return holdsFile(cut, coverage);
  });
}

function holdsFile(cut: CutFile, coverage: readonly FileCoverage[]): boolean {
  const subjects = coverage.flatMap((each) => each.subjects);
  const isLive = subjects.every(({ wholeFile, region, object }) => wholeFile && (region ?? object) !== undefined);
  return (
    isLive &&
    cut.blocks.every((block) => {
      if (block.kind === 'object') return subjects.some(({ object }) => object === block.object.object);
      const { beforeStart, beforeCount, afterStart, afterCount } = block.region;
      return subjects.some(
        ({ region }) =>
          region?.beforeStart === beforeStart &&
          region.beforeCount === beforeCount &&
          region.afterStart === afterStart &&
          region.afterCount === afterCount,
      );
    })
  );
}
