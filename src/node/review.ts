/**
 * Giving review: signed decisions over the committed blocks of a branch. What is signed is computed from committed blobs in
 * the signing call itself.
 */
import type { Decision, SignoffPredicate, VerifiedSignoff } from '../core/model/signoff';
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
import { portionSubjects } from '../core/signing/subjects';
import { exportEnvelopes, requireFree } from './carriedSignoffs';
import { asListed, chooseKey } from './chooseKey';
import { commitOnly, requireQuietRepository } from './commitOnly';
import { nodeHash } from './hash';
import { cautionsOf } from './hiddenTextIn';
import type { Chosen, PendingBlock } from './pendingBlocks';
import { bindingFor, hunksByBlock, pendingBlocks, signedBlocks, signedSubjects } from './pendingBlocks';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import { countBlocks, fault, firstFault } from './reviewFault';
import type { SignoffPlan } from './signoffPlan';
import { predicateOf } from './signoffPlan';
import { refusalsOf } from './signoffTrial';
import { signWithSshKeygen } from './sshSign';
import { verifyRaw } from './sshVerify';
import type { Standpoint } from './status';
import { branchReport } from './status';
import { writeToStore } from './store';

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
  const standpoint = await branchReport(repository, options);
  const { revision, unvouched } = standpoint.target;
  if (unvouched === true) {
    const message = `only this branch's own policy calls ${revision} a target; name one with --base, or: git remote set-head origin BRANCH`;
    throw fault('no-target', '--base', message, 3);
  }
  const principal = asListed(standpoint.input, await authorEmail(repository));
  const key = await chooseKey(repository, standpoint.input, principal, options.keyFile);
  const { decision, paths = [] } = options;
  // A veto is possible on any block that is named.
  const settled = decision === 'reject' && (paths.length > 0 || options.blocks !== undefined);
  const blocks = decision === 'withdraw' ? [] : pendingBlocks(standpoint, options, settled);
  if (blocks.length === 0 && decision !== 'withdraw') {
    const hint = decision === 'reject' ? '; name a PATH to reject' : '';
    throw fault('nothing-to-sign', '', `no committed block awaits a sign-off here${hint}`, 1);
  }
  const binding = bindingFor(standpoint, decision, blocks);
  const plan = {
    decision,
    standpoint,
    blocks,
    principal,
    key,
    binding,
    refusals: [],
    cautions: [],
    ...(decision === 'withdraw' ? { withdraws: decisionOf(standpoint, options.withdraws ?? '') } : {}),
  };
  return {
    ...plan,
    refusals: refusalsOf(plan),
    cautions:
      decision === 'approve' ? cautionsOf(standpoint.input.files, signedBlocks(standpoint, blocks, binding)) : [],
  };
}

export interface SignOptions {
  readonly note: string;
  /** Blocks that the reviewer has looked at, as far as the tool saw. */
  readonly viewed: number;
  readonly commit: boolean;
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
  const subjects = subjectsNow(fresh, plan);
  const predicate = predicateOf(plan, { ...options, now: options.now ?? Date.now() });
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

/** The decision of this change whose id begins so. Its withdrawal is signed over its own subjects. */
function decisionOf({ input }: Standpoint, given: string): VerifiedSignoff {
  // One that was written anew may be there twice.
  const known = [...new Map(input.signoffs.map((each) => [each.id, each] as const)).values()];
  const [only, ...more] = known.filter(({ id }) => given.length >= 4 && id.startsWith(given.toLowerCase()));
  if (only !== undefined && more.length === 0) return only;
  const list = known.map(({ id }) => id.slice(0, 12)).join(', ');
  const what = only === undefined ? 'none begins so' : 'several begin so';
  const message = `expected the id of a sign-off of this change (${list || 'there is none'}); ${what}`;
  throw fault('unknown-signoff', '', message, 2);
}

/** The subjects of the plan's blocks as they are committed now; throws `changed-meanwhile` when any differs. */
function subjectsNow(fresh: Standpoint, plan: SignoffPlan): readonly Subject[] {
  const taken = plan.withdraws;
  if (fresh.input.signoffs.some(({ id }) => id === taken?.id)) return taken?.statement.subject ?? [];
  const spans = new Map(fresh.report.blocks.map((block) => [`${block.path}\0${block.span}`, block.block] as const));
  const wanted = plan.blocks.map((each) => spans.get(`${each.block.path}\0${each.block.span}`));
  if (taken !== undefined || fresh.report.head !== plan.standpoint.report.head || wanted.includes(undefined)) {
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
  return signedSubjects(fresh, blocks, plan.binding);
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
