import assert from 'node:assert/strict';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { signerAt } from '../../../src/core/signing/signerAt';
import { parseCompactUtc, parseUtc, utcMoment } from '../../../src/core/signing/utcTime';
import { makeKey, publicLine, temporaryFolder } from './sshTools';

const PATH = '.countersign/allowed_signers';

describe('allowed_signers', () => {
  const folder = temporaryFolder();
  after(folder.remove);
  const publicKey = publicLine(makeKey(folder.path, 'ana', ['ed25519']));
  const otherKey = publicLine(makeKey(folder.path, 'bo', ['ecdsa', '-b', '256']));
  const blobOf = (line: string): string => line.split(' ')[1] ?? '';
  const read = (text: string): ReturnType<typeof parseAllowedSigners> => parseAllowedSigners(text, PATH);

  it('reads principals, options, comments, blank lines and CRLF', () => {
    const result = read(
      `# people\r\n\r\nana@example.com,ana.b@example.com namespaces="git,signoff.v1@countersign.dev",valid-after="20260101",valid-before="20261231235959Z" ${publicKey} with more words\r\n` +
        `bo@example.com\t${otherKey}`,
    );
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.value, [
      {
        principals: ['ana@example.com', 'ana.b@example.com'],
        keyType: 'ssh-ed25519',
        keyBlob: blobOf(publicKey),
        namespaces: ['git', 'signoff.v1@countersign.dev'],
        validAfter: Date.UTC(2026, 0, 1),
        validBefore: Date.UTC(2026, 11, 31, 23, 59, 59),
        line: 3,
      },
      { principals: ['bo@example.com'], keyType: 'ecdsa-sha2-nistp256', keyBlob: blobOf(otherKey), line: 4 },
    ]);
  });

  it('names the line it does not understand, and why', () => {
    const rows: readonly (readonly [string, RegExp])[] = [
      [`*@example.com ${publicKey}`, /wildcards/],
      [`!ana@example.com ${publicKey}`, /wildcards/],
      [`ana@example.com, ${publicKey}`, /principal is empty/],
      [`-ana ${publicKey}`, /dash/],
      [`"ana" ${publicKey}`, /quotes/],
      ['ana@example.com', /expected principals/],
      [`ana@example.com cert-authority="yes" ${publicKey}`, /cert-authority has no value/],
      [`ana\u200b@example.com ${publicKey}`, /nobody sees/],
      [`\ufeffana@example.com ${publicKey}`, /nobody sees/],
      [`ana@example.com \u00a0${publicKey}`, /expected options/],
      [`ana@example.com valid-after="19700101" ${publicKey}`, /needs a time/],
      [`ana@example.com zone="x" ${publicKey}`, /"zone" is not known/],
      [`ana@example.com namespaces="git",namespaces="x" ${publicKey}`, /given twice/],
      [`ana@example.com namespaces="git",, ${publicKey}`, /expected options/],
      [`ana@example.com namespaces="git ${publicKey}`, /not closed/],
      [`ana@example.com namespaces="*" ${publicKey}`, /without wildcards/],
      // ssh-keygen takes a quote behind a backslash for a part of the value, which does not end for it here.
      [`ana@example.com namespaces="git,x\\" ${publicKey}`, /without wildcards and backslashes/],
      [
        `ana@example.com namespaces="git,x\\",valid-after="20260101Z" ${publicKey}`,
        /without wildcards and backslashes/,
      ],
      [`ana@example.com namespaces ${publicKey}`, /needs a value/],
      [`ana@example.com valid-after=20260101 ${publicKey}`, /expected options/],
      [`ana@example.com valid-before="20260230" ${publicKey}`, /needs a time/],
      [`ana@example.com valid-before="2026010112" ${publicKey}`, /needs a time/],
      [`ana@example.com valid-after="20260102",valid-before="20260101" ${publicKey}`, /later/],
      [`ana@example.com ssh-dss AAAA`, /type/],
      [`ana@example.com ssh-ed25519 ${blobOf(otherKey)}`, /of type ecdsa-sha2-nistp256/],
      [`ana@example.com ${publicKey.slice(0, 40)}`, /cut off|base64/],
      [`ana@example.com ${publicKey.replace('AAAA', 'AAA')}`, /base64/],
      [`ana@example.com\u0000 ${publicKey}`, /control characters/],
    ];
    for (const [line, expected] of rows) {
      const result = read(`# first\n${line}\n`);
      assert.ok(!result.ok, line);
      assert.equal(result.problems[0]?.code, 'signers-malformed');
      assert.equal(result.problems[0].field, 'line 2', line);
      assert.match(result.problems[0].message, expected, line);
    }
  });

  it('says which line lets a key sign, or why none does', () => {
    const result = read(
      `ana@example.com valid-before="20260601" ${publicKey}\n` +
        `ana.new@example.com namespaces="git",valid-after="20260601" ${publicKey}\n` +
        `bo@example.com namespaces="git" ${otherKey}\n`,
    );
    assert.ok(result.ok);
    const at = (key: string, namespace: string, time: number, principal = 'ana@example.com'): string => {
      const keys = { signers: result.value, revoked: [] };
      const found = signerAt(keys, { keyBlob: blobOf(key), principal, namespace, time, userVerified: false });
      return found.found ? `line ${found.signer.line}: ${found.principals.join()}` : found.code;
    };
    const june = Date.UTC(2026, 5, 1);
    const both = 'ana@example.com,ana.new@example.com';
    assert.equal(at(publicKey, 'x', june - 1000), `line 1: ${both}`);
    assert.equal(at(publicKey, 'x', june + 999), `line 1: ${both}`, 'the last second counts');
    assert.equal(at(publicKey, 'x', june + 1000), 'expired-key');
    assert.equal(at(publicKey, 'git', june + 1000), 'expired-key');
    assert.equal(at(publicKey, 'git', june + 1000, 'ana.new@example.com'), `line 2: ${both}`);
    assert.equal(at(publicKey, 'git', june + 1000, 'Ana.New@example.com'), 'other-principal', 'as ssh-keygen does');
    assert.equal(at(otherKey, 'x', june, 'bo@example.com'), 'namespace');
    assert.equal(at(otherKey, 'x', june), 'other-principal');
    assert.equal(at('ssh-ed25519 AAAA', 'x', june), 'key-not-listed');
    const later = read(`ana@example.com valid-after="20260601" ${publicKey}`);
    assert.ok(later.ok);
    const question = { keyBlob: blobOf(publicKey), principal: 'ana@example.com', namespace: 'x', userVerified: false };
    assert.deepEqual(signerAt({ signers: later.value, revoked: [] }, { ...question, time: june - 1 }), {
      found: false,
      code: 'not-yet-valid',
      reason: "the key that signed is not valid yet by the base's allowed_signers",
    });
  });
});

describe('times', () => {
  it('agree with the platform on every day of four centuries', () => {
    for (let day = 0; day < 146_097; day += 13) {
      const date = new Date(day * 86_400_000);
      const moment = utcMoment(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
      assert.equal(moment, date.getTime());
    }
  });

  it('that do not exist or have another form are refused', () => {
    assert.equal(parseUtc('2026-11-20T09:30:00Z'), Date.UTC(2026, 10, 20, 9, 30));
    assert.equal(parseUtc('2026-11-20T09:30:00.250Z'), Date.UTC(2026, 10, 20, 9, 30, 0, 250));
    for (const bad of [
      '2026-11-20',
      '2026-11-20T09:30:00',
      '2026-11-31T00:00:00Z',
      '2026-11-20T24:00:00Z',
      '2026-11-20T23:59:60Z',
      '1969-12-31T00:00:00Z',
    ]) {
      assert.equal(parseUtc(bad), undefined, bad);
    }
    assert.equal(parseCompactUtc('20240229'), Date.UTC(2024, 1, 29));
    assert.equal(parseCompactUtc('202402291230'), Date.UTC(2024, 1, 29, 12, 30));
    assert.equal(parseCompactUtc('20230229'), undefined);
  });
});
