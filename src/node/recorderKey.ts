/** A recorder's key: made here, certified by the author's SSH key, and what signs records with it. */
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Result } from '../core/model/problem';
import { failure, success } from '../core/model/problem';
import { decodeBase64, encodeBase64 } from '../core/signing/base64';
import {
  RECORDER_NAMESPACE,
  certifiedBytes,
  checkRecordSignature,
  isPrincipal,
  recordMessage,
  recordSignatureBlob,
  recorderKeyBlob,
  withSignature,
} from '../core/signing/recordSignature';
import { verifySshSignature } from '../core/signing/sshsig';
import { parseRecord } from '../core/sidecar/recordFormat';
import { nodeHash } from './hash';
import { replaceFile } from './ownedFile';
import type { RecordSigner, RecorderKeyFile } from './recorderFile';
import { readRecorder, recorderFile } from './recorderFile';
import type { SignRequest } from './sshSign';
import { signWithSshKeygen } from './sshSign';
import { verifyRaw } from './sshVerify';

/** What signs this author's records; undefined where there is no key, or its certification has ended. */
export function recordSigner(email: string, env: NodeJS.ProcessEnv = process.env): RecordSigner | undefined {
  if (!existsSync(recorderFile(email, env))) return undefined;
  const key = readRecorder(email, env);
  if (key === undefined || !(Date.parse(key.until) > Date.now())) return undefined;
  return signerWith(key);
}

/** What signs with a key. A key that can't be loaded signs nothing. */
export function signerWith(key: RecorderKeyFile): RecordSigner | undefined {
  const { principal, until, certificate } = key;
  const keyBlob = decodeBase64(key.keyBlob);
  const handle = privateKeyOf(key);
  if (keyBlob === undefined || handle === undefined) return undefined;
  return {
    sign: (bytes) => {
      const raw = sign(null, Buffer.from(recordMessage(nodeHash, bytes), 'latin1'), handle).toString('latin1');
      const sig = encodeBase64(recordSignatureBlob(keyBlob, raw));
      return withSignature(bytes, { principal, until, certificate, sig });
    },
    isOwn: (bytes) => {
      const read = parseRecord(bytes, '');
      const found = read.ok ? checkRecordSignature({ hash: nodeHash, verifyRaw }, read.value, bytes) : undefined;
      return found?.kind === 'holds' && found.keyBlob === key.keyBlob;
    },
  };
}

function privateKeyOf({ privateKey }: RecorderKeyFile): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

/** The key that certifies, and for whom. */
export interface CertifyRequest extends Omit<SignRequest, 'namespace' | 'message'> {
  /** As in `allowed_signers`. */
  readonly principal: string;
  /** Addresses under which the key is kept: those of the author's commits. */
  readonly email: string;
  /** Epoch milliseconds. */
  readonly until: number;
  /** The key that is there already, to be certified anew. */
  readonly present: RecorderKeyFile | undefined;
}

/** Makes a recorder's key, or takes the present one, has it certified, and keeps it. Problems as of `signWithSshKeygen`. */
export async function certifyRecorder(request: CertifyRequest): Promise<Result<RecorderKeyFile>> {
  const { principal, email, present, ...signing } = request;
  if (!isPrincipal(principal)) {
    const message = `expected an e-mail address, found ${JSON.stringify(principal)}; run: git config user.email`;
    return failure({ code: 'no-author', path: '', field: 'user.email', message });
  }
  const key = present ?? newKey();
  const until = new Date(Math.floor(request.until / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const message = certifiedBytes({ key: key.keyBlob, principal, until });
  const signed = await signWithSshKeygen({ ...signing, namespace: RECORDER_NAMESPACE, message });
  if (!signed.ok) return signed;
  // A signature that could never be checked must not be found out at the gate.
  const checked = verifySshSignature({ hash: nodeHash, verifyRaw }, signed.value, message, RECORDER_NAMESPACE);
  if (!checked.ok) return failure(...checked.problems.map((each) => ({ ...each, path: request.keyFile })));
  const { keyBlob, privateKey } = key;
  const certificate = encodeBase64(signed.value);
  const kept: RecorderKeyFile = { recorder: 1, principal, until, certificate, keyBlob, privateKey };
  const file = recorderFile(email, request.env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceFile(file, kept);
  chmodSync(file, 0o600);
  return success(kept);
}

function newKey(): Pick<RecorderKeyFile, 'keyBlob' | 'privateKey'> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('latin1');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return { keyBlob: encodeBase64(recorderKeyBlob(point)), privateKey: der.toString('base64') };
}
