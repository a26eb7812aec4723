/** The subject of a block: what a request names and a sign-off signs. */
import type { ChangedFile } from '../model/change';
import type { Subject } from '../model/span';
import { isAtomic } from '../policy/decide';
import type { Policy } from '../policy/policy';
import type { Hash } from '../ports';
import { makeObjectSubject, makeTextSubject } from '../signing/span';
import type { Block, CutFile } from './blocks';
import { cutFile } from './blocks';

/** Takes the repository's id from the policy, and a block of the cut file. */
export function blockSubject(hash: Hash, repo: string, cut: CutFile, block: Block): Subject {
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
  });
}

/** The subjects of the blocks with these numbers, as `verifyChange` numbers them for the same files. */
export function subjectsOfBlocks(
  hash: Hash,
  policy: Policy,
  files: readonly ChangedFile[],
  wanted: ReadonlySet<number>,
): Map<number, Subject> {
  const subjects = new Map<number, Subject>();
  let number = 0;
  for (const file of files) {
    const cut = cutFile(file, isAtomic(policy, file.path));
    for (const block of cut.blocks) {
      number++;
      if (wanted.has(number)) subjects.set(number, blockSubject(hash, policy.repo, cut, block));
    }
  }
  return subjects;
}
