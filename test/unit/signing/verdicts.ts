/** One question to both verifiers: may this signature pass for this principal, by these files, at this time? */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { parseRevokedKeys } from '../../../src/core/signing/revokedKeys';
import { signerAt } from '../../../src/core/signing/signerAt';
import { armourSignature, unarmourSignature, verifySshSignature } from '../../../src/core/signing/sshsig';
import { fromUtf8, utf8 } from '../../../src/core/text/bytes';
import { nodeHash } from '../../../src/node/hash';
import { verifyRaw } from '../../../src/node/sshVerify';
import { QUIET_ENV } from './sshTools';

/** Files as UTF-8 text; what is marked as bytes is a binary string. */
export interface Question {
  readonly signers: string;
  readonly revoked?: string;
  /** Raw SSHSIG blob, as bytes; or the armoured text. */
  readonly blob?: string;
  readonly armour?: string;
  /** Bytes. */
  readonly message: string;
  readonly principal: string;
  readonly namespace: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** `ok`, or the code of the first thing that is wrong. */
export function ourVerdict(question: Question): string {
  const { principal, namespace, time, message } = question;
  const signers = parseAllowedSigners(asRead(question.signers), 'allowed_signers');
  if (!signers.ok) return signers.problems[0]?.code ?? '';
  const revoked = parseRevokedKeys(asRead(question.revoked ?? ''), 'revoked_keys');
  if (!revoked.ok) return revoked.problems[0]?.code ?? '';
  const blob = question.armour === undefined ? question.blob : unarmourSignature(question.armour);
  if (blob === undefined) return 'armour';
  const signature = verifySshSignature({ hash: nodeHash, verifyRaw }, blob, message, namespace);
  if (!signature.ok) return signature.problems[0]?.code ?? '';
  const keys = { signers: signers.value, revoked: revoked.value };
  const found = signerAt(keys, { ...signature.value, principal, namespace, time });
  return found.found ? 'ok' : found.code;
}

/** What stock ssh-keygen says, in UTC. */
export function theirVerdict(folder: string, question: Question): { readonly ok: boolean; readonly said: string } {
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(content, 'latin1'));
    return path;
  };
  const signers = file('signers', utf8(question.signers));
  const signature = file('signature', question.armour ?? armourSignature(question.blob ?? ''));
  const revoked = question.revoked === undefined ? [] : ['-r', file('revoked', utf8(question.revoked))];
  const time = new Date(question.time).toISOString().replace(/\D/g, '').slice(0, 14);
  const { status, stdout, stderr } = spawnSync(
    'ssh-keygen',
    ['-Y', 'verify', '-f', signers, '-I', question.principal, '-n', question.namespace, '-s', signature]
      .concat(revoked)
      .concat(`-Overify-time=${time}Z`),
    { input: Buffer.from(question.message, 'latin1'), env: QUIET_ENV, encoding: 'utf8' },
  );
  return { ok: status === 0, said: `${stdout}${stderr}`.trim() };
}

/** Text on its way through a file. */
function asRead(text: string): string {
  return fromUtf8(utf8(text));
}
