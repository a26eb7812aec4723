import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Mode, Region } from '../../../src/core/model/change';
import type { SignoffStatement } from '../../../src/core/model/signoff';
import type { ObjectAnnotations, Subject } from '../../../src/core/model/span';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { signerAt } from '../../../src/core/signing/signerAt';
import { decodeBase64 } from '../../../src/core/signing/base64';
import { encodeEnvelope, pae, parseEnvelope } from '../../../src/core/signing/dsse';
import { checkTextSubject, hashBudget, makeObjectSubject, makeTextSubject } from '../../../src/core/signing/span';
import { keyFingerprint, verifySshSignature } from '../../../src/core/signing/sshsig';
import { encodeStatement, parseSignoffFile, PAYLOAD_TYPE } from '../../../src/core/signing/statement';
import { sideView } from '../../../src/core/signing/spanDigest';
import { windowBytes } from '../../../src/core/signing/window';
import { utf8 } from '../../../src/core/text/bytes';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';
import { verifyRaw } from '../../../src/node/sshVerify';
import { temporaryFolder } from './sshTools';
import { ourVerdict, theirVerdict } from './verdicts';

// The vectors were made by another program from the text of docs/signoff-format.md and by ssh-keygen, not by this code.
interface TextVector {
  readonly title: string;
  readonly repo: string;
  readonly path: string;
  readonly oldMode: Mode;
  readonly newMode: Mode;
  readonly before: string;
  readonly after: string;
  readonly region: Region;
  readonly expected: Subject & { readonly annotations: { readonly k: number } };
  readonly preWindowHex?: string;
  readonly postWindowHex?: string;
}
interface ObjectVector {
  readonly title: string;
  readonly repo: string;
  readonly expected: Subject & { readonly annotations: ObjectAnnotations };
}
interface SignatureVector {
  readonly title: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly namespace: string;
  readonly message: string;
  readonly sig: string;
  readonly code: string;
  /** Of hardware keys and of certificates. */
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
}
interface SignerVector {
  readonly title: string;
  readonly allowedSigners: string;
  readonly revokedKeys: string;
  readonly principal: string;
  readonly namespace: string;
  readonly time: string;
  readonly message: string;
  readonly sig: string;
  readonly code: string;
  readonly sshKeygen: boolean;
}
interface SignoffVector {
  readonly allowedSigners: string;
  readonly namespace: string;
  readonly path: string;
  readonly statement: SignoffStatement;
  readonly payload: string;
  readonly paeSha256: string;
  readonly envelope: string;
  readonly keyid: string;
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(`test/fixtures/vectors/${name}.json`, 'utf8'));
}

describe('test vectors', () => {
  const spans = load('span') as { text: TextVector[]; objects: ObjectVector[] };
  for (const vector of spans.text) {
    it(`span: ${vector.title}`, () => {
      const { expected, region, oldMode, newMode } = vector;
      const file = { ...vector, beforeLines: rawLines(vector.before), afterLines: rawLines(vector.after) };
      assert.deepEqual(makeTextSubject(nodeHash, file), expected);
      const { k } = expected.annotations;
      const hex = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex');
      const pre = windowBytes(sideView(oldMode, file.beforeLines), region.beforeStart, region.beforeCount, k);
      const post = windowBytes(sideView(newMode, file.afterLines), region.afterStart, region.afterCount, k);
      if (vector.preWindowHex !== undefined) assert.equal(hex(pre), vector.preWindowHex);
      if (vector.postWindowHex !== undefined) assert.equal(hex(post), vector.postWindowHex);
      const hints = [region];
      assert.equal(checkTextSubject(nodeHash, expected, { ...file, hints }, hashBudget()).covered, true);
    });
  }
  for (const { title, repo, expected } of spans.objects) {
    it(`object: ${title}`, () => {
      const { name: path, annotations } = expected;
      assert.deepEqual(makeObjectSubject(nodeHash, { repo, path, annotations }), expected);
    });
  }

  const signatures = load('sshsig') as { valid: SignatureVector[]; invalid: SignatureVector[] };
  const verify = (vector: SignatureVector): ReturnType<typeof verifySshSignature> => {
    const blob = decodeBase64(vector.sig) ?? '';
    return verifySshSignature({ hash: nodeHash, verifyRaw }, blob, vector.message, vector.namespace);
  };
  for (const vector of signatures.valid) {
    it(`signature: ${vector.title}`, () => {
      const result = verify(vector);
      assert.ok(result.ok, JSON.stringify(result));
      assert.equal(`${result.value.keyType} ${result.value.keyBlob}`, vector.key);
      assert.equal(keyFingerprint(nodeHash, result.value.keyBlob), vector.fingerprint);
      const { userPresent = false, userVerified = false } = vector;
      assert.deepEqual([result.value.userPresent, result.value.userVerified], [userPresent, userVerified]);
    });
  }
  for (const vector of signatures.invalid) {
    it(`no signature: ${vector.title}`, () => {
      const result = verify(vector);
      assert.equal(result.ok ? 'ok' : result.problems[0]?.code, vector.code);
    });
  }

  const folder = temporaryFolder();
  after(folder.remove);
  for (const vector of (load('signers') as { cases: SignerVector[] }).cases) {
    it(`signer: ${vector.title}`, () => {
      const { allowedSigners, revokedKeys, principal, namespace, message } = vector;
      const question = {
        signers: allowedSigners,
        revoked: revokedKeys,
        blob: decodeBase64(vector.sig) ?? '',
        message,
        principal,
        namespace,
        time: Date.parse(vector.time),
      };
      assert.equal(ourVerdict(question), vector.code);
      assert.equal(theirVerdict(folder.path, question).ok, vector.sshKeygen, 'ssh-keygen');
    });
  }

  it('a whole sign-off, from statement to file', () => {
    const vector = load('signoff') as SignoffVector;
    const payload = utf8(vector.payload);
    assert.equal(encodeStatement(vector.statement), payload);
    assert.equal(nodeHash.sha256(pae(PAYLOAD_TYPE, payload)), vector.paeSha256);
    const envelope = parseEnvelope(vector.envelope, vector.path);
    assert.ok(envelope.ok);
    assert.equal(encodeEnvelope(envelope.value), vector.envelope);
    const result = parseSignoffFile(vector.envelope, vector.path, { hash: nodeHash, verifyRaw });
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.value.statement, vector.statement);
    const signers = parseAllowedSigners(vector.allowedSigners, 'allowed_signers');
    assert.ok(signers.ok);
    const { principal } = vector.statement.predicate.reviewer;
    const keys = { signers: signers.value, revoked: [] };
    const question = { ...result.value, principal, namespace: vector.namespace, time: 0 };
    assert.equal(signerAt(keys, question).found, true);
  });
});
