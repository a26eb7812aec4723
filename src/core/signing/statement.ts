/**
 * Sign-offs: the in-toto statement that is signed, and the reading of a sign-off's file (signoff-format §2).
 */
import { failure, success } from '../model/problem';
import type { Result } from '../model/problem';
import { BINDINGS, DECISIONS } from '../model/signoff';
import type { SignoffPredicate, SignoffStatement, VerifiedSignoff } from '../model/signoff';
import type { Subject } from '../model/span';
import type { Hash, VerifyRaw } from '../ports';
import { parseStorePath } from '../sidecar/paths';
import { canonicalBytes, parseCanonical } from './canonical';
import { pae, parseEnvelope } from './dsse';
import { fieldFaults, readInteger, readList, readMatching, readObject, readText, readWord } from './fields';
import type { FieldFaults } from './fields';
import { keyFingerprint, verifySshSignature } from './sshsig';
import { readDigest, readObserved, readSubjects, sortSubjects } from './subjects';
import { parseUtc } from './utcTime';

/** DSSE payload type of every record we sign. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
/** SSH signature namespaces: a signature made for one kind of record is none for another. */
export const SIGNOFF_NAMESPACE = 'signoff.v1@countersign.dev';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://countersign.dev/signoff/v1';
const CODE = 'signoff-malformed';

/** A statement over these subjects, sorted; every field is checked as it will be when it is read. */
export function buildStatement(subjects: readonly Subject[], predicate: SignoffPredicate): Result<SignoffStatement> {
  const statement: SignoffStatement = {
    _type: STATEMENT_TYPE,
    subject: sortSubjects(subjects),
    predicateType: PREDICATE_TYPE,
    predicate,
  };
  return readStatement(statement, '');
}

/** The payload that is signed: the statement's canonical bytes (binary string). */
export function encodeStatement(statement: SignoffStatement): string {
  return canonicalBytes(statement);
}

/** The statement in a payload, every field checked and bounded. */
export function parseStatement(payload: string, path: string): Result<SignoffStatement> {
  const parsed = parseCanonical(payload, { code: CODE, path, field: 'payload' });
  return parsed.ok ? readStatement(parsed.value, path) : parsed;
}

/**
 * Reads a sign-off's file (bytes as binary string) and verifies its signature: envelope, file name, signature over the
 * exact bytes, and only then their meaning. Whether the key has the authority is judged elsewhere. Problems carry the
 * codes `signoff-malformed`, `signoff-name`, `signoff-signature`.
 */
export function parseSignoffFile(
  bytes: string,
  path: string,
  ports: { readonly hash: Hash; readonly verifyRaw: VerifyRaw },
): Result<VerifiedSignoff> {
  const envelope = parseEnvelope(bytes, path);
  if (!envelope.ok) return envelope;
  const { payload, payloadType, sig, keyid } = envelope.value;
  if (payloadType !== PAYLOAD_TYPE) {
    return failure({ code: CODE, path, field: 'payloadType', message: `expected ${PAYLOAD_TYPE}` });
  }
  const id = ports.hash.sha256(payload);
  const place = parseStorePath(path);
  if (place?.store !== 'signoff' || place.digest !== id) {
    const message = `expected the file name to be the SHA-256 of the payload, ${id.slice(0, 2)}/${id}.dsse`;
    return failure({ code: 'signoff-name', path, field: '', message });
  }
  const signer = verifySshSignature(ports, sig, pae(payloadType, payload), SIGNOFF_NAMESPACE);
  if (!signer.ok) {
    return failure(
      ...signer.problems.map(({ code, field, message }) => ({
        code: code === 'signature-malformed' ? CODE : 'signoff-signature',
        path,
        field: field === '' ? 'signatures[0].sig' : `signatures[0].sig (${field})`,
        message,
      })),
    );
  }
  const statement = parseStatement(payload, path);
  if (!statement.ok) return statement;
  const fingerprint = keyFingerprint(ports.hash, signer.value.keyBlob);
  const faults = fieldFaults(CODE, path);
  const named = statement.value.predicate.reviewer.keyid;
  if (keyid !== fingerprint) faults.add('signatures[0].keyid', `expected ${fingerprint}, the key that signed`);
  if (named !== fingerprint)
    faults.add('payload.predicate.reviewer.keyid', `expected ${fingerprint}, the key that signed`);
  if (faults.problems.length > 0) return failure(...faults.problems);
  return success({ id, path, statement: statement.value, ...signer.value });
}

function readStatement(value: unknown, path: string): Result<SignoffStatement> {
  const faults = fieldFaults(CODE, path);
  const json = readObject(faults, value, 'payload', ['_type', 'predicate', 'predicateType', 'subject']);
  const statement: SignoffStatement = {
    _type: readWord(faults, json['_type'], 'payload._type', [STATEMENT_TYPE]),
    subject: readSubjects(faults, json['subject'], 'payload.subject'),
    predicateType: readWord(faults, json['predicateType'], 'payload.predicateType', [PREDICATE_TYPE]),
    predicate: readPredicate(faults, json['predicate'], 'payload.predicate'),
  };
  return faults.problems.length > 0 ? failure(...faults.problems) : success(statement);
}

const REQUIRED = [
  'binding',
  'decision',
  'expiresAt',
  'note',
  'observed',
  'policy',
  'repo',
  'reviewedAt',
  'reviewer',
  'targetRefs',
  'viewed',
];

function readPredicate(faults: FieldFaults, value: unknown, at: string): SignoffPredicate {
  const json = readObject(faults, value, at, REQUIRED, ['request', 'withdraws']);
  const policy = readObject(faults, json['policy'], `${at}.policy`, ['sha256', 'version']);
  const reviewer = readObject(faults, json['reviewer'], `${at}.reviewer`, ['keyid', 'principal']);
  const viewed = readObject(faults, json['viewed'], `${at}.viewed`, ['expanded', 'total']);
  const decision = readWord(faults, json['decision'], `${at}.decision`, DECISIONS);
  const total = readInteger(faults, viewed['total'], `${at}.viewed.total`, 0, 1_000_000);
  if ((decision === 'withdraw') !== (json['withdraws'] !== undefined)) {
    faults.add(`${at}.withdraws`, 'a withdrawal, and only a withdrawal, names the record that it takes back');
  }
  const optionalDigest = (key: string): Record<string, string> =>
    json[key] === undefined ? {} : { [key]: readDigest(faults, json[key], `${at}.${key}`) };
  const reviewedAt = readMoment(faults, json['reviewedAt'], `${at}.reviewedAt`);
  const expiresAt = readMoment(faults, json['expiresAt'], `${at}.expiresAt`);
  if ((parseUtc(expiresAt) ?? Infinity) <= (parseUtc(reviewedAt) ?? 0)) {
    faults.add(`${at}.expiresAt`, 'expected a time after reviewedAt');
  }
  return {
    decision,
    repo: readText(faults, json['repo'], `${at}.repo`, { least: 1, most: 128 }),
    targetRefs: readList(faults, json['targetRefs'], `${at}.targetRefs`, 1, 64).map((ref, index) =>
      readText(faults, ref, `${at}.targetRefs[${index}]`, { least: 1, most: 256 }),
    ),
    policy: {
      version: readInteger(faults, policy['version'], `${at}.policy.version`, 1, 1_000_000),
      sha256: readDigest(faults, policy['sha256'], `${at}.policy.sha256`),
    },
    reviewer: {
      principal: readMatching(
        faults,
        reviewer['principal'],
        `${at}.reviewer.principal`,
        /^[^\s,*?!"-][^\s,*?!"]{0,319}$/,
        'a principal of allowed_signers, such as an e-mail address',
      ),
      keyid: readMatching(
        faults,
        reviewer['keyid'],
        `${at}.reviewer.keyid`,
        /^SHA256:[A-Za-z0-9+/]{43}$/,
        'a fingerprint SHA256:…',
      ),
    },
    binding: readWord(faults, json['binding'], `${at}.binding`, BINDINGS),
    observed: readObserved(faults, json['observed'], `${at}.observed`),
    ...optionalDigest('request'),
    ...optionalDigest('withdraws'),
    viewed: { total, expanded: readInteger(faults, viewed['expanded'], `${at}.viewed.expanded`, 0, total) },
    note: readText(faults, json['note'], `${at}.note`, { least: 0, most: 4000, lines: true }),
    reviewedAt,
    expiresAt,
  };
}

function readMoment(faults: FieldFaults, value: unknown, field: string): string {
  if (typeof value === 'string' && parseUtc(value) !== undefined) return value;
  if (value !== undefined) faults.add(field, 'expected a time in UTC such as 2026-11-20T09:30:00Z');
  return '';
}
