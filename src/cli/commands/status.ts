/** `status`: the blocks of the branch and the work tree, what they require and what is missing. */
import type { ExitCode } from '../../core/model/problem';
import { openRepository } from '../../node/repository';
import { branchReport, workingReport } from '../../node/status';
import type { Command, Invocation } from '../command';
import { switchOption, textOption } from '../command';
import { palette } from '../reporters/colour';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { textReport } from '../reporters/text';

export const status: Command = {
  name: 'status',
  summary: 'the blocks of your work: where they come from, what they require, what is missing',
  usage: 'status [--base REV] [--committed]',
  example: 'countersign status',
  options: {
    base: { type: 'string', value: 'REV', about: "the target; by default the remote's default branch" },
    committed: { type: 'boolean', about: 'only what is committed, exactly as the gate would judge it' },
  },
  positionals: { least: 0, most: 0, name: '' },
  run: runStatus,
};

async function runStatus({ io, cwd, json, values }: Invocation): Promise<ExitCode> {
  const repository = await openRepository(cwd);
  const base = textOption(values, 'base');
  const options = base === undefined ? {} : { base };
  const ask = switchOption(values, 'committed') ? branchReport : workingReport;
  const { report, input, target } = await ask(repository, options);
  if (json) {
    io.stdout(jsonText(report));
    return 0;
  }
  io.stdout(`compared with ${escapeText(target.revision)} (${target.commit.slice(0, 12)})\n`);
  io.stdout(textReport(report, { palette: palette(io.colour), policy: input.policy, all: true }));
  return 0;
}
