/** A small workbench for span tests: a change between two texts, its subjects, and what a subject covers elsewhere. */
import type { Mode, Region } from '../../../src/core/model/change';
import type { Subject } from '../../../src/core/model/span';
import { checkTextSubject, hashBudget, makeTextSubject } from '../../../src/core/signing/span';
import type { SpanCheck } from '../../../src/core/signing/span';
import { diffLines } from '../../../src/core/text/diff';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';

export const REPO = '7c0e1f6a-0000-4000-8000-000000000001';
export const PATH = 'src/pay.ts';

export interface Options {
  readonly repo?: string;
  readonly path?: string;
  readonly oldMode?: Mode;
  readonly newMode?: Mode;
}

/** A subject for every region of the difference. */
export function sign(before: string, after: string, options: Options = {}): Subject[] {
  const [beforeLines, afterLines] = [rawLines(before), rawLines(after)];
  const { repo = REPO, path = PATH, oldMode = '100644', newMode = '100644' } = options;
  return diffLines(beforeLines, afterLines).map((region) =>
    makeTextSubject(nodeHash, { repo, path, oldMode, newMode, beforeLines, afterLines, region }),
  );
}

/** The one subject of a change with one region. */
export function signOne(before: string, after: string, options: Options = {}): Subject {
  const [subject, ...others] = sign(before, after, options);
  if (subject === undefined || others.length > 0) throw new Error('expected exactly one region');
  return subject;
}

export function check(subject: Subject, before: string, after: string, options: Options = {}): SpanCheck {
  const [beforeLines, afterLines] = [rawLines(before), rawLines(after)];
  const { repo = REPO, oldMode = '100644', newMode = '100644' } = options;
  const hints: Region[] = diffLines(beforeLines, afterLines);
  return checkTextSubject(nodeHash, subject, { repo, oldMode, newMode, beforeLines, afterLines, hints }, hashBudget());
}

/** `covered`, or the code of the refusal. */
export function verdict(subject: Subject, before: string, after: string, options: Options = {}): string {
  const result = check(subject, before, after, options);
  return result.covered ? 'covered' : result.code;
}

/** Added lines of the difference that none of the subjects covers, as text. */
export function uncoveredAdded(subjects: readonly Subject[], before: string, after: string): string[] {
  const afterLines = rawLines(after);
  const covered = new Set<number>();
  for (const subject of subjects) {
    const result = check(subject, before, after);
    if (!result.covered) continue;
    const { afterStart, afterCount } = result.region;
    for (let line = afterStart; line < afterStart + afterCount; line++) covered.add(line);
  }
  return diffLines(rawLines(before), afterLines).flatMap((region) =>
    afterLines
      .slice(region.afterStart, region.afterStart + region.afterCount)
      .filter((_, i) => !covered.has(region.afterStart + i)),
  );
}

/** Lines `name 1` … `name count`, each with its LF. */
export function numbered(name: string, count: number): string {
  return Array.from({ length: count }, (_, i) => `${name} ${i + 1}\n`).join('');
}
