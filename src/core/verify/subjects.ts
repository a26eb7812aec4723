/** The subject of a block: what a request names and a sign-off signs. */
import type { Subject } from '../model/span';
import type { Hash } from '../ports';
import { makeObjectSubject, makeTextSubject } from '../signing/span';
import type { Block, CutFile } from './blocks';

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
