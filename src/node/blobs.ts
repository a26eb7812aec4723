/** Reading blobs of the user's own repository by name, in one git process. */
import { utf8 } from '../core/text/bytes';
import type { Repository } from './repository';
import { inRepository, tryInRepository } from './repository';

/**
 * Bytes of blobs by id, or by `TREE:PATH`; what is missing or no blob is not in the map. With `strict` a fault of git throws,
 * and is not taken for that.
 */
export async function readBlobs(
  repository: Repository,
  names: readonly string[],
  strict = false,
): Promise<Map<string, string>> {
  const blobs = new Map<string, string>();
  // A name with a line break can't be asked for in this way.
  const wanted = [...new Set(names)].filter((name) => !name.includes('\n'));
  if (wanted.length === 0) return blobs;
  const input = wanted.map((name) => `${utf8(name)}\n`).join('');
  const args = ['cat-file', '--batch', '--buffer'];
  const stdout = strict
    ? await inRepository(repository, args, { input })
    : (await tryInRepository(repository, args, { input })).stdout;
  let at = 0;
  for (const name of wanted) {
    const end = stdout.indexOf('\n', at);
    if (end === -1) break;
    const [, type, size] = /^[0-9a-f]{40,64} ([a-z]+) (\d+)$/.exec(stdout.slice(at, end)) ?? [];
    at = end + 1;
    if (type === undefined || size === undefined) continue;
    if (type === 'blob') blobs.set(name, stdout.slice(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return blobs;
}
