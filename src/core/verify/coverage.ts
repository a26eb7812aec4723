/**
 * Which lines and objects of a changed file each sign-off covers. Coverage is by line: it does not matter how the
 * verifier's own diff is cut into blocks.
 */
import type { Region } from '../model/change';
import type { VerifiedSignoff } from '../model/signoff';
import type { Subject } from '../model/span';
import type { Hash } from '../ports';
import { checkObjectSubject, checkTextSubject, hashBudget, isTextAnnotations, WHOLE_FILE_K } from '../signing/span';
import { inOrder, uncoveredRegions } from '../signing/remainder';
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

/** Sign-offs of one file for which the cut is looked into; beyond, only lines inside signed regions are covered. */
const MAX_REMAINDERS = 50;

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
  return signoffs.map(({ signoff, subjects }, index) => {
    const checked = subjects.map(coverage);
    return { signoff, subjects: checked, holds: lineCoverage(cut, checked, index < MAX_REMAINDERS) };
  });
}

/**
 * A changed line is covered when a signed region holds it, or when nothing of the difference remains between the signed
 * regions around it: the same change can be cut in more than one way. Where anything remains there, the remainder may be
 * cut otherwise than the difference that is judged, so none of the lines there counts as covered.
 */
function lineCoverage(cut: CutFile, subjects: readonly SubjectCoverage[], lookIntoCut: boolean): FileCoverage['holds'] {
  // Regions that changed places can't be told apart by counting what lies before a line: one of them counts for nothing.
  const regions = inOrder(subjects.flatMap(({ region }) => (region === undefined ? [] : [region])));
  let dirtyGaps: ReadonlySet<number> | undefined;
  return (side, line) => {
    if (regions.length === 0) return false;
    if (regions.some((region) => regionHolds(region, side, line))) return true;
    if (!lookIntoCut) return false;
    dirtyGaps ??= new Set(
      uncoveredRegions(cut.beforeLines, cut.afterLines, regions).map(
        (left) => regions.filter((region) => endsBefore(region, left)).length,
      ),
    );
    return !dirtyGaps.has(regions.filter((region) => sideEnd(region, side) <= line).length);
  };
}

function endsBefore(region: Region, other: Region): boolean {
  return sideEnd(region, 'removed') <= other.beforeStart && sideEnd(region, 'added') <= other.afterStart;
}

function sideEnd(region: Region, side: 'added' | 'removed'): number {
  return side === 'added' ? region.afterStart + region.afterCount : region.beforeStart + region.beforeCount;
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

/** Whether a region covers a line (from 0) of one side. */
function regionHolds(region: Region, side: 'added' | 'removed', line: number): boolean {
  return side === 'added'
    ? line >= region.afterStart && line < region.afterStart + region.afterCount
    : line >= region.beforeStart && line < region.beforeStart + region.beforeCount;
}
