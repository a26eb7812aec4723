/** What the editor says about blocks: short for lists, whole sentences for hovers and screen readers. */
import { l10n } from 'vscode';
import type { Origin } from '../../core/model/origin';
import type { ReportHunk, Requirement, RestoredState } from '../../core/model/report';
import type { BlockState, BlockView, Risk } from '../../panel/blocks';
import { risksOf, sizeOf } from '../../panel/blocks';
import type { ItemView } from '../../panel/items';

/** `src/pay.ts:40–52`; for what has no lines, the path and what happened to it. */
export function placeOf(block: BlockView): string {
  return `${safe(block.path)}${linesOf(block)}`;
}

/** `:40–52`, or what happened to the file. */
export function linesOf(block: BlockView): string {
  if (block.object !== undefined) return ` (${objectWord(block.object)})`;
  const { added, removed } = sizeOf(block);
  if (added === 0) {
    const at = Math.max(1, block.start);
    return `:${at} (${removed === 1 ? l10n.t('1 line removed') : l10n.t('{0} lines removed', removed)})`;
  }
  return added === 1 ? `:${block.start}` : `:${block.start}–${block.end}`;
}

function objectWord(object: string): string {
  switch (object) {
    case 'delete':
      return l10n.t('deleted');
    case 'rename':
      return l10n.t('renamed');
    case 'mode':
      return l10n.t('executable bit');
    default:
      return l10n.t('whole file');
  }
}

/** `ai · Claude Code · needs a senior`. */
export function summaryOf(block: BlockView): string {
  return [originsOf(block), toolOf(block), needOf(block)].filter((each) => each !== '').join(' · ');
}

/** Names that tools go by, for the ids that they give themselves; others stand as they are. */
const TOOL_NAMES: Readonly<Record<string, string>> = {
  'claude-code': 'Claude Code',
  codex: 'Codex',
  copilot: 'Copilot',
  'github.copilot': 'Copilot',
  'github.copilot-chat': 'Copilot',
  cursor: 'Cursor',
  'gemini-cli': 'Gemini CLI',
};

/** The tool that a block names, for people; empty when it names none. */
export function toolOf({ tool }: Pick<BlockView, 'tool'>): string {
  if (tool === undefined) return '';
  return Object.hasOwn(TOOL_NAMES, tool.toLowerCase()) ? (TOOL_NAMES[tool.toLowerCase()] ?? tool) : safe(tool);
}

export function originsOf(block: BlockView): string {
  return block.origins.map((origin) => originWord(origin)).join(', ');
}

export function originWord(origin: Origin): string {
  switch (origin) {
    case 'ai':
      return l10n.t('ai');
    case 'mixed':
      return l10n.t('mixed');
    case 'unknown':
      return l10n.t('unknown');
    case 'external':
      return l10n.t('external');
    case 'paste':
      return l10n.t('paste');
    case 'tool':
      return l10n.t('tool');
    case 'human':
      return l10n.t('human');
  }
}

/** What a block waits for, in three or four words; empty when nothing was ever asked of it. */
function needOf(block: BlockView): string {
  switch (block.state) {
    case 'rejected':
      return l10n.t('rejected');
    case 'stale':
      return l10n.t('changed after sign-off');
    case 'requested':
      return l10n.t('awaiting {0}', who(block.requires));
    case 'open':
      return l10n.t('needs {0}', who(block.requires));
    case 'fine':
      return block.requires === null ? '' : l10n.t('signed off');
  }
}

function who(requires: Requirement | null): string {
  const level = requires?.level ?? '';
  if (level === '') return l10n.t('a sign-off');
  const count = requires?.count ?? 1;
  if (count > 1) return l10n.t('{0} × {1}', count, level);
  return /^[aeiou]/i.test(level) ? l10n.t('an {0}', level) : l10n.t('a {0}', level);
}

export function stateWord(state: BlockState): string {
  switch (state) {
    case 'rejected':
      return l10n.t('Rejected');
    case 'stale':
      return l10n.t('Changed after sign-off');
    case 'requested':
      return l10n.t('Awaiting review');
    case 'open':
      return l10n.t('Needs sign-off');
    case 'fine':
      return l10n.t('Fine');
  }
}

/** What is risky about a block, in one line; empty when nothing is. */
export function risksIn(block: BlockView): string {
  return risksOf(block)
    .map((risk) => riskWord(risk))
    .join(', ');
}

function riskWord(risk: Risk): string {
  switch (risk.kind) {
    case 'removes':
      return risk.lines === 1 ? l10n.t('removes 1 line') : l10n.t('removes {0} lines', risk.lines);
    case 'large':
      return l10n.t('large: {0} lines', risk.lines);
    case 'unexplained':
      return l10n.t('nobody saw where it comes from');
    case 'unseen':
      return l10n.t('origin said, not seen');
    case 'rules':
      return l10n.t('changes the rules of review');
    case 'pipeline':
      return l10n.t('runs in CI');
    case 'object':
      return l10n.t('judged as a whole: {0}', objectWord(risk.object));
  }
}

/** One sentence for screen readers: place, origin, need. */
export function spokenOf(block: BlockView): string {
  return `${placeOf(block)}, ${summaryOf(block).replaceAll(' · ', ', ')}, ${stateWord(block.state)}`;
}

/** How the origin of a hunk is known: `observed`, with the channel where there is one. */
export function evidenceOf(hunk: ReportHunk): string {
  return hunk.via === undefined ? hunk.evidence : `${hunk.evidence}, ${hunk.via}`;
}

/** What an item of several blocks is, in a line. */
export function itemWord(item: ItemView<BlockView>['item']): string {
  if (item.kind === 'restored') return restoredWord(item);
  const [from, to] = [item.from, item.to].map((each) => safe(each === '' ? './' : `${each}/`));
  return `${from} → ${to}`;
}

/** `restores the state of 1a2b3c4d5e6f (2026-11-22)`. */
export function restoredWord({ commit, date }: RestoredState): string {
  return l10n.t('restores the state of {0} ({1})', commit.slice(0, 12), date);
}

export function blocks(count: number): string {
  return count === 1 ? l10n.t('1 block') : l10n.t('{0} blocks', count);
}

/** Text of the repository, without anything that could hide, reorder or break a line. */
export function safe(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`);
}
