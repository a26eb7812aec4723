/** One question to both verifiers: may this signature pass for this principal, by these files, at this time? */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, Result } from '../../../src/core/model/problem';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { pae } from '../../../src/core/signing/dsse';
import { parseRevokedKeys } from '../../../src/core/signing/revokedKeys';
import { signerAt } from '../../../src/core/signing/signerAt';
import { armourSignature, unarmourSignature, verifySshSignature } from '../../../src/core/signing/sshsig';
import type { SshSigner } from '../../../src/core/signing/sshsig';
import { PAYLOAD_TYPE, SIGNOFF_NAMESPACE, parseSignoffFile } from '../../../src/core/signing/statement';
import { fromUtf8, utf8 } from '../../../src/core/text/bytes';
import { nodeHash } from '../../../src/node/hash';
import { verifyRaw } from '../../../src/node/sshVerify';
import { QUIET_ENV } from './sshTools';

const ports = { hash: nodeHash, verifyRaw };

/** Files as UTF-8 text; what is marked as bytes is a binary string. */
export interface Question {
  readonly signers: string;
  readonly revoked?: string;
  /** Raw SSHSIG blob, as bytes; or the armoured text; or a sign-off's file, whose message is its own. */
  readonly blob?: string;
  readonly armour?: string;
  readonly envelope?: { readonly bytes: string; readonly path: string };
  /** Bytes. */
  readonly message: string;
  readonly principal: string;
  readonly namespace: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** What we say: `ok`, or the code of the first thing that is wrong, with its field and message. */
export interface Answer {
  readonly code: string;
  readonly detail: string;
}

/** `ok`, or the code of the first thing that is wrong. */
export function ourVerdict(question: Question): string {
  return ourAnswer(question).code;
}

/** The same with its reason. */
export function ourAnswer(question: Question): Answer {
  const { principal, time, message, envelope } = question;
  // A sign-off's file is only ever asked about as a sign-off.
  const namespace = envelope === undefined ? question.namespace : SIGNOFF_NAMESPACE;
  const signers = parseAllowedSigners(asRead(question.signers), 'allowed_signers');
  if (!signers.ok) return firstOf(signers.problems);
  const revoked = parseRevokedKeys(asRead(question.revoked ?? ''), 'revoked_keys');
  if (!revoked.ok) return firstOf(revoked.problems);
  const blob = question.armour === undefined ? (question.blob ?? '') : unarmourSignature(question.armour);
  if (blob === undefined) return { code: 'armour', detail: '' };
  const signature: Result<Omit<SshSigner, 'keyType'>> =
    envelope === undefined
      ? verifySshSignature(ports, blob, message, namespace)
      : parseSignoffFile(envelope.bytes, envelope.path, ports);
  if (!signature.ok) return firstOf(signature.problems);
  const keys = { signers: signers.value, revoked: revoked.value };
  const { keyBlob, userVerified } = signature.value;
  const found = signerAt(keys, { keyBlob, userVerified, principal, namespace, time });
  return found.found ? { code: 'ok', detail: '' } : { code: found.code, detail: found.reason };
}

function firstOf(problems: readonly Problem[]): Answer {
  const [first] = problems;
  return { code: first?.code ?? '', detail: `${first?.field ?? ''}: ${first?.message ?? ''}` };
}

/** What stock ssh-keygen says, in UTC. */
export function theirVerdict(folder: string, asked: Question): { readonly ok: boolean; readonly said: string } {
  const question = asked.envelope === undefined ? asked : taken(asked, asked.envelope);
  if (question === undefined) return { ok: false, said: 'no sign-off, or of another name' };
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

/**
 * A sign-off's file taken apart as docs/signoff-format.md §7 tells an auditor to: by any reader of JSON, with the payload
 * type that it ought to have, and with the name compared. Undefined where nothing is left to check.
 */
function taken(question: Question, { bytes, path }: { bytes: string; path: string }): Question | undefined {
  try {
    const json = JSON.parse(fromUtf8(bytes)) as { payload: string; signatures: { sig: string }[] };
    const payload = Buffer.from(json.payload, 'base64').toString('latin1');
    if (!path.includes(nodeHash.sha256(payload))) return undefined;
    const sig = json.signatures[0]?.sig ?? '';
    const armour = `-----BEGIN SSH SIGNATURE-----\n${sig}\n-----END SSH SIGNATURE-----\n`;
    return { ...question, namespace: SIGNOFF_NAMESPACE, message: pae(PAYLOAD_TYPE, payload), armour };
  } catch {
    return undefined;
  }
}

/** Text on its way through a file. */
function asRead(text: string): string {
  return fromUtf8(utf8(text));
}
