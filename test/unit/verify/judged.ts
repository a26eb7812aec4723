/** The gate's question asked in memory: changes, records and sign-offs as plain data, for tests of what core answers. */
import { createHash } from 'node:crypto';
import { buildHunks } from '../../../src/core/attribution/buildHunks';
import { fileLines } from '../../../src/core/attribution/fileLines';
import type { FileLines } from '../../../src/core/attribution/fileLines';
import { hashesOf } from '../../../src/core/attribution/recordFile';
import type { ChangeCommit, ChangedFile, FileSide, Mode } from '../../../src/core/model/change';
import type { ClaimedOrigin, Source } from '../../../src/core/model/origin';
import type { NamedRecord, RecordedFile, RecordedHunk, RecordedObject } from '../../../src/core/model/record';
import type { Report, ReportHunk } from '../../../src/core/model/report';
import type { NamedRequest, SignoffPredicate, VerifiedSignoff } from '../../../src/core/model/signoff';
import type { Subject } from '../../../src/core/model/span';
import { parsePolicy } from '../../../src/core/policy/policy';
import type { Policy } from '../../../src/core/policy/policy';
import { storePath } from '../../../src/core/sidecar/paths';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { keyFingerprint } from '../../../src/core/signing/sshsig';
import { lengthPrefixed } from '../../../src/core/text/bytes';
import { countInk } from '../../../src/core/text/lines';
import { cutFile } from '../../../src/core/verify/blocks';
import type { GateInput } from '../../../src/core/verify/gateInput';
import { blockSubject } from '../../../src/core/verify/subjects';
import { verifyChange } from '../../../src/core/verify/verify';
import { isAtomic } from '../../../src/core/policy/decide';
import { blobId } from '../../../src/node/blobId';
import { nodeHash } from '../../../src/node/hash';
import { AI, HUMAN, REPO_ID, policyText } from '../../support/repository';

export const NOW = Date.UTC(2026, 10, 22);
export const ZERO = '0'.repeat(40);

/** A policy with ana as the senior, or with these parts changed. */
export function policy(more: Readonly<Record<string, unknown>> = {}): Policy {
  const ana = { id: 'ana', email: 'ana@example.com', key: '', publicKey: '' };
  const parsed = parsePolicy(policyText([ana], more));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

export function people(...list: readonly (readonly [id: string, level: string, ...teams: string[]])[]): unknown[] {
  return list.map(([id, level, ...teams]) => ({ id, emails: [`${id}@example.com`], level, teams }));
}

/** The blob of somebody's ed25519 key: what the gate compares, of which it needs no private half. */
export function keyBlob(id: string): string {
  const point = createHash('sha256').update(id).digest().toString('latin1');
  return Buffer.from(lengthPrefixed('ssh-ed25519') + lengthPrefixed(point), 'latin1').toString('base64');
}

export function signersFile(...lines: readonly string[]): GateInput['signers'] {
  const parsed = parseAllowedSigners(lines.map((line) => `${line}\n`).join(''), 'allowed_signers');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

export function signerLine(id: string, options = ''): string {
  return `${id}@example.com ${options === '' ? '' : `${options} `}ssh-ed25519 ${keyBlob(id)}`;
}

/** Numbered lines, some replaced; an empty replacement takes the line out, one with line breaks puts more in. */
export function lines(count: number, changes: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: count }, (_, index) => {
    const changed = changes[index];
    return changed === undefined ? `const value${index} = compute(${index}, seed);\n` : changed;
  }).join('');
}

function side(mode: Mode, text: string | undefined, oid = text === undefined ? ZERO : blobId(text)): FileSide {
  return text === undefined ? { mode, oid } : { mode, oid, text };
}

/** A changed file; undefined stands for "no such file". */
export function file(
  path: string,
  before: string | undefined,
  after: string | undefined,
  more: { readonly from?: string; readonly modes?: readonly [Mode, Mode] } = {},
): ChangedFile {
  const present: Mode = '100644';
  const [oldMode, newMode] = more.modes ?? [
    before === undefined ? '000000' : present,
    after === undefined ? '000000' : present,
  ];
  return {
    path,
    ...(more.from === undefined ? {} : { from: more.from }),
    before: side(oldMode, before),
    after: side(newMode, after),
  };
}

type Sources = Readonly<Record<number, Source | undefined>>;

function hunksOf(which: 'added' | 'removed', text: FileLines, sources: Sources, whose?: ClaimedOrigin): RecordedHunk[] {
  const claimed = Object.entries(sources).flatMap(([key, source]) => {
    const line = Number(key);
    if (source === undefined || source.origin === 'mixed') return [];
    const counts = { [source.origin]: countInk(text.lines[line] ?? '') };
    return [{ line, source, counts, ...(whose === undefined ? {} : { whose }) }];
  });
  return buildHunks(which, claimed, hashesOf(text));
}

/** What a record says of a file: sources by line from 0, of the result and of the base. */
export function recorded(
  changed: ChangedFile,
  added: Sources,
  removed: Sources = {},
  more: { readonly was?: string; readonly whose?: ClaimedOrigin; readonly path?: string } = {},
): RecordedFile {
  const { before, after } = changed;
  return {
    path: more.path ?? changed.path,
    blob: after.mode === '000000' ? null : after.oid,
    ...(more.was === undefined ? {} : { was: more.was }),
    hunks: [
      ...hunksOf('removed', fileLines(nodeHash, before.text ?? ''), removed, more.whose),
      ...hunksOf('added', fileLines(nodeHash, after.text ?? ''), added),
    ],
  };
}

/** What a record says of something that has no lines. */
export function recordedObject(changed: ChangedFile, more: Partial<RecordedObject> = {}): RecordedFile {
  const id = (oid: string): string | null => (oid === ZERO ? null : oid);
  const { path, before, after } = changed;
  const { origin, via, evidence } = HUMAN;
  if (origin === 'mixed') throw new Error('not a plain origin');
  const object = { before: id(before.oid), after: id(after.oid), origin, via, evidence, ...more };
  return { path, blob: id(after.oid), hunks: [], object };
}

export function record(author: string, files: readonly RecordedFile[], repo = REPO_ID): NamedRecord {
  const content = { repo, author: `${author}@example.com`, recorder: { id: 'test', version: '1' }, base: null, files };
  return { id: createHash('sha256').update(JSON.stringify(content)).digest('hex'), record: content };
}

export function commit(who: string, paths: readonly string[], committer = who): ChangeCommit {
  const email = (id: string): string => (id.includes('@') ? id : `${id}@example.com`);
  const oid = createHash('sha1').update(`${who} ${paths.join()}`).digest('hex');
  return { oid, authorEmail: email(who), committerEmail: email(committer), paths };
}

/** The subjects of all blocks of these files. */
export function subjectsOf(files: readonly ChangedFile[], rules = policy()): Subject[] {
  return files.flatMap((each) => {
    const cut = cutFile(each, isAtomic(rules, each.path));
    return cut.blocks.map((block) => blockSubject(nodeHash, rules.repo, cut, block));
  });
}

let given = 0;

/** A sign-off whose signature holds for this person's key. */
export function signoff(
  id: string,
  subject: readonly Subject[],
  predicate: Partial<SignoffPredicate> = {},
  more: Partial<VerifiedSignoff> = {},
): VerifiedSignoff {
  const name = createHash('sha256').update(`${given++}`).digest('hex');
  return {
    id: name,
    path: storePath('signoff', name),
    statement: {
      _type: 'https://in-toto.io/Statement/v1',
      subject,
      predicateType: 'https://countersign.dev/signoff/v1',
      predicate: {
        decision: 'approve',
        repo: REPO_ID,
        targetRefs: ['main'],
        policy: { version: 1, sha256: '0'.repeat(64) },
        reviewer: { principal: `${id}@example.com`, keyid: keyFingerprint(nodeHash, keyBlob(id)) },
        binding: 'window',
        observed: { base: ZERO, head: ZERO },
        viewed: { total: 1, expanded: 1 },
        note: '',
        reviewedAt: '2026-11-20T00:00:00Z',
        expiresAt: '2027-02-20T00:00:00Z',
        ...predicate,
      },
    },
    keyBlob: keyBlob(id),
    keyType: 'ssh-ed25519',
    userPresent: false,
    userVerified: false,
    ...more,
  };
}

export function request(
  id: string,
  subject: readonly Subject[],
  repo = REPO_ID,
  to: readonly string[] = [],
): NamedRequest {
  const name = createHash('sha256').update(id).digest('hex');
  return {
    id: name,
    path: storePath('request', name),
    request: {
      type: 'countersign/request',
      v: 1,
      repo,
      author: 'bo@example.com',
      to,
      note: '',
      observed: { base: ZERO, head: ZERO },
      subject,
    },
  };
}

/** The gate's verdict. By default bo committed all files, and ana's key is the only one of the base. */
export function judged(files: readonly ChangedFile[], more: Partial<GateInput> = {}): Report {
  const paths = files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
  return verifyChange(nodeHash, {
    base: 'b'.repeat(40),
    head: 'c'.repeat(40),
    ref: 'main',
    files,
    commits: [commit('bo', paths)],
    policy: policy(),
    policySha256: '1'.repeat(64),
    signers: signersFile(signerLine('ana')),
    revoked: [],
    records: [],
    requests: [],
    signoffs: [],
    spent: new Set(),
    problems: [],
    now: NOW,
    ...more,
  });
}

/** A hunk in one line. */
export function told({ path, side: which, start, end, origin, author, level, rule, status }: ReportHunk): string {
  return `${path} ${which} ${start}-${end} ${origin} ${author.split('@')[0]} ${level} ${rule} ${status}`;
}

/** How sign-offs bear on the hunks: reviewer and code, `+` before what counts. */
export function bearings(report: Report): string[] {
  return report.hunks.map(({ signoffs }) =>
    signoffs.map(({ reviewer, code, counts }) => `${counts ? '+' : ''}${reviewer} ${code}`).join(', '),
  );
}

export { AI, HUMAN };
