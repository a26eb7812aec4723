/** The subject of a block: what a request names and a sign-off signs. */
import type { ChangedFile } from '../model/change';
import type { Subject } from '../model/span';
import { isAtomic } from '../policy/decide';
import type { Policy } from '../policy/policy';
import type { Hash } from '../ports';
import { makeObjectSubject, makeTextSubject } from '../signing/span';
import type { Block, CutFile } from './blocks';
import { cutFile } from './blocks';

/** Takes the repository's id from the policy, a block of the cut file, and whether it is bound to the whole file. */
export function blockSubject(hash: Hash, repo: string, cut: CutFile, block: Block, wholeFile = false): Subject {
  const { file, beforeLines, afterLines } = cut;
  if (block.kind === 'object') return makeObjectSubject(hash, { repo, path: file.path, annotations: block.object });
  return makeTextSubject(hash, {
    repo,
    path: file.path,
    oldMode: file.before.mode,
    newMode: file.after.mode,
    beforeLines,
    afterLines,
    region: block.region,
    wholeFile,
  });
}

/**
 * The subjects of the blocks with these numbers, as `verifyChange` numbers them for the same files. `wholeFile` says of a
 * number whether a rule asks for a sign-off that is bound to the whole file.
 */
export function subjectsOfBlocks(
  hash: Hash,
  policy: Policy,
  files: readonly ChangedFile[],
  wanted: ReadonlySet<number>,
  wholeFile: (block: number) => boolean = () => false,
): Map<number, Subject> {
  const subjects = new Map<number, Subject>();
  let number = 0;
  for (const file of files) {
    const cut = cutFile(file, isAtomic(policy, file.path));
    for (const block of cut.blocks) {
      number++;
      if (wanted.has(number)) subjects.set(number, blockSubject(hash, policy.repo, cut, block, wholeFile(number)));
    }
  }
  return subjects;
}
