/** Whether a record still has something to say about the files of a tree. */
import type { ProvenanceRecord, RecordedFile } from '../model/record';
import { attribute } from './attribute';
import type { FileLines } from './fileLines';

/** What a tree holds under a path: the id of its content, and the lines of text. */
export interface HeldFile {
  readonly id: string;
  readonly text?: FileLines;
}

/**
 * True when one of the record's claims is about what the tree holds, or lacks: an added line with letters or digits that
 * stands there, a removed one that does not, the very object. Undefined: no such file.
 */
export function speaksOf(
  record: Pick<ProvenanceRecord, 'author' | 'files'>,
  fileAt: (path: string) => HeldFile | undefined,
): boolean {
  return record.files.some((file) => {
    const held = fileAt(file.path);
    return isObjectOf(file, held) || isRemovedFrom(file, held) || isAddedTo(file, held, record.author);
  });
}

/** A file as one item, deleted ones too, or one that was moved. */
function isObjectOf({ object, was, blob }: RecordedFile, held: HeldFile | undefined): boolean {
  if (object !== undefined) return object.after === (held?.id ?? null);
  return was !== undefined && blob === held?.id;
}

function isRemovedFrom({ hunks }: RecordedFile, held: HeldFile | undefined): boolean {
  const lines = hunks.flatMap((hunk) => (hunk.side === 'removed' ? hunk.lines : []));
  return lines.some(({ loose }) => held?.text?.places.has(loose) !== true);
}

function isAddedTo({ path, hunks }: RecordedFile, held: HeldFile | undefined, author: string): boolean {
  const own = hunks.filter(({ side }) => side === 'added');
  const text = own.length === 0 ? undefined : held?.text;
  if (text === undefined) return false;
  const claims = attribute(text, path, 'added', [{ record: '', author, sameContent: false, hunks: own }]);
  return claims.some((claim, line) => claim !== undefined && text.weightAt(line) > 0);
}
