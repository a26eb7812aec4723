import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { decodeBase64, encodeBase64 } from '../../src/core/signing/base64';
import { canonicalBytes, parseCanonical } from '../../src/core/signing/canonical';
import { encodeEnvelope, parseEnvelope } from '../../src/core/signing/dsse';
import { parseSshSignature } from '../../src/core/signing/sshsig';
import { inOrder, signedStretches } from '../../src/core/signing/remainder';
import { isTextAnnotations } from '../../src/core/signing/span';
import { fromBytes, utf8 } from '../../src/core/text/bytes';
import { diffLines } from '../../src/core/text/diff';
import { rawLines } from '../../src/core/text/lines';
import { check, numbered, sign, verdict } from '../unit/signing/change';

// Few different lines, so that windows repeat and k has to grow.
const line = fc.constantFrom('a\n', 'b\n', 'c\n', '}\n', '\n', 'return;\n');
const text = fc.array(line, { maxLength: 60 }).map((lines) => lines.join(''));
const bytes = fc.uint8Array({ maxLength: 200 }).map(fromBytes);

describe('spans, as properties', () => {
  it('every subject covers its own region on the pair it was made for', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        for (const subject of sign(before, after)) {
          const result = check(subject, before, after);
          assert.ok(result.covered && isTextAnnotations(subject.annotations));
          assert.equal(result.region.beforeStart, subject.annotations.pre.start);
          assert.equal(result.region.afterStart, subject.annotations.post.start);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('one byte changed inside a window, on either side, is not covered', () => {
    fc.assert(
      fc.property(text, text, fc.nat(), fc.nat(), fc.boolean(), (before, after, which, where, onBase) => {
        const subjects = sign(before, after);
        const subject = subjects[which % Math.max(1, subjects.length)];
        if (subject === undefined || !isTextAnnotations(subject.annotations)) return;
        const { k, pre, post } = subject.annotations;
        const mark = onBase ? pre : post;
        const lines = (onBase ? before : after).split(/(?<=\n)/);
        const from = Math.max(0, mark.start - k);
        const window = lines.slice(from, mark.start + mark.count + k);
        if (window.length === 0) return;
        const changed = from + (where % window.length);
        lines[changed] = `~${lines[changed] ?? ''}`;
        const edited = lines.join('');
        assert.notEqual(verdict(subject, onBase ? edited : before, onBase ? after : edited), 'covered');
      }),
      { numRuns: 300 },
    );
  });

  it('lines added far above and below on both sides keep it covered', () => {
    // The far away change may well make the difference fall the other way in between.
    const frame = (inner: string, far: string): string =>
      `${far}${numbered('above', 70)}${inner}${numbered('below', 70)}${far}`;
    fc.assert(
      fc.property(text, text, (before, after) => {
        for (const subject of sign(frame(before, ''), frame(after, ''))) {
          assert.equal(verdict(subject, frame(before, 'far\n'), frame(after, 'far\n')), 'covered');
          assert.equal(verdict(subject, frame(before, 'far\n'), frame(after, 'near\n')), 'covered');
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('what signed regions bring about', () => {
  it('is all but a change far away, however that makes the difference fall', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const far = (inner: string, edge: string): string[] =>
          rawLines(`${edge}${numbered('above', 70)}${inner}${numbered('below', 70)}${edge}`);
        const [base, result] = [far(before, ''), far(after, '')];
        const [movedBase, movedResult] = [far(before, 'old\n'), far(after, 'new\n')];
        const covered = sign(base.join(''), result.join('')).flatMap((subject) => {
          const found = check(subject, movedBase.join(''), movedResult.join(''));
          assert.ok(found.covered, 'stays covered');
          return [found.region];
        });
        const [n, m] = [movedBase.length, movedResult.length];
        // A difference that takes all for changed parts wherever one likes.
        const cut = [{ beforeStart: 0, beforeCount: n, afterStart: 0, afterCount: m }];
        assert.deepEqual(
          signedStretches(movedBase, movedResult, cut, inOrder(covered)).filter(({ length }) => length > 0),
          [
            [{ beforeStart: 0, beforeCount: 0, afterStart: 0, afterCount: 0 }],
            ...(covered.length === 0 ? [] : [covered]),
            [{ beforeStart: n, beforeCount: 0, afterStart: m, afterCount: 0 }],
          ],
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is everything when the whole difference is signed, and nothing when none of it is', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const [b, a] = [rawLines(before), rawLines(after)];
        const cut = diffLines(b, a);
        const [start, end] = [
          { beforeStart: 0, beforeCount: 0, afterStart: 0, afterCount: 0 },
          { beforeStart: b.length, beforeCount: 0, afterStart: a.length, afterCount: 0 },
        ];
        assert.deepEqual(signedStretches(b, a, cut, cut), [[start, ...cut, end]]);
        assert.deepEqual(signedStretches(b, a, cut, []), cut.length === 0 ? [[start, end]] : [[start], [end]]);
      }),
    );
  });
});

describe('envelopes and canonical JSON, as properties', () => {
  it('canonical bytes are those of an independent implementation, and parse back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), (value) => {
        const written = canonicalBytes(value);
        assert.equal(written, utf8(String(canonicalize(value))));
        const parsed = parseCanonical(written);
        if (!written.includes('__proto__')) assert.ok(parsed.ok && canonicalBytes(parsed.value) === written);
      }),
    );
  });

  it('JSON as another writer leaves it is read where those are its canonical bytes, and refused where not', () => {
    const written = fc.oneof(
      fc.json({ maxDepth: 4, stringUnit: 'binary' }),
      fc.dictionary(fc.constantFrom('a', 'b', '10', '9', 'é', '\u{1f600}', '\ufb33'), fc.jsonValue({ maxDepth: 1 })),
    );
    fc.assert(
      fc.property(written, (said) => {
        const text = typeof said === 'string' ? said : JSON.stringify(said);
        fc.pre(!text.includes('__proto__'));
        let canonical: string | undefined;
        try {
          canonical = canonicalize(JSON.parse(text));
        } catch {
          // Lone surrogates, which it refuses too.
        }
        assert.equal(parseCanonical(utf8(text)).ok, canonical === text, text);
      }),
    );
  });

  it("base64 is the platform's, and only one text stands for some bytes", () => {
    fc.assert(
      fc.property(bytes, fc.string({ maxLength: 12 }), (some, other) => {
        const encoded = encodeBase64(some);
        assert.equal(encoded, Buffer.from(some, 'latin1').toString('base64'));
        assert.equal(decodeBase64(encoded), some);
        const decoded = decodeBase64(other);
        if (decoded !== undefined) assert.equal(encodeBase64(decoded), other);
      }),
    );
  });

  it('an envelope parses back, and no changed byte of one goes unnoticed', () => {
    const path = '.countersign/v1/signoffs/x';
    fc.assert(
      fc.property(bytes, bytes, fc.nat(), fc.nat(255), (payload, sig, where, byte) => {
        const envelope = { payloadType: 'text/plain', payload, sig, keyid: 'k' };
        const written = encodeEnvelope(envelope);
        assert.deepEqual(parseEnvelope(written, path), { ok: true, value: envelope });
        const at = where % written.length;
        if (written.charCodeAt(at) === byte) return;
        const parsed = parseEnvelope(written.slice(0, at) + String.fromCharCode(byte) + written.slice(at + 1), path);
        if (parsed.ok) assert.notDeepEqual(parsed.value, envelope);
      }),
      { numRuns: 500 },
    );
  });

  it('no bytes make the readers throw', () => {
    const vector = readFileSync('test/fixtures/vectors/sshsig.json', 'utf8');
    const blob = Buffer.from(
      (JSON.parse(vector) as { valid: { sig: string }[] }).valid[0]?.sig ?? '',
      'base64',
    ).toString('latin1');
    fc.assert(
      fc.property(bytes, fc.nat(blob.length), (some, at) => {
        parseSshSignature(some);
        parseSshSignature(blob.slice(0, at) + some);
        parseSshSignature(blob.slice(0, at) + some + blob.slice(at + some.length));
        parseEnvelope(some, '');
        parseCanonical(some);
      }),
      { numRuns: 500 },
    );
  });
});
