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
 * stands there, a removed one that the commit before, or the one where the change starts, has more often, the very object.
 * `fileAt` gives undefined for no such file, `before` a file as these earlier commits have it. What none of them has can't
 * be removed: to a branch that never had it a record of its removal says nothing.
 */
export function speaksOf(
  record: Pick<ProvenanceRecord, 'author' | 'files'>,
  fileAt: (path: string) => HeldFile | undefined,
  before: (path: string) => readonly HeldFile[],
): boolean {
  return record.files.some((file) => {
    const held = fileAt(file.path);
    const earlier = tellsOfRemoval(file) ? before(file.was ?? file.path) : [];
    return (
      isObjectOf(file, held, earlier) || isRemovedFrom(file, held, earlier) || isAddedTo(file, held, record.author)
    );
  });
}

/** True for what `before` is asked about. */
export function tellsOfRemoval({ hunks, object }: RecordedFile): boolean {
  return object?.after === null || hunks.some(({ side }) => side === 'removed');
}

/** A file as one item, deleted ones too, or one that was moved. */
function isObjectOf(
  { object, was, blob }: RecordedFile,
  held: HeldFile | undefined,
  earlier: readonly HeldFile[],
): boolean {
  if (object?.after === null) return held === undefined && earlier.length > 0;
  if (object !== undefined) return object.after === held?.id;
  return was !== undefined && blob === held?.id;
}

function isRemovedFrom({ hunks }: RecordedFile, held: HeldFile | undefined, earlier: readonly HeldFile[]): boolean {
  // What is no text, or can't be read, says nothing of lines.
  if (held !== undefined && held.text === undefined) return false;
  const lines = hunks.flatMap((hunk) => (hunk.side === 'removed' ? hunk.lines : []));
  return lines.some(({ loose }) => {
    const left = held?.text?.places.get(loose)?.length ?? 0;
    return earlier.some(({ text }) => {
      const places = text?.places.get(loose) ?? [];
      // Of lines without letters and digits, such as braces, there are too many alike.
      return places.length > left && (left === 0 || (text?.weightAt(places[0] ?? 0) ?? 0) > 0);
    });
  });
}

function isAddedTo({ path, hunks }: RecordedFile, held: HeldFile | undefined, author: string): boolean {
  const own = hunks.filter(({ side }) => side === 'added');
  const text = own.length === 0 ? undefined : held?.text;
  if (text === undefined) return false;
  const claims = attribute(text, path, 'added', [{ record: '', author, sameContent: false, hunks: own }]);
  return claims.some((claim, line) => claim !== undefined && text.weightAt(line) > 0);
}
