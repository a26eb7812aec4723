/**
 * The patch format that several agents use (`*** Begin Patch`). Only what is needed to know which lines of which file a
 * patch puts in and takes out; whatever does not read as a patch is passed over.
 */
import type { Edit, FileChange } from './hookEvent';
import { fileBytes } from './payload';

const MAX_FILES = 500;

/** True when a text looks like a patch of this format. */
export function isPatch(text: string): boolean {
  return text.includes('*** Begin Patch');
}

/** The files that a patch changes, in its order. */
export function patchChanges(patch: string): FileChange[] {
  const lines = fileBytes(patch.slice(patch.indexOf('*** Begin Patch'))).split('\n');
  const changes: FileChange[] = [];
  let at = 1;
  while (at < lines.length && changes.length < MAX_FILES) {
    const [, verb, name] = /^\*\*\* (Add|Update|Delete) File: (.+)$/.exec(lines[at] ?? '') ?? [];
    at++;
    if (verb === undefined || name === undefined) continue;
    const start = at;
    while (at < lines.length && !/^\*\*\* (?:Add|Update|Delete) File: |^\*\*\* End Patch/.test(lines[at] ?? '')) at++;
    let end = at;
    while (end > start && lines[end - 1] === '') end--;
    changes.push(change(verb, unBytes(name.trim()), lines.slice(start, end)));
  }
  return changes;
}

/** Paths are text, not bytes. */
function unBytes(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

function change(verb: string, path: string, body: readonly string[]): FileChange {
  if (verb === 'Delete') return { path, announced: { kind: 'delete' } };
  if (verb === 'Add') {
    const content = body.filter((line) => line.startsWith('+')).map((line) => line.slice(1));
    return { path, announced: { kind: 'write', content: content.map((line) => `${line}\n`).join('') } };
  }
  const [, target] = /^\*\*\* Move to: (.+)$/.exec(body[0] ?? '') ?? [];
  const chunks = chunksOf(target === undefined ? body : body.slice(1));
  const where = target === undefined ? { path } : { path: unBytes(target.trim()), from: path };
  const bare = chunks.filter((chunk) => chunk.old.length === 0).flatMap((chunk) => chunk.new);
  const edits = chunks.filter((chunk) => chunk.old.length > 0).map(editOf);
  if (edits.length === 0 && bare.length > 0) return { ...where, announced: { kind: 'lines', lines: bare } };
  return { ...where, announced: { kind: 'edits', edits } };
}

interface Chunk {
  readonly old: string[];
  readonly new: string[];
}

function chunksOf(body: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: Chunk = { old: [], new: [] };
  const close = (): void => {
    if (open.old.length > 0 || open.new.length > 0) chunks.push(open);
    open = { old: [], new: [] };
  };
  for (const line of body) {
    if (line.startsWith('@@') || line.startsWith('*** End of File')) close();
    else if (line.startsWith('+')) open.new.push(line.slice(1));
    else if (line.startsWith('-')) open.old.push(line.slice(1));
    else if (line.startsWith(' ') || line === '') {
      open.old.push(line.slice(1));
      open.new.push(line.slice(1));
    }
  }
  close();
  return chunks;
}

function editOf(chunk: Chunk): Edit {
  // What follows the last line is not said, so a trailing line break is none of the edit's.
  return { old: chunk.old.join('\n'), new: chunk.new.join('\n'), all: false };
}
