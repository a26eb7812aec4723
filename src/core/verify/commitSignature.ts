/**
 * Who signed a commit (gitformat-signature): git signs a commit's bytes without its signature's header, by SSH in the
 * namespace `git`. Verified in process with the base's keys; what the repository configures is never asked.
 */
import type { Hash, VerifyRaw } from '../ports';
import type { TrustedKeys } from '../signing/signerAt';
import { signerAt } from '../signing/signerAt';
import { unarmourSignature, verifySshSignature } from '../signing/sshsig';

const GIT_NAMESPACE = 'git';

/** What the signature of a commit is checked with. */
export interface CommitTrust {
  readonly keys: TrustedKeys;
  /** Epoch milliseconds by the gate's clock. */
  readonly now: number;
}

/** A commit object (binary string) taken apart; undefined when it carries not exactly one signature. */
export function signedCommit(bytes: string): { readonly payload: string; readonly signature: string } | undefined {
  const end = bytes.indexOf('\n\n');
  const head = (end === -1 ? bytes : bytes.slice(0, end)).split('\n');
  const kept: string[] = [];
  const signatures: string[][] = [];
  let inSignature = false;
  for (const line of head) {
    const value = /^gpgsig(?:-sha256)? ([^]*)$/.exec(line)?.[1];
    const open = signatures.at(-1);
    if (value !== undefined) signatures.push([value]);
    else if (inSignature && line.startsWith(' ') && open !== undefined) open.push(line.slice(1));
    else kept.push(line);
    inSignature = value !== undefined || (inSignature && line.startsWith(' '));
  }
  const [only, ...more] = signatures;
  if (only === undefined || more.length > 0) return undefined;
  const payload = kept.join('\n') + (end === -1 ? '' : bytes.slice(end));
  return { payload, signature: `${only.join('\n').trimEnd()}\n` };
}

/**
 * The principals of the base that a commit's signature speaks for; none when it is not signed, not by SSH, not by a key
 * that may sign for git now, or when the signature does not hold. `emails` are the addresses of those whom the commit
 * names: of the principals of a certificate only these are looked for, letter case aside.
 */
export function commitPrincipals(
  ports: { readonly hash: Hash; readonly verifyRaw: VerifyRaw },
  trust: CommitTrust,
  bytes: string,
  emails: readonly string[],
): string[] {
  const signed = signedCommit(bytes);
  const blob = signed === undefined ? undefined : unarmourSignature(signed.signature);
  if (signed === undefined || blob === undefined) return [];
  const verified = verifySshSignature(ports, blob, signed.payload, GIT_NAMESPACE);
  if (!verified.ok) return [];
  const { keyBlob, userVerified } = verified.value;
  const named = new Set(emails.map((email) => email.toLowerCase()));
  const listed = trust.keys.signers.flatMap((each) =>
    each.keyBlob === keyBlob ? each.principals : each.principals.filter((name) => named.has(name.toLowerCase())),
  );
  return [...new Set(listed)].filter((principal) => {
    const question = { keyBlob, principal, namespace: GIT_NAMESPACE, time: trust.now, userVerified };
    return signerAt(trust.keys, question).found;
  });
}
