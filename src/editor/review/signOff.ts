/**
 * Signing and rejecting. One question names everything that the signature will stand for; what was not looked at is named
 * and needs a second, deliberate answer.
 */
import { CancellationError, ProgressLocation, l10n, window, workspace } from 'vscode';
import { CountersignError } from '../../core/model/problem';
import type { Problem } from '../../core/model/problem';
import { planSignoff, signPlan } from '../../node/review';
import type { SignoffPlan } from '../../node/signoffPlan';
import type { BlockView } from '../../panel/blocks';
import { blocks as blockCount, originsOf, placeOf, risksIn, safe, toolOf } from '../display/words';
import type { Session } from '../workspace/session';
import type { ReadyState } from '../workspace/sessionState';
import { Refusal, sentence } from './commands';
import { openReview } from './open';
import { offerPush } from './push';
import { home, pickSigningKey, signingKey } from './signingKey';

/** Blocks that a question lists by name; the rest are counted. */
const LISTED = 8;

/** Signs for the blocks after asking; the blocks are those of the branch as committed. */
export async function signOff(session: Session, state: ReadyState, blocks: readonly BlockView[]): Promise<void> {
  if (blocks.length === 0) throw new Refusal(l10n.t('Nothing on this branch awaits your sign-off.'));
  requireTrust();
  const chosen = await askWhich(session, state, blocks);
  const viewed = chosen.blocks.filter((block) => session.isViewed(block.key)).length;
  const { plan } = chosen;
  const result = await withProgress(l10n.t('Signing {0}…', blockCount(plan.blocks.length)), () =>
    signPlan(session.repository, plan, { note: '', viewed, commit: true }),
  );
  await session.refresh();
  const commit = result.commit?.slice(0, 7) ?? '';
  await offerPush(session, l10n.t('Signed off {0} in commit {1}.', blockCount(plan.blocks.length), commit));
}

/** Asks until it is clear what to sign; gives the blocks and the plan for exactly them. */
async function askWhich(
  session: Session,
  state: ReadyState,
  blocks: readonly BlockView[],
): Promise<{ readonly blocks: readonly BlockView[]; readonly plan: SignoffPlan }> {
  const keyFile = await signingKey(session, state);
  const planFor = (chosen: readonly BlockView[]): Promise<SignoffPlan> => makePlan(session, 'approve', chosen, keyFile);
  const unseen = blocks.filter((block) => !session.isViewed(block.key));
  const seen = blocks.filter((block) => session.isViewed(block.key));
  const plan = await planFor(blocks);
  const isDoubtful = plan.refusals.length > 0 || plan.standpoint.target.doubt !== undefined;
  const sign = isDoubtful ? l10n.t('Sign Anyway') : l10n.t('Sign Off');
  if (unseen.length === 0) {
    await confirm(questionOf(blocks), detailOf(state, plan, blocks, []), sign);
    return { blocks, plan };
  }
  const onlySeen = l10n.t('Sign the {0} Viewed', seen.length);
  const look = l10n.t('Open Review');
  const all = l10n.t('Sign All, {0} Unseen…', unseen.length);
  const buttons = seen.length > 0 ? [onlySeen, look, all] : [look, all];
  const detail = detailOf(state, plan, blocks, unseen);
  const answer = await window.showWarningMessage(questionOf(blocks), { modal: true, detail }, ...buttons);
  if (answer === onlySeen && seen.length > 0) return { blocks: seen, plan: await planFor(seen) };
  if (answer === look) {
    await openReview(session, blocks);
    throw new CancellationError();
  }
  if (answer !== all) throw new CancellationError();
  const question = l10n.t('Sign for {0} that you have not looked at?', blockCount(unseen.length));
  const names = `${list(unseen)}\n\n${l10n.t('The signature will say that {0} of {1} were viewed.', seen.length, blocks.length)}`;
  await confirm(question, names, l10n.t('Sign Unseen'));
  return { blocks, plan };
}

async function makePlan(
  session: Session,
  decision: 'approve' | 'reject',
  blocks: readonly BlockView[],
  keyFile: string | undefined,
): Promise<SignoffPlan> {
  const options = { decision, blocks: blocks.map((block) => block.number) };
  try {
    const plan = await planSignoff(session.repository, keyFile === undefined ? options : { ...options, keyFile });
    const spans = new Set(blocks.map((block) => block.key));
    const same = plan.blocks.every(({ block }) => spans.has(`${block.path}\0${block.span}`));
    if (same && plan.blocks.length === blocks.length) return plan;
  } catch (error) {
    if (error instanceof CountersignError && error.problem.code === 'no-key') throw noKey(error.problem);
    if (!(error instanceof CountersignError) || error.problem.code !== 'nothing-to-sign') throw error;
  }
  await session.refresh();
  throw new Refusal(l10n.t('The branch changed while you looked at it. Nothing was signed; look at it again.'));
}

function noKey(problem: Problem): Refusal {
  return new Refusal(sentence(problem.message), { label: l10n.t('Choose Key…'), run: () => pickSigningKey() });
}

function questionOf(blocks: readonly BlockView[]): string {
  const files = new Set(blocks.map((block) => block.path)).size;
  return files === 1
    ? l10n.t('Sign off {0} in 1 file?', blockCount(blocks.length))
    : l10n.t('Sign off {0} in {1} files?', blockCount(blocks.length), files);
}

function detailOf(
  state: ReadyState,
  plan: SignoffPlan,
  blocks: readonly BlockView[],
  unseen: readonly BlockView[],
): string {
  const seen = blocks.filter((block) => !unseen.includes(block));
  const { key, standpoint } = plan;
  const parts = [
    ...(seen.length > 0 && unseen.length > 0 ? [`${l10n.t('Viewed:')}\n${list(seen)}`] : []),
    ...(seen.length > 0 && unseen.length === 0 ? [list(seen)] : []),
    ...(unseen.length > 0 ? [`${l10n.t('NOT viewed:')}\n${list(unseen)}`] : []),
    ...refusalsIn(plan),
    ...doubtIn(plan),
    ...cautionsIn(plan),
    [
      l10n.t('As {0}, with {1}', safe(plan.principal), safe(key.path.replace(home(), '~'))),
      key.fingerprint,
      l10n.t('For {0} into {1}', safe(state.branchName ?? 'HEAD'), safe(standpoint.target.ref)),
    ].join('\n'),
    l10n.t(
      'The sign-off becomes a commit of its own; staged and unsaved work stays as it is. To undo it before pushing: git reset --soft HEAD~',
    ),
  ];
  return parts.join('\n\n');
}

function refusalsIn(plan: SignoffPlan): string[] {
  const reasons = new Map<string, number>();
  for (const { path, message } of plan.refusals) {
    const count = path === '' ? plan.blocks.length : 1;
    reasons.set(message, (reasons.get(message) ?? 0) + count);
  }
  return [...reasons].map(([reason, count]) =>
    l10n.t('This signature would not count for {0}: {1}.', blockCount(count), safe(reason)),
  );
}

function doubtIn({ standpoint }: SignoffPlan): string[] {
  const { ref, doubt } = standpoint.target;
  if (doubt === undefined) return [];
  return [l10n.t('LOOK CLOSELY, {0} may not be the branch that this is for: {1}.', safe(ref), safe(doubt))];
}

function cautionsIn(plan: SignoffPlan): string[] {
  const named = plan.cautions
    .slice(0, LISTED)
    .map(({ path, field, message }) => `• ${safe(path)}, ${field}: ${message}`);
  return named.length === 0
    ? []
    : [`${l10n.t('LOOK CLOSELY, not all of this text is as it looks:')}\n${named.join('\n')}`];
}

function list(blocks: readonly BlockView[]): string {
  const named = blocks.slice(0, LISTED).map((block) => `• ${placeOf(block)} — ${describe(block)}`);
  const rest = blocks.length - named.length;
  return [...named, ...(rest > 0 ? [l10n.t('… and {0} more', rest)] : [])].join('\n');
}

function describe(block: BlockView): string {
  return [originsOf(block), toolOf(block), risksIn(block)].filter((each) => each !== '').join(' · ');
}

async function confirm(question: string, detail: string, label: string): Promise<void> {
  const answer = await window.showWarningMessage(question, { modal: true, detail }, label);
  if (answer !== label) throw new CancellationError();
}

/** Rejects blocks with a reason: a veto until it is withdrawn. */
export async function reject(session: Session, state: ReadyState, blocks: readonly BlockView[]): Promise<void> {
  if (blocks.length === 0) throw new Refusal(l10n.t('Nothing on this branch awaits your decision.'));
  requireTrust();
  const note = await window.showInputBox({
    title: l10n.t('Reject {0}', blockCount(blocks.length)),
    prompt: l10n.t('Why? The author reads this. The rejection stands until you withdraw it.'),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? l10n.t('A rejection needs a reason.') : undefined),
  });
  if (note === undefined) throw new CancellationError();
  const keyFile = await signingKey(session, state);
  const plan = await makePlan(session, 'reject', blocks, keyFile);
  const question = l10n.t('Reject {0}?', blockCount(blocks.length));
  await confirm(question, detailOf(state, plan, blocks, []), l10n.t('Reject'));
  const viewed = blocks.filter((block) => session.isViewed(block.key)).length;
  await withProgress(l10n.t('Signing the rejection…'), () =>
    signPlan(session.repository, plan, { note: note.trim(), viewed, commit: true }),
  );
  await session.refresh();
  await offerPush(session, l10n.t('Rejected {0}.', blockCount(blocks.length)));
}

function requireTrust(): void {
  if (!workspace.isTrusted)
    throw new Refusal(l10n.t('Nothing is signed in Restricted Mode. Trust this workspace first.'));
}

async function withProgress<T>(title: string, run: () => Promise<T>): Promise<T> {
  // A hardware key waits for a touch: say what is going on.
  return window.withProgress({ location: ProgressLocation.Notification, title }, run);
}
