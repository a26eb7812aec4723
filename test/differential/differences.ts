/**
 * Where we and `ssh-keygen -Y verify` differ, and why. Whatever is not in this list is a fault; and of all of these we
 * accept more in one only.
 */
import type { Answer, Question } from '../unit/signing/verdicts';

export interface Difference {
  readonly name: string;
  /** What we accept and ssh-keygen does not, or the reverse. */
  readonly weAccept: boolean;
  readonly reason: string;
  /** Whether this is the one, given our answer. */
  readonly explains: (answer: Answer, question: Question) => boolean;
}

const malformed =
  (pattern: RegExp) =>
  (answer: Answer): boolean =>
    ['signature-malformed', 'signoff-malformed'].includes(answer.code) && pattern.test(answer.detail);

export const DIFFERENCES: readonly Difference[] = [
  {
    name: 'armour with CRLF',
    weAccept: true,
    reason: 'Windows writes it; the signature in it is the same, and a sign-off holds it without armour',
    explains: (answer, { armour = '' }) => answer.code === 'ok' && armour.includes('\r\n'),
  },
  {
    name: 'other armour',
    weAccept: false,
    reason: 'one text for one signature: no white space, no text around it, no loose base64',
    explains: ({ code }) => code === 'armour',
  },
  {
    name: 'a line of allowed_signers',
    weAccept: false,
    reason:
      'a line that we do not understand stops the gate; ssh-keygen skips it and goes by the others, or reads it loosely',
    explains: ({ code }) => code === 'signers-malformed',
  },
  {
    name: 'a line of revoked_keys',
    weAccept: false,
    reason: 'likewise; and certificates and binary lists are no keys to us',
    explains: ({ code }) => code === 'revoked-malformed',
  },
  {
    name: 'version 0',
    weAccept: false,
    reason: 'the format has version 1; ssh-keygen refuses later versions only',
    explains: malformed(/^(?:.*\()?version/),
  },
  {
    name: 'the reserved field',
    weAccept: false,
    reason: 'it has to be empty; ssh-keygen passes it over, and it is not signed',
    explains: malformed(/^(?:.*\()?reserved/),
  },
  {
    name: 'weak keys',
    weAccept: false,
    reason: 'RSA below 3072 bits',
    explains: malformed(/RSA keys need 3072/),
  },
  {
    name: 'critical options of certificates',
    weAccept: false,
    reason: 'the format says that who does not know one must refuse; ssh-keygen looks at none',
    explains: malformed(/critical option/),
  },
  {
    name: 'verify-required',
    weAccept: false,
    reason: 'a certificate that asks for a verified user gets one; ssh-keygen looks at no flag',
    explains: ({ code }) => code === 'not-verified',
  },
  {
    name: 'text after a namespace',
    weAccept: false,
    reason: 'ssh-keygen drops a zero byte at the end of a string',
    explains: ({ code }, { blob = '' }) => code === 'signature-namespace' && blob.includes('\0\0\0\0'),
  },
  {
    name: "the sign-off's file",
    weAccept: false,
    reason: 'it has one written form; any reader of JSON and of base64 takes others',
    explains: ({ code }, { envelope }) => envelope !== undefined && code === 'signoff-malformed',
  },
];

/** The difference that explains two verdicts, or undefined. */
export function explain(answer: Answer, theirs: boolean, question: Question): Difference | undefined {
  return DIFFERENCES.find((each) => each.weAccept !== theirs && each.explains(answer, question));
}
