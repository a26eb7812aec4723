/**
 * `allowed_signers` (ssh-keygen(1), ALLOWED SIGNERS), read strictly. ssh-keygen skips a line it does not understand and
 * reads times in the local zone; here such a line is an error that names it, and times are UTC.
 */
import { failure, success } from '../model/problem';
import type { Problem, Result } from '../model/problem';
import { decodeBase64 } from './base64';
import { parseSshKey } from './sshWire';
import { parseCompactUtc } from './utcTime';

/** One line of `allowed_signers`. Times are epoch milliseconds, both ends included. */
export interface AllowedSigner {
  readonly principals: readonly string[];
  readonly keyType: string;
  /** Public key blob in base64, as it stands in the file. */
  readonly keyBlob: string;
  readonly namespaces?: readonly string[];
  readonly validAfter?: number;
  readonly validBefore?: number;
  /** Line number, from 1. */
  readonly line: number;
}

/** Who signed, or why the key does not count. */
export type SignerLookup =
  | {
      readonly found: true;
      readonly signer: AllowedSigner;
      /** Principals of every line that lists this key, whatever its options: all are this person. */
      readonly principals: readonly string[];
    }
  | { readonly found: false; readonly code: 'key-not-listed' | 'namespace' | 'not-yet-valid' | 'expired-key' };

const MAX_BYTES = 1024 * 1024;

/** Reads the file. Every line that is not understood is a problem of code `signers-malformed` with field `line N`. */
export function parseAllowedSigners(text: string, path: string): Result<AllowedSigner[]> {
  const code = 'signers-malformed';
  if (text.length > MAX_BYTES) {
    return failure({ code, path, field: '', message: `expected at most ${MAX_BYTES} characters` });
  }
  const signers: AllowedSigner[] = [];
  const problems: Problem[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = (raw.endsWith('\r') ? raw.slice(0, -1) : raw).trim();
    if (line === '' || line.startsWith('#')) return;
    const signer = parseLine(line, index + 1);
    if (typeof signer !== 'string') signers.push(signer);
    else if (problems.length < 20) problems.push({ code, path, field: `line ${index + 1}`, message: signer });
  });
  return problems.length > 0 ? failure(...problems) : success(signers);
}

/** The line that lets this key (blob in base64) sign in this namespace at this time (epoch milliseconds). */
export function signerAt(
  signers: readonly AllowedSigner[],
  keyBlob: string,
  namespace: string,
  timeMs: number,
): SignerLookup {
  const own = signers.filter((signer) => signer.keyBlob === keyBlob);
  if (own.length === 0) return { found: false, code: 'key-not-listed' };
  const scoped = own.filter(({ namespaces }) => namespaces === undefined || namespaces.includes(namespace));
  if (scoped.length === 0) return { found: false, code: 'namespace' };
  // Whole seconds and both ends included, as ssh-keygen compares them.
  const time = Math.floor(timeMs / 1000) * 1000;
  const begun = scoped.filter(({ validAfter }) => validAfter === undefined || time >= validAfter);
  const signer = begun.find(({ validBefore }) => validBefore === undefined || time <= validBefore);
  if (signer !== undefined) {
    return { found: true, signer, principals: [...new Set(own.flatMap(({ principals }) => principals))] };
  }
  return { found: false, code: begun.length > 0 ? 'expired-key' : 'not-yet-valid' };
}

function parseLine(line: string, number: number): AllowedSigner | string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return 'control characters are not allowed';
  const principalsEnd = line.search(/[ \t]/);
  if (principalsEnd === -1) return 'expected principals, a key type and a key, separated by spaces';
  const principals = parsePrincipals(line.slice(0, principalsEnd));
  if (typeof principals === 'string') return principals;
  let rest = line.slice(principalsEnd).trimStart();
  let options: Options = {};
  if (!isKeyType(firstWord(rest))) {
    const end = optionsEnd(rest);
    if (end === undefined) return 'the quote of an option is not closed';
    const parsed = parseOptions(rest.slice(0, end));
    if (typeof parsed === 'string') return parsed;
    options = parsed;
    rest = rest.slice(end).trimStart();
  }
  const [keyType = '', keyBlob = ''] = rest.split(/[ \t]+/);
  if (!isKeyType(keyType))
    return `expected a key type such as ssh-ed25519, found ${JSON.stringify(keyType.slice(0, 64))}`;
  const blob = decodeBase64(keyBlob);
  if (blob === undefined || blob === '')
    return 'expected the public key in base64; was it cut off or broken over lines?';
  const key = parseSshKey(blob);
  if (typeof key === 'string') return key;
  if (key.type !== keyType) return `the line says ${keyType}, the key in it is of type ${key.type}`;
  return { principals, keyType, keyBlob, ...options, line: number };
}

function parsePrincipals(list: string): string[] | string {
  const principals = list.split(',');
  for (const principal of principals) {
    if (principal === '') return 'a principal is empty';
    if (principal.length > 320) return 'a principal is longer than 320 characters';
    if (/[*?!]/.test(principal)) {
      return `wildcards and negation are not supported in principals: name each person instead of ${JSON.stringify(principal)}`;
    }
    if (/["'\\]/.test(principal)) return 'principals may not hold quotes or backslashes';
    if (principal.startsWith('-')) return 'a principal may not begin with a dash';
  }
  return principals;
}

function firstWord(text: string): string {
  return /^[^ \t]*/.exec(text)?.[0] ?? '';
}

/** The shape of a key type; whether it is a supported one is said by the key itself. */
function isKeyType(word: string): boolean {
  return /^(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+$/.test(word);
}

function optionsEnd(text: string): number | undefined {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === ' ' || character === '\t')) return i;
  }
  return quoted ? undefined : text.length;
}

type Options = Pick<AllowedSigner, 'namespaces' | 'validAfter' | 'validBefore'>;

function parseOptions(text: string): Options | string {
  let options: Options = {};
  const seen = new Set<string>();
  for (const option of text.match(/(?:[^,"]|"[^"]*")+|(?<=^|,)(?=,|$)/g) ?? []) {
    const match = /^([A-Za-z-]+)(?:="([^"]*)")?$/.exec(option);
    const name = match?.[1]?.toLowerCase();
    const value = match?.[2];
    if (name === undefined)
      return `expected options such as namespaces="…", found ${JSON.stringify(option.slice(0, 64))}`;
    if (seen.has(name)) return `the option ${name} is given twice`;
    seen.add(name);
    if (name === 'cert-authority') {
      return 'cert-authority is not supported yet: list the key of each person';
    }
    if (name !== 'namespaces' && name !== 'valid-after' && name !== 'valid-before') {
      return `the option ${JSON.stringify(name.slice(0, 64))} is not known`;
    }
    if (value === undefined) return `the option ${name} needs a value in double quotes`;
    if (name === 'namespaces') {
      const namespaces = value.split(',');
      if (namespaces.some((namespace) => !/^[^\s*?!]+$/.test(namespace))) {
        return 'expected exact namespaces, separated by commas, without wildcards';
      }
      options = { ...options, namespaces };
      continue;
    }
    const moment = parseCompactUtc(value);
    if (moment === undefined)
      return `${name} needs a time as YYYYMMDD[HHMM[SS]][Z], found ${JSON.stringify(value.slice(0, 64))}`;
    options = name === 'valid-after' ? { ...options, validAfter: moment } : { ...options, validBefore: moment };
  }
  const { validAfter, validBefore } = options;
  if (validAfter !== undefined && validBefore !== undefined && validBefore <= validAfter) {
    return 'valid-before has to be later than valid-after';
  }
  return options;
}
