/** How each sign-off of a file bears on one of its hunks, and who counts for each of its lines. */
import type { SignoffBearing } from '../model/report';
import type { VerifiedSignoff } from '../model/signoff';
import { personOf } from '../policy/people';
import type { Policy } from '../policy/policy';
import type { Asked, Standing } from './authority';
import { isOwn, refusalFor } from './authority';
import type { Block, CutFile } from './blocks';
import type { FileCoverage } from './coverage';
import type { Hunk } from './hunks';
import { staleReason, touchesBlock } from './stale';

/**
 * Takes the standing of every sign-off, and `asked`, which says what is asked of one, given whether what it
 * holds here binds the whole file.
 * `reviewersPerLine` is, for each line of the hunk (one for an object), how many people's sign-offs count.
 */
export function bearingsOf(
  standingFor: (signoff: VerifiedSignoff) => Standing,
  policy: Policy,
  at: { readonly cut: CutFile; readonly block: Block; readonly hunk: Hunk },
  coverage: readonly FileCoverage[],
  asked: (signoff: VerifiedSignoff, wholeFile: boolean) => Asked,
): { bearings: SignoffBearing[]; reviewersPerLine: readonly number[] } {
  const { cut, block, hunk } = at;
  const lines = Math.max(1, hunk.end - hunk.start);
  let everyone: readonly Reviewer[] = [];
  const bearings: SignoffBearing[] = [];
  for (const covered of coverage) {
    const { signoff, subjects } = covered;
    const standing = standingFor(signoff);
    const held = Array.from({ length: lines }, (_, index) => holdsLine(covered, block, hunk, hunk.start + index));
    const bearing = (counts: boolean, code: string, reason: string): void => {
      const reviewer = standing.ok ? standing.person.id : standing.principal;
      bearings.push({ id: signoff.id, reviewer, counts, code, reason });
    };
    if (!held.includes(true)) {
      const stale = subjects.filter((each) => each.region === undefined && each.object === undefined);
      if (stale.some(({ subject }) => touchesBlock(subject, cut, block))) {
        // What never counted can't have gone stale: say why it never did.
        if (standing.ok) bearing(false, 'stale', staleReason(signoff, standing.person.id));
        else bearing(false, standing.refusal.code, standing.refusal.reason);
      }
      continue;
    }
    if (!standing.ok) {
      bearing(false, standing.refusal.code, standing.refusal.reason);
      continue;
    }
    const standingSubjects = subjects.filter((each) => each.region !== undefined || each.object !== undefined);
    const about = asked(
      signoff,
      standingSubjects.every((each) => each.wholeFile),
    );
    const refusal = refusalFor(policy, signoff, standing, about);
    if (refusal !== undefined) {
      bearing(false, refusal.code, refusal.reason);
      continue;
    }
    const self = isOwn(standing, about);
    bearing(true, self ? 'self' : 'counts', self ? "the owner's own sign-off" : 'valid');
    everyone = joined(everyone, { names: namesOf(policy, signoff, standing), held });
  }
  const reviewersPerLine = Array.from(
    { length: lines },
    (_, index) => everyone.filter(({ held }) => held[index] === true).length,
  );
  return { bearings, reviewersPerLine };
}

/** Someone whose sign-offs count: the keys and listed people that are known to be them, and the lines that they hold. */
interface Reviewer {
  readonly names: ReadonlySet<string>;
  readonly held: readonly boolean[];
}

/** A principal that is nobody's address here, a role's say, may stand in the certificates of many. */
function namesOf(
  policy: Policy,
  { statement }: VerifiedSignoff,
  { person, emails }: Standing & { ok: true },
): Set<string> {
  const people = [...emails].flatMap((email) => personOf(policy, email)?.id ?? []);
  return new Set([statement.predicate.reviewer.keyid, person.id, ...people]);
}

/** Adds a reviewer to others. Whoever shares a name or a key with one of them is the same person, and counts once. */
function joined(others: readonly Reviewer[], one: Reviewer): Reviewer[] {
  const isSame = ({ names }: Reviewer): boolean => [...one.names].some((name) => names.has(name));
  const same = [one, ...others.filter(isSame)];
  const names = new Set(same.flatMap((each) => [...each.names]));
  const held = one.held.map((_, index) => same.some((each) => each.held[index] === true));
  return [...others.filter((each) => !isSame(each)), { names, held }];
}

function holdsLine(covered: FileCoverage, block: Block, hunk: Hunk, line: number): boolean {
  if (block.kind === 'object') return covered.subjects.some((each) => each.object === block.object.object);
  return hunk.side !== 'object' && covered.holds(hunk.side, line);
}
