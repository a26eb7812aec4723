/** `status`: the blocks of the branch and the work tree, what they require and what is missing. */
import type { ExitCode } from '../../core/model/problem';
import { openRepository } from '../../node/repository';
import { branchReport, workingReport } from '../../node/status';
import type { Command, Invocation } from '../command';
import { BASE, switchOption, textOption } from '../command';
import { palette } from '../reporters/colour';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { linesByBlock } from '../reporters/since';
import { textReport } from '../reporters/text';
import { sinceSigned } from '../../node/sinceSigned';
import { waitingRecords } from '../../node/unrecorded';
import { plural } from './stage';

export const status: Command = {
  name: 'status',
  summary: 'the blocks of your work: where they come from, what they require, what is missing',
  usage: 'status [--base REV] [--committed]',
  example: 'countersign status',
  options: {
    base: BASE,
    committed: { type: 'boolean', about: 'only what is committed, exactly as the gate would judge it' },
  },
  run: runStatus,
};

async function runStatus({ io, cwd, json, values }: Invocation): Promise<ExitCode> {
  const repository = await openRepository(cwd);
  const base = textOption(values, 'base');
  const options = base === undefined ? {} : { base };
  const ask = switchOption(values, 'committed') ? branchReport : workingReport;
  const standpoint = await ask(repository, options);
  const { report, input, target } = standpoint;
  const waiting = await waitingRecords(repository);
  if (json) {
    const each = waiting.map(({ commit, file }) => ({ commit, path: file.path }));
    io.stdout(jsonText({ ...report, ...(each.length === 0 ? {} : { waiting: each }) }));
    return 0;
  }
  io.stdout(`compared with ${escapeText(target.revision)} (${target.commit.slice(0, 12)})\n`);
  const colours = palette(io.colour);
  const beneath = linesByBlock(await sinceSigned(repository, standpoint, report.blocks), colours);
  io.stdout(textReport(report, { palette: colours, policy: input.policy, all: true, beneath }));
  if (waiting.length > 0) {
    const verb = waiting.length === 1 ? 'waits' : 'wait';
    io.stdout(`${plural(waiting.length, 'file')} of your commits ${verb} to be recorded: the next commit does it\n`);
  }
  return 0;
}
