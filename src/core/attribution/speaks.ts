/** Whether a record still has something to say about the files of a tree. */
import type { ProvenanceRecord } from '../model/record';
import { attribute } from './attribute';
import type { FileLines } from './fileLines';

/** True when one of the record's claims about added lines finds a line with letters or digits. Undefined text: no such file. */
export function speaksOf(
  record: Pick<ProvenanceRecord, 'author' | 'files'>,
  textOf: (path: string) => FileLines | undefined,
): boolean {
  return record.files.some(({ path, hunks }) => {
    const own = hunks.filter(({ side }) => side === 'added');
    const text = own.length === 0 ? undefined : textOf(path);
    if (text === undefined) return false;
    const claims = attribute(text, path, 'added', [
      { record: '', author: record.author, sameContent: false, hunks: own },
    ]);
    return claims.some((claim, line) => claim !== undefined && text.weightAt(line) > 0);
  });
}
