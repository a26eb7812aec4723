/** Whether a record counts, asked in memory: every way in which a signature that holds may still not be enough. */
import assert from 'node:assert/strict';
import type { NamedRecord, RecordSignature } from '../../../src/core/model/record';
import type { ReportHunk } from '../../../src/core/model/report';
import { blobId } from '../../../src/node/blobId';
import type { RecordTrust } from '../../../src/core/verify/recordStanding';
import { recordDoubts, recordStanding } from '../../../src/core/verify/recordStanding';
import { AI, HUMAN, NOW, commit, file, judged, keyBlob, policy, record, recorded, recordedObject } from './judged';
import { signerLine, signersFile, told } from './judged';
import type { Source } from '../../../src/core/model/origin';

type Held = RecordSignature & { readonly kind: 'holds' };

const BO: Held = {
  kind: 'holds',
  keyBlob: keyBlob('recorder of bo'),
  principal: 'bo@example.com',
  until: '2027-01-01T00:00:00Z',
  certifier: keyBlob('bo'),
  userVerified: false,
};
const asking = policy({ requireSignedRecords: true });
const signers = signersFile(signerLine('ana'), signerLine('bo', 'namespaces="recorder.v1@countersign.dev"'));
const trust: RecordTrust = { policy: asking, signers, revoked: [], now: NOW };
const signed = (named: NamedRecord, signature: RecordSignature = BO): NamedRecord => ({ ...named, signature });
const empty = record('bo', []);

describe('a record, where the policy asks for signed ones,', () => {
  const standing = (signature: RecordSignature | undefined, more: Partial<RecordTrust> = {}, author = 'bo'): string => {
    const named = record(author, []);
    const found = recordStanding({ ...trust, ...more }, signature === undefined ? named : signed(named, signature));
    return found.ok ? 'counts' : found.reason;
  };

  it('counts when its author’s recorder signed it', () => assert.equal(standing(BO), 'counts'));

  it('counts whatever it is where the policy does not ask, and before it is committed', () => {
    assert.equal(standing(undefined, { policy: policy() }), 'counts');
    assert.deepEqual(recordStanding(trust, { ...empty, id: '' }), { ok: true });
  });

  const boGone = signersFile(signerLine('ana'));
  const refusals: readonly (readonly [string, RecordSignature | undefined, Partial<RecordTrust>, RegExp])[] = [
    ['nobody looked at', undefined, {}, /^it is not signed$/],
    ['without a signature', { kind: 'none' }, {}, /^it is not signed$/],
    ['with a broken one', { kind: 'broken', reason: 'its signature is none' }, {}, /^its signature is none$/],
    ['of another’s recorder', { ...BO, principal: 'cy@example.com' }, {}, /names bo@.* cy@example\.com's recorder/],
    ['of a revoked recorder', BO, { revoked: [BO.keyBlob] }, /recorder's key is revoked/],
    ['in the second in which it ends', { ...BO, until: new Date(NOW).toISOString() }, {}, /certified until 2026/],
    ['with a time that is none', { ...BO, until: 'soon' }, {}, /certified until soon/],
    ['with a certifier that is revoked', BO, { revoked: [BO.certifier] }, /certified its recorder is revoked/],
    ['with one that is not listed', BO, { signers: boGone }, /does not stand in the base's allowed_signers/],
    ['with ana’s key', { ...BO, certifier: keyBlob('ana') }, {}, /is not bo@example\.com's/],
    [
      'with one listed for other things',
      BO,
      { signers: signersFile(signerLine('bo', 'namespaces="signoff.v1@countersign.dev"')) },
      /may not sign for recorder\.v1@countersign\.dev/,
    ],
    ['with one to come', BO, { signers: signersFile(signerLine('bo', 'valid-after="20280101Z"')) }, /not valid yet/],
    ['with one that ended', BO, { signers: signersFile(signerLine('bo', 'valid-before="20200101Z"')) }, /has expired/],
  ];
  for (const [name, signature, more, reason] of refusals) {
    it(`does not count ${name}`, () => assert.match(standing(signature, more), reason));
  }

  it('counts under any address of a listed person, and under any letter case, and under no stranger’s', () => {
    const people = [{ id: 'bo', emails: ['bo@example.com', 'b@work.example'], level: 'senior' }];
    const both = policy({ requireSignedRecords: true, people });
    const work: Held = { ...BO, principal: 'b@work.example' };
    const workSigners = signersFile(`b@work.example ssh-ed25519 ${keyBlob('bo')}`);
    assert.equal(standing(work, { policy: both, signers: workSigners }), 'counts');
    assert.match(standing(work, { signers: workSigners }), /names bo@/);
    assert.match(standing(work, { policy: both, signers: workSigners }, 'cy'), /names cy@/);
    const capital: Held = { ...BO, principal: 'Bo@Example.com' };
    const capitalSigners = signersFile(`Bo@Example.com ssh-ed25519 ${keyBlob('bo')}`);
    assert.equal(standing(capital, { signers: capitalSigners }), 'counts');
  });

  it('is named with its reason among the doubts', () => {
    const other = record('cy', []);
    const doubts = recordDoubts(trust, [signed(empty), other]);
    assert.deepEqual([...doubts.values()], [{ record: other.id, reason: 'it is not signed' }]);
  });
});

describe('the gate, where the policy asks for signed records,', () => {
  const typed = file('a.js', 'one();\n', 'one();\nconst two = typedByBo();\nconst three = alsoTyped();\n');
  const added = (records: readonly NamedRecord[], more: Partial<Parameters<typeof judged>[1]> = {}): ReportHunk[] =>
    judged([typed], { policy: asking, signers, records, ...more }).hunks.filter(({ side }) => side !== 'removed');
  const lines = (hunks: readonly ReportHunk[]): string[] => hunks.map(told);
  const byBo = record('bo', [recorded(typed, { 1: HUMAN, 2: HUMAN })]);
  const byCy = record('cy', [recorded(typed, { 1: HUMAN, 2: HUMAN })]);

  it('believes the signed one of two, whichever comes first', () => {
    assert.deepEqual(lines(added([signed(byBo)])), ['a.js added 2-3 human bo junior  not-required']);
    const [cyFirst] = added([byCy, signed(byBo)]);
    assert.deepEqual([cyFirst?.origin, cyFirst?.author], ['human', 'bo@example.com']);
  });

  it('names the record and the reason, and keeps its author among those who may not sign', () => {
    const [found] = added([record('ana', [recorded(typed, { 1: HUMAN, 2: HUMAN })])]);
    assert.deepEqual([found?.origin, found?.evidence, found?.author], ['unknown', 'none', 'ana@example.com']);
    assert.match(found?.reason ?? '', /record [0-9a-f]{12} makes no line weaker than unknown, since it is not signed/);
  });

  it('lets a program’s commit be hidden by the author of a signed record alone', () => {
    const people = [{ id: 'ana', emails: ['ana@example.com'], level: 'senior' }];
    const rules = policy({ requireSignedRecords: true, people });
    const byAna = record('ana', [recorded(typed, { 1: AI, 2: AI })]);
    const commits = [{ ...commit('ana', ['a.js']), coAuthors: ['helper[bot]@example.com'] }];
    const anas: Held = { ...BO, principal: 'ana@example.com', certifier: keyBlob('ana') };
    assert.equal(added([signed(byAna, anas)], { policy: rules, commits })[0]?.level, 'senior');
    assert.equal(added([byAna], { policy: rules, commits })[0]?.level, 'junior');
    assert.equal(added([byAna], { policy: rules, commits })[0]?.origin, 'ai');
  });

  it('lets no unsigned record choose the tool, or how well a line is known, where rules ask by these', () => {
    const require = { tier: 'approve', count: 1, level: 'senior' };
    const rules = [
      { id: 'by-tool', when: { origin: ['ai'], tools: ['assistant'] }, require },
      { id: 'by-evidence', when: { origin: ['ai'], evidence: ['observed'] }, require },
    ];
    const ruled = policy({ requireSignedRecords: true, rules });
    const harmless: Source = { ...AI, evidence: 'declared', actor: { tool: 'harmless' } };
    const claim = record('bo', [recorded(typed, { 1: harmless, 2: harmless })]);
    const [alone] = added([claim], { policy: ruled });
    assert.deepEqual(
      [alone?.origin, alone?.evidence, alone?.rule, alone?.actor],
      ['ai', 'declared', 'by-tool', undefined],
    );
    assert.equal(added([signed(claim)], { policy: ruled })[0]?.rule, '');
    const seen = signed(record('bo', [recorded(typed, { 1: AI, 2: AI })]));
    for (const both of [
      [seen, claim],
      [claim, seen],
    ]) {
      const [found] = added(both, { policy: ruled });
      assert.deepEqual([found?.evidence, found?.actor?.tool, found?.status], ['observed', 'assistant', 'missing']);
    }
    // Over a weaker claim that is signed the AI stands, as well known as that one.
    const [over] = added([signed(byBo), claim], { policy: ruled });
    assert.deepEqual([over?.origin, over?.evidence, over?.actor], ['ai', 'observed', undefined]);
  });

  it('cuts no hunk in two by an unsigned claim about a blank line', () => {
    const spaced = file('a.js', 'one();\n', 'one();\nconst two = typedByBo();\n\nconst three = alsoTyped();\n');
    const whole = signed(record('bo', [recorded(spaced, { 1: HUMAN, 2: HUMAN, 3: HUMAN })]));
    const blank = record('bo', [recorded(spaced, { 2: AI })]);
    const { hunks } = judged([spaced], { policy: asking, signers, records: [whole, blank] });
    assert.deepEqual(hunks.map(told), ['a.js added 2-4 human bo junior  not-required']);
  });

  describe('of something without lines', () => {
    const states = ['\0one', '\0two', '\0three'] as const;
    const whole = file('a.bin', states[0], states[2]);
    const step = (who: string, from: number, to: number, origin: 'human' | 'ai' = 'human'): NamedRecord =>
      record(who, [
        recordedObject(whole, { origin, before: blobId(states[from] ?? ''), after: blobId(states[to] ?? '') }),
      ]);
    const object = (...records: readonly NamedRecord[]): string => {
      const [hunk] = judged([whole], { policy: asking, signers, records }).hunks;
      return `${hunk?.origin} ${hunk?.author} ${/since ([^(]*) \(/.exec(hunk?.reason ?? '')?.[1] ?? ''}`.trim();
    };

    it('a signed claim stands; an unsigned one says who, and no more', () => {
      assert.equal(object(signed(step('bo', 0, 2))), 'human bo@example.com');
      assert.equal(object(step('bo', 0, 2)), 'unknown bo@example.com it is not signed');
    });

    it('a chain with one unsigned step explains nothing; one of signed steps does, whatever stands beside it', () => {
      assert.equal(object(signed(step('bo', 0, 1)), step('bo', 1, 2)), 'unknown bo@example.com it is not signed');
      const chain = [signed(step('bo', 0, 1)), signed(step('bo', 1, 2))];
      assert.match(object(...chain), /^human/);
      assert.match(object(step('cy', 0, 2), ...chain), /^human/);
    });

    it('of two AIs the signed one names the tool', () => {
      const tool = (name: string): NamedRecord =>
        record('bo', [recordedObject(whole, { origin: 'ai', evidence: 'declared', actor: { tool: name } })]);
      const toolOf = (...records: readonly NamedRecord[]): string | undefined =>
        judged([whole], { policy: asking, signers, records }).hunks[0]?.actor?.tool;
      assert.equal(toolOf(tool('harmless')), undefined);
      assert.equal(toolOf(tool('harmless'), signed(tool('assistant'))), 'assistant');
    });

    it('an AI’s step stands, signed or not', () => {
      assert.equal(object(step('bo', 0, 2, 'ai')), 'ai bo@example.com it is not signed');
      assert.match(object(signed(step('bo', 0, 1)), step('cy', 1, 2, 'ai')), /^ai/);
    });
  });
});
