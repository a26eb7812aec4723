/**
 * Recorded editing sessions, in the format of josephg/editing-traces: `{startContent, endContent, txns: [{time, patches:
 * [[position, removed, inserted]]}]}`. Positions count Unicode code points; the patches apply in order.
 */
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { TextChange } from '../../src/core/tracking/history';

/** A session, its edits with offsets in UTF-16 units, each relative to the text that the one before left. */
export interface Trace {
  readonly startContent: string;
  readonly endContent: string;
  readonly edits: readonly TextChange[];
}

/** Bounds that no recorded session comes near, so that a wrong file ends in a sentence and not in a full memory. */
const LARGEST_FILE = 64 << 20;
const LARGEST_JSON = 512 << 20;
const MOST_EDITS = 5_000_000;
const LONGEST_TEXT = 64 << 20;

/** The file is no trace. The message names file and field, and says what to do. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
}

/** Reads a trace from a `.json` or `.json.gz` file. Throws `TraceError` for what is missing, malformed or too large. */
export function readTrace(file: string): Trace {
  const fail = (field: string, problem: string, remedy: string): never => {
    throw new TraceError(`${file}: ${field === '' ? '' : `${field}: `}${problem}; ${remedy}`);
  };
  return parsed(jsonOf(file, fail), fail);
}

type Fail = (field: string, problem: string, remedy: string) => never;
type Fields = Readonly<Record<string, unknown>>;

const FORMAT = 'a trace is {"startContent", "endContent", "txns": [{"patches": [[position, removed, "inserted"]]}]}';

function jsonOf(file: string, fail: Fail): unknown {
  let bytes: Buffer;
  try {
    const { size } = statSync(file);
    if (size > LARGEST_FILE) return fail('', `has ${size} bytes`, `cut it down to ${LARGEST_FILE} at most`);
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof TraceError) throw error;
    return fail('', `can't be read (${codeOf(error)})`, 'name a readable .json or .json.gz file');
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: LARGEST_JSON });
    } catch (error) {
      const remedy = `give a whole gzip file of at most ${LARGEST_JSON} bytes when unpacked`;
      return fail('', `can't be unpacked (${codeOf(error)})`, remedy);
    }
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('', 'is not JSON in UTF-8', FORMAT);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'no reason given';
}

function parsed(value: unknown, fail: Fail): Trace {
  if (!isFields(value)) return fail('', 'is not an object', FORMAT);
  const startContent = textAt(value['startContent'], 'startContent', fail);
  const endContent = textAt(value['endContent'], 'endContent', fail);
  const { txns } = value;
  if (!Array.isArray(txns)) return fail('txns', 'is not a list', FORMAT);
  const text = new CodePoints(startContent);
  const edits: TextChange[] = [];
  for (const [index, txn] of txns.entries()) {
    const patches = isFields(txn) ? txn['patches'] : undefined;
    if (!Array.isArray(patches)) return fail(`txns[${index}].patches`, 'is not a list', FORMAT);
    for (const [place, patch] of patches.entries()) {
      const field = `txns[${index}].patches[${place}]`;
      if (edits.length === MOST_EDITS) return fail(field, `is edit ${MOST_EDITS + 1}`, `keep ${MOST_EDITS} at most`);
      edits.push(editOf(patch, field, text, fail));
    }
  }
  return { startContent, endContent, edits };
}

function editOf(patch: unknown, field: string, text: CodePoints, fail: Fail): TextChange {
  if (!Array.isArray(patch) || patch.length !== 3) {
    return fail(field, 'is not a list of three', 'write [position, removed, "inserted"]');
  }
  const [position, removed]: unknown[] = patch;
  const inserted = textAt(patch[2], `${field}[2]`, fail);
  if (!isCount(position))
    return fail(`${field}[0]`, 'is not a whole number from 0', 'count code points from the start');
  if (!isCount(removed)) return fail(`${field}[1]`, 'is not a whole number from 0', 'count the code points that go');
  if (position + removed > text.length) {
    const problem = `reaches to ${position + removed} in a text of ${text.length} code points`;
    return fail(field, problem, 'give positions in the text that the patches before it left');
  }
  const change = text.replace(position, removed, inserted);
  if (text.length > LONGEST_TEXT) {
    return fail(field, `makes the text longer than ${LONGEST_TEXT} code points`, 'cut the trace before it');
  }
  return change;
}

function textAt(value: unknown, field: string, fail: Fail): string {
  if (typeof value !== 'string') return fail(field, 'is not a string', FORMAT);
  if (/\p{Surrogate}/u.test(value)) {
    return fail(
      field,
      'holds half of a surrogate pair',
      'write each character whole, since positions count code points',
    );
  }
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A text in parts that know how many code points they have, to turn positions in code points into UTF-16 offsets. */
class CodePoints {
  readonly #parts: { readonly text: string; readonly points: number }[];
  length: number;

  constructor(text: string) {
    this.#parts = partsOf(text);
    this.length = pointsOf(text);
  }

  /** Makes the change and gives it in UTF-16 units. It must lie within the text. */
  replace(position: number, removed: number, text: string): TextChange {
    const from = this.#find(position);
    const to = this.#find(position + removed);
    const first = this.#parts[from.index]?.text.slice(0, from.unit) ?? '';
    const last = this.#parts[to.index]?.text.slice(to.unit) ?? '';
    this.#parts.splice(from.index, to.index - from.index + 1, ...partsOf(first + text + last));
    this.length += pointsOf(text) - removed;
    return { offset: from.offset, removed: to.offset - from.offset, text };
  }

  /** The part that holds a position, and the position in UTF-16 units: in the part, and in the text. */
  #find(position: number): { readonly index: number; readonly unit: number; readonly offset: number } {
    let offset = 0;
    let left = position;
    let index = 0;
    for (; index < this.#parts.length - 1; index++) {
      const part = this.#parts[index];
      if (part === undefined || left <= part.points) break;
      left -= part.points;
      offset += part.text.length;
    }
    const part = this.#parts[index];
    const unit = part === undefined || part.points === part.text.length ? left : unitsOf(part.text, left);
    return { index, unit, offset: offset + unit };
  }
}

const PART = 2048;

function partsOf(text: string): { readonly text: string; readonly points: number }[] {
  const parts: { readonly text: string; readonly points: number }[] = [];
  for (let from = 0; from < text.length || parts.length === 0;) {
    let to = text.length - from <= 2 * PART ? text.length : from + PART;
    // A pair stays in one part.
    if (to < text.length && (text.charCodeAt(to) & 0xfc00) === 0xdc00) to++;
    const part = text.slice(from, to);
    parts.push({ text: part, points: pointsOf(part) });
    from = to;
  }
  return parts;
}

function pointsOf(text: string): number {
  let points = text.length;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) points--;
  return points;
}

/** UTF-16 units of the first `points` code points of a text. */
function unitsOf(text: string, points: number): number {
  let unit = 0;
  for (let left = points; left > 0; left--) unit += (text.charCodeAt(unit) & 0xfc00) === 0xd800 ? 2 : 1;
  return unit;
}
