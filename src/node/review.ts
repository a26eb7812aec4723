/**
 * Asking for review and giving it: requests, and signed decisions over the committed blocks of a branch. What is signed
 * is computed from committed blobs in the signing call itself.
 */
import type { Problem } from '../core/model/problem';
import { CountersignError } from '../core/model/problem';
import type { Report, ReportBlock, ReportHunk } from '../core/model/report';
import type { Binding, Decision, ReviewRequest, SignoffPredicate, VerifiedSignoff } from '../core/model/signoff';
import type { Subject } from '../core/model/span';
import { personOf } from '../core/policy/people';
import { storePath } from '../core/sidecar/paths';
import { encodeEnvelope, pae } from '../core/signing/dsse';
import { encodeRequest, parseRequestFile } from '../core/signing/request';
import {
  PAYLOAD_TYPE,
  SIGNOFF_NAMESPACE,
  buildStatement,
  encodeStatement,
  parseSignoffFile,
} from '../core/signing/statement';
import { keyFingerprint } from '../core/signing/sshsig';
import { portionSubjects, sortSubjects } from '../core/signing/subjects';
import { utf8 } from '../core/text/bytes';
import type { HiddenText } from '../core/text/hiddenText';
import { hiddenText } from '../core/text/hiddenText';
import { rawLines } from '../core/text/lines';
import { subjectsOfBlocks } from '../core/verify/subjects';
import { standingOf } from '../core/verify/authority';
import { verifyChange } from '../core/verify/verify';
import { exportEnvelopes, requireFree } from './carriedSignoffs';
import { asListed, chooseKey, listedKeys } from './chooseKey';
import { commitOnly, requireQuietRepository } from './commitOnly';
import { nodeHash } from './hash';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import type { PublicKeyFile } from './sshKeys';
import { signWithSshKeygen } from './sshSign';
import { verifyRaw } from './sshVerify';
import type { Standpoint } from './status';
import { branchReport } from './status';
import { writeToStore } from './store';

/** Days for which a sign-off holds. */
const VALID_DAYS = 90;
const DAY = 24 * 60 * 60 * 1000;

/** A block that awaits a decision, with its hunks and what would be signed. */
export interface PendingBlock {
  readonly block: ReportBlock;
  readonly hunks: readonly ReportHunk[];
  readonly subject: Subject;
}

/** Committed blocks that still need someone: nothing, or not enough, stands for them. */
export function pendingBlocks(standpoint: Standpoint, paths: readonly string[] = []): PendingBlock[] {
  const { report, input } = standpoint;
  const chosen = report.blocks.filter(
    (block) =>
      (block.status === 'missing' || block.status === 'stale' || block.status === 'rejected') &&
      (paths.length === 0 || paths.some((path) => block.path === path || block.path.startsWith(`${path}/`))),
  );
  const subjects = subjectsOfBlocks(nodeHash, input.policy, input.files, new Set(chosen.map((each) => each.block)));
  return chosen.flatMap((block) => {
    const subject = subjects.get(block.block);
    const hunks = report.hunks.filter((hunk) => hunk.block === block.block);
    return subject === undefined ? [] : [{ block, hunks, subject }];
  });
}

function hunksByBlock({ hunks }: Report): Map<number, ReportHunk[]> {
  const byBlock = new Map<number, ReportHunk[]>();
  for (const hunk of hunks) byBlock.set(hunk.block, [...(byBlock.get(hunk.block) ?? []), hunk]);
  return byBlock;
}

/** What a block's rules want a signature of it to bind. */
function bindingOf({ hunks }: Pick<PendingBlock, 'hunks'>): Binding {
  const asked = hunks.filter((hunk) => hunk.status !== 'not-required').map(({ requires }) => requires?.binding);
  return asked.includes('tree') ? 'tree' : asked.includes('file') ? 'file' : 'window';
}

/** Subjects of the blocks with these numbers, each bound as its rules ask. */
function subjectsFor({ report, input }: Standpoint, numbers: ReadonlySet<number>): Map<number, Subject> {
  const bound = new Map<number, Binding>();
  const hunksOf = hunksByBlock(report);
  for (const { block } of report.blocks) bound.set(block, bindingOf({ hunks: hunksOf.get(block) ?? [] }));
  const all = [...numbers].some((number) => bound.get(number) === 'tree');
  const wholeFile = (number: number): boolean => all || bound.get(number) === 'file';
  return subjectsOfBlocks(nodeHash, input.policy, input.files, numbers, wholeFile);
}

/** What is signed for these blocks: their subjects, and those of all others where a rule wants the whole tree bound. */
function signedSubjects(standpoint: Standpoint, blocks: readonly PendingBlock[]): Subject[] {
  const isTree = bindingFor(blocks) === 'tree';
  const numbers = (isTree ? standpoint.report.blocks : blocks.map(({ block }) => block)).map(({ block }) => block);
  return [...subjectsFor(standpoint, new Set(numbers)).values()];
}

/** The strictest binding of some blocks: it is what the signature says of itself. */
function bindingFor(blocks: readonly PendingBlock[]): Binding {
  const all = blocks.map(bindingOf);
  return all.includes('tree') ? 'tree' : all.includes('file') ? 'file' : 'window';
}

export interface RequestResult {
  /** The files written: one, or several when there are more blocks than one request may name. */
  readonly requests: readonly { readonly id: string; readonly path: string }[];
  readonly blocks: readonly PendingBlock[];
  readonly to: readonly string[];
  /** The commit that holds the request; undefined when it was only staged. */
  readonly commit?: string;
}

/** Asks for review of the committed blocks that need it. Throws `nothing-to-request` (exit 1) when there are none. */
export async function requestReview(
  repository: Repository,
  options: {
    readonly to: readonly string[];
    readonly note: string;
    readonly base?: string;
    readonly paths?: readonly string[];
    /** Numbers of the chosen blocks; all that need it by default. */
    readonly blocks?: readonly number[];
    readonly commit: boolean;
  },
): Promise<RequestResult> {
  if (options.commit) requireQuietRepository(repository);
  const standpoint = await branchReport(repository, options.base === undefined ? {} : { base: options.base });
  const { policy } = standpoint.input;
  for (const name of options.to) {
    if (policy.people.some((person) => person.id === name) || personOf(policy, name) !== undefined) continue;
    const known = policy.people.map((person) => person.id).join(', ');
    throw fault('unknown-person', '--to', `expected one of ${known}, found ${JSON.stringify(name)}`, 2);
  }
  const blocks = pendingBlocks(standpoint, options.paths).filter(
    (each) => options.blocks === undefined || options.blocks.includes(each.block.block),
  );
  if (blocks.length === 0) {
    const message = 'no committed block needs a sign-off; commit your work first if you expected one';
    throw fault('nothing-to-request', '', message, 1);
  }
  const author = await authorEmail(repository);
  const observed = { base: standpoint.report.base, head: standpoint.report.head };
  const requests: { id: string; path: string }[] = [];
  for (const subject of portionSubjects(blocks.map((each) => each.subject))) {
    const { to, note } = options;
    const request: ReviewRequest = {
      type: 'countersign/request',
      v: 1,
      repo: policy.repo,
      author,
      to,
      note,
      observed,
      subject,
    };
    const bytes = encodeRequest(request);
    const id = nodeHash.sha256(bytes);
    // What no reader would take (a control character in the note, say) must not get into the repository.
    const checked = parseRequestFile(bytes, storePath('request', id), nodeHash);
    if (!checked.ok) throw firstFault(checked.problems);
    requests.push({ id, path: await writeToStore(repository, 'request', bytes) });
  }
  const result = { requests, blocks, to: options.to };
  if (!options.commit) return result;
  const paths = requests.map((each) => each.path);
  return { ...result, commit: await commitOnly(repository, paths, `Request review of ${count(blocks.length)}`) };
}

/** What would be signed, by whom, with which key, and whether it would count. */
export interface SignoffPlan {
  readonly decision: Decision;
  readonly standpoint: Standpoint;
  readonly blocks: readonly PendingBlock[];
  readonly principal: string;
  readonly key: PublicKeyFile;
  /** Why the signature would not count, block by block; empty when it does. */
  readonly refusals: readonly Problem[];
  /** What the signature binds; with `tree` it holds every block of the change, also those that need none. */
  readonly binding: Binding;
  /** Lines of the blocks that do not read as they look. Signing for them needs an answer of its own. */
  readonly cautions: readonly Problem[];
}

export interface PlanOptions {
  readonly decision: Decision;
  readonly base?: string;
  readonly paths?: readonly string[];
  readonly blocks?: readonly number[];
  /** A public key, or a private key with its `.pub` beside it. By default the one that the policy's keys list. */
  readonly keyFile?: string;
  /** For `withdraw`: the sign-off or rejection to take back, by id or the head of it. */
  readonly withdraws?: string;
}

/** Works out a decision over the committed blocks that need one. Nothing is written. */
export async function planSignoff(repository: Repository, options: PlanOptions): Promise<SignoffPlan> {
  const standpoint = await branchReport(repository, options.base === undefined ? {} : { base: options.base });
  const principal = asListed(standpoint.input, await authorEmail(repository));
  const key = await chooseKey(repository, standpoint.input, principal, options.keyFile);
  const blocks =
    options.decision === 'withdraw'
      ? []
      : pendingBlocks(standpoint, options.paths).filter(
          (each) => options.blocks === undefined || options.blocks.includes(each.block.block),
        );
  if (blocks.length === 0 && options.decision !== 'withdraw') {
    throw fault('nothing-to-sign', '', 'no committed block awaits a sign-off here', 1);
  }
  const plan = {
    decision: options.decision,
    standpoint,
    blocks,
    principal,
    key,
    binding: bindingFor(blocks),
    refusals: [],
    cautions: [],
  };
  return {
    ...plan,
    refusals: refusalsOf(plan).map((refusal) => withRemedy(plan, refusal)),
    cautions: options.decision === 'approve' ? cautionsOf(plan) : [],
  };
}

const HIDDEN = {
  order: 'a character that changes the order in which text is shown',
  invisible: 'a character that is not shown',
  'look-alike': 'a letter that looks like one of another script',
} as const;

/** Lines to be signed that hold hidden or look-alike characters, and such names of files. */
function cautionsOf({ standpoint, blocks }: Pick<SignoffPlan, 'standpoint' | 'blocks'>): Problem[] {
  const texts = new Map(standpoint.input.files.map(({ path, after }) => [path, rawLines(after.text ?? '')] as const));
  return blocks.flatMap(({ block }): Problem[] => {
    const { path, afterStart, afterEnd, object } = block;
    const caution = (field: string, { kind, found }: HiddenText): Problem => {
      return { code: 'hidden-text', path, field, message: `it holds ${found}, ${HIDDEN[kind]}` };
    };
    const name = hiddenText([utf8(path)], 0, 1).map((each) => caution('name', each));
    if (object !== undefined) return name;
    const count = afterEnd - afterStart + 1;
    const inLines = hiddenText(texts.get(path) ?? [], afterStart - 1, count);
    return [...name, ...inLines.map((each) => caution(`line ${each.line + 1}`, each))];
  });
}

/** A wrong key is told apart by the right one. */
function withRemedy({ standpoint, principal }: SignoffPlan, refusal: Problem): Problem {
  if (refusal.code !== 'key-not-listed') return refusal;
  const listed = listedKeys(standpoint.input, principal, (keyBlob) => keyFingerprint(nodeHash, keyBlob));
  return { ...refusal, message: `${refusal.message}; ${listed}` };
}

/** Asks the gate's own code what would become of the blocks if this were signed. */
function refusalsOf(plan: SignoffPlan): Problem[] {
  const { standpoint, blocks } = plan;
  const predicate = predicateOf(plan, { note: '', viewed: 0, now: standpoint.input.now });
  const trial: VerifiedSignoff = {
    id: 'trial',
    path: 'trial',
    statement: {
      _type: 'https://in-toto.io/Statement/v1',
      subject: sortSubjects(signedSubjects(standpoint, blocks)),
      predicateType: 'https://countersign.dev/signoff/v1',
      predicate,
    },
    keyBlob: plan.key.keyBlob,
    keyType: plan.key.keyType,
    // Whether a hardware key is touched, and its PIN given, shows only when it signs.
    userPresent: plan.key.keyType.startsWith('sk-'),
    userVerified: plan.key.keyType.startsWith('sk-'),
  };
  if (plan.decision !== 'approve') {
    const standing = standingOf(standpoint.input, trial);
    return standing.ok ? [] : [{ code: standing.refusal.code, path: '', field: '', message: standing.refusal.reason }];
  }
  const input = { ...standpoint.input, signoffs: [...standpoint.input.signoffs, trial] };
  const report = verifyChange(nodeHash, input);
  const problems: Problem[] = [];
  for (const { block } of blocks) {
    const open = report.hunks.filter((hunk) => hunk.block === block.block && hunk.status !== 'not-required');
    const refused = open.flatMap((hunk) => hunk.signoffs.filter((each) => each.id === 'trial' && !each.counts));
    const [first] = refused;
    if (first !== undefined) {
      problems.push({ code: first.code, path: block.path, field: `block ${block.block}`, message: first.reason });
    }
  }
  return problems;
}

export interface SignOptions {
  readonly note: string;
  /** Blocks that the reviewer has looked at, as far as the tool saw. */
  readonly viewed: number;
  readonly commit: boolean;
  readonly withdraws?: string;
  readonly now?: number;
  /** Let ssh-keygen ask on the terminal. */
  readonly interactive?: boolean;
  /** Write what is signed to this new file instead, for somebody else to bring in. */
  readonly exportTo?: string;
}

export interface SignResult {
  readonly ids: readonly string[];
  /** Where the sign-offs stand in the repository; empty when they were exported. */
  readonly paths: readonly string[];
  /** The files that they were exported to. */
  readonly exported?: readonly string[];
  readonly commit?: string;
}

/** Signs a plan. The plan is worked out anew from committed blobs; if anything moved since, nothing is signed. */
export async function signPlan(repository: Repository, plan: SignoffPlan, options: SignOptions): Promise<SignResult> {
  if (options.commit) requireQuietRepository(repository);
  if (options.exportTo !== undefined) requireFree(options.exportTo);
  const { target } = plan.standpoint;
  const fresh = await branchReport(repository, { base: target.revision });
  const withdrawn = plan.decision === 'withdraw' ? withdrawnSignoff(fresh, options.withdraws) : undefined;
  const subjects = withdrawn === undefined ? subjectsNow(fresh, plan) : withdrawn.statement.subject;
  const now = options.now ?? Date.now();
  const predicate = predicateOf(plan, {
    ...options,
    now,
    ...(withdrawn === undefined ? {} : { withdraws: withdrawn.id }),
  });
  const signed: { id: string; envelope: string }[] = [];
  for (const part of portionSubjects(subjects)) {
    signed.push(await signPart(plan, part, predicate, options.interactive === true));
  }
  const ids = signed.map(({ id }) => id);
  if (options.exportTo !== undefined) {
    const envelopes = signed.map(({ envelope }) => envelope);
    return { ids, paths: [], exported: exportEnvelopes(options.exportTo, envelopes) };
  }
  const paths: string[] = [];
  for (const { id, envelope } of signed) paths.push(await writeToStore(repository, 'signoff', envelope, id));
  const result = { ids, paths };
  if (!options.commit) return result;
  const verb = { approve: 'Sign off', reject: 'Reject', withdraw: 'Withdraw' }[plan.decision];
  const message = plan.decision === 'withdraw' ? 'Withdraw a sign-off' : `${verb} ${count(plan.blocks.length)}`;
  return { ...result, commit: await commitOnly(repository, result.paths, message) };
}

/** The decision of this change that an id, or the head of one, names. Its withdrawal is signed over its own subjects. */
function withdrawnSignoff(fresh: Standpoint, id: string | undefined): VerifiedSignoff {
  const found = fresh.input.signoffs.filter((each) => id !== undefined && id !== '' && each.id.startsWith(id));
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  const message = `expected the id of one sign-off or rejection of this change, found ${found.length} for ${JSON.stringify(id ?? '')}`;
  throw fault('unknown-signoff', '', message, 2);
}

/** The subjects of the plan's blocks as they are committed now; throws `changed-meanwhile` when any differs. */
function subjectsNow(fresh: Standpoint, plan: SignoffPlan): Subject[] {
  const spans = new Map(fresh.report.blocks.map((block) => [`${block.path}\0${block.span}`, block.block] as const));
  const wanted = plan.blocks.map((each) => spans.get(`${each.block.path}\0${each.block.span}`));
  if (fresh.report.head !== plan.standpoint.report.head || wanted.includes(undefined)) {
    const message = 'the branch changed since the review began, and nothing was signed; look at it again';
    throw fault('changed-meanwhile', '', message, 3);
  }
  const hunksOf = hunksByBlock(fresh.report);
  const blocks = plan.blocks.flatMap((each, index): PendingBlock[] => {
    const number = wanted[index];
    return number === undefined
      ? []
      : [{ ...each, block: { ...each.block, block: number }, hunks: hunksOf.get(number) ?? [] }];
  });
  return signedSubjects(fresh, blocks);
}

function predicateOf(
  plan: SignoffPlan,
  options: { readonly note: string; readonly viewed: number; readonly withdraws?: string; readonly now: number },
): SignoffPredicate {
  const { standpoint, blocks } = plan;
  const { policy, policySha256 } = standpoint.input;
  const requests = new Set(blocks.flatMap((each) => each.block.requests));
  const [request] = requests.size === 1 ? requests : [];
  const instant = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return {
    decision: plan.decision,
    repo: policy.repo,
    targetRefs: policy.targets,
    policy: { version: policy.version, sha256: policySha256 },
    reviewer: { principal: plan.principal, keyid: plan.key.fingerprint },
    binding: plan.binding,
    observed: { base: standpoint.report.base, head: standpoint.report.head },
    ...(request === undefined ? {} : { request }),
    ...(options.withdraws === undefined ? {} : { withdraws: options.withdraws }),
    viewed: { total: blocks.length, expanded: Math.min(options.viewed, blocks.length) },
    note: options.note,
    reviewedAt: instant(options.now),
    expiresAt: instant(options.now + VALID_DAYS * DAY),
  };
}

async function signPart(
  plan: SignoffPlan,
  subjects: readonly Subject[],
  predicate: SignoffPredicate,
  interactive: boolean,
): Promise<{ id: string; envelope: string }> {
  const statement = buildStatement(subjects, predicate);
  if (!statement.ok) throw firstFault(statement.problems);
  const payload = encodeStatement(statement.value);
  const message = pae(PAYLOAD_TYPE, payload);
  const { path: keyFile, agent, keyType, keyBlob } = plan.key;
  const held = agent === true ? { publicKey: `${keyType} ${keyBlob}` } : {};
  const request = { keyFile, ...held, namespace: SIGNOFF_NAMESPACE, message, useTerminal: interactive };
  const signed = await signWithSshKeygen(request);
  if (!signed.ok) throw firstFault(signed.problems, 3);
  const envelope = encodeEnvelope({
    payloadType: PAYLOAD_TYPE,
    payload,
    sig: signed.value,
    keyid: plan.key.fingerprint,
  });
  const id = nodeHash.sha256(payload);
  const checked = parseSignoffFile(envelope, storePath('signoff', id), { hash: nodeHash, verifyRaw });
  if (!checked.ok) throw firstFault(checked.problems, 3);
  return { id, envelope };
}

function count(blocks: number): string {
  return blocks === 1 ? '1 block' : `${blocks} blocks`;
}

function fault(code: string, field: string, message: string, exit: 1 | 2 | 3): CountersignError {
  return new CountersignError({ code, path: '', field, message }, exit);
}

function firstFault(problems: readonly Problem[], exit: 2 | 3 = 2): CountersignError {
  const [first] = problems;
  return new CountersignError(first ?? { code: 'failed', path: '', field: '', message: 'it failed' }, exit);
}
