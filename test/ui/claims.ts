import path from 'node:path';
import type { LiveFile } from '../../src/core/model/live';
import { contentDigest } from '../../src/core/sidecar/lineHash';
import { utf8 } from '../../src/core/text/bytes';
import { contentLines } from '../../src/core/text/lines';
import { nodeHash } from '../../src/node/hash';
import { readJournal } from '../../src/node/journal';
import type { Repository } from '../support/host/repository';
import type { Workbench } from './driver';

/** A line that the journal claims, and "origin via evidence" of it. */
export interface ClaimedLine {
  /** Trimmed. */
  readonly text: string;
  readonly claim: string;
}

/** What the journal says of a file as it was last saved, in the order of the file. Blank lines are left out. */
export function claimedLines(repository: Repository, file: string): ClaimedLine[] {
  const lines = repository.read(file).split('\n');
  const claimed: ClaimedLine[] = [];
  for (const hunk of newestState(repository, file)?.hunks ?? []) {
    if (hunk.side !== 'added') continue;
    for (const index of hunk.lines.keys()) {
      const text = (lines[hunk.start + index] ?? '?').trim();
      if (text !== '') claimed.push({ text, claim: `${hunk.origin} ${hunk.via} ${hunk.evidence}` });
    }
  }
  return claimed;
}

/** The same by the lines' text: of equal lines, the last. */
export function claimsOf(repository: Repository, file: string): Record<string, string> {
  return Object.fromEntries(claimedLines(repository, file).map(({ text, claim }) => [text, claim]));
}

/** Who removed lines of a file: "origin via evidence", by number of lines, in the order of the file. */
export function removalsOf(repository: Repository, file: string): string[] {
  return (newestState(repository, file)?.hunks ?? [])
    .filter(({ side }) => side === 'removed')
    .map(({ lines, origin, via, evidence }) => `${lines.length} ${origin} ${via} ${evidence}`);
}

/** Saves the active file, which may be saved already, and gives its claims once the journal has them. */
export async function savedClaims(
  workbench: Workbench,
  repository: Repository,
  file: string,
): Promise<Record<string, string>> {
  await workbench.save();
  const isJournalled = (): boolean => {
    const digest = contentDigest(nodeHash, contentLines(utf8(repository.read(file))));
    return newestState(repository, file)?.digest === digest;
  };
  for (let wait = 0; wait < 100 && !isJournalled(); wait += 1) await new Promise((done) => setTimeout(done, 100));
  return claimsOf(repository, file);
}

function newestState(repository: Repository, file: string): LiveFile | undefined {
  return readJournal(path.join(repository.folder, '.git')).get(file)?.at(-1);
}
