/**
 * Whether the base lets a key sign as somebody (signoff-format §4, step 7): listed itself, or by a certificate of a listed
 * authority; not revoked; in its time by the gate's clock. Never more than `ssh-keygen -Y verify` would accept.
 */
import type { AllowedSigner } from './allowedSigners';
import { decodeBase64, encodeBase64 } from './base64';
import { isCertificate, parseSshCertificate } from './certificate';
import type { SshCertificate } from './certificate';

/** The keys of the base: lines of `allowed_signers`, and the blobs (base64) of `revoked_keys`. */
export interface TrustedKeys {
  readonly signers: readonly AllowedSigner[];
  readonly revoked: readonly string[];
}

/** A signature that holds for its key: may this key sign as this principal? */
export interface SignerQuestion {
  /** Blob of the key, or of the certificate, in base64. */
  readonly keyBlob: string;
  /** Exactly as in `allowed_signers`. */
  readonly principal: string;
  readonly namespace: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** The hardware key said that its user was verified. */
  readonly userVerified: boolean;
}

export type SignerFault =
  'key-not-listed' | 'revoked-key' | 'other-principal' | 'namespace' | 'not-yet-valid' | 'expired-key' | 'not-verified';

/** Who signed, or why the key does not count. */
export type SignerLookup =
  | {
      readonly found: true;
      readonly signer: AllowedSigner;
      /** Every name that this key, or its certificate, stands for, whatever the options: all are this person. */
      readonly principals: readonly string[];
    }
  | { readonly found: false; readonly code: SignerFault; readonly reason: string };

/** The line that lets this key sign as this principal in this namespace at this time. */
export function signerAt(keys: TrustedKeys, question: SignerQuestion): SignerLookup {
  const { keyBlob, principal, namespace, time } = question;
  const blob = decodeBase64(keyBlob) ?? '';
  const certificate = isCertificate(blob) ? parseSshCertificate(blob) : undefined;
  if (typeof certificate === 'string') return refuse('key-not-listed', certificate);
  const plain = certificate === undefined ? keyBlob : encodeBase64(certificate.keyBlob);
  const authority = certificate === undefined ? undefined : encodeBase64(certificate.authorityBlob);
  if (keys.revoked.includes(plain)) return refuse('revoked-key', 'the key that signed is revoked by the base');
  if (authority !== undefined && keys.revoked.includes(authority)) {
    return refuse('revoked-key', 'the authority of the certificate is revoked by the base');
  }
  const listed = keys.signers.filter((each) => each.authority !== true && each.keyBlob === plain);
  // A line of a key speaks for the bare key only, one of an authority for its certificates only, as with ssh-keygen.
  const own = authority === undefined ? listed : keys.signers.filter((each) => isAuthority(each, authority));
  if (own.length === 0) {
    const what = authority === undefined ? 'key that signed' : 'authority of the certificate';
    return refuse('key-not-listed', `the ${what} does not stand in the base's allowed_signers`);
  }
  const named = own.filter(({ principals }) => principals.includes(principal));
  if (named.length === 0) {
    const what = authority === undefined ? 'key that signed is not' : 'authority of the certificate does not speak for';
    return refuse('other-principal', `the ${what} ${ofWhom(authority, principal)} in the base's allowed_signers`);
  }
  const scoped = named.filter(({ namespaces }) => namespaces === undefined || namespaces.includes(namespace));
  if (scoped.length === 0) {
    return refuse('namespace', "the base's allowed_signers does not allow this key to sign off");
  }
  // Whole seconds, as ssh-keygen compares them. The ends of a line are included.
  const seconds = Math.floor(time / 1000);
  const begun = scoped.filter(({ validAfter }) => validAfter === undefined || seconds * 1000 >= validAfter);
  const signer = begun.find(({ validBefore }) => validBefore === undefined || seconds * 1000 <= validBefore);
  if (signer === undefined) {
    return begun.length > 0
      ? refuse('expired-key', "the key that signed has expired by the base's allowed_signers")
      : refuse('not-yet-valid', "the key that signed is not valid yet by the base's allowed_signers");
  }
  const fault = certificate === undefined ? undefined : certificateFault(certificate, question, seconds);
  if (fault !== undefined) return fault;
  const names = [...listed.flatMap(({ principals }) => principals), ...(certificate?.principals ?? [])];
  return { found: true, signer, principals: [...new Set(names)] };
}

/** What OpenSSH checks of a certificate itself, and the option that it leaves to servers. */
function certificateFault(
  certificate: SshCertificate,
  { principal, userVerified }: SignerQuestion,
  seconds: number,
): SignerLookup | undefined {
  const { principals, validAfter, validBefore, verifyRequired } = certificate;
  if (!principals.includes(principal)) {
    return refuse('other-principal', `the certificate does not name ${principal} among its principals`);
  }
  if (seconds < validAfter) return refuse('not-yet-valid', 'the certificate is not valid yet');
  if (seconds >= validBefore) return refuse('expired-key', 'the certificate has expired; sign again with a new one');
  if (!verifyRequired || userVerified) return undefined;
  return refuse('not-verified', 'the certificate asks for a hardware key that verified its user, by PIN or finger');
}

function isAuthority(signer: AllowedSigner, keyBlob: string): boolean {
  return signer.authority === true && signer.keyBlob === keyBlob;
}

function ofWhom(authority: string | undefined, principal: string): string {
  return authority === undefined ? `${principal}'s` : principal;
}

function refuse(code: SignerFault, reason: string): SignerLookup {
  return { found: false, code, reason };
}
