/**
 * Cutting a changed file into blocks: what people look at, count and sign. Text changes are regions of lines; everything
 * that has no lines, or whose lines mean nothing to a reader, is an atomic object.
 */
import type { ChangedFile, FileSide, Mode, Region } from '../model/change';
import type { ObjectAnnotations, ObjectKind } from '../model/span';
import { diffLines } from '../text/diff';
import { isBinary, rawLines } from '../text/lines';

export type Block =
  | { readonly kind: 'text'; readonly path: string; readonly region: Region }
  | { readonly kind: 'object'; readonly path: string; readonly object: ObjectAnnotations };

/** A changed file with its lines split (terminators kept; empty for what has no text) and cut into blocks. */
export interface CutFile {
  readonly file: ChangedFile;
  readonly beforeLines: readonly string[];
  readonly afterLines: readonly string[];
  readonly blocks: readonly Block[];
}

/** Cuts a changed file. `atomic` says that the policy wants this path taken as a whole. */
export function cutFile(file: ChangedFile, atomic: boolean): CutFile {
  const { before, after, path } = file;
  const texts = textsOrKind(file, atomic);
  if (typeof texts === 'string') return { file, beforeLines: [], afterLines: [], blocks: objectBlocks(file, texts) };
  const beforeLines = rawLines(texts.before);
  const afterLines = rawLines(texts.after);
  const blocks: Block[] = diffLines(beforeLines, afterLines).map((region) => ({ kind: 'text', path, region }));
  if (changesExecutable(before.mode, after.mode)) blocks.push(objectBlock(file, 'mode'));
  return { file, beforeLines, afterLines, blocks };
}

/** As what a changed file is taken as a whole; undefined when its change has lines. */
export function wholeKind(file: ChangedFile, atomic: boolean): ObjectKind | undefined {
  const texts = textsOrKind(file, atomic);
  return typeof texts === 'string' ? texts : undefined;
}

/** The texts of both sides, where the change has lines; else as what it is taken as a whole. */
function textsOrKind(
  file: ChangedFile,
  atomic: boolean,
): ObjectKind | { readonly before: string; readonly after: string } {
  const { before, after } = file;
  if (after.mode === '000000') return 'delete';
  if (file.from !== undefined) return 'rename';
  if (before.oid === after.oid) return 'mode';
  const beforeText = lineText(before);
  const afterText = lineText(after);
  if (atomic || beforeText === undefined || afterText === undefined) return 'content';
  return beforeText === '' && afterText === '' ? 'content' : { before: beforeText, after: afterText };
}

/** What a side offers to a line diff: '' when absent, undefined when it is no text. */
function lineText(side: FileSide): string | undefined {
  if (side.mode === '000000') return '';
  if (side.mode !== '100644' && side.mode !== '100755') return undefined;
  if (side.text === undefined || isBinary(side.text) || isLfsPointer(side.text)) return undefined;
  return side.text;
}

function isLfsPointer(text: string): boolean {
  return text.length < 1024 && text.startsWith('version https://git-lfs.github.com/spec/');
}

/** Whether a change of mode sets or clears the exec bit. */
export function changesExecutable(before: Mode, after: Mode): boolean {
  return (before === '100755') !== (after === '100755');
}

function objectBlocks(file: ChangedFile, kind: ObjectKind): Block[] {
  const blocks = [objectBlock(file, kind)];
  if (kind === 'rename' && file.before.mode !== file.after.mode) blocks.push(objectBlock(file, 'mode'));
  return blocks;
}

function objectBlock(file: ChangedFile, kind: ObjectKind): Block {
  const object: ObjectAnnotations = {
    object: kind,
    // Where a file came from is its rename's to say: an exec bit is signed for the content and the path that it is set at.
    ...(kind === 'mode' || file.from === undefined ? {} : { from: file.from }),
    oldMode: file.before.mode,
    newMode: file.after.mode,
    oldId: file.before.oid,
    newId: file.after.oid,
  };
  return { kind: 'object', path: file.path, object };
}
