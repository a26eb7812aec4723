/** The edges of every reader: what is too large, cut off, of another kind, or out of budget, and what is said of it. */
import assert from 'node:assert/strict';
import type { Mode } from '../../../src/core/model/change';
import type { Problem, Result } from '../../../src/core/model/problem';
import type { Subject, TextAnnotations } from '../../../src/core/model/span';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { encodeBase64 } from '../../../src/core/signing/base64';
import { canonicalBytes } from '../../../src/core/signing/canonical';
import { parseSshCertificate } from '../../../src/core/signing/certificate';
import { encodeEnvelope } from '../../../src/core/signing/dsse';
import { fieldFaults, readText } from '../../../src/core/signing/fields';
import { inOrder } from '../../../src/core/signing/remainder';
import { parseRequestFile } from '../../../src/core/signing/request';
import { parseRevokedKeys } from '../../../src/core/signing/revokedKeys';
import { signerAt } from '../../../src/core/signing/signerAt';
import { checkTextSubject, hashBudget, makeTextSubject } from '../../../src/core/signing/span';
import { parseSshKey } from '../../../src/core/signing/sshWire';
import {
  armourSignature,
  keyFingerprint,
  parseSshSignature,
  unarmourSignature,
} from '../../../src/core/signing/sshsig';
import { PAYLOAD_TYPE, parseSignoffFile, parseStatement } from '../../../src/core/signing/statement';
import { MAX_FILE_BYTES } from '../../../src/core/sidecar/limits';
import { storePath } from '../../../src/core/sidecar/paths';
import { lengthPrefixed, u32 } from '../../../src/core/text/bytes';
import { diffLines } from '../../../src/core/text/diff';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';
import { verifyRaw } from '../../../src/node/sshVerify';
import { numbered, PATH, REPO, sign, signOne, verdict } from './change';

function firstOf(result: Result<unknown>): Partial<Problem> {
  return result.ok ? {} : (result.problems[0] ?? {});
}
const ED25519 = lengthPrefixed('ssh-ed25519') + lengthPrefixed('k'.repeat(32));

describe('key files', () => {
  const key = `ssh-ed25519 ${encodeBase64(ED25519)}`;

  it('beyond 1 MiB are refused as a whole, and at most 20 lines are named', () => {
    const large = firstOf(parseAllowedSigners('#'.repeat(1024 * 1024 + 1), 'signers'));
    assert.deepEqual([large.code, large.path, large.field], ['signers-malformed', 'signers', '']);
    for (const read of [parseAllowedSigners, parseRevokedKeys]) {
      const many = read('nonsense\n'.repeat(30), 'file');
      assert.equal(many.ok ? 0 : many.problems.length, 20);
    }
  });

  it('name what is missing, too long or of another kind in a line', () => {
    const rows: readonly (readonly [string, RegExp])[] = [
      [`${'a'.repeat(321)} ${key}`, /longer than 320/],
      ['ana@example.com namespaces="git"', /expected a key type .*found ""/],
      [`ana@example.com ssh-ed25519-cert-v01@openssh.com ${encodeBase64(ED25519)}`, /not supported/],
      [`ana@example.com ssh-ed25519 ${encodeBase64(`${ED25519}\0`)}`, /bytes after its end/],
    ];
    for (const [line, expected] of rows) assert.match(firstOf(parseAllowedSigners(line, '')).message ?? '', expected);
  });

  it('take no time on a line of blanks', () => {
    assert.ok(parseAllowedSigners(`${' '.repeat(500_000)}#${' '.repeat(500_000)}`, '').ok);
    assert.ok(!parseAllowedSigners(`ana@example.com${' \t'.repeat(500_000)}x`, '').ok);
  });

  it('are asked about keys that are none: nobody is found', () => {
    const keys = { signers: [], revoked: [] };
    const question = { principal: 'ana@example.com', namespace: 'x', time: 0, userVerified: false };
    for (const blob of ['', 'no base64', encodeBase64(lengthPrefixed('ssh-ed25519-cert-v01@openssh.com'))]) {
      const found = signerAt(keys, { ...question, keyBlob: blob });
      assert.equal(found.found ? '' : found.code, 'key-not-listed');
    }
    assert.match(keyFingerprint(nodeHash, 'no base64'), /^SHA256:/);
  });
});

describe('keys and signatures', () => {
  const faultOf = (blob: string): string => {
    const key = parseSshKey(blob);
    return typeof key === 'string' ? key : 'none';
  };
  const rsa = (exponent: string, modulus: string): string =>
    faultOf(lengthPrefixed('ssh-rsa') + lengthPrefixed(exponent) + lengthPrefixed(modulus));
  const modulus = `\0\xff${'m'.repeat(383)}`;

  it('that are too large, negative, even or of another length are refused, with the reason', () => {
    assert.match(faultOf('k'.repeat(4097)), /larger than 4096 bytes/);
    assert.match(rsa('\x03', modulus), /^none$/);
    for (const exponent of ['\x01', '\x02', '\x01\0\0\0\0\0\0\0\x01', '']) {
      assert.match(rsa(exponent, modulus), /exponent of the RSA key/, JSON.stringify(exponent));
    }
    assert.match(rsa('\x03', ''), /this one has 0/);
    assert.match(rsa('\x03', `\xff${'m'.repeat(383)}`), /cut off or has bytes after its end/, 'a negative modulus');
    assert.match(rsa('\x03', `${'\0'.repeat(2000)}${modulus}`), /cut off/, 'a number that OpenSSH would not read');
    assert.match(faultOf(lengthPrefixed('ssh-ed25519') + lengthPrefixed('short')), /has 32 bytes/);
    assert.match(faultOf(lengthPrefixed('ssh-ed25519') + u32(99)), /cut off/);
    const curve = lengthPrefixed('ecdsa-sha2-nistp256') + lengthPrefixed('nistp384') + lengthPrefixed('\x04');
    assert.match(faultOf(curve), /no uncompressed point/);
  });

  it('have bounds, and armour of nothing is nothing', () => {
    assert.match(firstOf(parseSshSignature('S'.repeat(16 * 1024 + 1))).message ?? '', /at most 16384 bytes/);
    assert.equal(firstOf(parseSshSignature('git')).field, 'magic');
    const type = 'sk-ssh-ed25519@openssh.com';
    const key = lengthPrefixed(type) + lengthPrefixed('k'.repeat(32)) + lengthPrefixed('ssh:');
    const head = lengthPrefixed(key) + lengthPrefixed('x') + lengthPrefixed('') + lengthPrefixed('sha512');
    const withoutFlags = lengthPrefixed(type) + lengthPrefixed('s'.repeat(64));
    const cut = firstOf(parseSshSignature(`SSHSIG${u32(1)}${head}${lengthPrefixed(withoutFlags)}`));
    assert.deepEqual([cut.field, cut.code], ['signature', 'signature-malformed']);
    assert.equal(unarmourSignature(armourSignature('')), '');
    assert.equal(unarmourSignature('x'.repeat(40_000)), undefined);
  });
});

describe('certificates, part by part', () => {
  const packed = (...strings: readonly string[]): string => strings.map(lengthPrefixed).join('');
  const long = '\0\0\0\0\0\0\0\0';
  interface Parts {
    readonly key?: string;
    readonly principals?: string;
    readonly options?: string;
    readonly extensions?: string;
    readonly signature?: string;
  }
  const make = (parts: Parts): string =>
    lengthPrefixed('ssh-ed25519-cert-v01@openssh.com') +
    lengthPrefixed('nonce') +
    lengthPrefixed(parts.key ?? 'k'.repeat(32)) +
    long +
    u32(1) +
    lengthPrefixed('id') +
    lengthPrefixed(parts.principals ?? '') +
    long +
    long +
    lengthPrefixed(parts.options ?? '') +
    lengthPrefixed(parts.extensions ?? '') +
    lengthPrefixed('') +
    lengthPrefixed(ED25519) +
    lengthPrefixed(parts.signature ?? packed('ssh-ed25519', 's'.repeat(64)));
  const fault = (parts: Parts): string => {
    const parsed = parseSshCertificate(make(parts));
    return typeof parsed === 'string' ? parsed : 'none';
  };

  it('are read to the end of each list', () => {
    assert.equal(fault({}), 'none');
    assert.equal(fault({ options: packed('verify-required', '') }), 'none');
    assert.match(fault({ key: 'short' }), /the key in the certificate: an Ed25519 key has 32 bytes/);
    for (const cut of [{ principals: '\0\0' }, { options: u32(9) }, { extensions: packed('one without data') }]) {
      assert.match(fault(cut), /cut off/);
    }
    assert.match(fault({ options: packed('verify-required') }), /cut off/);
    assert.match(fault({ options: packed('verify-required', 'x') }), /critical option "verify-required"/);
    assert.match(fault({ options: packed('verify-required', '', 'x', '') }), /critical option "x"/);
    assert.match(fault({ principals: packed(...Array.from({ length: 257 }, () => 'a')) }), /more than 256 principals/);
    assert.match(
      fault({ signature: packed('ssh-ed25519') }),
      /the authority's signature of the certificate: the inner/,
    );
  });

  it('stand in no line of allowed_signers', () => {
    const line = `ana@example.com ssh-ed25519-cert-v01@openssh.com ${encodeBase64(make({}))}`;
    assert.match(firstOf(parseAllowedSigners(line, '')).message ?? '', /found a certificate; list the authority/);
  });
});

describe('files and fields', () => {
  it('say what they expected and what they found, of any kind', () => {
    const faults = fieldFaults('code', 'path');
    for (const value of [null, [], {}, true, 7]) readText(faults, value, 'field', { least: 0, most: 1 });
    readText(faults, undefined, 'field', { least: 0, most: 1 });
    assert.deepEqual(
      faults.problems.map(({ message }) => message.replace('expected a string, found ', '')),
      ['null', 'a list', 'a object', 'a boolean', 'a number'],
    );
    for (let i = 0; i < 30; i++) faults.add('field', 'again');
    assert.equal(faults.problems.length, 20);
  });

  it('that are too large or cut off are refused before they are parsed', () => {
    const read = (bytes: string): string => {
      const { code, message } = firstOf(
        parseRequestFile(bytes, storePath('request', nodeHash.sha256(bytes)), nodeHash),
      );
      return `${code}: ${message}`;
    };
    assert.match(read('x'.repeat(MAX_FILE_BYTES + 1)), /^request-malformed: expected at most/);
    assert.match(read('{}'), /^request-malformed: .*was the file cut off\?/);
  });

  it('of a sign-off name the part of the signature that is wrong', () => {
    const bytes = encodeEnvelope({ payloadType: PAYLOAD_TYPE, payload: '{}', sig: 'no signature', keyid: 'SHA256:x' });
    const read = parseSignoffFile(bytes, storePath('signoff', nodeHash.sha256('{}')), { hash: nodeHash, verifyRaw });
    const { code, field } = firstOf(read);
    assert.deepEqual([code, field], ['signoff-malformed', 'signatures[0].sig (magic)']);
    const empty = parseSignoffFile('{}\n', storePath('signoff', nodeHash.sha256('')), { hash: nodeHash, verifyRaw });
    assert.equal(firstOf(empty).field, 'payload');
  });

  it('of a statement name what a subject holds instead', () => {
    const [subject] = sign('a\n', 'b\n');
    const read = (annotations: unknown, name: unknown = 'a.ts'): string[] => {
      const result = parseStatement(canonicalBytes({ subject: [{ ...subject, name, annotations }] }), '');
      return result.ok ? [] : result.problems.map(({ field, message }) => `${field}: ${message}`);
    };
    const object = { object: 'rename', from: 7, newId: 'x', newMode: '1', oldId: {}, oldMode: '100644' };
    const found = read(object).join('\n');
    assert.match(found, /annotations\.from: expected a string, found a number/);
    assert.match(found, /annotations\.newId: expected an object id, found "x"/);
    assert.match(found, /annotations\.oldId: expected an object id, found a object/);
    const long = 'y'.repeat(100);
    assert.match(read({ ...object, newId: long }).join('\n'), /found "y{80}…"/);
    assert.match(read({ k: 2 ** 32 - 1, pre: 7, post: null }).join('\n'), /pre: expected an object, found a number/);
    assert.match(read(undefined).join('\n'), /annotations: /);
    assert.match(read({}, '').join('\n'), /name: expected 1 to 4096 characters, found 0/);
  });
});

describe('spans', () => {
  it('of a region outside its file can not be made', () => {
    const region = { beforeStart: 0, beforeCount: 2, afterStart: 0, afterCount: 0 };
    const lines = rawLines('a\n');
    const modes = { oldMode: '100644', newMode: '100644' } as const;
    const make = (changed: Partial<typeof region>): unknown =>
      makeTextSubject(nodeHash, {
        repo: REPO,
        path: PATH,
        ...modes,
        beforeLines: lines,
        afterLines: lines,
        region: { ...region, ...changed },
      });
    for (const bad of [{}, { beforeStart: -1 }, { beforeCount: 0.5 }, { beforeCount: -1 }]) {
      assert.throws(() => make(bad), RangeError, JSON.stringify(bad));
    }
  });

  it('of a file that was not there stand nowhere else', () => {
    const subject = signOne('', 'a\nb\n', { oldMode: '000000' });
    const marks = subject.annotations as TextAnnotations;
    const added = { oldMode: '000000' } as const;
    assert.equal(verdict(subject, '', 'a\nb\n', added), 'covered');
    const withPre = (pre: Partial<TextAnnotations['pre']>): Subject => {
      return { ...subject, annotations: { ...marks, pre: { ...marks.pre, ...pre } } };
    };
    for (const pre of [{ start: 1 }, { count: 1 }, { window: '0'.repeat(64) }]) {
      assert.equal(verdict(withPre(pre), '', 'a\nb\n', added), 'no-match-before');
    }
  });

  it('are covered or too costly, whatever the budget, and nothing else', () => {
    const place = (mark: string): string => `${mark}\nb\nc\nd\ne\nf\n`;
    const frame = (one: string, two: string): string =>
      `${numbered('head', 9)}${one}${numbered('middle', 9)}${two}${numbered('tail', 9)}`;
    const wiped = place('n').replace('c\n', 'c\nwipe\n');
    const base = frame(place('a'), place('n'));
    const changes: readonly (readonly [string, string, string, Mode])[] = [
      // A window that is found by sliding, one by the difference's own places, a cut that has to be weighed, a new file.
      [base, frame(wiped, place('n')), `top\n${base}`, '100644'],
      [base, frame(wiped, place('n')), base, '100644'],
      ['f {\n}\ng {\n}\n', 'f {\n}\nh {\n}\ng {\n}\n', 'f {\n}\ng {\n}\n', '100644'],
      ['', 'a\n', '', '000000'],
    ];
    let costly = 0;
    for (const [before, after, now, oldMode] of changes) {
      const later = now.startsWith('top') ? `top\n${after}` : after;
      const [beforeLines, afterLines] = [rawLines(now), rawLines(later)];
      const hints = diffLines(beforeLines, afterLines);
      const file = { repo: REPO, oldMode, newMode: '100644', beforeLines, afterLines, hints } as const;
      for (const subject of sign(before, after, { oldMode })) {
        for (let budget = 0; budget < 6000; budget += budget < 400 ? 7 : 150) {
          // Fresh arrays: what is known of a file costs nothing.
          const fresh = { ...file, beforeLines: [...beforeLines], afterLines: [...afterLines] };
          const result = checkTextSubject(nodeHash, subject, fresh, hashBudget(budget));
          if (!result.covered) {
            assert.equal(result.code, 'too-costly', `${budget}`);
            costly++;
          }
        }
        assert.equal(checkTextSubject(nodeHash, subject, file, hashBudget()).covered, true);
      }
    }
    assert.ok(costly > 100);
  });

  it('that were moved to a twin place are displaced, or too costly to weigh', () => {
    const place = (mark: string): string => `${mark}\nb\nc\nd\ne\nf\n`;
    const frame = (one: string, two: string): string =>
      `${numbered('head', 9)}${one}${numbered('middle', 9)}${two}${numbered('tail', 9)}`;
    const wiped = place('n').replace('c\n', 'c\nwipe\n');
    const base = frame(place('a'), place('n'));
    const [, insertion] = sign(base, frame(wiped, place('n')));
    assert.ok(insertion !== undefined);
    const codes = new Set<string>();
    for (let budget = 0; budget < 40_000; budget += 100) {
      const [beforeLines, afterLines] = [rawLines(base), rawLines(frame(place('n'), wiped))];
      const file = { repo: REPO, oldMode: '100644', newMode: '100644', beforeLines, afterLines, hints: [] } as const;
      const result = checkTextSubject(nodeHash, insertion, file, hashBudget(budget));
      codes.add(result.covered ? 'covered' : `${result.code} ${result.side ?? ''}`);
    }
    assert.deepEqual([...codes], ['too-costly before', 'too-costly after', 'too-costly ', 'displaced ']);
  });

  it('that cross or overlap count once', () => {
    const region = (at: number, afterAt: number): Parameters<typeof inOrder>[0][number] => {
      return { beforeStart: at, beforeCount: 2, afterStart: afterAt, afterCount: 2 };
    };
    const [first, crossing, overlapping, last] = [region(5, 0), region(0, 5), region(9, 1), region(9, 9)];
    assert.deepEqual(inOrder([last, crossing, overlapping, first]), [first, last]);
    assert.deepEqual(inOrder([region(3, 3), region(0, 3)]), [region(0, 3), region(3, 3)].slice(0, 1));
  });
});
