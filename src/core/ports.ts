/**
 * What the outside must provide. Core names these as types and never reaches for them; src/node implements them.
 */

/** SHA-256 of a binary string (one character per byte), as lower-case hex. */
export type Sha256 = (bytes: string) => string;

/** SHA-256 of a text's UTF-8 bytes or of a binary string's bytes, first 12 bytes as base64url (16 characters). */
export type Hash96 = (bytes: string) => string;

/** Hash functions over binary strings. */
export interface Hash {
  readonly sha256: Sha256;
  readonly hash96: Hash96;
  /** The same digests as binary strings (32 and 64 bytes), as SSH signatures need them. */
  readonly sha256Bytes: (bytes: string) => string;
  readonly sha512Bytes: (bytes: string) => string;
}

/** A public key in SSH wire format and a raw signature over `message`; all are binary strings. Never throws. */
export type VerifyRaw = (
  keyType: string,
  keyBlob: string,
  algorithm: string,
  signature: string,
  message: string,
) => boolean;
