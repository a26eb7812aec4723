/**
 * Which lines and objects of a changed file each sign-off covers. Coverage is by line: it does not matter how the
 * verifier's own diff is cut into blocks.
 */
import type { Region } from '../model/change';
import type { VerifiedSignoff } from '../model/signoff';
import type { Subject } from '../model/span';
import type { Hash } from '../ports';
import { checkObjectSubject, checkTextSubject, hashBudget, isTextAnnotations, WHOLE_FILE_K } from '../signing/span';
import { endOf, inOrder, signedStretches } from '../signing/remainder';
import type { CutFile } from './blocks';

/** A subject of a sign-off that names this file, and what it covers now. */
export interface SubjectCoverage {
  readonly subject: Subject;
  /** Where its text stands now; undefined when it is stale or an object. */
  readonly region?: Region;
  /** The kind of object that it covers now. */
  readonly object?: string;
  /** True when the signature bound the whole file. */
  readonly wholeFile: boolean;
}

/** What one sign-off says about one file. */
export interface FileCoverage {
  readonly signoff: VerifiedSignoff;
  readonly subjects: readonly SubjectCoverage[];
  /** Whether it covers a changed line (from 0) of one side, however the difference is cut. */
  readonly holds: (side: 'added' | 'removed', line: number) => boolean;
}

/** Checks every subject that names this file. */
export function coverFile(
  hash: Hash,
  repo: string,
  cut: CutFile,
  signoffs: readonly { readonly signoff: VerifiedSignoff; readonly subjects: readonly Subject[] }[],
): FileCoverage[] {
  const { file, beforeLines, afterLines } = cut;
  const hints = cut.blocks.flatMap((block) => (block.kind === 'text' ? [block.region] : []));
  const budget = hashBudget();
  const change = {
    repo,
    oldMode: file.before.mode,
    newMode: file.after.mode,
    beforeLines,
    afterLines,
    hints,
  };
  const coverage = (subject: Subject): SubjectCoverage => {
    const { annotations } = subject;
    if (isTextAnnotations(annotations)) {
      const wholeFile = annotations.k === WHOLE_FILE_K;
      const checked = hints.length > 0 ? checkTextSubject(hash, subject, change, budget) : undefined;
      return checked?.covered === true ? { subject, region: checked.region, wholeFile } : { subject, wholeFile };
    }
    const object = cut.blocks.find((block) => block.kind === 'object' && block.object.object === annotations.object);
    if (object?.kind !== 'object') return { subject, wholeFile: true };
    const checked = checkObjectSubject(hash, subject, { repo, path: file.path, annotations: object.object });
    return checked.covered ? { subject, object: annotations.object, wholeFile: true } : { subject, wholeFile: true };
  };
  return signoffs.map(({ signoff, subjects }) => {
    const checked = subjects.map(coverage);
    // Regions that changed places can't be told apart by what lies between them: one of them counts for nothing.
    const regions = inOrder(checked.flatMap(({ region }) => region ?? []));
    const stretches = signedStretches(beforeLines, afterLines, hints, regions);
    const lost = new Set<Region | undefined>(regions);
    for (const region of stretches.flat()) lost.delete(region);
    return {
      signoff,
      subjects: checked.map((each) =>
        lost.has(each.region) ? { subject: each.subject, wholeFile: each.wholeFile } : each,
      ),
      holds: (side, line) => stretches.some((stretch) => stretchHolds(stretch, side, line)),
    };
  });
}

/**
 * A changed line is covered when it lies in a stretch that signed regions alone bring about: in one of them, or between
 * them, where the same change is cut in another way.
 */
function stretchHolds(stretch: readonly Region[], side: 'added' | 'removed', line: number): boolean {
  const start = side === 'added' ? 'afterStart' : 'beforeStart';
  return stretch.some((region) => region[start] <= line) && stretch.some((region) => line < endOf(region, side));
}

/** Sign-offs by the paths that their subjects name. */
export function subjectsByPath(
  signoffs: readonly VerifiedSignoff[],
): Map<string, { signoff: VerifiedSignoff; subjects: Subject[] }[]> {
  const byPath = new Map<string, { signoff: VerifiedSignoff; subjects: Subject[] }[]>();
  for (const signoff of signoffs) {
    for (const subject of signoff.statement.subject) {
      let list = byPath.get(subject.name);
      if (list === undefined) byPath.set(subject.name, (list = []));
      const last = list.at(-1);
      if (last?.signoff === signoff) last.subjects.push(subject);
      else list.push({ signoff, subjects: [subject] });
    }
  }
  return byPath;
}
