/** Lines of `allowed_signers` and `revoked_keys`, character by character; names and sizes of requests. */
import assert from 'node:assert/strict';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { isKeyType, readKeyText, trimBlanks } from '../../../src/core/signing/keyLine';
import { encodeRequest, parseRequestFile } from '../../../src/core/signing/request';
import { parseRevokedKeys } from '../../../src/core/signing/revokedKeys';
import { compareSubjects, portionSubjects, sortSubjects } from '../../../src/core/signing/subjects';
import { storePath } from '../../../src/core/sidecar/paths';
import { parseCompactUtc } from '../../../src/core/signing/utcTime';
import { nodeHash } from '../../../src/node/hash';
import { file, keyBlob, request, subjectsOf } from '../verify/judged';

const KEY = `ssh-ed25519 ${keyBlob('ana')}`;

function faults(read: typeof parseAllowedSigners | typeof parseRevokedKeys, text: string): string[] {
  const result = read(text, 'keys');
  return result.ok ? [] : result.problems.map(({ code, field, message }) => `${code} ${field}: ${message}`);
}

describe('a key as text', () => {
  it('has blanks and tabs taken from its ends, and nothing else', () => {
    const cases = [
      ['', ''],
      [' ', ''],
      [' \t ', ''],
      ['a', 'a'],
      [' a', 'a'],
      ['a ', 'a'],
      ['\ta b\t', 'a b'],
      ['  ab  ', 'ab'],
      ['\u00a0a\u00a0', '\u00a0a\u00a0'],
      ['\na\n', '\na\n'],
    ] as const;
    for (const [given, expected] of cases) assert.equal(trimBlanks(given), expected, JSON.stringify(given));
  });

  it('begins with a word that has the shape of a type, from its start to its end', () => {
    for (const word of ['ssh-ed25519', 'sk-ssh-ed25519@openssh.com', 'ecdsa-sha2-nistp256', 'ssh-rsa'])
      assert.ok(isKeyType(word), word);
    for (const word of [
      '',
      'ssh-',
      'xssh-rsa',
      'ssh-rsa!',
      'ssh-rsa ',
      ' ssh-rsa',
      'SSH-RSA',
      'rsa',
      'sk-rsa',
      'ssh-rsa"',
    ])
      assert.ok(!isKeyType(word), word);
  });

  it('is told apart from what is none', () => {
    assert.deepEqual(readKeyText(`${KEY}  ana  at home`), {
      keyType: 'ssh-ed25519',
      keyBlob: keyBlob('ana'),
      certificate: false,
      comment: 'ana at home',
    });
    assert.match(JSON.stringify(readKeyText('')), /^"expected a key type such as ssh-ed25519, found /);
    assert.match(JSON.stringify(readKeyText('ssh-ed25519')), /^"expected the public key in base64/);
    assert.match(JSON.stringify(readKeyText('ssh-ed25519 ')), /^"expected the public key in base64/);
    assert.match(JSON.stringify(readKeyText(`${'x'.repeat(100)} AAAA`)), /found ."x{64}.""$/);
  });
});

describe('a line of revoked_keys', () => {
  it('is named by its number, counted from 1', () => {
    const text = `# lost\n\n${KEY}\nnonsense\n\n${KEY} again\nssh-dss AAAA\n`;
    assert.deepEqual(
      faults(parseRevokedKeys, text).map((each) => each.split(':')[0]),
      ['revoked-malformed line 4', 'revoked-malformed line 7'],
    );
  });

  it('may end in CRLF, and holds a carriage return nowhere else', () => {
    assert.deepEqual(parseRevokedKeys(`${KEY}\r\n \t${KEY} b \r\n`, 'keys'), {
      ok: true,
      value: [keyBlob('ana'), keyBlob('ana')],
    });
    for (const line of [KEY.replace(' ', ' \r'), `\r${KEY}`, `${KEY} a\rb`, `${KEY}\r\r`])
      assert.match(faults(parseRevokedKeys, `${line}\n`).join(), /line 1: control characters/, JSON.stringify(line));
  });

  it('is not empty with a CR, as ssh-keygen then reads nothing of the file', () => {
    for (const line of ['\r', ' \t\r'])
      assert.match(faults(parseRevokedKeys, `# left\r\n${KEY}\n${line}\n`).join(), /line 3: ssh-keygen reads no file/);
    assert.deepEqual(faults(parseRevokedKeys, `# left\r\n\n \t\n${KEY}\r\n`), []);
  });

  it('that begins a binary list says so', () => {
    assert.match(faults(parseRevokedKeys, 'SSHKRL\n\0\0').join(), /line 1: binary revocation lists/);
    assert.doesNotMatch(faults(parseRevokedKeys, 'ssh-x SSHKRL\n').join(), /binary/);
  });

  it('is one of at most a mebibyte, and of many faults twenty are told', () => {
    const line = `${KEY} `;
    const full = (size: number): string => line + 'c'.repeat(size - line.length);
    assert.deepEqual(faults(parseRevokedKeys, full(1024 * 1024)), []);
    assert.match(
      faults(parseRevokedKeys, full(1024 * 1024 + 1)).join(),
      /revoked-malformed : expected at most 1048576/,
    );
    assert.equal(faults(parseRevokedKeys, 'x\n'.repeat(30)).length, 20);
  });
});

describe('a line of allowed_signers', () => {
  it('may end in CRLF, and holds a carriage return nowhere else', () => {
    assert.deepEqual(faults(parseAllowedSigners, `ana@example.com ${KEY}\r\n`), []);
    for (const line of [`ana@example.com\r ${KEY}`, `\rana@example.com ${KEY}`, `ana@example.com ${KEY}\r\r`])
      assert.match(faults(parseAllowedSigners, `${line}\n`).join(), /line 1: control characters/);
  });

  it('has options that end at a blank or a tab, quotes aside', () => {
    for (const between of [' ', '\t', ' \t ']) {
      const read = parseAllowedSigners(`ana@example.com namespaces="git"${between}${KEY}\n`, 'keys');
      assert.deepEqual(read.ok && read.value.map(({ namespaces }) => namespaces), [['git']]);
    }
    assert.match(faults(parseAllowedSigners, `ana@example.com namespaces="a b" ${KEY}\n`).join(), /exact namespaces/);
  });

  it('is refused for one namespace that is a pattern, wherever it stands', () => {
    for (const list of ['git,*', '*,git', 'git,', '', 'a,!b', 'a b', 'git,?', 'x'.repeat(256)])
      assert.match(
        faults(parseAllowedSigners, `ana@example.com namespaces="${list}" ${KEY}\n`).join(),
        /exact namespaces/,
      );
    const read = parseAllowedSigners(`ana@example.com namespaces="git,file" ${KEY}\n`, 'keys');
    assert.deepEqual(read.ok && read.value[0]?.namespaces, ['git', 'file']);
  });

  it('may be valid from a time on, or up to one, and not for nothing in between', () => {
    for (const options of [
      'valid-after="20260101"',
      'valid-before="20260101"',
      'valid-after="20260101",valid-before="20260102"',
    ])
      assert.deepEqual(faults(parseAllowedSigners, `ana@example.com ${options} ${KEY}\n`), [], options);
    for (const end of ['20260101', '20251231'])
      assert.match(
        faults(parseAllowedSigners, `ana@example.com valid-after="20260101",valid-before="${end}" ${KEY}\n`).join(),
        /later than valid-after/,
      );
  });

  it('says times in the calendar’s days, of years from 1970 to 9999', () => {
    assert.equal(parseCompactUtc('99991231'), Date.UTC(9999, 11, 31));
    assert.equal(parseCompactUtc('20261231'), Date.UTC(2026, 11, 31));
    for (const text of [
      '20261232',
      '20260132',
      '20260431',
      '19691231',
      '20260229',
      '21000229',
      '20261301',
      '20260001',
      '20260100',
    ])
      assert.equal(parseCompactUtc(text), undefined, text);
    assert.equal(parseCompactUtc('20280229'), Date.UTC(2028, 1, 29));
    assert.equal(parseCompactUtc('20000229'), Date.UTC(2000, 1, 29));
  });
});

describe('a request', () => {
  const subject = subjectsOf([file('a.js', 'old();\n', 'new();\n')]);
  const written = (more: object): { bytes: string; path: string } => {
    const bytes = encodeRequest({ ...request('r', subject).request, ...more });
    return { bytes, path: storePath('request', nodeHash.sha256(bytes)) };
  };
  const codes = (bytes: string, path: string): string => {
    const read = parseRequestFile(bytes, path, nodeHash);
    return read.ok ? 'ok' : read.problems.map(({ code, field }) => `${code} ${field}`.trim()).join(', ');
  };

  it('stands under its own name among the requests, and nowhere else', () => {
    const { bytes, path } = written({});
    assert.equal(codes(bytes, path), 'ok');
    for (const other of [
      'request',
      '',
      path.replace('requests', 'signoffs'),
      storePath('signoff', nodeHash.sha256(bytes)),
      storePath('request', 'a'.repeat(64)),
    ])
      assert.equal(codes(bytes, other), 'request-name', other);
  });

  it('names people by one character or more', () => {
    const of = (more: object): string => codes(...(Object.values(written(more)) as [string, string]));
    assert.equal(of({ author: 'a', to: ['b'] }), 'ok');
    assert.equal(of({ author: '' }), 'request-malformed author');
    assert.equal(of({ to: [''] }), 'request-malformed to[0]');
    assert.equal(of({ author: 'a'.repeat(320), to: ['b'.repeat(320)] }), 'ok');
    assert.equal(
      of({ author: 'a'.repeat(321), to: ['b'.repeat(321)] }),
      'request-malformed author, request-malformed to[0]',
    );
  });
});

describe('subjects', () => {
  const named = (name: string, digest: string): ReturnType<typeof subjectsOf>[number] => {
    const [subject] = subjectsOf([file('a.js', 'old();\n', 'new();\n')]);
    assert.ok(subject !== undefined);
    return { ...subject, name, digest: { sha256: digest.repeat(64) } };
  };

  it('are in the order of names, then digests, each once', () => {
    const [a1, a2, b1] = [named('a', '1'), named('a', '2'), named('b', '1')];
    assert.deepEqual(sortSubjects([b1, a2, a1, a2, b1, a1]), [a1, a2, b1]);
    assert.deepEqual([compareSubjects(a1, a2), compareSubjects(a2, a1), compareSubjects(a1, a1)], [-1, 1, 0]);
    assert.deepEqual([compareSubjects(a2, b1), compareSubjects(b1, a2)], [-1, 1]);
  });

  it('are signed two hundred at a time, or fewer where their names are long', () => {
    const many = (count: number, length: number): number[] =>
      portionSubjects(
        Array.from({ length: count }, (_, index) =>
          named(`${'n'.repeat(length)}${String(index).padStart(4, '0')}`, '1'),
        ),
      ).map(({ length: size }) => size);
    assert.deepEqual(many(0, 1), []);
    assert.deepEqual(many(200, 1), [200]);
    assert.deepEqual(many(401, 1), [200, 200, 1]);
    const long = many(120, 4000);
    assert.equal(
      long.reduce((sum, size) => sum + size, 0),
      120,
    );
    assert.ok(long.length === 4 && long.every((size) => size <= 38), JSON.stringify(long));
    // One alone is a portion, however large it is.
    assert.deepEqual(many(2, 200_000), [1, 1]);
  });
});
