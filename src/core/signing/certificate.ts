/**
 * OpenSSH certificates (PROTOCOL.certkeys): a key, the names that an authority gives its holder, and for how long. Read
 * here; whether the authority may give these names is said by `allowed_signers`.
 */
import type { Hash, VerifyRaw } from '../ports';
import { fromUtf8, lengthPrefixed } from '../text/bytes';
import { holds, parseRawSignature } from './rawSignature';
import type { RawSignature } from './rawSignature';
import { KEY_ALGORITHMS, WireReader, parseSshKey, printable, readKey } from './sshWire';
import type { SshKey } from './sshWire';

const MAX_BYTES = 8192;
const MAX_PRINCIPALS = 256;
const USER = 1;
const VERIFY_REQUIRED = 'verify-required';

/** A user certificate taken apart. Bytes are binary strings, times epoch seconds. */
export interface SshCertificate {
  /** The certified key, and its blob as it is without the certificate. */
  readonly key: SshKey;
  readonly keyBlob: string;
  readonly principals: readonly string[];
  /** Included. */
  readonly validAfter: number;
  /** Not included any more. */
  readonly validBefore: number;
  /** The authority asks that the holder is verified, by PIN or finger, at each signature. */
  readonly verifyRequired: boolean;
  readonly authority: SshKey;
  readonly authorityBlob: string;
  /** The bytes that the authority signed, and its signature. */
  readonly signed: string;
  readonly signature: RawSignature;
}

/** Types of certificates with the type of the key in them: as many as there are types of keys. */
const CERTIFIED_TYPES: ReadonlyMap<string, string> = new Map(
  [...KEY_ALGORITHMS.keys()].map((type) => [`${type.replace('@openssh.com', '')}-cert-v01@openssh.com`, type] as const),
);

/** The type of the key in a certificate of this type; undefined when it is no type of certificate. */
export function certifiedType(type: string): string | undefined {
  return CERTIFIED_TYPES.get(type);
}

/** Whether a public key blob (binary string) says that it is a certificate. */
export function isCertificate(blob: string): boolean {
  return certifiedType(new WireReader(blob).string()) !== undefined;
}

/** The certificate in a public key blob (binary string), or a sentence that says why it is not accepted. */
export function parseSshCertificate(blob: string): SshCertificate | string {
  if (blob.length > MAX_BYTES) return `the certificate is larger than ${MAX_BYTES} bytes`;
  const reader = new WireReader(blob);
  const name = reader.string();
  const type = certifiedType(name);
  if (type === undefined) return `certificates of type ${printable(name)} are not supported`;
  reader.string(); // nonce
  const start = reader.at;
  const key = readKey(reader, type);
  if (typeof key === 'string') return `the key in the certificate: ${key}`;
  const keyBlob = lengthPrefixed(type) + blob.slice(start, reader.at);
  reader.take(8); // serial number
  const kind = reader.u32();
  reader.string(); // key id
  const principals = readStrings(reader.string());
  const [validAfter, validBefore] = [reader.u64(), reader.u64()];
  const options = readStrings(reader.string());
  const extensions = readStrings(reader.string());
  reader.string(); // reserved
  const authorityBlob = reader.string();
  const signed = blob.slice(0, reader.at);
  const signatureBytes = reader.string();
  if (!reader.complete() || principals === undefined || !isPaired(options) || !isPaired(extensions)) {
    return 'the certificate is cut off or has bytes after its end';
  }
  if (kind !== USER) return 'expected a user certificate, found one of another kind; ask the authority for one';
  if (principals.length > MAX_PRINCIPALS) return `the certificate has more than ${MAX_PRINCIPALS} principals`;
  const unknown = unknownOption(options);
  if (unknown !== undefined) return `the critical option ${printable(unknown)} of the certificate is not supported`;
  const authority = parseSshKey(authorityBlob);
  if (typeof authority === 'string') return `the authority of the certificate: ${authority}`;
  const signature = parseRawSignature(authority, signatureBytes);
  if ('message' in signature) return `the authority's signature of the certificate: ${signature.message}`;
  const names = principals.map(fromUtf8);
  const verifyRequired = options.length > 0;
  const times = { validAfter, validBefore };
  return { key, keyBlob, principals: names, ...times, verifyRequired, authority, authorityBlob, signed, signature };
}

/** Whether the authority that the certificate names did sign it. */
export function isSignedByAuthority(
  ports: { readonly hash: Hash; readonly verifyRaw: VerifyRaw },
  { authority, authorityBlob, signature, signed }: SshCertificate,
): boolean {
  return holds(ports, authority, authorityBlob, signature, signed);
}

/** Strings one after the other; undefined when the last is cut off. */
function readStrings(bytes: string): string[] | undefined {
  const reader = new WireReader(bytes);
  const strings: string[] = [];
  while (!reader.failed && reader.at < bytes.length) strings.push(reader.string());
  return reader.failed ? undefined : strings;
}

/** Options and extensions are names, each with its data behind it. */
function isPaired(strings: readonly string[] | undefined): strings is readonly string[] {
  return strings !== undefined && strings.length % 2 === 0;
}

/** The first critical option that we don't enforce. `verify-required` has no data. */
function unknownOption(options: readonly string[]): string | undefined {
  return options.find((each, index) =>
    index % 2 === 0 ? each !== VERIFY_REQUIRED || options[index + 1] !== '' : false,
  );
}
