/** The gate's report for people: per block what it is, why it is held up and what to do, then one line that sums up. */
import { originRank } from '../../core/model/origin';
import type {
  HunkStatus,
  Report,
  ReportBlock,
  ReportHunk,
  ReportItem,
  RestoredState,
  SignoffBearing,
} from '../../core/model/report';
import { levelShown, personOf } from '../../core/policy/people';
import type { Policy } from '../../core/policy/policy';
import { doubtText, refusalText } from '../../core/verify/explain';
import type { Palette } from './colour';
import { escapeShort, escapeText } from './escape';
import { problemLine } from './problems';

export interface TextOptions {
  readonly palette: Palette;
  /** Only for names and the order of levels; without it people are shown by e-mail. */
  readonly policy?: Policy | undefined;
  /** Show the blocks that need nothing too. */
  readonly all?: boolean;
  /** Further lines beneath open blocks, by the block's number. */
  readonly beneath?: ReadonlyMap<number, readonly string[]>;
}

const OPEN: ReadonlySet<HunkStatus> = new Set(['missing', 'stale', 'rejected']);

/** A report as text; ends in a line break. */
export function textReport(report: Report, options: TextOptions): string {
  const lines = report.problems.map((problem) => `${options.palette.bad('✗')} ${problemLine(problem)}`);
  const blocks = new Map(hunksByBlock(report).map((each) => [each.block.block, each] as const));
  for (const item of report.items) {
    const own = item.blocks.flatMap((number) => blocks.get(number) ?? []);
    if (OPEN.has(item.status) || options.all === true) lines.push(...itemLines(item, own, options));
  }
  lines.push(closing(report, options.palette));
  return `${lines.join('\n')}\n`;
}

interface JudgedBlock {
  readonly block: ReportBlock;
  readonly hunks: readonly ReportHunk[];
}

function itemLines(item: ReportItem, blocks: readonly JudgedBlock[], options: TextOptions): string[] {
  if (item.kind === 'restored') return restoredLines(item, blocks, options);
  const [first] = blocks;
  if (first === undefined) return [];
  return OPEN.has(item.status) ? openBlock(first, item, options) : fineBlock(first, item, options);
}

/** An earlier state of the base: what it is, all its blocks beneath, and each next step once. */
function restoredLines(
  item: ReportItem & { readonly kind: 'restored' },
  blocks: readonly JudgedBlock[],
  options: TextOptions,
): string[] {
  const { palette } = options;
  const nexts = blocks.map(({ block, hunks }) => leadingHunk(block, hunks)?.next ?? '').filter((next) => next !== '');
  const beneath = blocks.flatMap((each) => {
    const lines = OPEN.has(each.block.status)
      ? openBlock(each, undefined, options)
      : fineBlock(each, undefined, options);
    return lines.map((line) => `  ${line}`);
  });
  const mark = statusMark(item.status, palette);
  const steps = [...new Set(nexts)].map((next) => `  → ${escapeText(next)}`);
  return [`${mark} ${palette.strong(restoredText(item))}`, ...beneath, ...steps];
}

/** `restores the state of 1a2b3c4d5e6f (2026-11-22)`. */
function restoredText({ commit, date }: RestoredState): string {
  return `restores the state of ${commit.slice(0, 12)} (${date})`;
}

/** What some blocks bring back, where that is an earlier state. */
export function restoredStates(
  { items }: Report,
  blocks: readonly { readonly block: { readonly block: number } }[],
): string[] {
  const chosen = new Set(blocks.map(({ block }) => block.block));
  return items.flatMap((item) => {
    const own = item.kind === 'restored' ? item.blocks.filter((number) => chosen.has(number)) : [];
    if (item.kind !== 'restored' || own.length === 0) return [];
    return [`${restoredText(item)}${own.length === item.blocks.length ? '' : ', of which these are a part'}`];
  });
}

function statusMark(status: HunkStatus, { bad, good, dim }: Palette): string {
  if (OPEN.has(status)) return bad('✗');
  return status === 'satisfied' ? good('✓') : dim('·');
}

/** Blocks with their hunks, in the report's order. */
export function hunksByBlock(report: Report): { block: ReportBlock; hunks: ReportHunk[] }[] {
  const byBlock = new Map<number, ReportHunk[]>();
  for (const hunk of report.hunks) {
    const list = byBlock.get(hunk.block);
    if (list === undefined) byBlock.set(hunk.block, [hunk]);
    else list.push(hunk);
  }
  return report.blocks.map((block) => ({ block, hunks: byBlock.get(block.block) ?? [] }));
}

/** The hunk that speaks for its block: of the block's status, the one of the strongest origin. */
export function leadingHunk(block: ReportBlock, hunks: readonly ReportHunk[]): ReportHunk | undefined {
  const [first] = hunks
    .filter((hunk) => hunk.status === block.status)
    .sort((a, b) => originRank(a.origin) - originRank(b.origin));
  return first ?? hunks[0];
}

/** `src/pay.ts:40-52`: the lines in the result; for what only removes, the line before which it stood, and what went. */
export function place(block: ReportBlock): string {
  const path = escapeText(block.path);
  const from = block.from === undefined ? '' : `${escapeText(block.from)} → `;
  if (block.object !== undefined) return `${from}${path} (${OBJECTS[block.object] ?? escapeText(block.object)})`;
  const { afterStart, afterEnd, beforeStart, beforeEnd } = block;
  if (afterEnd >= afterStart) return `${from}${path}:${range(afterStart, afterEnd)}`;
  return `${from}${path}:${afterStart} (removes ${range(beforeStart, beforeEnd)})`;
}

const OBJECTS: Readonly<Record<string, string>> = {
  content: 'the whole file',
  mode: 'the file mode',
  rename: 'renamed',
  delete: 'deleted',
};

function range(start: number, end: number): string {
  return start === end ? String(start) : `${start}-${end}`;
}

/** `ai (Claude Code, reported)`, `paste (observed, said: documentation)`, of removed lines `ai (observed, was human)`. */
export function originText(hunk: ReportHunk): string {
  const { from = [], whose = [] } = hunk;
  const about = [
    hunk.actor?.tool,
    hunk.evidence === 'none' ? undefined : hunk.evidence,
    from.length === 0 ? undefined : `said: ${from.join(', ')}`,
    whose.length === 0 ? undefined : `was ${whose.join(', ')}`,
  ];
  const known = about.flatMap((part) => (part === undefined || part === '' ? [] : [escapeShort(part, 40)]));
  return known.length === 0 ? hunk.origin : `${hunk.origin} (${known.join(', ')})`;
}

/** `bo, below senior`; a level by its name only for whoever the policy lists. */
export function authorText(hunk: ReportHunk, policy: Policy | undefined): string {
  const person = policy === undefined ? undefined : personOf(policy, hunk.author);
  const name = escapeShort(person?.id ?? hunk.author, 80);
  const shown = policy && levelShown(policy, hunk.author, hunk.level, hunk.requires?.level);
  if (shown === undefined) return name;
  return `${name}, ${'below' in shown ? `below ${escapeText(shown.below)}` : escapeText(shown.level)}`;
}

/** `src/ → lib/ (2000 files renamed)`. */
function itemPlace(block: ReportBlock, item: ReportItem | undefined): string {
  if (item?.kind !== 'folder') return place(block);
  const [from, to] = [item.from, item.to].map((each) => escapeText(each === '' ? './' : `${each}/`));
  return `${from} → ${to} (${item.blocks.length} files renamed)`;
}

/** Without an item the block is one of several beneath a heading, which names the next step for all of them. */
function openBlock(
  { block, hunks }: JudgedBlock,
  item: ReportItem | undefined,
  { palette, policy, beneath }: TextOptions,
): string[] {
  const hunk = leadingHunk(block, hunks);
  if (hunk === undefined) return [];
  const others = new Set(hunks.filter((each) => OPEN.has(each.status)).map((each) => each.origin));
  others.delete(hunk.origin);
  const also = others.size === 0 ? '' : ` with ${[...others].join(', ')}`;
  const parts = [`${originText(hunk)}${also}`, authorText(hunk, policy)];
  if (hunk.rule !== '') parts.push(`rule ${escapeText(hunk.rule)}`);
  const lines = [`${palette.bad('✗')} ${palette.strong(itemPlace(block, item))}  ${parts.join(' · ')}`];
  for (const reason of reasons(block.status, hunk, policy)) lines.push(`  ${escapeText(reason)}`);
  lines.push(...(beneath?.get(block.block) ?? []));
  if (item !== undefined && hunk.next !== '') lines.push(`  → ${escapeText(hunk.next)}`);
  return lines;
}

/** Why it is held up, where the first line does not say it: what became of the sign-offs that there are. */
function reasons(status: HunkStatus, hunk: ReportHunk, policy: Policy | undefined): string[] {
  if (status === 'stale' || status === 'rejected') return [hunk.reason];
  const refused = hunk.signoffs.filter((each) => !each.counts);
  if (refused.length === 0 && (hunk.requires?.count ?? 1) > 1) return [hunk.reason];
  const doubted = hunk.doubt === undefined ? [] : [doubtText(hunk.doubt)];
  return [...refused.map((each) => refusal(each, policy)), ...doubted];
}

function refusal(bearing: SignoffBearing, policy: Policy | undefined): string {
  const { reviewer, id } = bearing;
  const name = (policy === undefined ? undefined : personOf(policy, reviewer)?.id) ?? reviewer;
  return `sign-off ${id.slice(0, 12)} by ${name} ${refusalText(bearing)}`;
}

function fineBlock(
  { block, hunks }: JudgedBlock,
  item: ReportItem | undefined,
  { palette, policy }: TextOptions,
): string[] {
  const hunk = leadingHunk(block, hunks);
  if (hunk === undefined) return [];
  const line = `${statusMark(block.status, palette)} ${itemPlace(block, item)}`;
  // An exact rename holds no line that anyone wrote.
  if (block.object === 'rename' && block.status === 'not-required') return [line];
  const signed = block.status === 'satisfied' ? ` · ${escapeText(hunk.reason)}` : '';
  return [`${line}  ${originText(hunk)} · ${authorText(hunk, policy)}${signed}`];
}

function closing({ items: shown, ...report }: Report, { bad, good }: Palette): string {
  // The blocks of a restored state are listed one by one, and counted so.
  const items = shown.some(({ kind }) => kind === 'restored') ? report.blocks : shown;
  const all = items.length;
  const open = items.filter(({ status }) => OPEN.has(status)).length;
  const observed = report.policy.mode === 'observe' ? ' (mode observe: the gate lets it pass)' : '';
  if (report.problems.length > 0) {
    const count = report.problems.length;
    return bad(`${count} problem${count === 1 ? '' : 's'}: nothing passes until that is put right`);
  }
  if (all === 0) return good('nothing to judge: the change holds no lines');
  if (open > 0) {
    const rest = all - open;
    const verb = open === 1 ? 'needs a sign-off' : 'need a sign-off';
    const fine = rest === 0 ? '' : `; ${rest} ${rest === 1 ? 'is' : 'are'} fine`;
    return bad(`${open} of ${all} ${all === 1 ? 'block' : 'blocks'} ${verb}${fine}${observed}`);
  }
  const signed = items.filter(({ status }) => status === 'satisfied').length;
  if (signed === 0)
    return good(
      all === 1 ? 'the block is fine; it needs no sign-off' : `all ${all} blocks are fine; none needs a sign-off`,
    );
  const names = [
    ...new Set(
      report.hunks.flatMap((hunk) => hunk.signoffs.filter((each) => each.counts)).map((each) => each.reviewer),
    ),
  ];
  const by = names.length === 0 ? '' : ` by ${names.sort().map(escapeText).join(', ')}`;
  const which = signed === all ? '' : ` ${signed} of them`;
  return good(`${all === 1 ? 'the block is fine' : `all ${all} blocks are fine`};${which} signed off${by}`);
}
