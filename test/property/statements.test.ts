/** Statements: whatever an author says, no line's origin is weaker afterwards: live, in the record, and at the gate. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { FileClaims, LineClaim } from '../../src/core/attribution/attribute';
import { attribute } from '../../src/core/attribution/attribute';
import { buildHunks } from '../../src/core/attribution/buildHunks';
import { fileLines } from '../../src/core/attribution/fileLines';
import { hashesOf } from '../../src/core/attribution/recordFile';
import { statedLines } from '../../src/core/attribution/statedLines';
import type { FoldThresholds } from '../../src/core/model/fold';
import { EVIDENCE, ORIGINS, STATED, VIAS, originRank } from '../../src/core/model/origin';
import type { ClaimedOrigin, Counted, Counts, Evidence, Origin, Source } from '../../src/core/model/origin';
import type { ProvenanceRecord, RecordedHunk } from '../../src/core/model/record';
import type { Statement } from '../../src/core/model/statement';
import { encodeRecord, parseRecord } from '../../src/core/sidecar/recordFormat';
import { liveFile } from '../../src/core/tracking/claims';
import type { InitialLine } from '../../src/core/tracking/initialText';
import type { LineState } from '../../src/core/tracking/lineFold';
import { utf8 } from '../../src/core/text/bytes';
import { countInk } from '../../src/core/text/lines';
import { nodeHash } from '../../src/node/hash';
import { AGENT, AI, EXTERNAL, H, PASTE, Session, TOOL, U } from '../unit/tracking/session';
import '../support/propertySeed';

const ACTOR = fc.record(
  { tool: fc.constantFrom('ChatGPT', 'x'), model: fc.constantFrom('m', 'n') },
  { requiredKeys: [] },
);
const STATEMENT: fc.Arbitrary<Statement> = fc.oneof(
  fc.record(
    { kind: fc.constantFrom('assistant' as const, 'advised' as const), actor: ACTOR },
    { requiredKeys: ['kind'] },
  ),
  fc.record({ kind: fc.constant('from' as const), from: fc.constantFrom(...STATED) }),
);
const THRESHOLDS: fc.Arbitrary<FoldThresholds> = fc.record({
  pasteCharacters: fc.integer({ min: 1, max: 60 }),
  pasteShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
});
const NAMELESS: Source = { origin: 'ai', via: 'completion', evidence: 'observed' };
const SOURCES = [H, AI, AGENT, NAMELESS, TOOL, PASTE, EXTERNAL, U] as const;
const TEXT = fc
  .array(fc.constantFrom('a', 'bc', 'value = 1;', ' ', '\n', '\n', '}', '漢', '// a longer comment here'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const STEP = fc.record({
  source: fc.constantFrom(...SOURCES),
  place: fc.nat(1000),
  removed: fc.nat(15),
  text: TEXT,
  undo: fc.boolean(),
});
const INITIAL: fc.Arbitrary<InitialLine> = fc.oneof(
  fc.constant<InitialLine>({ kind: 'neutral' }),
  fc.constant<InitialLine>({ kind: 'unknown' }),
  fc.constantFrom<InitialLine>(
    { kind: 'claimed', source: PASTE, counts: { paste: 30, human: 10 } },
    {
      kind: 'claimed',
      source: { origin: 'mixed', via: 'completion', evidence: 'observed' },
      counts: { ai: 20, human: 5 },
    },
    { kind: 'claimed', source: H, counts: { human: 8 } },
  ),
);

function rank(origin: Origin | undefined): number {
  return originRank(origin ?? 'unknown');
}

const SEEN: readonly Evidence[] = ['reported', 'observed'];

/** A session of arbitrary edits, some undone, over a text of arbitrary past. */
const SESSION = fc.record({
  text: TEXT.map((text) => `${text}\nlast line of it\n`),
  initial: fc.array(INITIAL, { maxLength: 8 }),
  thresholds: THRESHOLDS,
  steps: fc.array(STEP, { maxLength: 10 }),
});
type Past = typeof SESSION extends fc.Arbitrary<infer T> ? T : never;

function played({ text, initial, thresholds, steps }: Past): Session {
  const session = new Session(text, initial);
  session.tracker.setThresholds(thresholds);
  let depth = 0;
  for (const { source, place, removed, text: inserted, undo } of steps) {
    if (undo && depth > 0) {
      session.undo();
      depth--;
      continue;
    }
    const offset = Math.floor((place / 1000) * session.text.length);
    const gone = Math.min(removed, session.text.length - offset);
    if (gone === 0 && inserted === '') continue;
    session.edit(source, { offset, removed: gone, text: inserted });
    depth++;
  }
  return session;
}

function byLine(states: Iterable<LineState>): Map<number, LineState> {
  return new Map([...states].map((state) => [state.line, state] as const));
}

/** What the gate says of the tracked text's lines, by record, with thresholds of its own. */
function atGate(session: Session, thresholds: FoldThresholds): (LineClaim | undefined)[] {
  const { hunks } = liveFile(session.tracker, 'a.ts', nodeHash);
  return claimsOf(session.text, hunks, thresholds);
}

function claimsOf(text: string, hunks: readonly RecordedHunk[], thresholds: FoldThresholds): (LineClaim | undefined)[] {
  const record: ProvenanceRecord = {
    repo: 'r',
    author: 'bo@example.com',
    recorder: { id: 'test', version: '1' },
    base: null,
    files: [{ path: 'a.ts', blob: null, hunks }],
  };
  const read = parseRecord(encodeRecord(record), 'r.prov');
  assert.ok(read.ok, JSON.stringify(read));
  const claims: FileClaims[] = read.value.files.map((file) => ({
    record: 'r',
    author: 'bo@example.com',
    sameContent: true,
    hunks: file.hunks,
  }));
  return attribute(fileLines(nodeHash, utf8(text)), 'a.ts', 'added', claims, thresholds);
}

describe('statements, as properties', () => {
  it('in an open document no line is weaker afterwards, and none outside is touched', () => {
    let strengthened = 0;
    fc.assert(
      fc.property(SESSION, STATEMENT, fc.nat(5), fc.nat(6), THRESHOLDS, (past, statement, first, more, gate) => {
        const session = played(past);
        const { text } = session;
        const before = byLine(session.tracker.lineStates());
        const gateBefore = atGate(session, gate);
        const removedBefore = session.tracker.removals();
        session.tracker.declare(first, first + more, statement);
        assert.equal(session.text, text);
        const after = byLine(session.tracker.lineStates());
        assert.deepEqual([...after.keys()], [...before.keys()]);
        for (const [line, was] of before) {
          const is = after.get(line);
          assert.ok(is !== undefined);
          // Of a recorded line that was split, both halves are from where one of them is said to be from.
          if (line < first || line > first + more) assert.deepEqual({ ...is, from: 0 }, { ...was, from: 0 });
          assert.ok(rank(is.origin) <= rank(was.origin), `${was.origin} became ${is.origin}`);
          if (is.origin !== was.origin || is.actor?.tool !== was.actor?.tool) {
            strengthened++;
            assert.ok(!SEEN.includes(is.evidence), `${was.origin} became ${is.origin}, ${is.evidence}`);
          } else assert.ok(EVIDENCE.indexOf(is.evidence) >= EVIDENCE.indexOf(was.evidence));
        }
        for (const [line, claim] of atGate(session, gate).entries()) {
          const was = gateBefore[line];
          assert.ok(rank(claim?.origin) <= rank(was?.origin), `${was?.origin} became ${claim?.origin} at the gate`);
        }
        const removed = session.tracker.removals();
        assert.equal(removed.flatMap(({ lines }) => lines).length, removedBefore.flatMap(({ lines }) => lines).length);
      }),
      { numRuns: 600 },
    );
    assert.ok(strengthened > 100, `${strengthened} lines were strengthened`);
  });

  it('undo and redo after it bring no line of the same text back to what it was before', () => {
    fc.assert(
      fc.property(SESSION, fc.constantFrom('assistant' as const, 'advised' as const), (past, kind) => {
        const session = played(past);
        session.tracker.declare(0, session.tracker.lineCount, { kind });
        const said = new Map(
          [...session.tracker.lineStates()].map(({ line, origin }) => [
            (session.text.split('\n')[line] ?? '').replace(/\s/g, ''),
            origin,
          ]),
        );
        const text = session.text;
        session.append(H, '\nmore');
        session.undo();
        assert.equal(session.text, text);
        for (const { line, origin } of session.tracker.lineStates()) {
          const ink = (session.text.split('\n')[line] ?? '').replace(/\s/g, '');
          if (ink !== '') assert.ok(rank(origin) <= rank(said.get(ink) ?? 'human'), `${ink}: ${origin}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('about committed lines, a further record weakens none, whatever stands there and whoever folds it', () => {
    const origin = fc.constantFrom(...ORIGINS.filter((each): each is ClaimedOrigin => each !== 'unknown'));
    const counts: fc.Arbitrary<Counts> = fc.dictionary(
      fc.constantFrom<Counted>('ai', 'unknown', 'external', 'paste', 'tool', 'human'),
      fc.nat(60),
      { noNullPrototype: true },
    );
    const claim = fc.option(
      fc.record({
        origin,
        via: fc.constantFrom(...VIAS),
        evidence: fc.constantFrom(...EVIDENCE),
        counts,
        actor: fc.option(ACTOR, { nil: undefined }),
      }),
      { nil: undefined },
    );
    const lines = fc.array(fc.record({ text: fc.constantFrom('a line of code', '  }', '', 'x = 1'), claim }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(lines, STATEMENT, THRESHOLDS, THRESHOLDS, (all, statement, editor, gate) => {
        const text = all.map((each, index) => `${each.text}${each.text === '' ? '' : ` ${index}`}\n`).join('');
        const prepared = fileLines(nodeHash, utf8(text));
        const claimed = all.flatMap((each, line) => {
          if (each.claim === undefined) return [];
          const { counts: own, actor, ...source } = each.claim;
          return [{ line, source: { ...source, ...(actor === undefined ? {} : { actor }) }, counts: own }];
        });
        const first = buildHunks('added', claimed, hashesOf(prepared));
        const known = claimsOf(text, first, editor);
        const added = statedLines(prepared, known, prepared.lines.keys(), statement);
        const second = buildHunks('added', added, hashesOf(prepared));
        const before = claimsOf(text, first, gate);
        const after = claimsOf(text, [...first, ...second], gate);
        for (const [line, is] of after.entries()) {
          const was = before[line];
          assert.ok(rank(is?.origin) <= rank(was?.origin), `${was?.origin} became ${is?.origin}`);
          if (is !== undefined && is.origin !== was?.origin) assert.ok(!SEEN.includes(is.evidence));
          const ink = countInk(prepared.lines[line] ?? '');
          if (statement.kind === 'assistant' && ink > 0) assert.ok(rank(is?.origin) <= rank('mixed'));
          if (statement.kind === 'advised' && ink > 0) assert.ok(rank(is?.origin) <= rank('mixed'));
        }
      }),
      { numRuns: 600 },
    );
  });
});
