/**
 * SSH wire format (RFC 4251 §5) and the public keys we accept (RFC 4253, 5656, 8709; OpenSSH PROTOCOL.u2f).
 */

/** 16384 bits and a zero before them. */
const MAX_NUMBER_BYTES = 2049;

/** Reads SSH wire values one after the other; after the first fault `failed` stays true and all values are empty. */
export class WireReader {
  readonly #bytes: string;
  #at = 0;
  failed = false;

  /** How many bytes were read. */
  get at(): number {
    return this.#at;
  }

  constructor(bytes: string) {
    this.#bytes = bytes;
  }

  take(length: number): string {
    if (this.failed || length > this.#bytes.length - this.#at) {
      this.failed = true;
      return '';
    }
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  u8(): number {
    const byte = this.take(1);
    return byte === '' ? 0 : byte.charCodeAt(0);
  }

  u32(): number {
    const four = this.take(4);
    let value = 0;
    for (let i = 0; i < four.length; i++) value = value * 256 + four.charCodeAt(i);
    return value;
  }

  /** Rounded to what a number can hold beyond 2^53, which is later than any moment that is compared with it. */
  u64(): number {
    return this.u32() * 2 ** 32 + this.u32();
  }

  /** Bytes with their length before them. */
  string(): string {
    return this.take(this.u32());
  }

  /** A positive number's bytes without leading zeros; a negative one is a fault, and so is one larger than OpenSSH's. */
  positive(): string {
    const bytes = this.string();
    if (bytes.charCodeAt(0) >= 128 || bytes.length > MAX_NUMBER_BYTES) this.failed = true;
    return bytes.replace(/^\0+/, '');
  }

  /** True when every byte was read and nothing failed. */
  complete(): boolean {
    return !this.failed && this.#at === this.#bytes.length;
  }
}

/** Key types that may sign, with the signature algorithms allowed for each: no other pairing is accepted. */
export const KEY_ALGORITHMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['sk-ssh-ed25519@openssh.com', ['sk-ssh-ed25519@openssh.com']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['sk-ecdsa-sha2-nistp256@openssh.com', ['sk-ecdsa-sha2-nistp256@openssh.com']],
  ['ssh-rsa', ['rsa-sha2-256', 'rsa-sha2-512']],
]);

/** Least and most bits of an RSA modulus. */
export const RSA_BITS = { least: 3072, most: 16384 } as const;

const POINT_BYTES: ReadonlyMap<string, number> = new Map([
  ['nistp256', 65],
  ['nistp384', 97],
  ['nistp521', 133],
]);

/** A public key taken apart; numbers and points as bytes (binary strings). */
export type SshKey =
  | { readonly kind: 'ed25519'; readonly type: string; readonly point: string; readonly application?: string }
  | {
      readonly kind: 'ecdsa';
      readonly type: string;
      readonly curve: string;
      readonly point: string;
      readonly application?: string;
    }
  | { readonly kind: 'rsa'; readonly type: string; readonly exponent: string; readonly modulus: string };

/** The key in a public key blob (binary string), or a sentence that says why it is not accepted. */
export function parseSshKey(blob: string): SshKey | string {
  if (blob.length > 4096) return 'the key is larger than 4096 bytes';
  const reader = new WireReader(blob);
  const type = reader.string();
  if (!KEY_ALGORITHMS.has(type)) return `keys of type ${printable(type)} are not supported`;
  const key = readKey(reader, type);
  if (typeof key === 'string') return key;
  return reader.complete() ? key : `the ${type} key is cut off or has bytes after its end`;
}

/** Reads what follows a key's type, in a public key as in a certificate. */
export function readKey(reader: WireReader, type: string): SshKey | string {
  const hardware = type.startsWith('sk-');
  if (type === 'ssh-rsa') {
    const exponent = reader.positive();
    const modulus = reader.positive();
    const bits = bitLength(modulus);
    if (bits < RSA_BITS.least || bits > RSA_BITS.most) {
      return `RSA keys need ${RSA_BITS.least} to ${RSA_BITS.most} bits, this one has ${bits}`;
    }
    const odd = (exponent.charCodeAt(exponent.length - 1) & 1) === 1;
    if (!odd || exponent === '\x01' || exponent.length > 8) return 'the exponent of the RSA key is not acceptable';
    return { kind: 'rsa', type, exponent, modulus };
  }
  if (type.includes('ed25519')) {
    const point = reader.string();
    if (!reader.failed && point.length !== 32) return 'an Ed25519 key has 32 bytes';
    return { kind: 'ed25519', type, point, ...(hardware ? { application: reader.string() } : {}) };
  }
  const curve = reader.string();
  const point = reader.string();
  if (!type.includes(`-${curve}`) || point.length !== POINT_BYTES.get(curve) || !point.startsWith('\x04')) {
    return `the ${type} key holds no uncompressed point of its curve`;
  }
  return { kind: 'ecdsa', type, curve, point, ...(hardware ? { application: reader.string() } : {}) };
}

function bitLength(number: string): number {
  if (number === '') return 0;
  return (number.length - 1) * 8 + (32 - Math.clz32(number.charCodeAt(0)));
}

/** A name from outside, fit for a message: printable ASCII, at most 64 characters. */
export function printable(name: string): string {
  return JSON.stringify(name.slice(0, 64).replace(/[^\x20-\x7e]/g, '?'));
}
