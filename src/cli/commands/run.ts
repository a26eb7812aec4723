/** `run`: runs a generator or a codemod, and records what it changed as the tool's. */
import { openRepository } from '../../node/repository';
import type { RunResult } from '../../node/runTool';
import { MAX_COMMAND_LINE, lineOf, runTool } from '../../node/runTool';
import type { Command, Invocation } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { usageError } from '../usage';
import { fileLine } from './record';
import { plural } from './stage';

export const run: Command = {
  name: 'run',
  summary: 'run a generator or a codemod and record what it changes as the tool’s; its exit code is passed on',
  usage: 'run -- COMMAND [ARGUMENT…]',
  example: `countersign run -- npx prettier --write src
# the command line goes into the record, so that CI can run it again and compare: put no secret into it`,
  options: {},
  positionals: { least: 1, most: 10_000, name: 'a command behind --' },
  run: runRun,
};

async function runRun({ io, cwd, json, positionals }: Invocation): Promise<number> {
  const repository = await openRepository(cwd);
  const line = lineOf(repository, cwd, positionals);
  if (line.length > MAX_COMMAND_LINE || escapeText(line) !== line) {
    throw usageError(
      `expected a command of at most ${MAX_COMMAND_LINE} printable characters, found ${line.length}: put it into a script`,
    );
  }
  const result = await runTool(repository, cwd, positionals, json);
  if (json) io.stdout(jsonText(result));
  else io.stderr(runText(result));
  if (result.code === 127 && result.files.length === 0) {
    io.stderr(`countersign: ${escapeText(positionals[0] ?? '')} could not be started, or ended with 127\n`);
  }
  return result.code;
}

function runText({ files, commandLine }: RunResult): string {
  const claimed = files.filter(({ added, removed, item }) => added + removed > 0 || item === true);
  const lines = claimed.reduce(
    (sum, file) => sum + file.removed + (file.lines === undefined ? file.added : (file.lines.tool ?? 0)),
    0,
  );
  const recorded =
    claimed.length === 0
      ? 'nothing to record'
      : `recorded ${plural(lines, 'line')} of ${plural(claimed.length, 'file')} as tool (${escapeText(commandLine)})`;
  const notes = files
    .filter((file) => (file.skipped ?? file.lines) !== undefined)
    .map((file) => `countersign: ${fileLine(file, 'tool')}\n`);
  return `countersign: ${recorded}\n${notes.slice(0, 20).join('')}`;
}
