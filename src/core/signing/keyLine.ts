/** A public key as text: `type base64 comment`, as in `.pub` files, `allowed_signers` and `revoked_keys`. */
import { decodeBase64 } from './base64';
import { certifiedType, parseSshCertificate } from './certificate';
import { parseSshKey } from './sshWire';

/** Type and blob (base64) as they stand in the text; the blob is a key of this very type, or a certificate. */
export interface KeyText {
  readonly keyType: string;
  readonly keyBlob: string;
  readonly certificate: boolean;
  readonly comment: string;
}

/** Reads a key's text, or says why it is none. Lines are the caller's. */
export function readKeyText(text: string): KeyText | string {
  const [keyType = '', keyBlob = '', ...comment] = text.split(/[ \t]+/);
  if (!isKeyType(keyType)) {
    return `expected a key type such as ssh-ed25519, found ${JSON.stringify(keyType.slice(0, 64))}`;
  }
  const blob = decodeBase64(keyBlob);
  if (blob === undefined || blob === '')
    return 'expected the public key in base64; was it cut off or broken over lines?';
  const certified = certifiedType(keyType);
  const key = certified === undefined ? parseSshKey(blob) : parseSshCertificate(blob);
  if (typeof key === 'string') return key;
  const found = 'authority' in key ? key.key.type : key.type;
  if (found !== (certified ?? keyType)) return `the line says ${keyType}, the key in it is of type ${found}`;
  return { keyType, keyBlob, certificate: certified !== undefined, comment: comment.join(' ') };
}

/**
 * Without blanks and tabs at its ends. What else JavaScript takes for white space would be part of a name to ssh-keygen;
 * and a pattern would take quadratic time on a line of blanks.
 */
export function trimBlanks(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text.charAt(start))) start++;
  while (start < end && isBlank(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}

/** The shape of a key type; whether it is a supported one is said by the key itself. */
export function isKeyType(word: string): boolean {
  return /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+$/.test(word);
}
