import type { LiveFile } from '../../src/core/model/live';
import { exactState } from '../../src/node/liveClaims';
import { readJournal } from '../../src/node/journal';
import { beingSaved } from '../../src/node/saving';

/** Waits until there is an answer, for half a minute at most. */
export async function until<T>(ask: () => T | undefined | false, what = 'What the test waits for'): Promise<T> {
  for (let round = 0; round < 600; round++) {
    const answer = ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error(`${what} did not come.`);
}

/** What the journal says about a file that was just saved with this text, once the editor has had its say. */
export async function savedState(gitDir: string, file: string, text: string): Promise<LiveFile> {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  return until(() => {
    const state = exactState(readJournal(gitDir).get(file) ?? [], bytes);
    return beingSaved(gitDir, [file]).size === 0 && state;
  }, `The journal's entry for ${file}`);
}

/** What a saved state says about a text: "origin via" by line (trimmed), for the lines it claims. */
export function claimsOf(live: LiveFile | undefined, text: string): Record<string, string> {
  const lines = text.split('\n');
  const claims: Record<string, string> = {};
  for (const hunk of live?.hunks ?? []) {
    if (hunk.side !== 'added') continue;
    for (const index of hunk.lines.keys()) {
      const line = lines[hunk.start + index] ?? '?';
      if (line.trim() !== '') claims[line.trim()] = `${hunk.origin} ${hunk.via}`;
    }
  }
  return claims;
}
