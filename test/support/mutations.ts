/** Records as a broken disk, a careless tool, a later version or an attacker would leave them: generated from a seed. */
import { encodeRecord } from '../../src/core/sidecar/recordFormat';
import { MAX_FILE_BYTES } from '../../src/core/sidecar/limits';
import type { ProvenanceRecord, RecordedHunk } from '../../src/core/model/record';
import { ORIGINS } from '../../src/core/model/origin';
import type { ClaimedOrigin } from '../../src/core/model/origin';
import { buildHunks } from '../../src/core/attribution/buildHunks';
import { fileLines } from '../../src/core/attribution/fileLines';
import { hashesOf } from '../../src/core/attribution/recordFile';
import { fromUtf8, utf8 } from '../../src/core/text/bytes';
import { nodeHash } from '../../src/node/hash';

export interface Mutant {
  readonly kind: 'malformed' | 'truncated' | 'oversized' | 'hostile' | 'future';
  /** What was done. */
  readonly what: string;
  /** Binary string. */
  readonly bytes: string;
  /** Whether it must be refused; others may happen to say something well-formed. */
  readonly refused: boolean;
}

/** The text that the records are about, and whose claims no mutant may weaken. */
export const TEXT = Array.from(
  { length: 40 },
  (_, line) => `const value${line} = computeSomething(${line}, 'of a certain length');\n`,
).join('');
export const TEXT_PATH = 'src/text.ts';

/** A well-formed record about the text: an origin for each line. */
export function soundRecord(): ProvenanceRecord {
  const prepared = fileLines(nodeHash, TEXT);
  const origins = ORIGINS.filter((each): each is ClaimedOrigin => each !== 'unknown');
  const claimed = prepared.lines.map((text, line) => {
    const origin = origins[Math.floor(line / 4) % origins.length] ?? 'ai';
    const counts = origin === 'mixed' ? { ai: 20, human: text.length } : { [origin]: text.length };
    const actor = { tool: 'assistant', version: '1', model: 'm', session: 's' };
    return { line, source: { origin, via: 'agent', evidence: 'reported', actor } as const, counts };
  });
  const hunks = buildHunks('added', claimed, hashesOf(prepared));
  const removed: RecordedHunk[] = hunks.slice(0, 2).map((hunk) => ({ ...hunk, side: 'removed', whose: 'human' }));
  const object = { before: null, after: '2'.repeat(40), origin: 'ai', via: 'agent', evidence: 'declared' } as const;
  return {
    repo: 'r',
    author: 'bo@example.com',
    recorder: { id: 'cli', version: '1' },
    base: '1'.repeat(40),
    files: [
      { path: TEXT_PATH, blob: '3'.repeat(40), hunks: [...removed, ...hunks] },
      { path: 'b.bin', blob: '4'.repeat(40), was: 'a.bin', hunks: [], object },
    ],
  };
}

/** At least `count` mutants; the same seed gives the same. */
export function mutants(count: number, seed: number): Mutant[] {
  const random = mulberry(seed);
  const sound = encodeRecord(soundRecord());
  const fixed = [...truncated(sound), ...oversized(sound), ...hostile(sound), ...future(sound), ...fields(sound)];
  return [...fixed, ...Array.from({ length: Math.max(0, count - fixed.length) }, () => broken(sound, random))];
}

function mulberry(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One to three bytes, or a stretch, or a line, put elsewhere, doubled, lost or changed. */
function broken(sound: string, random: (below: number) => number): Mutant {
  let bytes = sound;
  const deeds: string[] = [];
  for (let round = random(3); round >= 0; round--) {
    const at = random(bytes.length);
    const to = Math.min(bytes.length, at + 1 + random(40));
    const put = String.fromCharCode(random(256));
    const lines = bytes.split('\n');
    const [one, other] = [random(lines.length), random(lines.length)];
    const deed = random(8);
    deeds.push(`${deed}@${at}`);
    if (deed === 0) bytes = bytes.slice(0, at) + put + bytes.slice(at + 1);
    else if (deed === 1) bytes = bytes.slice(0, at) + put + bytes.slice(at);
    else if (deed === 2) bytes = bytes.slice(0, at) + bytes.slice(at + 1);
    else if (deed === 3) bytes = bytes.slice(0, at) + bytes.slice(to);
    else if (deed === 4) bytes = bytes.slice(0, to) + bytes.slice(at);
    else if (deed === 5) bytes = lines.filter((_, index) => index !== one).join('\n');
    else if (deed === 6) bytes = lines.flatMap((line, index) => (index === one ? [line, line] : [line])).join('\n');
    else bytes = lines.map((line, index) => (index === one ? (lines[other] ?? line) : line)).join('\n');
  }
  return { kind: 'malformed', what: deeds.join(' '), bytes, refused: false };
}

function truncated(sound: string): Mutant[] {
  const found: Mutant[] = [];
  for (let part = 0; part < 120; part++) {
    const bytes = sound.slice(0, Math.floor((sound.length * part) / 120));
    if (!bytes.endsWith('\n')) found.push({ kind: 'truncated', what: `at ${bytes.length}`, bytes, refused: true });
    // A write that ended behind a sector: the rest is zeros.
    const zeros = bytes + '\0'.repeat(sound.length - bytes.length);
    found.push({ kind: 'truncated', what: `zeros from ${bytes.length}`, bytes: zeros, refused: true });
    const ended = `${bytes}\n`;
    found.push({
      kind: 'truncated',
      what: `ended at ${bytes.length}`,
      bytes: ended,
      refused: !isEndOfLine(sound, bytes),
    });
  }
  return found;
}

function isEndOfLine(sound: string, bytes: string): boolean {
  return bytes !== '' && (bytes.endsWith('\n') ? false : sound[bytes.length] === '\n');
}

function oversized(sound: string): Mutant[] {
  const [header = '', file = '', hunk = ''] = sound.split('\n');
  const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
  const many = (line: string): string[] =>
    Array.from({ length: Math.ceil(MAX_FILE_BYTES / line.length) + 1 }, () => line);
  const long = 'x'.repeat(MAX_FILE_BYTES);
  const list = `[${Array.from({ length: 40_000 }, () => '0').join()}]`;
  const cases: readonly (readonly [string, string])[] = [
    ['the same hunk for ever', text(header, file, ...many(hunk))],
    ['the same file for ever', text(header, ...many(file))],
    ['blanks for ever', `${' '.repeat(MAX_FILE_BYTES)}\n`],
    ['line breaks for ever', '\n'.repeat(MAX_FILE_BYTES + 1)],
    ['line breaks up to the limit', '\n'.repeat(MAX_FILE_BYTES)],
    ['one endless string', text(JSON.stringify({ file: long.slice(0, MAX_FILE_BYTES - 100), blob: null }))],
    ['an endless path', text(header, JSON.stringify({ file: long.slice(0, 5000), blob: null }))],
    ['an endless author', text(header.replace('bo@example.com', long.slice(0, 100_000)))],
    ['an endless list', text(header, file, hunk.replace(/"lines":\[.*?\]\]/, `"lines":${list}`))],
    [
      'a list of lists',
      text(
        header,
        file,
        hunk.replace(/"lines":\[.*?\]\]/, `"lines":[${Array.from({ length: 60_000 }, () => '[]').join()}]`),
      ),
    ],
    ['too many digits', text(header, file, hunk.replace(/"(added|removed)":\d+/, `"$1":${'9'.repeat(50_000)}`))],
    ['an endless context', text(header, file, hunk.replace(/"before":\[\]/, `"before":${list}`))],
  ];
  return cases.map(([what, bytes]) => ({ kind: 'oversized', what, bytes, refused: true }));
}

const PATHS = [
  '../evil',
  '/etc/passwd',
  'a/../../evil',
  'C:/evil',
  'a\\..\\evil',
  '.git/hooks/pre-commit',
  'a/.GIT/config',
  'a//b',
  './a',
  'a/.',
  'a. ',
  'a\u0000b',
  'a\nb',
  '\u001b[31m',
  '.countersign/v1/provenance/aa/x',
  '',
  '//server/share',
  'a:b',
  'a/..',
  '~/../x/..',
];

function hostile(sound: string): Mutant[] {
  const lines = sound.trimEnd().split('\n');
  const [header = '', file = '', hunk = ''] = lines;
  const text = (...each: readonly string[]): string => `${each.join('\n')}\n`;
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const paths = PATHS.flatMap((path): [string, string][] => [
    [`file ${path}`, text(header, utf8(JSON.stringify({ file: path, blob: null })), hunk)],
    [`was ${path}`, text(header, utf8(JSON.stringify({ file: 'a', blob: null, was: path })), hunk)],
  ]);
  const cases: (readonly [string, string])[] = [
    ...paths,
    ['nesting without end', text(header, nested(60_000))],
    ['nesting in a field', text(header, file.replace('}', `,"x":${nested(500)}}`))],
    ['a key twice', text(header, `{"file":"a","file":"b","blob":null}`)],
    ['a prototype', text(header, `{"__proto__":{"file":"a"},"blob":null}`)],
    ['a constructor', text(header, `{"constructor":{"file":"a"},"blob":null}`)],
    ['a byte order mark', `\xef\xbb\xbf${sound}`],
    ['CRLF', sound.replaceAll('\n', '\r\n')],
    ['no UTF-8', sound.replace('bo@', '\xff\xfe')],
    ['overlong UTF-8', sound.replace('bo@', '\xc0\xaf')],
    ['UTF-16', Buffer.from(sound, 'utf16le').toString('latin1')],
    ['a lone surrogate', sound.replace('bo@', '\\ud800')],
    ['escapes that are not needed', sound.replace('bo@', '\\u0062o@')],
    ['blanks between tokens', sound.replaceAll(',', ', ')],
    ['single quotes', sound.replaceAll('"', "'")],
    ['a comment', text('// record', ...lines)],
    ['unknown, which no record may say', sound.replaceAll('"origin":"ai"', '"origin":"unknown"')],
    ['the origin in capitals', sound.replaceAll('"origin":"ai"', '"origin":"AI"')],
    ['an origin out of the prototype', sound.replaceAll('"origin":"ai"', '"origin":"toString"')],
    ['counts of an origin out of the prototype', sound.replace(/,(\d+)\]/, ',{"__proto__":1}]')],
    ['negative counts', sound.replace(/,(\d+)\]/, ',-$1]')],
    ['counts beyond all bounds', sound.replace(/,(\d+)\]/, ',1e308]')],
    ['counts between whole numbers', sound.replace(/,(\d+)\]/, ',0.5]')],
    ['a signature in the middle', text(header, '{"signature":{}}', ...lines.slice(1))],
    ['a signature that is none', text(...lines, '{"signature":7}')],
    ['two headers', text(header, header, ...lines.slice(1))],
    ['no header', text(...lines.slice(1))],
    ['the header last', text(...lines.slice(1), header)],
    ['hunks before their file', text(header, hunk, file)],
    ['another kind of file', '{"payload":"","payloadType":"x","signatures":[]}\n'],
    ['HTML', '<!doctype html><html></html>\n'],
    ['a pointer of git-lfs', `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1\n`],
    ['a conflict', `<<<<<<< HEAD\n${sound}=======\n${sound}>>>>>>> other\n`],
    ['a pattern that backtracks', text(header.replace('"r"', JSON.stringify(`${'a*'.repeat(5000)}!`)))],
  ];
  return cases.map(([what, bytes]) => ({ kind: 'hostile', what, bytes, refused: true }));
}

/** What later versions may write; fields that only add are no reason to refuse. */
function future(sound: string): Mutant[] {
  const refused: readonly (readonly [string, string])[] = [
    ...[0, 2, 3, 99, -1, 1.5].map((v) => [`version ${v}`, sound.replace('"v":1', `"v":${v}`)] as const),
    ['version as text', sound.replace('"v":1', '"v":"1"')],
    ['another type', sound.replace('countersign/provenance', 'countersign/provenance2')],
    ['a new kind of line', `${sound}{"moved":1}\n`],
    ['a new origin', sound.replaceAll('"origin":"ai"', '"origin":"swarm"')],
    ['a new via', sound.replaceAll('"via":"agent"', '"via":"telepathy"')],
    ['a new evidence', sound.replaceAll('"evidence":"reported"', '"evidence":"proven"')],
    ['a new kind of count', sound.replace(/,(\d+)\]/, ',{"swarm":$1}]')],
    ['a fourth part of a line', sound.replace(/,(\d+)\]/, ',$1,0]')],
  ];
  const taken: readonly (readonly [string, string])[] = [
    ['a new field of the header', sound.replace('"v":1', '"v":1,"x":{"y":[1]}')],
    ['a new field of a file', sound.replace('"file":', '"x":null,"file":')],
    ['a new field of a hunk', sound.replaceAll('"origin":', '"x":"y","origin":')],
    ['a new word of what is said', sound.replaceAll('"lines":', '"from":"a dream","lines":')],
    ['a signature', `${sound}{"signature":{"x":1}}\n`],
  ];
  return [
    ...refused.map(([what, bytes]) => ({ kind: 'future', what, bytes, refused: true }) as const),
    ...taken.map(([what, bytes]) => ({ kind: 'future', what, bytes, refused: false }) as const),
  ];
}

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  4_294_967_296,
  '',
  'x'.repeat(5000),
  '\u0000',
  [],
  {},
  [[]],
  'unknown',
];

/** Every field of every line in turn: gone, and with each of the values. */
function fields(sound: string): Mutant[] {
  const lines = sound
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(fromUtf8(line)));
  return lines.flatMap((line, index) =>
    pathsOf(line).flatMap((path) =>
      [undefined, ...VALUES].flatMap((value): Mutant[] => {
        const changed = lines.map((each, at) => (at === index ? withValue(each, path, value) : each));
        const bytes = utf8(changed.map((each) => `${JSON.stringify(each)}\n`).join(''));
        const what = `line ${index + 1} ${path.join('.')} = ${(JSON.stringify(value) ?? 'gone').slice(0, 20)}`;
        return bytes === sound ? [] : [{ kind: 'malformed', what, bytes, refused: false }];
      }),
    ),
  );
}

type Path = readonly (string | number)[];

/** Places in a value; of lists the first two items. */
function pathsOf(value: unknown, depth = 0): Path[] {
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  const entries = Array.isArray(value) ? [...value.entries()].slice(0, 2) : Object.entries(value);
  return entries.flatMap(([key, each]: [string | number, unknown]) => [
    [key],
    ...pathsOf(each, depth + 1).map((rest) => [key, ...rest]),
  ]);
}

function withValue(whole: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(whole)) return whole.map((each: unknown, at) => (at === key ? withValue(each, rest, value) : each));
  if (typeof whole !== 'object' || whole === null) return whole;
  return Object.fromEntries(
    Object.entries(whole).map(([name, each]: [string, unknown]) => [
      name,
      name === key ? withValue(each, rest, value) : each,
    ]),
  );
}
