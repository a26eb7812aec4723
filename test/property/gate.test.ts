import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { ChangedFile, Region } from '../../src/core/model/change';
import { originRank } from '../../src/core/model/origin';
import type { Origin, Source } from '../../src/core/model/origin';
import type { NamedRecord, RecordSignature } from '../../src/core/model/record';
import type { Report } from '../../src/core/model/report';
import type { SignoffPredicate, VerifiedSignoff } from '../../src/core/model/signoff';
import { diffLines } from '../../src/core/text/diff';
import { cutFile } from '../../src/core/verify/blocks';
import type { CutFile } from '../../src/core/verify/blocks';
import { coverFile } from '../../src/core/verify/coverage';
import { nodeHash } from '../../src/node/hash';
import { AI, HUMAN, PASTE, REPO_ID } from '../support/repository';
import {
  NOW,
  file,
  judged,
  keyBlob,
  people,
  policy,
  record,
  recorded,
  signerLine,
  signersFile,
  signoff,
  subjectsOf,
} from '../unit/verify/judged';

// Few different lines, so that a change can be cut in many ways.
const line = fc.constantFrom('open(order);\n', 'check(order);\n', '}\n', '\n', 'return order;\n');
const lines = fc.array(line, { maxLength: 40 });
const PATH = 'src/pay.js';

/** The same change cut from its end: as short, and where there is a choice, the other one. */
function cutFromEnd(cut: CutFile): CutFile {
  const { beforeLines, afterLines } = cut;
  const mirrored = diffLines(beforeLines.toReversed(), afterLines.toReversed()).toReversed();
  const blocks = mirrored.map(({ beforeStart, beforeCount, afterStart, afterCount }) => {
    const region: Region = {
      beforeStart: beforeLines.length - beforeStart - beforeCount,
      beforeCount,
      afterStart: afterLines.length - afterStart - afterCount,
      afterCount,
    };
    return { kind: 'text' as const, path: PATH, region };
  });
  return { ...cut, blocks };
}

function isAllHeld(cut: CutFile, signed: VerifiedSignoff): boolean {
  const [coverage] = coverFile(nodeHash, REPO_ID, cut, [
    { signoff: signed, subjects: signed.statement.subject.slice() },
  ]);
  const held = (side: 'added' | 'removed', start: number, count: number): boolean =>
    Array.from({ length: count }, (_, index) => coverage?.holds(side, start + index)).every((each) => each === true);
  return cut.blocks.every((block) => {
    if (block.kind === 'object') return false;
    const { beforeStart, beforeCount, afterStart, afterCount } = block.region;
    return held('removed', beforeStart, beforeCount) && held('added', afterStart, afterCount);
  });
}

const changeOf = (before: readonly string[], after: readonly string[]): ChangedFile =>
  file(PATH, before.join(''), after.join(''));

/** Whether every block is as well off; a sign-off that went stale says no more than one that never was. */
const verdicts = (report: Report): string[] =>
  report.hunks.map(({ side, start, end, origin, status }) => {
    return `${side} ${start}-${end} ${origin} ${status === 'stale' ? 'missing' : status}`;
  });

describe('the gate, as properties', () => {
  it('coverage does not depend on how the difference is cut: what is signed in one cut is covered in the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changed = changeOf(before, after);
        const cut = cutFile(changed, false);
        fc.pre(cut.blocks.length > 0 && cut.blocks.every(({ kind }) => kind === 'text'));
        const signed = signoff('ana', subjectsOf([changed]));
        assert.ok(isAllHeld(cut, signed));
        assert.ok(isAllHeld(cutFromEnd(cut), signed));
      }),
      { numRuns: 400 },
    );
  });

  it('coverage does not depend on how the difference is cut: what is left open in one is open in the other', () => {
    fc.assert(
      fc.property(lines, lines, lines, fc.nat(), (before, after, later, pick) => {
        const signedFor = changeOf(before, after);
        const subjects = subjectsOf([signedFor]);
        fc.pre(subjects.length > 0);
        const some = subjects.filter((_, index) => ((pick >> (index % 16)) & 1) === 1);
        // What lands is what was signed with more, or less, at some place.
        const at = pick % (after.length + 1);
        const landed = [...after.slice(0, at), ...later.slice(0, pick % 3), ...after.slice(at + (pick % 2))];
        const cut = cutFile(changeOf(before, landed), false);
        fc.pre(cut.blocks.length > 0 && cut.blocks.every(({ kind }) => kind === 'text'));
        const signed = signoff('ana', some);
        assert.equal(isAllHeld(cut, signed), isAllHeld(cutFromEnd(cut), signed));
      }),
      { numRuns: 600 },
    );
  });

  const without: readonly (readonly [string, Partial<SignoffPredicate>, Partial<VerifiedSignoff>])[] = [
    ['eve', {}, {}],
    ['ana', {}, { keyBlob: 'AAAA' }],
    ['old', {}, {}],
    ['git', {}, {}],
    ['gone', {}, {}],
    ['keyed', {}, {}],
    ['dan', { repo: 'another' }, {}],
    ['dan', { targetRefs: ['release/*'] }, {}],
    ['dan', { expiresAt: new Date(NOW - 1000).toISOString() }, {}],
    ['dan', { reviewer: { principal: 'ana@example.com', keyid: '' } }, {}],
  ];

  it('sign-offs by keys without authority change nothing, whatever they decide', () => {
    const rules = policy({
      people: people(
        ['ana', 'senior'],
        ['dan', 'senior'],
        ['old', 'senior'],
        ['git', 'senior'],
        ['gone', 'senior'],
        ['eve', 'senior'],
      ),
    });
    const signers = signersFile(
      signerLine('ana'),
      signerLine('dan'),
      signerLine('keyed'),
      signerLine('old', 'valid-before="20200101Z"'),
      signerLine('git', 'namespaces="git"'),
    );
    fc.assert(
      fc.property(
        lines,
        lines,
        fc.array(
          fc.tuple(
            fc.constantFrom(...without),
            fc.constantFrom('approve' as const, 'reject' as const, 'withdraw' as const),
            fc.nat(),
          ),
          { maxLength: 4 },
        ),
        fc.nat(),
        (before, after, others, pick) => {
          const files = [changeOf(before, after)];
          const subjects = subjectsOf(files, rules);
          fc.pre(subjects.length > 0);
          const mine = signoff(
            'ana',
            subjects.filter((_, index) => ((pick >> (index % 16)) & 1) === 1),
          );
          const given = mine.statement.subject.length === 0 ? [] : [mine];
          const powerless = others.map(([[who, predicate, more], decision, from]) => {
            const withdraws = decision === 'withdraw' ? { withdraws: mine.id } : {};
            // A sign-off that lapsed is no veto that did: that one stands.
            const decided = predicate.expiresAt !== undefined && decision === 'reject' ? 'approve' : decision;
            return signoff(
              who,
              subjects.slice(from % subjects.length),
              { decision: decided, note: 'x', ...withdraws, ...predicate },
              more,
            );
          });
          const more = { policy: rules, signers };
          const alone = judged(files, { ...more, signoffs: given });
          const all = judged(files, { ...more, signoffs: [...powerless, ...given, ...powerless] });
          assert.deepEqual(verdicts(all), verdicts(alone));
          assert.equal(all.ok, alone.ok);
        },
      ),
      { numRuns: 200 },
    );
  });

  const source = fc.constantFrom<Source | undefined>(
    AI,
    HUMAN,
    PASTE,
    { ...HUMAN, evidence: 'declared' },
    undefined,
    undefined,
  );
  const claims = fc.array(source, { maxLength: 12 });

  it('adding records never weakens an existing claim', () => {
    const text = fc.array(
      fc.tuple(line, fc.nat(6)).map(([each, number]) => each.replace('order', `order${number}`)),
      { minLength: 1, maxLength: 20 },
    );
    const recordsOf = (
      files: readonly ChangedFile[],
      said: readonly (readonly (Source | undefined)[])[],
    ): NamedRecord[] =>
      said.map((sources, index) =>
        record(
          ['bo', 'cy', 'ana'][index % 3] ?? 'bo',
          files.map((each) => recorded(each, Object.fromEntries(sources.entries()))),
        ),
      );
    fc.assert(
      fc.property(
        text,
        text,
        fc.array(claims, { minLength: 1, maxLength: 3 }),
        fc.array(claims, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        (before, after, first, second, cut) => {
          const files = [changeOf(before, after)];
          // The later records may be about another state of the file.
          const other = [changeOf(before, [...after.slice(cut % after.length), 'other(order);\n'])];
          const some = recordsOf(files, first);
          const later = [...recordsOf(files, second), ...recordsOf(other, second)];
          const alone = originsOf(judged(files, { records: some }));
          const orders = [
            [...some, ...later],
            [...later, ...some],
          ];
          for (const records of orders) {
            const all = originsOf(judged(files, { records }));
            for (const [place, origin] of alone) {
              // A blank line has no origin of its own: it goes with its neighbours.
              const [side = '', number = ''] = place.split(' ');
              const text = (side === 'added' ? after : before)[Number(number) - 1] ?? '';
              if (origin === 'unknown' || text.trim() === '') continue;
              const now = all.get(place) ?? 'unknown';
              assert.ok(originRank(now) <= originRank(origin), `${place}: ${origin} became ${now}`);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('adding a record with a bad signature, or none, weakens no line', () => {
    const asking = policy({ requireSignedRecords: true });
    const signers = signersFile(signerLine('ana'), signerLine('bo'));
    const held = (principal: string): RecordSignature & { readonly kind: 'holds' } => ({
      kind: 'holds',
      keyBlob: keyBlob(`recorder of ${principal}`),
      principal,
      until: '2027-01-01T00:00:00Z',
      certifier: keyBlob('bo'),
      userVerified: false,
    });
    const text = fc.array(
      fc.tuple(line, fc.nat(6)).map(([each, number]) => each.replace('order', `order${number}`)),
      { minLength: 1, maxLength: 20 },
    );
    const bad = fc.constantFrom<RecordSignature>(
      { kind: 'none' },
      { kind: 'broken', reason: 'its signature does not belong to it' },
      held('ana@example.com'),
      { ...held('bo@example.com'), until: '2020-01-01T00:00:00Z' },
      { ...held('bo@example.com'), certifier: keyBlob('eve') },
    );
    fc.assert(
      fc.property(text, text, claims, fc.array(fc.tuple(claims, bad), { maxLength: 3 }), (before, after, own, more) => {
        const files = [changeOf(before, after)];
        const said = (who: string, sources: readonly (Source | undefined)[]): NamedRecord =>
          record(
            who,
            files.map((each) => recorded(each, Object.fromEntries(sources.entries()))),
          );
        const good = [{ ...said('bo', own), signature: held('bo@example.com') }];
        const others = more.map(([sources, signature], index) => ({
          ...said(['cy', 'bo'][index % 2] ?? 'cy', sources),
          signature,
        }));
        const judge = (records: readonly NamedRecord[]): Map<string, Origin> =>
          originsOf(judged(files, { policy: asking, signers, records }));
        const [alone, all, unsigned] = [judge(good), judge([...others, ...good]), judge(others)];
        const isBlank = (place: string): boolean => {
          const [side = '', number = ''] = place.split(' ');
          return ((side === 'added' ? after : before)[Number(number) - 1] ?? '').trim() === '';
        };
        for (const [place, origin] of alone) {
          const now = all.get(place) ?? 'unknown';
          assert.ok(isBlank(place) || originRank(now) <= originRank(origin), `${place}: ${origin} became ${now}`);
        }
        // Alone they make nothing weaker than unknown.
        for (const [place, origin] of unsigned) assert.ok(originRank(origin) <= originRank('unknown'), place);
      }),
      { numRuns: 300 },
    );
  });
});

function originsOf(report: Report): Map<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const { side, start, end, origin } of report.hunks) {
    for (let at = start; at <= end; at++) origins.set(`${side} ${at}`, origin);
  }
  return origins;
}
