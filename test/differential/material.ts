/** Honest signatures to begin with: of each kind of key, with certificates, by hardware keys, as a whole sign-off. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64 } from '../../src/core/signing/base64';
import { signWithSshKeygen } from '../../src/node/sshSign';
import { certify, makeKey, publicLine, QUIET_ENV } from '../unit/signing/sshTools';
import { softwareKey } from '../unit/signing/softwareKeys';
import { signPayload, signedPayload } from '../unit/signing/signoff';
import type { Question } from '../unit/signing/verdicts';

export const ANA = 'ana@example.com';
const NAMESPACE = 'signoff.v1@countersign.dev';
/** Within the sign-off's own times, which no verifier of signatures looks at. */
const NOW = Date.UTC(2026, 10, 22, 12);

/** An honest question and what it was made of. */
export interface Start {
  readonly name: string;
  readonly question: Question;
  /** `type base64` of the line that lets it pass, and the options that the line needs. */
  readonly key: string;
  readonly options: string;
}

export interface Material {
  readonly starts: readonly [Start, ...Start[]];
  /** Keys, `type base64`: those in use, those of authorities, and strangers. */
  readonly keys: readonly [string, ...string[]];
  /** Certificates as text: what may stand in no file of ours. */
  readonly certificates: readonly [string, ...string[]];
}

interface Vector {
  readonly title: string;
  readonly key: string;
  readonly namespace: string;
  readonly message: string;
  readonly sig: string;
}

/** Makes keys in a folder. RSA keys take seconds to make: without `rsa` the test vectors' signature stands for them. */
export async function makeMaterial(folder: string, rsa: boolean): Promise<Material> {
  const own = mkdtempSync(join(folder, 'material-'));
  const types: (readonly string[])[] = [
    ['ed25519'],
    ['ecdsa', '-b', '256'],
    ['ecdsa', '-b', '384'],
    ['ecdsa', '-b', '521'],
  ];
  if (rsa) types.push(['rsa', '-b', '3072'], ['rsa', '-b', '2048']);
  const authority = makeKey(own, 'authority', ['ecdsa']);
  const starts: Start[] = [];
  const certificates: string[] = [];
  const keys = [keyOf(authority), keyOf(makeKey(own, 'stranger', ['ed25519']))];
  for (const type of types) {
    const name = type.join('');
    const file = makeKey(own, name, type);
    starts.push(start(name, keyOf(file), '', await signed(file)));
    keys.push(keyOf(file));
    const variants: readonly (readonly string[])[] = [
      ['-V', '20261122100000Z:20261122140000Z'],
      ['-V', '20261122120000Z:20261122120001Z'],
      ['-O', 'verify-required'],
      ['-O', 'force-command=true'],
      ['-h'],
    ];
    const some = type[0] === 'ed25519' || rsa ? variants : variants.slice(0, 1);
    for (const [index, options] of some.entries()) {
      const certificate = certify(authority, `${file}.pub`, index === 0 ? ANA : `${ANA},bo@example.com`, ...options);
      const blob = await signed(certificate);
      starts.push(start(`${name} certificate ${options.join(' ')}`, keyOf(authority), 'cert-authority', blob));
      certificates.push(keyOf(certificate.replace(/\.pub$/, '')));
    }
  }
  for (const kind of ['ed25519', 'ecdsa'] as const) {
    const soft = softwareKey(kind);
    const file = join(own, `sk-${kind}.pub`);
    writeFileSync(file, `${soft.line}\n`);
    const certificate = certify(authority, file, ANA, '-O', 'verify-required');
    const blob = decodeBase64(readFileSync(certificate, 'utf8').split(' ')[1] ?? '') ?? '';
    keys.push(soft.line);
    for (const flags of [0, 1, 5]) {
      starts.push(start(`sk-${kind}, flags ${flags}`, soft.line, '', soft.sign(MESSAGE, NAMESPACE, flags)));
      const certified = soft.sign(MESSAGE, NAMESPACE, flags, blob);
      starts.push(start(`sk-${kind} certificate, flags ${flags}`, keyOf(authority), 'cert-authority', certified));
    }
  }
  for (const each of rsa ? [] : vectors().filter(({ title }) => title.startsWith('rsa'))) {
    const question = { message: each.message, namespace: each.namespace };
    const made = start(each.title, each.key, '', decodeBase64(each.sig) ?? '');
    starts.push({ ...made, question: { ...made.question, ...question } });
  }
  starts.push(await signoff(join(own, 'ed25519')));
  const [first, ...rest] = starts;
  const [key = '', ...moreKeys] = keys;
  const [certificate = '', ...moreCertificates] = certificates;
  if (first === undefined) throw new Error('no material');
  return { starts: [first, ...rest], keys: [key, ...moreKeys], certificates: [certificate, ...moreCertificates] };
}

const MESSAGE = 'DSSEv1 4 text 5 a\0\xff\xe9\n';

function start(name: string, key: string, options: string, blob: string): Start {
  const signers = `${ANA} ${options === '' ? '' : `${options} `}${key}\n`;
  const question = { signers, blob, message: MESSAGE, principal: ANA, namespace: NAMESPACE, time: NOW };
  return { name, question, key, options };
}

async function signoff(keyFile: string): Promise<Start> {
  const { path, bytes } = await signPayload(keyFile, await signedPayload(keyFile));
  const made = start('a whole sign-off', keyOf(keyFile), '', '');
  const { blob: _, ...question } = made.question;
  return { ...made, question: { ...question, envelope: { bytes, path } } };
}

async function signed(keyFile: string): Promise<string> {
  const result = await signWithSshKeygen({ keyFile, namespace: NAMESPACE, message: MESSAGE, env: QUIET_ENV });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.value;
}

function keyOf(file: string): string {
  return publicLine(file).split(' ').slice(0, 2).join(' ');
}

function vectors(): readonly Vector[] {
  const file = join(__dirname, '..', 'fixtures', 'vectors', 'sshsig.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly valid: readonly Vector[] }).valid;
}
