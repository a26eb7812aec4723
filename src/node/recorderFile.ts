/**
 * The recorder's key of this machine's user: a file that only they may read, outside every repository, one per e-mail
 * address. The hook and the editor both sign with it; a key in the editor's secret storage the hook could not reach.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { nodeHash } from './hash';
import { readChecked } from './ownedFile';
import { utf8 } from '../core/text/bytes';

/** What the file holds. */
export interface RecorderKeyFile {
  readonly recorder: 1;
  /** Whom it was certified for, as in `allowed_signers`. */
  readonly principal: string;
  /** `2026-11-20T09:30:00Z`: when the certification ends. */
  readonly until: string;
  /** Signature by the author's SSH key over the certification, raw, base64. */
  readonly certificate: string;
  /** Blob (base64) of the public key, as in an SSH key file. */
  readonly keyBlob: string;
  /** PKCS #8, base64. */
  readonly privateKey: string;
}

const MAX_BYTES = 64 * 1024;

/** Where the key for an e-mail address stands; letter case does not tell addresses apart. */
export function recorderFile(email: string, env: NodeJS.ProcessEnv = process.env): string {
  const name = nodeHash.sha256(utf8(email.toLowerCase())).slice(0, 16);
  return join(settingsFolder(env), 'countersign', `recorder-${name}`);
}

function settingsFolder(env: NodeJS.ProcessEnv): string {
  const home = env['HOME'] ?? homedir();
  const named = process.platform === 'win32' ? env['APPDATA'] : env['XDG_CONFIG_HOME'];
  return named === undefined || named === '' ? join(home, '.config') : named;
}

/** The key for an e-mail address; undefined where there is none, or none that this version reads. */
export function readRecorder(email: string, env: NodeJS.ProcessEnv = process.env): RecorderKeyFile | undefined {
  const value = readChecked(recorderFile(email, env), MAX_BYTES);
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { recorder, principal, until, certificate, keyBlob, privateKey } = fields;
  if (recorder !== 1 || typeof principal !== 'string' || typeof until !== 'string') return undefined;
  if (typeof certificate !== 'string' || typeof keyBlob !== 'string' || typeof privateKey !== 'string')
    return undefined;
  return { recorder, principal, until, certificate, keyBlob, privateKey };
}

/** Signs the records of one author. */
export interface RecordSigner {
  /** A record's bytes with a signature line. */
  readonly sign: (bytes: string) => string;
  /** Whether a record's bytes end in a signature by this very key. */
  readonly isOwn: (bytes: string) => boolean;
}
