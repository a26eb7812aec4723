/** The certificate that a sign-off was made with. Whether its authority may certify here, the gate says. */
import { decodeBase64, encodeBase64 } from '../../core/signing/base64';
import { isCertificate, parseSshCertificate } from '../../core/signing/certificate';
import { keyFingerprint } from '../../core/signing/sshsig';
import { nodeHash } from '../../node/hash';

export interface ShownCertificate {
  /** Fingerprint and type of the authority's key. */
  readonly authority: { readonly keyid: string; readonly type: string };
  readonly principals: readonly string[];
  /** From and until when it holds, in UTC; left out where it has no such end. The last is not included. */
  readonly validAfter?: string;
  readonly validBefore?: string;
}

/** The certificate in a public key's blob (base64); undefined when it is a bare key. */
export function shownCertificate(keyBlob: string): ShownCertificate | undefined {
  const blob = decodeBase64(keyBlob) ?? '';
  const certificate = isCertificate(blob) ? parseSshCertificate(blob) : undefined;
  if (typeof certificate !== 'object') return undefined;
  const { authority, authorityBlob, principals, validAfter, validBefore } = certificate;
  const [from, until] = [validAfter === 0 ? undefined : instant(validAfter), instant(validBefore)];
  return {
    authority: { keyid: keyFingerprint(nodeHash, encodeBase64(authorityBlob)), type: authority.type },
    principals,
    ...(from === undefined ? {} : { validAfter: from }),
    ...(until === undefined ? {} : { validBefore: until }),
  };
}

/** Undefined for a time that no calendar has: OpenSSH writes "forever" as the largest number that there is. */
function instant(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace('.000Z', 'Z');
}

/** `by SHA256:… (ssh-ed25519) for ana@example.com, until 2026-11-22T18:00:00Z`. */
export function certificateText({ authority, principals, validAfter, validBefore }: ShownCertificate): string {
  const names = principals.length === 0 ? 'nobody' : principals.join(', ');
  const from = validAfter === undefined ? '' : `, from ${validAfter}`;
  const until = validBefore === undefined ? 'without an end' : `until ${validBefore}`;
  return `by ${authority.keyid} (${authority.type}) for ${names}${from}, ${until}`;
}
