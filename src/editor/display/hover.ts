/** What a block is, in a hover: origin, evidence, author, rule, signatures, next step. Text of the repository is never markup. */
import { MarkdownString, l10n } from 'vscode';
import type { ReportHunk, SignoffBearing } from '../../core/model/report';
import type { SinceSigned } from '../../core/model/since';
import { levelShown } from '../../core/policy/people';
import type { Policy } from '../../core/policy/policy';
import type { BlockView } from '../../panel/blocks';
import { appendSince } from './since';
import { sentence } from '../review/commands';
import { escaped } from './markdown';
import { asksForWord, fromWord } from '../declare/words';
import { evidenceOf, originWord, placeOf, risksIn, stateWord, toolOf } from './words';

/** The only commands that a hover's links may run. */
const COMMANDS = [
  'countersign.requestReview',
  'countersign.openReview',
  'countersign.signOff',
  'countersign.sayOrigin',
] as const;
/** Hunks that are spelled out; the rest are counted. */
const LISTED = 6;

/** What the hover tells of besides the block itself. */
export interface Known {
  readonly policy: Policy;
  readonly since: ReadonlyMap<string, readonly SinceSigned[]>;
}

/** `toDecide`: the person at the screen is asked to decide. `file` names the author's own file, where there is one. */
export function hoverOf(
  block: BlockView,
  toDecide: boolean,
  known: Known | undefined,
  file?: { readonly uri: string; readonly version: number },
): MarkdownString {
  const text = new MarkdownString('', true);
  text.isTrusted = { enabledCommands: [...COMMANDS] };
  text.appendMarkdown(`**${escaped(stateWord(block.state))}** — ${escaped(placeOf(block))}\n\n`);
  const asked = block.hunks.filter((hunk) => hunk.status !== 'not-required');
  const told = distinct(asked.length > 0 ? asked : block.hunks);
  for (const hunk of told.slice(0, LISTED)) text.appendMarkdown(`${hunkLine(hunk)}\n`);
  if (told.length > LISTED) text.appendMarkdown(`- ${escaped(l10n.t('… and {0} more', told.length - LISTED))}\n`);
  const [first] = asked;
  if (first !== undefined) {
    text.appendMarkdown(`\n${l10n.t('Author')}: ${escaped(authorOf(first, known?.policy))}  \n`);
    text.appendMarkdown(`${escaped(sentence(first.reason))}  \n`);
  }
  for (const bearing of distinctSignoffs(asked)) {
    // The block's own reason may be about this very sign-off.
    if (bearing.reason === first?.reason) continue;
    const verdict = verdictOf(bearing);
    text.appendMarkdown(`${l10n.t('Sign-off')}: ${escaped(bearing.reviewer)}, ${escaped(verdict)}  \n`);
  }
  for (const each of known?.since.get(block.key) ?? []) appendSince(text, each);
  const risks = risksIn(block);
  if (risks !== '') text.appendMarkdown(`${l10n.t('Look twice')}: ${escaped(risks)}  \n`);
  const links = [linksOf(block, toDecide), file === undefined ? '' : sayLink(block, file)]
    .filter((each) => each !== '')
    .join('  ·  ');
  if (links !== '') text.appendMarkdown(`\n${links}`);
  return text;
}

/** Nobody is labelled: a level is named only of whoever the policy lists. */
function authorOf({ author, level, requires }: ReportHunk, policy: Policy | undefined): string {
  const shown = policy && levelShown(policy, author, level, requires?.level);
  if (shown === undefined) return author;
  return 'below' in shown ? l10n.t('{0} (below {1})', author, shown.below) : `${author} (${shown.level})`;
}

function hunkLine(hunk: ReportHunk): string {
  const { tool: id, model } = hunk.actor ?? {};
  const tool = [toolOf(id === undefined ? {} : { tool: id }), model]
    .filter((each) => each !== undefined && each !== '')
    .join(' ');
  const side = hunk.side === 'removed' ? ` ${l10n.t('(removed)')}` : '';
  const one = hunk.start === hunk.end;
  const lines = one ? l10n.t('Line {0}', hunk.start) : l10n.t('Lines {0}–{1}', hunk.start, hunk.end);
  const where = hunk.side === 'object' ? '' : `${lines}${side}: `;
  return `- ${where}**${escaped(originWord(hunk.origin))}**${tool === '' ? '' : `, ${escaped(tool)}`} (${escaped(evidenceOf(hunk))})${escaped(detailOf(hunk))}`;
}

/** What is said of lines, and whose removed ones were. */
function detailOf({ from = [], whose = [] }: ReportHunk): string {
  const said = from.length === 0 ? '' : l10n.t(', said to come from {0}', from.map(fromWord).join(', '));
  const lost = whose.length === 0 ? '' : l10n.t(', lines that were {0}', whose.map(originWord).join(', '));
  return said + lost;
}

function linksOf(block: BlockView, toDecide: boolean): string {
  const link = (icon: string, label: string, command: (typeof COMMANDS)[number]): string =>
    `[$(${icon}) ${label}](command:${command})`;
  if (toDecide) {
    return [
      link('diff-multiple', l10n.t('Open Review'), 'countersign.openReview'),
      link('verified', l10n.t('Sign Off…'), 'countersign.signOff'),
    ].join('  ·  ');
  }
  if (block.state === 'open' || block.state === 'stale') {
    return link('git-pull-request-create', l10n.t('Request Review…'), 'countersign.requestReview');
  }
  return '';
}

/** Asks the author for a word about the lines that nobody saw being written: from the first of them to the last. */
function sayLink(block: BlockView, file: { readonly uri: string; readonly version: number }): string {
  const open = block.hunks.filter(({ side, origin }) => side === 'added' && asksForWord(origin));
  if (open.length === 0) return '';
  const first = Math.min(...open.map(({ start }) => start)) - 1;
  const last = Math.max(...open.map(({ end }) => end)) - 1;
  const argument = encodeURIComponent(JSON.stringify([{ ...file, first, last }]));
  return `[$(comment) ${l10n.t('Say Where This Comes From…')}](command:countersign.sayOrigin?${argument})`;
}

/** One line per origin and place: what an origin says of ten lines is said once. */
function distinct(hunks: readonly ReportHunk[]): ReportHunk[] {
  const seen = new Map(hunks.map((hunk) => [`${hunk.side} ${hunk.start} ${hunk.origin}`, hunk] as const));
  return [...seen.values()];
}

function verdictOf({ counts, countsFor, reason }: SignoffBearing): string {
  if (counts) return l10n.t('counts');
  if (countsFor !== undefined) return l10n.t('counts for rule {0} only: {1}', countsFor, reason);
  return l10n.t('does not count: {0}', reason);
}

function distinctSignoffs(hunks: readonly ReportHunk[]): ReportHunk['signoffs'] {
  const all = hunks.flatMap((hunk) => hunk.signoffs);
  return [...new Map(all.map((each) => [`${each.id} ${each.code}`, each] as const)).values()];
}
