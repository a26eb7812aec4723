/**
 * Who answers for a path in this change, and at which level (signoff-format §4, step 6). Nobody can raise a line's level
 * by putting another name on it: the lowest of all who touched it governs.
 */
import type { ChangeCommit, ChangedFile } from '../model/change';
import type { NamedRecord } from '../model/record';
import { levelOf, lowestLevel } from '../policy/people';
import type { Policy } from '../policy/policy';

/** E-mails, lower case, of the authors and committers of commits that touch each path. */
export interface Contributors {
  readonly byPath: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * Whoever wrote to paths that the result no longer has. What stood there may have moved, edited, into any added file,
   * and a move by someone of a higher level must not lift it.
   */
  readonly vanished: ReadonlySet<string>;
}

/** Commits that touch only sidecar records make nobody a contributor; such paths must be left out by the caller. */
export function contributorsByPath(commits: readonly ChangeCommit[], files: readonly ChangedFile[]): Contributors {
  const byPath = new Map<string, Set<string>>();
  const touches = new Map<string, number>();
  for (const commit of commits) {
    for (const path of commit.paths) {
      let people = byPath.get(path);
      if (people === undefined) byPath.set(path, (people = new Set()));
      for (const email of emailsOf(commit)) people.add(email);
      touches.set(path, (touches.get(path) ?? 0) + 1);
    }
  }
  const changed = new Map(files.map((file) => [file.path, file] as const));
  const renamed = new Set(files.flatMap((file) => (file.from === undefined ? [] : [file.from])));
  const vanished = new Set<string>();
  for (const [path, people] of byPath) {
    const file = changed.get(path);
    // One commit that deletes what the base had wrote nothing there; a path of an exact rename is told by its new name.
    const onlyDeleted = file?.after.mode === '000000' && touches.get(path) === 1;
    if (renamed.has(path) || onlyDeleted || (file !== undefined && file.after.mode !== '000000')) continue;
    for (const email of people) vanished.add(email);
  }
  return { byPath, vanished };
}

/** Everyone who took part in the change: authors and committers of its commits, and the authors its records name. */
export function everyoneIn(commits: readonly ChangeCommit[], records: readonly NamedRecord[]): Set<string> {
  const people = new Set(commits.flatMap((commit) => (commit.paths.length === 0 ? [] : emailsOf(commit))));
  for (const { record } of records) people.add(record.author.toLowerCase());
  return people;
}

function emailsOf(commit: ChangeCommit): string[] {
  return [commit.authorEmail.toLowerCase(), commit.committerEmail.toLowerCase()];
}

/** Everyone who touched a changed file, under its old name too, and the recorded authors of the lines at hand. */
export function contributorsOf(
  contributors: Contributors,
  file: ChangedFile,
  recordAuthors: Iterable<string>,
): Set<string> {
  const people = new Set(contributors.byPath.get(file.path));
  if (file.from !== undefined) for (const email of contributors.byPath.get(file.from) ?? []) people.add(email);
  else if (file.before.mode === '000000') for (const email of contributors.vanished) people.add(email);
  // No commit answers for the path: then a record alone must not lift its lines above the level of strangers.
  if (people.size === 0) people.add(NOBODY);
  for (const author of recordAuthors) people.add(author.toLowerCase());
  return people;
}

/** Stands for a contributor whose name is not known; no e-mail address of a policy is like it. */
const NOBODY = 'unknown';

/** The lowest level among these people; whoever is not listed has the level of `others`. */
export function governingLevel(policy: Policy, people: ReadonlySet<string>): string {
  return lowestLevel(
    policy,
    [...people].map((email) => levelOf(policy, email)),
  );
}
