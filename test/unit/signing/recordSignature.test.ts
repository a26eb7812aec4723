import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RecordSignature } from '../../../src/core/model/record';
import { decodeBase64, encodeBase64 } from '../../../src/core/signing/base64';
import {
  RECORDER_NAMESPACE,
  RECORD_NAMESPACE,
  certifiedBytes,
  checkRecordSignature,
  isPrincipal,
  recordMessage,
  recordSignatureBlob,
  recorderKeyBlob,
  withSignature,
} from '../../../src/core/signing/recordSignature';
import { encodeRecord, parseRecord, unsignedBytes } from '../../../src/core/sidecar/recordFormat';
import { storePath } from '../../../src/core/sidecar/paths';
import { nodeHash } from '../../../src/node/hash';
import { signWithSshKeygen } from '../../../src/node/sshSign';
import { verifyRaw } from '../../../src/node/sshVerify';
import { QUIET_ENV, keygenAccepts, makeKey, publicLine, temporaryFolder } from './sshTools';

interface Vector {
  readonly seed: string;
  readonly recorderKey: string;
  readonly certified: string;
  readonly text: string;
  readonly digest: string;
}

const vector = JSON.parse(readFileSync('test/fixtures/vectors/record-signed.json', 'utf8')) as Vector;

function check(bytes: string): RecordSignature {
  const read = parseRecord(bytes, 'record');
  assert.ok(read.ok, JSON.stringify(read));
  return checkRecordSignature({ hash: nodeHash, verifyRaw }, read.value, bytes);
}

type Line = Readonly<Record<string, unknown>>;

function lineOf(bytes: string): Line {
  const last = bytes.trimEnd().split('\n').at(-1) ?? '';
  return (JSON.parse(last) as { signature: Line }).signature;
}

/** The vector with other things in its signature line. */
function withLine(change: (line: Line) => Line): RecordSignature {
  const { text } = vector;
  return check(`${unsignedBytes(text)}${JSON.stringify({ signature: change(lineOf(text)) })}\n`);
}

describe('a signed record', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(() => folder.remove());

  it('of the vector: signature, certification, and what each is over', () => {
    const { text, digest, seed, recorderKey, certified } = vector;
    assert.equal(nodeHash.sha256(text), digest);
    const found = check(text);
    assert.ok(found.kind === 'holds', JSON.stringify(found));
    const { principal, until, keyBlob } = found;
    assert.deepEqual([principal, until, keyBlob], ['bo@example.com', '2027-11-20T00:00:00Z', recorderKey]);
    assert.equal(certifiedBytes({ key: keyBlob, principal, until }), certified);
    // Ed25519 has one signature per key and message: the whole line can be made again from the seed.
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const raw = sign(null, Buffer.from(recordMessage(nodeHash, unsignedBytes(text)), 'latin1'), key);
    const sig = recordSignatureBlob(decodeBase64(recorderKey) ?? '', raw.toString('latin1'));
    assert.equal(encodeBase64(sig), lineOf(text)['sig']);
    const certificate = String(lineOf(text)['certificate']);
    assert.equal(withSignature(unsignedBytes(text), { principal, until, certificate, sig: encodeBase64(sig) }), text);
    const point = Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url').toString('latin1');
    assert.equal(encodeBase64(recorderKeyBlob(point)), recorderKey);
  });

  it('stands in docs/sidecar-format.md as it is', () => {
    const page = readFileSync('docs/sidecar-format.md', 'utf8');
    assert.ok(page.includes(vector.text.trimEnd().split('\n').at(-1) ?? 'nothing'));
    assert.ok(page.includes(vector.certified) && page.includes(vector.digest));
  });

  it('is checked by stock ssh-keygen too, both signatures, each in its own namespace alone', () => {
    const { text, recorderKey, certified } = vector;
    const found = check(text);
    assert.ok(found.kind === 'holds');
    const accepts = (signer: string, namespace: string, field: string, message: string): boolean => {
      const blob = decodeBase64(String(lineOf(text)[field])) ?? '';
      return keygenAccepts(
        folder.path,
        `bo@example.com ssh-ed25519 ${signer}\n`,
        'bo@example.com',
        namespace,
        blob,
        message,
      );
    };
    assert.ok(accepts(recorderKey, RECORD_NAMESPACE, 'sig', unsignedBytes(text)));
    assert.ok(accepts(found.certifier, RECORDER_NAMESPACE, 'certificate', certified));
    assert.ok(!accepts(recorderKey, RECORD_NAMESPACE, 'sig', unsignedBytes(text).replace('"ai"', '"human"')));
    assert.ok(!accepts(recorderKey, RECORDER_NAMESPACE, 'sig', unsignedBytes(text)));
  });

  it('is checked by the command that docs/sidecar-format.md gives, which refuses an edited one', () => {
    const [, script = 'false'] = /```sh\n([^]*?)```/.exec(readFileSync('docs/sidecar-format.md', 'utf8')) ?? [];
    const file = join(folder.path, storePath('provenance', vector.digest));
    mkdirSync(dirname(file), { recursive: true });
    const run = (text: string): number | null => {
      writeFileSync(file, text, 'latin1');
      return spawnSync('bash', ['-c', script], { cwd: folder.path, env: QUIET_ENV, stdio: 'pipe' }).status;
    };
    assert.equal(run(vector.text), 0);
    assert.notEqual(run(vector.text.replace('"ai"', '"human"')), 0);
  });

  const broken: readonly (readonly [string, (line: Line) => Line, RegExp])[] = [
    ['nothing in it', () => ({}), /not of the form/],
    ['no principal', (line) => ({ ...line, principal: undefined }), /not of the form/],
    ['a number for a time', (line) => ({ ...line, until: 1 }), /not of the form/],
    ['no signature', (line) => ({ ...line, sig: undefined }), /not of the form/],
    ['base64 that is none', (line) => ({ ...line, certificate: 'AA=A' }), /not of the form/],
    ['an empty principal', (line) => ({ ...line, principal: '' }), /names no person/],
    [
      'a principal of two lines',
      (line) => ({ ...line, principal: 'bo@example.com\nana@example.com' }),
      /names no person/,
    ],
    ['a lone surrogate', (line) => ({ ...line, principal: 'bo@example.com\ud800' }), /names no person/],
    ['a time without zone', (line) => ({ ...line, until: '2027-11-20T00:00:00' }), /no time in UTC/],
    ['no SSH signature', (line) => ({ ...line, sig: 'AAAA' }), /its signature does not belong to it/],
    [
      'the certification for its signature',
      (line) => ({ ...line, sig: line['certificate'] }),
      /its signature does not/,
    ],
    ['its signature for the certification', (line) => ({ ...line, certificate: line['sig'] }), /certification of its/],
    ['another person', (line) => ({ ...line, principal: 'ana@example.com' }), /certification of its recorder's key/],
    ['a later time', (line) => ({ ...line, until: '2037-11-20T00:00:00Z' }), /certification of its recorder's key/],
  ];
  for (const [name, change, reason] of broken) {
    it(`does not hold with ${name}`, () => {
      const found = withLine(change);
      assert.ok(found.kind === 'broken', JSON.stringify(found));
      assert.match(found.reason, reason);
    });
  }

  it('is not signed without the line, and a field more in the line does not matter', () => {
    assert.deepEqual(check(unsignedBytes(vector.text)), { kind: 'none' });
    assert.equal(withLine((line) => ({ ...line, later: 1 })).kind, 'holds');
  });

  it('is not one when an SSH key of another type signs the record itself', async () => {
    const key = makeKey(folder.path, 'ecdsa', ['ecdsa']);
    const signed = await signWithSshKeygen({
      keyFile: key,
      namespace: RECORD_NAMESPACE,
      message: unsignedBytes(vector.text),
    });
    assert.ok(signed.ok);
    const found = withLine((line) => ({ ...line, sig: encodeBase64(signed.value) }));
    assert.ok(found.kind === 'broken');
    assert.match(found.reason, /of type ssh-ed25519/);
    assert.match(publicLine(key), /^ecdsa/);
  });

  it('is read as the same record, and written without its signature', () => {
    const read = parseRecord(vector.text, 'record');
    assert.ok(read.ok);
    assert.equal(encodeRecord(read.value), unsignedBytes(vector.text));
    const more = `${vector.text}${unsignedBytes(vector.text).split('\n')[2] ?? ''}\n`;
    assert.equal(parseRecord(more, 'record').ok, false, 'nothing may stand after the signature');
    assert.equal(parseRecord(`${unsignedBytes(vector.text)}{"signature":"x"}\n`, 'record').ok, false);
  });

  it('names a principal of 1 to 320 characters', () => {
    assert.ok(isPrincipal('b') && !isPrincipal(''));
    assert.ok(isPrincipal('b'.repeat(320)));
    assert.ok(!isPrincipal('b'.repeat(321)));
  });
});
