/**
 * Who answers for a path in this change, and at which level (signoff-format §4, step 6). Nobody can raise a line's level
 * by putting another name on it: the lowest of all who touched it governs.
 */
import type { ChangeCommit, ChangedFile, FileSide } from '../model/change';
import type { NamedRecord } from '../model/record';
import { levelOf, lowestLevel, personOf } from '../policy/people';
import type { Policy } from '../policy/policy';
import { isOwnPath } from '../sidecar/paths';
import { isBot } from './bots';
import type { GateInput } from './gateInput';

/** E-mails, lower case, of the authors, co-authors and committers of commits that touch each path. */
export interface Contributors {
  readonly byPath: ReadonlyMap<string, Touched>;
  /**
   * Whoever wrote to paths that the result no longer has. What stood there may have moved, edited, into any added file,
   * and a move by someone of a higher level must not lift it.
   */
  readonly vanished: ReadonlySet<string>;
  /**
   * Whoever wrote to paths that the target renamed, or that came and went within the change: what stood there may stand in
   * any file of it.
   */
  readonly carried: ReadonlySet<string>;
}

/** Whoever touched a path. Programs speak only for lines that no record claims. */
interface Touched {
  readonly people: ReadonlySet<string>;
  readonly programs: ReadonlySet<string>;
  readonly commits: number;
}

const UNTOUCHED: Touched = { people: new Set(), programs: new Set(), commits: 0 };

/** Commits that touch only sidecar records make nobody a contributor; such paths must be left out by the caller. */
export function contributorsByPath(
  policy: Policy,
  commits: readonly ChangeCommit[],
  files: readonly ChangedFile[],
  { moved, landed }: Pick<GateInput, 'moved' | 'landed'> = {},
): Contributors {
  const byPath = new Map<string, { people: Set<string>; programs: Set<string>; commits: number }>();
  for (const commit of commits) {
    const everyone = peopleOf(policy, commit);
    for (const path of commit.paths) {
      let touched = byPath.get(path);
      if (touched === undefined) byPath.set(path, (touched = { people: new Set(), programs: new Set(), commits: 0 }));
      for (const email of everyone) (isBot(email) ? touched.programs : touched.people).add(email);
      touched.commits++;
    }
  }
  const changed = new Map(files.map((file) => [file.path, file] as const));
  const renamed = new Set(files.flatMap((file) => (file.from === undefined ? [] : [file.from])));
  const [vanished, carried] = [new Set<string>(), new Set<string>()];
  for (const [path, { people, programs, commits: touches }] of byPath) {
    if (moved?.has(path) === true) for (const email of [...people, ...programs]) carried.add(email);
    const file = changed.get(path);
    const isGone =
      file !== undefined && (file.after.mode === '000000' || (hasText(file.before) && !hasText(file.after)));
    // One commit that deletes what the base had, or moves it away as it was, wrote nothing there.
    const onlyDeleted = touches === 1 && (isGone || renamed.has(path));
    if (landed?.has(path) === true || onlyDeleted || (file !== undefined && !isGone)) continue;
    for (const email of [...people, ...programs]) vanished.add(email);
  }
  return { byPath, vanished, carried };
}

/** A link, or another repository, in the place of a file holds nothing of what stood in it. */
function hasText({ mode }: FileSide): boolean {
  return mode.startsWith('100');
}

/** Everyone who took part in the change: authors and committers of its commits, and the authors its records name. */
export function everyoneIn(
  policy: Policy,
  commits: readonly ChangeCommit[],
  records: readonly NamedRecord[],
): Set<string> {
  const people = new Set(commits.flatMap((commit) => (commit.paths.length === 0 ? [] : peopleOf(policy, commit))));
  for (const { record } of records) people.add(record.author.toLowerCase());
  return people;
}

/**
 * Who answers for a commit. Where the policy asks for signed commits, whoever it names without their signature may be
 * anyone: then a stranger answers too, so that no name can lift a line, and the names stay, so that nobody signs for
 * their own.
 */
function peopleOf(policy: Policy, commit: ChangeCommit): string[] {
  const { authorEmail, committerEmail, coAuthors = [], signedBy = [] } = commit;
  const isForge = policy.forges.some((each) => each.toLowerCase() === committerEmail.toLowerCase());
  const named = [authorEmail, ...(isForge ? [] : [committerEmail])];
  // Other names of a listed person's key, a role's say, are that person here and no stranger.
  const listed = signedBy.filter((principal) => personOf(policy, principal) !== undefined);
  const signers = listed.length > 0 ? listed : signedBy;
  const people = new Set([...named, ...coAuthors, ...signers].map((email) => email.toLowerCase()));
  if (policy.identity === 'signed' && !named.every((email) => isBot(email) || isSpokenFor(policy, email, signedBy)))
    people.add(NOBODY);
  if (policy.identity === 'signed' && signedBy.length === 0) people.add(NOBODY);
  return [...people];
}

function isSpokenFor(policy: Policy, email: string, signedBy: readonly string[]): boolean {
  const person = personOf(policy, email);
  return signedBy.some(
    (principal) =>
      principal.toLowerCase() === email.toLowerCase() ||
      (person !== undefined && personOf(policy, principal) === person),
  );
}

/**
 * Everyone who touched a changed file, under its old name too, and the recorded authors of the lines at hand. `believed`
 * says whether a record that counts names these: only then do programs beside them speak for nothing.
 */
export function contributorsOf(
  contributors: Contributors,
  file: ChangedFile,
  recordAuthors: readonly string[],
  believed = true,
): Set<string> {
  const { byPath, vanished, carried } = contributors;
  const people = new Set<string>();
  for (const path of [file.path, ...(file.from === undefined ? [] : [file.from])]) {
    const touched = byPath.get(path) ?? UNTOUCHED;
    for (const email of touched.people) people.add(email);
    if (recordAuthors.length === 0 || !believed) for (const email of touched.programs) people.add(email);
  }
  if (file.from === undefined && file.before.mode === '000000') for (const email of vanished) people.add(email);
  // No commit answers for the path: then a record alone must not lift its lines above the level of strangers. Nor does
  // a name lift what stands where records belong.
  if (people.size === 0 || isOwnPath(file.path)) people.add(NOBODY);
  for (const email of carried) people.add(email);
  for (const author of recordAuthors) people.add(author.toLowerCase());
  return people;
}

/** Stands for a contributor whose name is not known; no e-mail address of a policy is like it. */
export const NOBODY = 'unknown';

/** The lowest level among these people; whoever is not listed has the level of `others`. */
export function governingLevel(policy: Policy, people: ReadonlySet<string>): string {
  return lowestLevel(
    policy,
    [...people].map((email) => levelOf(policy, email)),
  );
}
