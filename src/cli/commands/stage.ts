/** `stage`: writes and stages the record of what is staged. The pre-commit hook runs it and it never stops a commit. */
import { resolve } from 'node:path';
import { CountersignError } from '../../core/model/problem';
import type { ExitCode } from '../../core/model/problem';
import { mendHook } from '../../node/hooks';
import { openRepository } from '../../node/repository';
import type { StageResult } from '../../node/stage';
import { stageRecord } from '../../node/stage';
import type { Command, Invocation } from '../command';
import { switchOption, textOption } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText, problemLine } from '../reporters/problems';

export const stage: Command = {
  name: 'stage',
  summary: 'write and stage the record of what is staged (the pre-commit hook does it)',
  usage: 'stage [--hook [--before TREE] [--mend FILE]]',
  example: 'countersign stage   # after git add, where no hook is installed',
  options: {
    hook: { type: 'boolean', about: 'as a hook: keep quiet, never fail, use the index that git names' },
    before: { type: 'string', value: 'TREE', about: 'what was staged before formatters of the hook ran' },
    mend: { type: 'string', value: 'FILE', about: 'the hook: put our lines back where a tool wrote it anew' },
  },
  run: runStage,
};

async function runStage({ io, cwd, json, values }: Invocation): Promise<ExitCode> {
  const hook = switchOption(values, 'hook');
  try {
    const repository = await openRepository(cwd, hook);
    const before = textOption(values, 'before') ?? '';
    const result = await stageRecord(
      repository,
      { id: 'countersign', version: io.version },
      /^[0-9a-f]{40,64}$/.test(before) ? before : undefined,
    );
    const hookFile = textOption(values, 'mend');
    if (hook && hookFile !== undefined) mendHook(repository, resolve(cwd, hookFile));
    if (json) io.stdout(jsonText(result));
    else if (!hook || matters(result)) io.stderr(`countersign: ${stageSentence(result)}\n`);
    return 0;
  } catch (error) {
    if (!hook) throw error;
    const said =
      error instanceof CountersignError ? problemLine(error.problem) : escapeText(String(error).split('\n')[0] ?? '');
    io.stderr(`countersign: this commit goes unrecorded: ${said}\n`);
    return 0;
  }
}

function matters(result: StageResult): boolean {
  const { unexplained, openItems, waited, unnameable, reformatted, unsigned } = result;
  return (
    unsigned || reformatted.length > 0 || unexplained > 0 || openItems.length > 0 || waited > 0 || unnameable.length > 0
  );
}

/** What was recorded, in one line. */
export function stageSentence(result: StageResult): string {
  const { files, lines, unexplained, items, openItems, waited, again, unnameable, reformatted } = result;
  const what = [
    ...(lines > 0 || items === 0 ? [plural(lines, 'line')] : []),
    ...(items > 0 ? [plural(items, 'item')] : []),
  ];
  const parts = [files === 0 ? 'nothing to record' : `recorded ${what.join(' and ')} of ${plural(files, 'file')}`];
  if (waited > 0) parts.push(`${plural(waited, 'file')} of earlier commits among them`);
  if (unexplained > 0) {
    const unless = again === 0 ? '' : `, unless by ${plural(again, 'earlier record')} staged again`;
    parts.push(`${plural(unexplained, 'line')} ${unexplained === 1 ? 'is' : 'are'} unexplained${unless}`);
  }
  const [changed] = reformatted;
  if (changed !== undefined) {
    const which =
      reformatted.length === 1 ? escapeText(changed) : `${escapeText(changed)} and ${reformatted.length - 1} more`;
    parts.push(`a hook changed more than the layout of ${which}: format before git add, or in the editor`);
  }
  const [open] = openItems;
  if (open !== undefined) {
    const which = openItems.length === 1 ? escapeText(open) : `${escapeText(open)} and ${openItems.length - 1} more`;
    parts.push(
      `nobody is on record for ${which} as a whole: before git add, countersign record --origin human|ai|tool says who`,
    );
  }
  const [first] = unnameable;
  if (first !== undefined) {
    const more = unnameable.length === 1 ? '' : ` and ${unnameable.length - 1} more`;
    parts.push(`no record can name ${escapeText(first)}${more}: rename it`);
  }
  if (result.unsigned) parts.push('the record is not signed, and the policy asks for that: countersign recorder init');
  return parts.join('; ');
}

/** `1 line`, `2 lines`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
