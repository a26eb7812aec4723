/** Whether a signature would count, found out before it is made by asking the gate's own code about a trial. */
import type { Problem } from '../core/model/problem';
import type { ReportHunk } from '../core/model/report';
import type { VerifiedSignoff } from '../core/model/signoff';
import { keyFingerprint } from '../core/signing/sshsig';
import { sortSubjects } from '../core/signing/subjects';
import type { Refusal } from '../core/verify/authority';
import { standingOf } from '../core/verify/authority';
import type { GateInput } from '../core/verify/gateInput';
import { verifyChange, withdrawnIn } from '../core/verify/verify';
import { listedKeys } from './chooseKey';
import { nodeHash } from './hash';
import { signedSubjects } from './pendingBlocks';
import type { SignoffPlan } from './signoffPlan';
import { predicateOf } from './signoffPlan';

/** Why the signature would not count, block by block; empty when it does. */
export function refusalsOf(plan: SignoffPlan): Problem[] {
  return trialRefusals(plan).map((refusal) => withRemedy(plan, refusal));
}

/** Asks the gate's own code what would become of the blocks if this were signed. */
function trialRefusals(plan: SignoffPlan): Problem[] {
  const { standpoint, blocks } = plan;
  const predicate = predicateOf(plan, { note: 'trial', viewed: 0, now: standpoint.input.now });
  const trial: VerifiedSignoff = {
    id: 'trial',
    path: 'trial',
    statement: {
      _type: 'https://in-toto.io/Statement/v1',
      subject: sortSubjects(signedSubjects(standpoint, blocks, plan.binding)),
      predicateType: 'https://countersign.dev/signoff/v1',
      predicate,
    },
    keyBlob: plan.key.keyBlob,
    keyType: plan.key.keyType,
    // Whether a hardware key is touched, and its PIN given, shows only when it signs.
    userPresent: plan.key.keyType.startsWith('sk-'),
    userVerified: plan.key.keyType.startsWith('sk-'),
  };
  const input = { ...standpoint.input, signoffs: [...standpoint.input.signoffs, trial] };
  if (plan.decision !== 'approve') {
    const standing = standingOf(input, trial);
    const refusal = standing.ok ? withdrawalRefusal(plan, input) : standing.refusal;
    return refusal === undefined ? [] : [{ code: refusal.code, path: '', field: '', message: refusal.reason }];
  }
  const report = verifyChange(nodeHash, input);
  const problems: Problem[] = [];
  for (const { block } of blocks) {
    const open = report.hunks.filter((hunk) => hunk.block === block.block && hunk.status !== 'not-required');
    const refused = open.flatMap((hunk) => refusedIn(hunk));
    const [first] = refused;
    if (first !== undefined) {
      problems.push({ code: first.code, path: block.path, field: `block ${block.block}`, message: first.reason });
    }
  }
  return problems;
}

/** How the trial bears on a hunk that it does nothing for. */
function refusedIn({ signoffs }: ReportHunk): ReportHunk['signoffs'] {
  return signoffs.filter(({ id, counts, countsFor }) => id === 'trial' && !counts && countsFor === undefined);
}

/** Why the gate would not take a withdrawal, with which `input` was made; undefined for other decisions. */
function withdrawalRefusal({ standpoint, withdraws }: SignoffPlan, input: GateInput): Refusal | undefined {
  if (withdraws === undefined) return undefined;
  const refuse = (reason: string): Refusal => ({ code: 'not-withdrawn', reason });
  if (withdraws.statement.predicate.decision === 'withdraw')
    return refuse('a withdrawal stays; sign a new decision instead');
  if (withdrawnIn(standpoint.input).has(withdraws.id)) return refuse('it is withdrawn already');
  if (withdrawnIn(input).has(withdraws.id)) return undefined;
  const taken = standingOf(input, withdraws);
  return taken.ok
    ? refuse(`only ${taken.person.id}, or someone of a higher level who took no part, can withdraw it`)
    : taken.refusal;
}

/** A wrong key is told apart by the right one. */
function withRemedy({ standpoint, principal }: SignoffPlan, refusal: Problem): Problem {
  if (refusal.code !== 'key-not-listed' && refusal.code !== 'other-principal') return refusal;
  const listed = listedKeys(standpoint.input, principal, (keyBlob) => keyFingerprint(nodeHash, keyBlob));
  return { ...refusal, message: `${refusal.message}; ${listed}` };
}
