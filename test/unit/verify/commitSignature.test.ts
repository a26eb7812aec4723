/** A commit's signature: which bytes it is over, and for whom it speaks. Real commits, real keys. */
import assert from 'node:assert/strict';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { commitPrincipals, signedCommit } from '../../../src/core/verify/commitSignature';
import { nodeHash } from '../../../src/node/hash';
import { verifyRaw } from '../../../src/node/sshVerify';
import type { Person } from '../../support/repository';
import { TestRepository, person } from '../../support/repository';
import { certify } from '../signing/sshTools';

const [ana, bo] = [person('ana'), person('bo')];

/** The bytes of a commit that this key signed. */
function commitBytes(key: string, message = 'Change', tampered?: (bytes: string) => string): string {
  const repo = new TestRepository().as(ana).write('a', '1\n');
  repo.git('add', '-A');
  repo.git('-c', `user.signingkey=${key}`, 'commit', '-q', '-S', '-m', message);
  const bytes = Buffer.from(`${repo.git('cat-file', 'commit', 'HEAD')}\n`, 'utf8').toString('latin1');
  return tampered === undefined ? bytes : tampered(bytes);
}

function speaksFor(bytes: string, lines: string, emails: readonly string[] = [], now = Date.now()): string[] {
  const signers = parseAllowedSigners(lines, 'allowed_signers');
  assert.ok(signers.ok, JSON.stringify(signers));
  const trust = { keys: { signers: signers.value, revoked: [] }, now };
  return commitPrincipals({ hash: nodeHash, verifyRaw }, trust, bytes, emails);
}

const line = (who: Person, principals = who.email): string => `${principals} ${who.publicKey}\n`;

describe('the signature of a commit', () => {
  const signed = commitBytes(ana.key, 'Subject\n\ngpgsig in the body\n indented there');

  it('speaks for the principals of its key, whatever the names on the commit', () => {
    assert.deepEqual(speaksFor(signed, line(ana)), ['ana@example.com']);
    assert.deepEqual(speaksFor(signed, line(ana, 'ana@example.com,ana@home.example') + line(bo)), [
      'ana@example.com',
      'ana@home.example',
    ]);
    assert.deepEqual(speaksFor(signed, line(bo), ['ana@example.com', 'bo@example.com']), []);
    assert.deepEqual(speaksFor(signed, line(ana) + line(bo), ['bo@example.com']), ['ana@example.com']);
  });

  it('speaks for nobody once a byte of the commit or of the signature is another, or a header is put in', () => {
    const changes: ((bytes: string) => string)[] = [
      (bytes) => bytes.replace('Subject', 'subject'),
      (bytes) => bytes.replace('author ana', 'author bo'),
      (bytes) => bytes.replace(' indented there', '  indented there'),
      (bytes) => bytes.replace('\ntree', '\n tree').replace(/^tree/, 'tree '),
      (bytes) => bytes.replace('committer', 'note x\ncommitter'),
      (bytes) => bytes.replace('\ngpgsig ', '\nnot gpgsig -----BEGIN\ngpgsig '),
      (bytes) => bytes.replace('gpgsig ', ' gpgsig '),
    ];
    for (const change of changes) {
      assert.notEqual(change(signed), signed);
      assert.deepEqual(speaksFor(change(signed), line(ana)), [], String(change));
    }
  });

  it('is one: with two of them nobody is believed', () => {
    const header = /\ngpgsig [^]*?-----END SSH SIGNATURE-----/.exec(signed)?.[0] ?? '';
    assert.notEqual(header, '');
    assert.deepEqual(speaksFor(signed.replace(header, header + header), line(ana)), []);
    assert.deepEqual(
      speaksFor(signed.replace(header, header + header.replace('gpgsig', 'gpgsig-sha256')), line(ana)),
      [],
    );
    assert.equal(signedCommit(signed.replace(header, '')), undefined);
    assert.equal(signedCommit(''), undefined);
    assert.deepEqual(speaksFor(signed.replace(header, ''), line(ana)), []);
  });

  it('is over all but its own header, whose further lines are indented', () => {
    const bytes = 'tree 1\ngpgsig one\n two\n \nencoding x\n more\n\nSubject\n\ngpgsig three\n four\n';
    assert.deepEqual(signedCommit(bytes), {
      payload: 'tree 1\nencoding x\n more\n\nSubject\n\ngpgsig three\n four\n',
      signature: 'one\ntwo\n',
    });
    assert.deepEqual(signedCommit('tree 1\n before\ngpgsig-sha256 one\n'), {
      payload: 'tree 1\n before\n',
      signature: 'one\n',
    });
    assert.deepEqual(signedCommit('gpgsig one'), { payload: '', signature: 'one\n' });
    assert.equal(signedCommit('tree 1\nother gpgsig one\n\nSubject'), undefined);
    assert.equal(signedCommit('tree 1\n gpgsig one\n\nSubject'), undefined);
  });

  it('by a certificate speaks for those of its principals that the commit names', () => {
    const authority = person('authority');
    const certificate = certify(authority.key, `${bo.key}.pub`, 'bo@example.com,dan@example.com');
    const bytes = commitBytes(certificate);
    const lines = `bo@example.com,dan@example.com cert-authority ${authority.publicKey}\n`;
    assert.deepEqual(speaksFor(bytes, lines, ['bo@example.com', 'cy@example.com']), ['bo@example.com']);
    assert.deepEqual(speaksFor(bytes, lines), []);
  });

  it('counts only while its key does, and in the namespace of git', () => {
    const valid = `ana@example.com valid-before="20260101" ${ana.publicKey}\n`;
    assert.deepEqual(speaksFor(signed, valid, [], Date.UTC(2025, 11, 31)), ['ana@example.com']);
    assert.deepEqual(speaksFor(signed, valid, [], Date.UTC(2026, 0, 2)), []);
    assert.deepEqual(speaksFor(signed, `ana@example.com namespaces="file" ${ana.publicKey}\n`), []);
    assert.deepEqual(speaksFor(signed, `ana@example.com namespaces="git" ${ana.publicKey}\n`), ['ana@example.com']);
  });
});
