/** Copies to another path that nobody recorded: an AI's lines stay an AI's, and nothing becomes weaker or a person's. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { ChangedFile } from '../../../src/core/model/change';
import type { Source } from '../../../src/core/model/origin';
import { originRank } from '../../../src/core/model/origin';
import type { NamedRecord } from '../../../src/core/model/record';
import type { ReportHunk } from '../../../src/core/model/report';
import { PASTE } from '../../support/repository';
import { AI, HUMAN, commit, file, judged, lines, policy, people, record, recorded, told } from './judged';

const TEXT = lines(6);
const EVERY = [0, 1, 2, 3, 4, 5];
const TOOL: Source = { origin: 'tool', via: 'format', evidence: 'observed' };
const added = (path: string, text: string): ChangedFile => file(path, undefined, text);
const all = (source: Source, claimed: readonly number[] = EVERY): Record<number, Source> =>
  Object.fromEntries(claimed.map((line) => [line, source]));

const made = added('made.ts', TEXT);
const byAi = record('bo', [recorded(made, all(AI))]);

function hunksOf(path: string, files: readonly ChangedFile[], ...records: readonly NamedRecord[]): ReportHunk[] {
  return judged(files, { records }).hunks.filter((hunk) => hunk.path === path);
}

/** The lines of a file that are explained, from 1. */
function origins(path: string, files: readonly ChangedFile[], ...records: readonly NamedRecord[]): string[] {
  return hunksOf(path, files, ...records).flatMap(({ side, start, end, origin, evidence }) =>
    side === 'added' && origin !== 'unknown' ? [`${start}-${end} ${origin} ${evidence}`] : [],
  );
}

describe('an added file that reads like what an AI is on record for at another path', () => {
  it('is the AI’s, inferred, and says by what tool', () => {
    const [hunk, ...more] = hunksOf('copy.ts', [made, added('copy.ts', TEXT)], byAi);
    assert.deepEqual(
      [hunk?.start, hunk?.end, hunk?.origin, hunk?.via, hunk?.evidence, hunk?.actor, more.length],
      [1, 6, 'ai', 'completion', 'inferred', AI.actor, 0],
    );
  });

  it('is so in part, where it holds a part; the rest is unknown', () => {
    const copy = added('copy.ts', `const own = firstOfAll();\n${lines(9).slice(lines(3).length)}`);
    assert.deepEqual(origins('copy.ts', [made, copy], byAi), ['2-4 ai inferred']);
  });

  it('is so with other white space, and where the lines of the source went away since', () => {
    const copy = added('copy.py', TEXT.replaceAll(' = ', '  =  '));
    assert.deepEqual(origins('copy.py', [added('made.ts', lines(2)), copy], byAi), ['1-6 ai inferred']);
  });

  it('is so where the source is a file that was there', () => {
    const there = file('made.ts', 'const start = 1;\n', `const start = 1;\n${TEXT}`);
    const [one, ...rest] = EVERY.map((line) => line + 1);
    const from = record('bo', [recorded(there, all(AI, [one ?? 1, ...rest]))]);
    assert.deepEqual(origins('copy.ts', [there, added('copy.ts', TEXT)], from), ['1-6 ai inferred']);
  });

  it('stays unknown where only few letters are alike, and takes short lines along within a run', () => {
    const short = 'a = 1;\n}\nb = 2;\n';
    const long = `callTheOtherOne(a);\n${short}`;
    const from = (text: string): NamedRecord => record('bo', [recorded(added('made.ts', text), all(AI, [0, 1, 2, 3]))]);
    assert.deepEqual(origins('copy.ts', [added('made.ts', short), added('copy.ts', short)], from(short)), []);
    const files = [added('made.ts', long), added('copy.ts', `${short}${long}`)];
    assert.deepEqual(origins('copy.ts', files, from(long)), ['4-7 ai inferred']);
  });

  it('keeps what is claimed of it, however weak; lines without a claim follow the copy', () => {
    for (const source of [HUMAN, TOOL, PASTE]) {
      const copy = added('copy.ts', TEXT);
      const own = record('cy', [recorded(copy, all(source, [1, 2]))]);
      assert.deepEqual(origins('copy.ts', [made, copy], byAi, own), [
        '1-1 ai inferred',
        `2-3 ${source.origin} observed`,
        '4-6 ai inferred',
      ]);
    }
  });

  it('is unknown where the other path’s lines are anybody else’s', () => {
    for (const source of [HUMAN, TOOL, PASTE]) {
      const from = record('bo', [recorded(made, all(source))]);
      assert.deepEqual(origins('copy.ts', [made, added('copy.ts', TEXT)], from), []);
    }
  });

  it('has no lines that its own record left out, though they read like ones that it claims', () => {
    const copy = added('copy.ts', `${TEXT}${TEXT}`);
    assert.deepEqual(origins('copy.ts', [copy], record('bo', [recorded(copy, all(AI))])), ['1-6 ai observed']);
  });

  it('is no changed file: a line put into one reads alike by chance', () => {
    const files = [made, file('there.ts', 'const start = 1;\n', `const start = 1;\n${TEXT}`)];
    assert.deepEqual(origins('there.ts', files, byAi), []);
  });

  it('says nothing of what was taken out of a source', () => {
    const source = file('made.ts', TEXT, 'const rest = 1;\n');
    const from = record('bo', [recorded(source, {}, all(AI))]);
    assert.deepEqual(origins('copy.ts', [source, added('copy.ts', TEXT)], from), []);
  });

  it('has as contributors whoever made the source and whoever committed it, programs too', () => {
    const files = [made, added('copy.ts', TEXT)];
    const rules = policy({ people: people(['ana', 'senior'], ['bo', 'senior']) });
    const byBot = [commit('bo', ['made.ts', 'copy.ts']), commit('1+forge[bot]@users.noreply.github.com', ['copy.ts'])];
    assert.deepEqual(judged(files, { records: [byAi], commits: byBot, policy: rules }).hunks.map(told), [
      'made.ts added 1-6 ai bo senior  not-required',
      'copy.ts added 1-6 ai bo junior ai-needs-a-senior missing',
    ]);
  });

  it('is the AI’s by an unsigned record too, where the policy asks for signed ones, and no tool’s', () => {
    const rules = policy({ requireSignedRecords: true });
    const files = [made, added('copy.ts', TEXT)];
    const [hunk] = judged(files, { records: [byAi], policy: rules }).hunks.filter(({ path }) => path === 'copy.ts');
    assert.deepEqual(
      [hunk?.origin, hunk?.evidence, hunk?.actor, hunk?.doubt?.record],
      ['ai', 'inferred', undefined, byAi.id],
    );
  });

  it('is the AI’s however many files claim the lines; of a line four of them are tried', () => {
    const flood = (count: number): NamedRecord[] => {
      const claims = (at: number): NamedRecord =>
        record(`p${at}`, [recorded(made, all(AI), {}, { path: `there/${at}.ts` })]);
      return Array.from({ length: count }, (_, at) => claims(at));
    };
    const files = [
      ...Array.from({ length: 600 }, (_, at) => file(`there/${at}.ts`, 'x\n', 'y\n')),
      added('copy.ts', TEXT),
    ];
    assert.deepEqual(origins('copy.ts', files, ...flood(600)), ['1-6 ai inferred']);
    const [hunk] = hunksOf('copy.ts', files, ...flood(600));
    assert.equal(hunk?.author, 'p0@example.com');
  });
});

describe('property: copies', () => {
  const word = fc.constantFrom('}', 'return;', 'const first = someValue();', '  log(first, second);', 'a = 1;', '');
  const source = fc.constantFrom(AI, HUMAN, TOOL, PASTE, undefined);
  const text = fc.array(word, { minLength: 1, maxLength: 8 });

  it('change no line that has a claim, and make no other one anything but an AI’s, inferred', () => {
    const claimed = fc.tuple(text, fc.array(source, { minLength: 8, maxLength: 8 }));
    fc.assert(
      fc.property(claimed, claimed, ([from, ofFrom], [to, ofTo]) => {
        const [a, b] = [added('a.ts', `${from.join('\n')}\n`), added('b.ts', `${to.join('\n')}\n`)];
        const sources = (of: typeof ofFrom, count: number): Record<number, Source | undefined> =>
          Object.fromEntries(of.slice(0, count).entries());
        const own = record('cy', [recorded(b, sources(ofTo, to.length))]);
        const other = record('bo', [recorded(a, sources(ofFrom, from.length))]);
        const perLine = (...records: readonly NamedRecord[]): Map<number, ReportHunk> =>
          new Map(
            hunksOf('b.ts', [a, b], ...records).flatMap((hunk) =>
              Array.from({ length: hunk.end - hunk.start + 1 }, (_, at) => [hunk.start + at, hunk] as const),
            ),
          );
        const [before, after] = [perLine(own), perLine(own, other)];
        for (const [line, { origin, via, evidence, author }] of after) {
          const was = before.get(line);
          // A blank line goes with its neighbours.
          if (to[line - 1] === '') continue;
          if (was?.origin !== 'unknown') {
            assert.deepEqual([origin, via, evidence, author], [was?.origin, was?.via, was?.evidence, was?.author]);
          } else if (origin !== 'unknown') {
            assert.ok(originRank(origin) < originRank('unknown') && evidence === 'inferred' && ofFrom.includes(AI));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
