import type { LiveFile } from '../../src/core/model/live';

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
