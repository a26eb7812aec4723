/** Records that lie in the work tree and are not staged: a commit that was taken back (`reset`) leaves its own there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedRecord } from '../core/model/record';
import { MAX_FILE_BYTES } from '../core/sidecar/limits';
import { fromUtf8 } from '../core/text/bytes';
import { entryAt } from './entryAt';
import { splitNul } from './git';
import { readRecord } from './readRecord';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

const MOST_BYTES = 32 * 1024 * 1024;

/** What can't be read is passed over: these may make something stronger, and nobody vouches for them. */
export async function untrackedRecords(repository: Repository): Promise<NamedRecord[]> {
  const args = ['ls-files', '--others', '-z', '--', '.countersign/v1/provenance'];
  let left = MOST_BYTES;
  return splitNul((await tryInRepository(repository, args)).stdout).flatMap((name) => {
    const path = fromUtf8(name);
    const file = join(repository.top, path);
    const stat = entryAt(file);
    if (stat?.isFile() !== true || stat.size > MAX_FILE_BYTES || (left -= stat.size) < 0) return [];
    try {
      const read = readRecord(path, readFileSync(file, 'latin1'));
      return read.ok ? [read.value] : [];
    } catch {
      return [];
    }
  });
}
