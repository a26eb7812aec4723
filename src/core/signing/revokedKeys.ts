/**
 * `revoked_keys`: public keys that count no longer, one per line, as `ssh-keygen -Y verify -r` takes them. Read strictly,
 * since a line that was passed over would leave its key in force.
 */
import { failure, success } from '../model/problem';
import type { Problem, Result } from '../model/problem';
import { readKeyText, trimBlanks } from './keyLine';

const MAX_BYTES = 1024 * 1024;

/** Reads the file; gives blobs in base64. Every line that is not a key is a problem of code `revoked-malformed`. */
export function parseRevokedKeys(text: string, path: string): Result<string[]> {
  const code = 'revoked-malformed';
  if (text.length > MAX_BYTES) {
    return failure({ code, path, field: '', message: `expected at most ${MAX_BYTES} characters` });
  }
  const keys: string[] = [];
  const problems: Problem[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = trimBlanks(raw.replace(/\r$/, ''));
    if ((line === '' && !raw.includes('\r')) || line.startsWith('#')) return;
    const key = readLine(line);
    if (typeof key !== 'string') keys.push(key.keyBlob);
    else if (problems.length < 20) problems.push({ code, path, field: `line ${index + 1}`, message: key });
  });
  return problems.length > 0 ? failure(...problems) : success(keys);
}

function readLine(line: string): { readonly keyBlob: string } | string {
  if (line === '')
    return 'ssh-keygen reads no file with an empty line that ends in CR LF: delete the line, or end it in LF';
  if (line.startsWith('SSHKRL')) return 'binary revocation lists are not supported: list the public keys, one per line';
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return 'control characters are not allowed';
  const key = readKeyText(line);
  if (typeof key === 'string') return `${key}; write one public key per line, as in a .pub file`;
  if (key.certificate) return 'expected a plain public key, found a certificate: list the key in it, or its authority';
  return key;
}
