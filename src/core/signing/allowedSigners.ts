/**
 * `allowed_signers` (ssh-keygen(1), ALLOWED SIGNERS), read strictly. ssh-keygen skips a line it does not understand and
 * reads times in the local zone; here such a line is an error that names it, and times are UTC.
 */
import { failure, success } from '../model/problem';
import type { Problem, Result } from '../model/problem';
import { isKeyType, readKeyText, trimBlanks } from './keyLine';
import { parseCompactUtc } from './utcTime';

/** One line of `allowed_signers`. Times are epoch milliseconds, both ends included. */
export interface AllowedSigner {
  readonly principals: readonly string[];
  /** The key signs certificates, which sign as these principals; it does not sign itself. */
  readonly authority?: true;
  readonly keyType: string;
  /** Public key blob in base64, as it stands in the file. */
  readonly keyBlob: string;
  readonly namespaces?: readonly string[];
  readonly validAfter?: number;
  readonly validBefore?: number;
  /** Line number, from 1. */
  readonly line: number;
}

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
    const line = trimBlanks(raw.replace(/\r$/, ''));
    if (line === '' || line.startsWith('#')) return;
    const signer = parseLine(line, index + 1);
    if (typeof signer !== 'string') signers.push(signer);
    else if (problems.length < 20) problems.push({ code, path, field: `line ${index + 1}`, message: signer });
  });
  return problems.length > 0 ? failure(...problems) : success(signers);
}

function parseLine(line: string, number: number): AllowedSigner | string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(line)) return 'control characters are not allowed';
  const principalsEnd = line.search(/[ \t]/);
  if (principalsEnd === -1) return 'expected principals, a key type and a key, separated by spaces';
  const principals = parsePrincipals(line.slice(0, principalsEnd));
  if (typeof principals === 'string') return principals;
  let rest = trimBlanks(line.slice(principalsEnd));
  let options: Options = {};
  const [word = ''] = rest.split(/[ \t]/, 1);
  if (!isKeyType(word)) {
    const end = optionsEnd(rest);
    if (end === undefined) return 'the quote of an option is not closed';
    const parsed = parseOptions(rest.slice(0, end));
    if (typeof parsed === 'string') return parsed;
    options = parsed;
    rest = trimBlanks(rest.slice(end));
  }
  const key = readKeyText(rest);
  if (typeof key === 'string') return key;
  const { keyType, keyBlob, certificate } = key;
  if (certificate) return 'expected a key, found a certificate; list the authority that made it, with cert-authority';
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
    if (/[\s\p{C}\ufffd]/u.test(principal)) return 'principals may not hold characters that nobody sees';
    if (principal.startsWith('-')) return 'a principal may not begin with a dash';
  }
  return principals;
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

type Options = Pick<AllowedSigner, 'authority' | 'namespaces' | 'validAfter' | 'validBefore'>;

function parseOptions(text: string): Options | string {
  let options: Options = {};
  const seen = new Set<string>();
  for (const [option] of text.matchAll(/(?:[^,"]|"[^"]*")+|(?<=^|,)(?=,|$)/g)) {
    const match = /^([A-Za-z-]+)(?:="([^"]*)")?$/.exec(option);
    const name = match?.[1]?.toLowerCase();
    const value = match?.[2];
    if (name === undefined)
      return `expected options such as namespaces="…", found ${JSON.stringify(option.slice(0, 64))}`;
    if (seen.has(name)) return `the option ${name} is given twice`;
    seen.add(name);
    if (name === 'cert-authority') {
      if (value !== undefined) return 'the option cert-authority has no value';
      options = { ...options, authority: true };
      continue;
    }
    if (name !== 'namespaces' && name !== 'valid-after' && name !== 'valid-before') {
      return `the option ${JSON.stringify(name.slice(0, 64))} is not known`;
    }
    if (value === undefined) return `the option ${name} needs a value in double quotes`;
    if (name === 'namespaces') {
      const namespaces = value.split(',');
      // To ssh-keygen a backslash takes the quote behind it into the value.
      if (namespaces.some((namespace) => !/^[^\s*?!\\]{1,255}$/.test(namespace))) {
        return 'expected exact namespaces, separated by commas, without wildcards and backslashes';
      }
      options = { ...options, namespaces };
      continue;
    }
    const moment = parseCompactUtc(value);
    if (moment === undefined || moment === 0)
      return `${name} needs a time as YYYYMMDD[HHMM[SS]][Z], found ${JSON.stringify(value.slice(0, 64))}`;
    options = name === 'valid-after' ? { ...options, validAfter: moment } : { ...options, validBefore: moment };
  }
  const { validAfter, validBefore } = options;
  if (validAfter !== undefined && validBefore !== undefined && validBefore <= validAfter) {
    return 'valid-before has to be later than valid-after';
  }
  return options;
}
