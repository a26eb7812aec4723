/** Asking for review: one list of reviewers and blocks in which everything that needs it is chosen, and a note. */
import type { QuickPickItem } from 'vscode';
import { CancellationError, QuickPickItemKind, commands, l10n, window } from 'vscode';
import { isEligible } from '../../core/policy/people';
import type { Person } from '../../core/policy/policy';
import { requestReview } from '../../node/reviewRequest';
import type { BlockView } from '../../panel/blocks';
import { blockViews, byRisk } from '../../panel/blocks';
import { fromWord } from '../declare/words';
import { blocks as blockCount, placeOf, safe, summaryOf } from '../display/words';
import type { Session } from '../workspace/session';
import type { ReadyState } from '../workspace/sessionState';
import { Refusal } from './commands';
import { offerPush } from './push';

interface Choice extends QuickPickItem {
  readonly person?: Person;
  readonly block?: BlockView;
}

/** Asks who and what, and commits the request alone. `chosen` limits what is offered as chosen. */
export async function askForReview(session: Session, state: ReadyState, chosen?: BlockView): Promise<void> {
  const { branch } = state;
  const open = branch === undefined ? [] : blockViews(branch.report).filter(isUnasked).toSorted(byRisk);
  const uncommitted = state.changes.filter((block) => !block.committed && isUnasked(block)).length;
  if (branch === undefined || open.length === 0) throw nothingToAsk(state, uncommitted);
  const choices = await choose(reviewersFor(state, open), open, { uncommitted, chosen });
  const to = choices.flatMap(({ person }) => (person === undefined ? [] : [person.id]));
  const numbers = choices.flatMap(({ block }) => (block === undefined ? [] : [block.number]));
  if (numbers.length === 0) throw new Refusal(l10n.t('Choose at least one block to ask for.'));
  const note = await window.showInputBox({
    title: l10n.t('Request review of {0}', blockCount(numbers.length)),
    prompt: l10n.t('What should the reviewer know? Commits one request file; staged and unsaved work stays as it is.'),
    placeHolder: l10n.t('Optional note'),
    value: noteOn(state, choices),
    ignoreFocusOut: true,
  });
  if (note === undefined) throw new CancellationError();
  const result = await requestReview(session.repository, { to, note: note.trim(), blocks: numbers, commit: true });
  await session.refresh();
  const whom = to.length === 0 ? l10n.t('anyone who may sign') : to.join(', ');
  await offerPush(session, l10n.t('Asked {0} to review {1}.', safe(whom), blockCount(result.blocks.length)));
}

/** What the author has said of lines that stay unknown: no record holds it, so the note may. */
function noteOn(state: ReadyState, choices: readonly Choice[]): string {
  const keys = new Set(choices.flatMap(({ block }) => (block === undefined ? [] : [block.key])));
  const hunks = state.changes.filter(({ key }) => keys.has(key)).flatMap((block) => block.hunks);
  return hunks
    .flatMap(({ path, start, end, origin, from = [] }) => {
      if (origin !== 'unknown' || from.length === 0) return [];
      const place = start === end ? `${path}:${start}` : `${path}:${start}–${end}`;
      return [l10n.t('{0} comes from {1}.', safe(place), from.map(fromWord).join(', '))];
    })
    .join(' ');
}

function isUnasked({ state }: BlockView): boolean {
  return state === 'open' || state === 'stale';
}

function nothingToAsk(state: ReadyState, uncommitted: number): Refusal {
  if (uncommitted > 0) {
    const message = l10n.t('{0} need review but are not committed. Commit your work first.', blockCount(uncommitted));
    const run = (): Thenable<unknown> => commands.executeCommand('workbench.view.scm');
    return new Refusal(message, { label: l10n.t('Open Source Control'), run });
  }
  const awaiting = state.changes.filter((block) => block.state === 'requested').length;
  if (awaiting > 0)
    return new Refusal(l10n.t('{0} await review already. Nothing else needs it.', blockCount(awaiting)));
  return new Refusal(l10n.t('No block on this branch needs a review.'));
}

/** People whose sign-off may count for some of the blocks, without whoever asks; the first fit for all comes first. */
function reviewersFor(state: ReadyState, blocks: readonly BlockView[]): { person: Person; fits: number }[] {
  const { policy } = state.working.input;
  const asked = blocks.flatMap(({ requires }) => (requires === null ? [] : [requires]));
  return policy.people
    .filter((person) => person.id !== state.person?.id)
    .map((person) => {
      const fits = asked.filter((each) =>
        isEligible(policy, { ...each, separation: 'span', binding: 'window' }, person),
      );
      return { person, fits: fits.length };
    })
    .filter(({ fits }) => fits > 0)
    .sort((a, b) => b.fits - a.fits);
}

async function choose(
  reviewers: readonly { readonly person: Person; readonly fits: number }[],
  blocks: readonly BlockView[],
  more: { readonly uncommitted: number; readonly chosen: BlockView | undefined },
): Promise<readonly Choice[]> {
  const isChosen = (block: BlockView): boolean => more.chosen === undefined || more.chosen.key === block.key;
  const people = reviewers.map(({ person, fits }, index): Choice => {
    const partly = fits < blocks.length ? l10n.t('may sign {0} of {1}', fits, blocks.length) : '';
    const teams = person.teams.map((team) => safe(team)).join(', ');
    const description = [safe(person.level), teams, partly].filter((each) => each !== '').join(' · ');
    return { label: `$(person) ${safe(person.id)}`, description, picked: index === 0, person };
  });
  const what = blocks.map((block): Choice => ({
    label: `$(diff) ${placeOf(block)}`,
    description: summaryOf(block),
    picked: isChosen(block),
    block,
  }));
  const later = more.uncommitted === 0 ? '' : l10n.t(' ({0} uncommitted left out)', blockCount(more.uncommitted));
  const items: Choice[] = [
    { label: l10n.t('Reviewers'), kind: QuickPickItemKind.Separator },
    ...people,
    { label: l10n.t('Blocks'), kind: QuickPickItemKind.Separator },
    ...what,
  ];
  const chosen = await window.showQuickPick(items, {
    canPickMany: true,
    ignoreFocusOut: true,
    matchOnDescription: true,
    title: l10n.t('Request review') + later,
    placeHolder: l10n.t('Whom to ask, about which blocks'),
  });
  if (chosen === undefined) throw new CancellationError();
  return chosen;
}
