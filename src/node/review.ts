/**
 * Giving review: signed decisions over the committed blocks of a branch. What is signed is computed from committed blobs in
 * the signing call itself.
 */
import type { Problem } from '../core/model/problem';
import type { Binding, Decision, SignoffPredicate, VerifiedSignoff } from '../core/model/signoff';
import type { Subject } from '../core/model/span';
import { storePath } from '../core/sidecar/paths';
import { encodeEnvelope, pae } from '../core/signing/dsse';
import {
  PAYLOAD_TYPE,
  SIGNOFF_NAMESPACE,
  buildStatement,
  encodeStatement,
  parseSignoffFile,
} from '../core/signing/statement';
import { keyFingerprint } from '../core/signing/sshsig';
import { portionSubjects, sortSubjects } from '../core/signing/subjects';
import { standingOf } from '../core/verify/authority';
import { verifyChange } from '../core/verify/verify';
import { exportEnvelopes, requireFree } from './carriedSignoffs';
import { asListed, chooseKey, listedKeys } from './chooseKey';
import { commitOnly, requireQuietRepository } from './commitOnly';
import { nodeHash } from './hash';
import { cautionsOf } from './hiddenTextIn';
import type { Chosen, PendingBlock } from './pendingBlocks';
import { bindingFor, hunksByBlock, pendingBlocks, signedSubjects } from './pendingBlocks';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import { countBlocks, fault, firstFault } from './reviewFault';
import type { PublicKeyFile } from './sshKeys';
import { signWithSshKeygen } from './sshSign';
import { verifyRaw } from './sshVerify';
import type { Standpoint } from './status';
import { branchReport } from './status';
import { writeToStore } from './store';

/** Days for which a sign-off holds. */
const VALID_DAYS = 90;
const DAY = 24 * 60 * 60 * 1000;

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

export interface PlanOptions extends Chosen {
  readonly decision: Decision;
  readonly base?: string;
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
  const blocks = options.decision === 'withdraw' ? [] : pendingBlocks(standpoint, options);
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
    cautions: options.decision === 'approve' ? cautionsOf(standpoint.input.files, blocks) : [],
  };
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
  const message = plan.decision === 'withdraw' ? 'Withdraw a sign-off' : `${verb} ${countBlocks(plan.blocks.length)}`;
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
