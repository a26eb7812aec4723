/**
 * Who answers for a path in this change, and at which level (signoff-format §4, step 6). Nobody can raise a line's level
 * by putting another name on it: the lowest of all who touched it governs.
 */
import type { ChangeCommit, ChangedFile } from '../model/change';
import { levelOf, lowestLevel } from '../policy/people';
import type { Policy } from '../policy/policy';

/** E-mails, lower case, of the authors and committers of commits that touch each path. */
export type Contributors = ReadonlyMap<string, ReadonlySet<string>>;

/** Commits that touch only sidecar records make nobody a contributor; such paths must be left out by the caller. */
export function contributorsByPath(commits: readonly ChangeCommit[]): Contributors {
  const byPath = new Map<string, Set<string>>();
  for (const { paths, authorEmail, committerEmail } of commits) {
    for (const path of paths) {
      let people = byPath.get(path);
      if (people === undefined) byPath.set(path, (people = new Set()));
      people.add(authorEmail.toLowerCase());
      people.add(committerEmail.toLowerCase());
    }
  }
  return byPath;
}

/** Everyone who touched a changed file, under its old name too, and the recorded authors of the lines at hand. */
export function contributorsOf(
  contributors: Contributors,
  file: ChangedFile,
  recordAuthors: Iterable<string>,
): Set<string> {
  const people = new Set(contributors.get(file.path));
  if (file.from !== undefined) for (const email of contributors.get(file.from) ?? []) people.add(email);
  for (const author of recordAuthors) people.add(author.toLowerCase());
  return people;
}

/** The lowest level among these people; the level of people who are not listed when there is nobody. */
export function governingLevel(policy: Policy, people: ReadonlySet<string>): string {
  if (people.size === 0) return policy.others;
  return lowestLevel(
    policy,
    [...people].map((email) => levelOf(policy, email)),
  );
}
