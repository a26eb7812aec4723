/** `approve`, `reject`, `withdraw`: signed decisions over committed blocks. */
import type { ExitCode } from '../../core/model/problem';
import { CountersignError } from '../../core/model/problem';
import type { Decision } from '../../core/model/signoff';
import { openRepository } from '../../node/repository';
import type { SignResult } from '../../node/review';
import { planSignoff, signPlan } from '../../node/review';
import type { SignoffPlan } from '../../node/signoffPlan';
import type { SinceSigned } from '../../core/model/since';
import { sinceSigned } from '../../node/sinceSigned';
import { resolve } from 'node:path';
import type { Command, CommandOption, Invocation } from '../command';
import { BASE, switchOption, textOption } from '../command';
import type { Io } from '../io';
import { palette } from '../reporters/colour';
import { escapeText } from '../reporters/escape';
import { excerpt } from '../reporters/excerpt';
import { linesByBlock } from '../reporters/since';
import { jsonText, problemLine } from '../reporters/problems';
import { authorText, leadingHunk, originText, place, restoredStates } from '../reporters/text';
import { topPaths } from '../topPaths';
import { usageError } from '../usage';
import { plural } from './stage';

const OPTIONS: Readonly<Record<string, CommandOption>> = {
  base: BASE,
  key: { type: 'string', value: 'FILE', about: 'the SSH key to sign with; by default the one that the policy lists' },
  note: { type: 'string', value: 'TEXT', about: 'a remark, signed with the decision' },
  yes: { type: 'boolean', about: 'do not ask' },
  commit: { type: 'boolean', about: 'commit the signed file alone, instead of staging it' },
  export: { type: 'string', value: 'FILE', about: 'write it to a new file, for somebody else to import' },
};

export const approve: Command = {
  name: 'approve',
  summary: 'sign off the committed blocks that need it',
  usage: 'approve [--base REV] [--key FILE] [--note TEXT] [--yes] [--hidden-text] [--commit | --export FILE] [PATH…]',
  example: 'countersign approve --commit src/pay.ts',
  options: {
    ...OPTIONS,
    'hidden-text': { type: 'boolean', about: 'sign for characters that are not shown, or that look like others' },
  },
  positionals: { least: 0, most: 1000, name: '' },
  run: (invocation) => decide('approve', invocation),
};

export const reject: Command = {
  name: 'reject',
  summary: 'veto committed blocks, until you withdraw the rejection',
  usage: 'reject --note TEXT [--base REV] [--key FILE] [--yes] [--commit | --export FILE] [PATH…]',
  example: 'countersign reject --note "No retry on a refused card" --commit src/pay.ts',
  options: OPTIONS,
  positionals: { least: 0, most: 1000, name: '' },
  run: (invocation) => decide('reject', invocation),
};

export const withdraw: Command = {
  name: 'withdraw',
  summary: 'take back a sign-off or a rejection, with the reason',
  usage: 'withdraw --note TEXT [--base REV] [--key FILE] [--yes] [--commit | --export FILE] ID',
  example: 'countersign withdraw --note "Settled in the call" --commit 3f9a1c20b7de',
  options: OPTIONS,
  positionals: { least: 1, most: 1, name: 'the id of a sign-off, or its first digits' },
  run: (invocation) => decide('withdraw', invocation),
};

async function decide(decision: Decision, { io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const note = textOption(values, 'note') ?? '';
  const yes = switchOption(values, 'yes');
  if (decision !== 'approve' && note.trim() === '') throw usageError(`expected --note with the reason to ${decision}`);
  if (!yes && (!io.interactive || json)) throw usageError('expected --yes where there is no terminal to ask at');
  const exportTo = textOption(values, 'export');
  const commit = switchOption(values, 'commit');
  if (commit && exportTo !== undefined) throw usageError('expected --commit or --export, found both');
  const repository = await openRepository(cwd);
  const [base, key] = [textOption(values, 'base'), textOption(values, 'key')];
  const plan = await planSignoff(repository, {
    decision,
    ...(base === undefined ? {} : { base }),
    ...(key === undefined ? {} : { keyFile: resolve(cwd, key) }),
    ...(decision === 'withdraw'
      ? { withdraws: positionals[0] ?? '' }
      : { paths: topPaths(repository, cwd, positionals) }),
  });
  const [refusal] = plan.refusals;
  if (decision === 'withdraw' && refusal !== undefined) {
    throw new CountersignError({ ...refusal, message: `this would not count: ${refusal.message}` }, 1);
  }
  const { doubt } = plan.standpoint.target;
  if (yes && doubt !== undefined)
    throw usageError(`--yes does not choose the target (${doubt}); or name it with --base`);
  const shown = io.interactive ? plan.blocks.map(({ block }) => block) : [];
  const { text, viewed } = planText(plan, await sinceSigned(repository, plan.standpoint, shown), io);
  if (!json) io.stderr(text);
  const unseen = plan.cautions.length > 0 && !switchOption(values, 'hidden-text');
  if (yes && unseen) {
    const [first] = plan.cautions.map(problemLine);
    throw usageError(
      `--yes does not answer for text that is not as it looks (${first}); read it, then add --hidden-text`,
    );
  }
  const hidden = 'Some of this text is not as it looks, see above. Sign for it all the same';
  if (!yes && !((await confirmed(io, `Sign (${decision})`)) && (!unseen || (await confirmed(io, hidden))))) {
    io.stderr('nothing was signed\n');
    return 0;
  }
  const result = await signPlan(repository, plan, {
    note,
    viewed: yes ? 0 : viewed,
    commit,
    ...(exportTo === undefined ? {} : { exportTo: resolve(cwd, exportTo) }),
    interactive: io.interactive,
  });
  if (json) io.stdout(jsonText(outcomeJson(plan, result)));
  else io.stdout(outcomeText(plan, result));
  return 0;
}

/** What would be signed, and how many of its blocks that shows whole. */
function planText(
  plan: SignoffPlan,
  since: ReadonlyMap<number, readonly SinceSigned[]>,
  io: Io,
): { readonly text: string; readonly viewed: number } {
  const colours = palette(io.colour);
  const beneath = linesByBlock(since, colours);
  const { standpoint, blocks, decision, principal, key, refusals, withdraws } = plan;
  const lines = restoredStates(standpoint.report, blocks).map((each) => `  ${each}`);
  const cautions = plan.cautions.map(problemLine);
  let viewed = 0;
  for (const { block, hunks } of blocks) {
    const hunk = leadingHunk(block, hunks);
    const about = hunk === undefined ? '' : `  ${originText(hunk)} · ${authorText(hunk, standpoint.input.policy)}`;
    lines.push(`  ${colours.strong(place(block))}${about}`);
    const file = standpoint.input.files.find((each) => each.path === block.path);
    if (!io.interactive || file === undefined) continue;
    const shown = excerpt(block, file, colours);
    lines.push(...shown.lines, ...(beneath.get(block.block) ?? []));
    if (shown.whole) viewed += 1;
    else cautions.push(`${place(block)}: not all of it is shown here`);
  }
  const what = withdraws === undefined ? plural(blocks.length, 'block') : `decision ${withdraws.id.slice(0, 12)}`;
  const head = `${decision} ${what} as ${escapeText(principal)} with ${escapeText(key.path)} (${key.fingerprint})`;
  const { revision, doubt } = standpoint.target;
  if (doubt !== undefined) cautions.unshift(`${escapeText(doubt)}, or name one with --base`);
  const against = `  against ${escapeText(revision)}, for ${escapeText(standpoint.input.policy.targets.join(', '))}`;
  const warnings = refusals.map((refusal) => `${colours.bad('this would not count:')} ${problemLine(refusal)}`);
  if (plan.binding === 'tree')
    lines.push('  it binds the whole tree: all other blocks of the change are signed with these');
  const close = cautions.map((caution) => `${colours.bad('look closely:')} ${caution}`);
  return { text: `${[head, against, ...lines, ...warnings, ...close].join('\n')}\n`, viewed };
}

async function confirmed(io: Io, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test((await io.ask(`${question}? [y/N] `)).trim());
}

function outcomeJson(plan: SignoffPlan, { ids, paths, exported, commit }: SignResult): unknown {
  const blocks = plan.blocks.map(({ block }) => block);
  const { decision, refusals, key, principal } = plan;
  const reviewer = { principal, keyid: key.fingerprint };
  const done = { ...(exported === undefined ? {} : { exported }), ...(commit === undefined ? {} : { commit }) };
  return { decision, ids, paths, ...done, reviewer, blocks, refusals };
}

const DONE: Readonly<Record<Decision, string>> = { approve: 'signed off', reject: 'rejected', withdraw: 'withdrawn' };

function outcomeText(plan: SignoffPlan, result: SignResult): string {
  const what = plan.decision === 'withdraw' ? '' : ` ${plural(plan.blocks.length, 'block')}`;
  const names = result.ids.map((id) => id.slice(0, 12)).join(', ');
  const head = `${DONE[plan.decision]}${what} (${names})`;
  return `${[head, ...(plan.decision === 'approve' ? vetoed(plan) : []), whereText(result)].join('\n')}\n`;
}

/** An approval lifts no veto. */
function vetoed({ blocks }: SignoffPlan): string[] {
  return blocks.flatMap(({ block, hunks }) => {
    const veto = hunks.find(({ status }) => status === 'rejected');
    return veto === undefined ? [] : escapeText(`${place(block)} stays ${veto.reason}; ${veto.next}`);
  });
}

function whereText({ paths, exported, commit }: SignResult): string {
  if (exported !== undefined) {
    const files = exported.map(escapeText).join(' ');
    return `written to ${files}; whoever may push brings it in: countersign import --commit FILE…`;
  }
  if (commit !== undefined) return `committed as ${commit.slice(0, 12)}; push it`;
  return `staged ${paths.join(', ')}; commit it, then push`;
}
