/** The journal's states of files that are staged, also of one that an editor is just saving. */
import type { LiveFile } from '../core/model/live';
import { textDigest } from '../core/sidecar/lineHash';
import { nodeHash } from './hash';
import { readJournal } from './journal';
import type { RawEntry } from './rawDiff';
import type { Repository } from './repository';
import { beingSaved } from './saving';

/** Milliseconds in all, and between two looks, for the entry of an editor that is just saving. */
const MOST_WAIT = 500;
const WAIT_STEP = 20;

/**
 * The journal's states of the staged files. Where an editor is just saving one and its entry for the staged content is
 * still to come, that is waited for; a commit of files that nobody is saving waits for nothing.
 */
export async function journalOnceSaved(
  repository: Repository,
  entries: readonly RawEntry[],
  blobs: ReadonlyMap<string, string>,
): Promise<Map<string, LiveFile[]>> {
  const staged = new Map(entries.map((entry) => [entry.path, entry.newId] as const));
  const paths = new Set(staged.keys());
  const read = (): Map<string, LiveFile[]> => readJournal(repository.gitDir, paths);
  for (let waited = 0; waited < MOST_WAIT; waited += WAIT_STEP) {
    const open = [...beingSaved(repository.gitDir, paths)];
    if (open.length === 0) break;
    const journal = read();
    const isThere = (path: string): boolean => {
      const digest = textDigest(nodeHash, blobs.get(staged.get(path) ?? '') ?? '');
      return journal.get(path)?.some((state) => state.digest === digest) ?? false;
    };
    if (open.every(isThere)) return journal;
    await new Promise((resume) => setTimeout(resume, WAIT_STEP));
  }
  return read();
}
