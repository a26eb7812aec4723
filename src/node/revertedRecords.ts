/**
 * A revert takes the records of what it reverts out of the index. Where it stopped at a conflict and some of the lines were
 * kept, their record must stay, or nobody would know any more whose they are.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import { speaksOf } from '../core/attribution/speaks';
import { parseStorePath } from '../core/sidecar/paths';
import { isBinary } from '../core/text/lines';
import { nodeHash } from './hash';
import type { ObjectSession } from './objectSession';
import { readRecord } from './readRecord';
import type { RawEntry } from './rawDiff';
import type { Repository } from './repository';
import type { StoredFile } from './store';

/** Records that are looked at. */
const MOST_RECORDS = 200;

/** Path and bytes of the records that the index lacks and that speak of lines it holds. Takes its changes in the sidecar. */
export async function standingRecords(
  repository: Pick<Repository, 'gitDir'>,
  session: ObjectSession,
  own: readonly RawEntry[],
): Promise<StoredFile[]> {
  if (!existsSync(join(repository.gitDir, 'REVERT_HEAD'))) return [];
  const gone = own
    .filter(({ path, newMode }) => newMode === '000000' && parseStorePath(path)?.store === 'provenance')
    .slice(0, MOST_RECORDS);
  const stored = await session.read(gone.map(({ oldId }) => oldId));
  const files = gone.flatMap(({ path }, index) => {
    const bytes = stored[index]?.bytes;
    return bytes === undefined ? [] : [{ path, bytes }];
  });
  return speakingRecords(session, files);
}

/** Those of the files that are records, and speak of lines that the index holds. */
export async function speakingRecords(session: ObjectSession, files: readonly StoredFile[]): Promise<StoredFile[]> {
  const read = files.flatMap(({ path, bytes }) => {
    const record = readRecord(path, bytes);
    return record.ok ? [{ path, bytes, record: record.value.record }] : [];
  });
  const paths = [...new Set(read.flatMap(({ record }) => record.files.map((file) => file.path)))];
  const staged = await session.read(paths.map((path) => `:${path}`));
  const texts = new Map<string, FileLines>();
  for (const [index, path] of paths.entries()) {
    const bytes = staged[index]?.bytes;
    if (bytes !== undefined && !isBinary(bytes)) texts.set(path, fileLines(nodeHash, bytes));
  }
  return read.filter(({ record }) => speaksOf(record, (path) => texts.get(path)));
}
