/** What a reviewer is about to sign, and what the signature will say. */
import type { Problem } from '../core/model/problem';
import type { Binding, Decision, SignoffPredicate, VerifiedSignoff } from '../core/model/signoff';
import type { PendingBlock } from './pendingBlocks';
import type { PublicKeyFile } from './sshKeys';
import type { Standpoint } from './status';

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
  /** Lines that are signed and do not read as they look. Signing for them needs an answer of its own. */
  readonly cautions: readonly Problem[];
  /** For `withdraw`: the decision that is taken back. */
  readonly withdraws?: VerifiedSignoff;
}

/** What a signature says beside its subjects. `now` is in milliseconds, `viewed` a number of blocks. */
export function predicateOf(
  plan: SignoffPlan,
  options: { readonly note: string; readonly viewed: number; readonly now: number },
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
    ...(plan.withdraws === undefined ? {} : { withdraws: plan.withdraws.id }),
    viewed: { total: blocks.length, expanded: Math.min(options.viewed, blocks.length) },
    note: options.note,
    reviewedAt: instant(options.now),
    expiresAt: instant(options.now + VALID_DAYS * DAY),
  };
}
