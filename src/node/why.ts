/** `why`: the whole story of a line. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { storePath } from '../core/sidecar/paths';
import type { BlameLine } from './blame';
import { blameFile } from './blame';
import type { CommitNote, LineCommit } from './lineCommits';
import { addedBy, blamePorcelain, firstCommit } from './lineCommits';
import type { LineReview } from './lineReview';
import { reviewOf } from './lineReview';
import type { Repository } from './repository';

export interface LineStory {
  readonly path: string;
  /** Commit id, or `work tree`. */
  readonly rev: string;
  readonly line: BlameLine;
  /** The line's text, a binary string. */
  readonly text: string;
  /** The commit that brought the line; left out while it is not committed. */
  readonly broughtBy?: CommitNote;
  /** The commit of the branch's own line of history with which it came in. */
  readonly landedBy?: CommitNote;
  /** The commit that brought the record that speaks for it; left out while it is not committed, or without one. */
  readonly recordedBy?: CommitNote;
  /** The line is older than a shallow clone's history: who brought it can't be told. */
  readonly shallow?: true;
  readonly review?: LineReview;
  /** Why nothing can be told about a review. */
  readonly unjudged?: string;
}

/** Tells the story of a line (from 1) of a file, in the work tree or in a revision. Throws as `blame` does. */
export async function lineStory(
  repository: Repository,
  cwd: string,
  place: { readonly file: string; readonly line: number },
  revision?: string,
): Promise<LineStory> {
  const { path, rev, lines, text } = await blameFile(repository, cwd, place.file, revision);
  const line = lines[place.line - 1];
  if (line === undefined) {
    const message = `expected a line from 1 to ${lines.length}, found ${place.line}`;
    throw new CountersignError({ code: 'no-line', path, message }, 2);
  }
  const commit = revision === undefined ? undefined : rev;
  const range = { start: place.line, end: place.line };
  const at = { range, ...(commit === undefined ? {} : { commit }) };
  const [own, mainline] = await Promise.all([
    blamePorcelain(repository, path, at),
    blamePorcelain(repository, path, { ...at, firstParent: true }),
  ]);
  const ends = cutOff(repository);
  const within = <C extends CommitNote>(each: C | undefined): C | undefined =>
    each === undefined || ends.has(each.commit) ? undefined : each;
  const found = [own, mainline].map((each) => (each === undefined ? undefined : firstCommit(each)));
  const [broughtBy, landedBy] = found.map(within);
  const shallow = found.some((each) => each !== undefined && within(each) === undefined);
  const recordPath = line.record === undefined ? undefined : storePath('provenance', line.record);
  const recordedBy =
    recordPath === undefined
      ? undefined
      : within(await addedBy(repository, commit ?? 'HEAD', recordPath).catch(() => undefined));
  const reviewed = shallow
    ? { unjudged: 'this clone is shallow, and its history begins after the line; run: git fetch --unshallow' }
    : await reviewOf(repository, { path, line: place.line, commit, landedBy });
  return {
    path,
    rev,
    line,
    text: text[place.line - 1] ?? '',
    ...(broughtBy === undefined ? {} : { broughtBy: noteOf(broughtBy) }),
    ...(landedBy === undefined || landedBy.commit === broughtBy?.commit ? {} : { landedBy: noteOf(landedBy) }),
    ...(recordedBy === undefined ? {} : { recordedBy }),
    ...(shallow ? { shallow } : {}),
    ...reviewed,
  };
}

/** Commits at which a shallow clone's history is cut off. They seem to bring all that stood there before them. */
function cutOff({ commonDir }: Repository): ReadonlySet<string> {
  const file = join(commonDir, 'shallow');
  return new Set(existsSync(file) ? readFileSync(file, 'latin1').split('\n') : []);
}

function noteOf({ commit, author, time, subject }: LineCommit): CommitNote {
  return { commit, author, time, subject };
}
