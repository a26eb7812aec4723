/** `prune`: takes merged records out of the default branch. */
import type { ExitCode } from '../../core/model/problem';
import type { PruneResult } from '../../node/prune';
import { pruneRecords } from '../../node/prune';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { switchOption, textOption } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { plural } from './stage';

export const prune: Command = {
  name: 'prune',
  summary: 'delete merged records from the default branch, in a commit of their own',
  usage: 'prune [--dry-run] [--before REV]',
  example: 'countersign prune --dry-run --before v1.0   # what would go, of what v1.0 had already',
  options: {
    'dry-run': { type: 'boolean', about: 'say what would go, and change nothing' },
    before: { type: 'string', value: 'REV', about: 'only records that this revision had already' },
  },
  run: runPrune,
};

async function runPrune({ io, cwd, json, values }: Invocation): Promise<ExitCode> {
  const dryRun = switchOption(values, 'dry-run');
  const before = textOption(values, 'before');
  const repository = await openRepository(cwd);
  const result = await pruneRecords(repository, { dryRun, ...(before === undefined ? {} : { before }) });
  io.stdout(json ? jsonText({ ...result, dryRun }) : pruneText(result, dryRun));
  return 0;
}

function pruneText({ branch, pruned, kept, commit }: PruneResult, dryRun: boolean): string {
  const what = plural(pruned.length, 'merged record');
  const done =
    commit === undefined ? 'nothing to prune' : `pruned ${what} in ${commit.slice(0, 12)}; push it to ${branch}`;
  const lines = [escapeText(dryRun ? `would prune ${what} from ${branch}` : done)];
  for (const { count, reason } of kept) lines.push(`kept ${plural(count, 'record')}: ${escapeText(reason)}`);
  if (pruned.length > 0) {
    lines.push('blame knows their lines no more and calls them unknown; countersign why FILE:LINE asks the history');
    lines.push('what of them is reverted and lands again later is unknown to the gate too');
  }
  return `${lines.join('\n')}\n`;
}
