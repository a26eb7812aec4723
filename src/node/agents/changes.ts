/** Which files a tool call changes and what it says that it puts there, from the tool's input and answer. */
import type { Announced, Edit, FileChange } from './hookEvent';
import { isPatch, patchChanges } from './patch';
import type { Fields } from '../../core/text/fields';
import { child, fileBytes, list, object, own, text } from './payload';

const PATH = [
  'file_path',
  'filePath',
  'path',
  'target_file',
  'targetFile',
  'notebook_path',
  'absolute_path',
  'filename',
  'uri',
] as const;
const OLD = ['old_string', 'oldString', 'old_str', 'oldText', 'old_text'] as const;
const NEW = ['new_string', 'newString', 'new_str', 'newText', 'new_text'] as const;
const CONTENT = ['content', 'contents', 'file_text', 'fileText', 'text'] as const;
const TO = ['new_path', 'newPath', 'destination', 'to', 'target'] as const;
/** Files of one call. Its edits are as many as a payload holds: what they may cost is counted where they are applied. */
const MAX_FILES = 500;

/** Takes the tool's key (see tools), its input, its answer where there is one, and the path that the payload names itself. */
export function fileChanges(tool: string, input: Fields, answer: Fields | undefined): FileChange[] {
  const patch = ['patch', 'input', 'command', 'diff']
    .map((name) => text(input, name))
    .find((each) => each !== undefined && isPatch(each));
  if (patch !== undefined) return patchChanges(patch);
  const path = text(input, ...PATH);
  if (tool === 'delete' || tool === 'deletefile') {
    return path === undefined ? [] : [{ path, announced: { kind: 'delete' } }];
  }
  if (tool.startsWith('rename') || tool.startsWith('move')) return renamed(input, path);
  const several = list(input, Infinity, 'replacements').map(object);
  const perFile = several.filter((each) => each !== undefined && text(each, ...PATH) !== undefined);
  if (perFile.length > 0) return byFile(perFile);
  if (path === undefined) return [];
  // Under one name for several things: looking at a file changes nothing.
  if (['view', 'read', 'undo_edit'].includes(text(input, 'command') ?? '')) return [];
  const original = text(answer, 'originalFile', 'original_file');
  return [
    {
      path,
      announced: announced(input),
      ...(original === undefined ? {} : { original: fileBytes(original) }),
      ...(own(answer, 'originalFile') === null ? { original: '' } : {}),
    },
  ];
}

function renamed(input: Fields, path: string | undefined): FileChange[] {
  const from = text(input, 'old_path', 'oldPath', 'source', 'from') ?? path;
  const to = text(input, ...TO);
  return from === undefined || to === undefined ? [] : [{ path: to, from, announced: { kind: 'edits', edits: [] } }];
}

function byFile(replacements: readonly (Fields | undefined)[]): FileChange[] {
  const edits = new Map<string, Edit[]>();
  for (const each of replacements) {
    const path = text(each, ...PATH);
    const edit = editOf(each);
    if (path === undefined || edit === undefined) continue;
    const own = edits.get(path);
    if (own !== undefined) own.push(edit);
    else if (edits.size < MAX_FILES) edits.set(path, [edit]);
  }
  return [...edits].map(([path, each]) => ({ path, announced: { kind: 'edits', edits: each } }));
}

function announced(input: Fields): Announced {
  const edits = list(input, Infinity, 'edits', 'replacements')
    .map((each) => editOf(object(each)))
    .filter((each) => each !== undefined);
  if (edits.length > 0) return { kind: 'edits', edits };
  const edit = editOf(input);
  if (edit !== undefined) return { kind: 'edits', edits: [edit] };
  const content = text(input, ...CONTENT);
  if (content !== undefined) return { kind: 'write', content: fileBytes(content) };
  const cell = text(input, 'new_source', 'newSource', 'newCode');
  if (cell !== undefined) return { kind: 'lines', lines: cellLines(cell) };
  const code = text(input, 'code', 'code_edit', 'insert_text');
  if (code !== undefined) return { kind: 'lines', lines: fileBytes(code).split('\n') };
  return { kind: 'unsaid' };
}

function editOf(fields: Fields | undefined): Edit | undefined {
  const before = text(fields, ...OLD);
  const after = text(fields, ...NEW);
  if (after === undefined) return undefined;
  const all = own(fields, 'replace_all') === true || own(fields, 'replaceAll') === true;
  const line = own(child(fields, 'range'), 'start_line_number');
  const near = typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? { line: line - 1 } : {};
  return { old: fileBytes(before ?? ''), new: fileBytes(after), all, ...near };
}

/** How a notebook's file may hold a cell's lines: as JSON strings, with and without line break and comma. */
function cellLines(cell: string): string[] {
  return cell
    .replaceAll('\r\n', '\n')
    .split('\n')
    .flatMap((line, index, all) => {
      const ended = index < all.length - 1 ? `${line}\n` : line;
      const quoted = fileBytes(JSON.stringify(ended));
      return [quoted, `${quoted},`];
    });
}
