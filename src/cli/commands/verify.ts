/** `verify`: the gate. */
import type { ExitCode } from '../../core/model/problem';
import type { Policy } from '../../core/policy/policy';
import type { GateOutcome } from '../../node/gate';
import { runGate } from '../../node/gate';
import { unpinned } from '../../node/pinned';
import { readPolicyFile } from '../../node/policyFile';
import type { Repository } from '../../node/repository';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { switchOption, textOption } from '../command';
import type { Io } from '../io';
import { palette } from '../reporters/colour';
import { githubReport } from '../reporters/github';
import { jsonText, problemLine, problemsJson } from '../reporters/problems';
import { sarifReport } from '../reporters/sarif';
import { textReport } from '../reporters/text';
import { usageError } from '../usage';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof FORMATS)[number];

export const verify: Command = {
  name: 'verify',
  summary: 'the gate: does every line that the policy asks about carry a valid sign-off?',
  usage: 'verify --base REV [--head REV] [--ref NAME] [--adopt] [--all] [--format text|json|sarif|github]',
  example: 'countersign verify --base origin/main --head HEAD',
  options: {
    base: { type: 'string', value: 'REV', about: "the target's tip, such as origin/main" },
    head: { type: 'string', value: 'REV', about: 'the change; HEAD by default' },
    ref: { type: 'string', value: 'NAME', about: 'name of the target branch, where --base is a bare commit id' },
    adopt: { type: 'boolean', about: 'accept the change that brings the first policy' },
    format: { type: 'string', value: 'FORMAT', about: 'text, json, sarif or github' },
    all: { type: 'boolean', about: 'show the blocks that are fine too' },
  },
  run: runVerify,
};

async function runVerify({ io, cwd, json, values }: Invocation): Promise<ExitCode> {
  const base = textOption(values, 'base');
  if (base === undefined) throw usageError('expected --base, such as --base origin/main');
  const format = formatOf(textOption(values, 'format') ?? (json ? 'json' : 'text'), json);
  const ref = textOption(values, 'ref');
  const repository = await openRepository(cwd, false, true);
  const target = ref ?? /^(?:refs\/(?:heads|remotes)\/)?(?:origin\/)?([^~^:@{]+)$/.exec(base)?.[1];
  for (const warning of unpinned(io.env, io.self.file, repository.top, target))
    io.stderr(`countersign: warning: ${problemLine(warning)}\n`);
  const outcome = await runGate(repository, {
    base,
    head: textOption(values, 'head') ?? 'HEAD',
    ...(ref === undefined ? {} : { ref }),
    adopt: switchOption(values, 'adopt'),
  });
  print(io, format, outcome, repository, switchOption(values, 'all'));
  return outcome.exit;
}

function formatOf(given: string, json: boolean): Format {
  const format = FORMATS.find((each) => each === given);
  if (format === undefined) throw usageError(`expected --format ${FORMATS.join('|')}, found ${JSON.stringify(given)}`);
  if (json && format !== 'json') throw usageError(`expected one format, found --json and --format ${format}`);
  return format;
}

function print(io: Io, format: Format, outcome: GateOutcome, repository: Repository, all: boolean): void {
  const { report, problems, exit } = outcome;
  if (report === undefined) {
    for (const problem of problems) io.stderr(`countersign: ${problemLine(problem)}\n`);
    if (format === 'json') io.stdout(exit === 0 ? jsonText({ ok: true, problems }) : problemsJson(problems));
    else if (exit === 0) io.stdout('adopted: the change brings a policy that is valid and can be met\n');
    return;
  }
  switch (format) {
    case 'json':
      io.stdout(jsonText(report));
      return;
    case 'sarif':
      io.stdout(sarifReport(report, io.version, namesFrom(repository)));
      return;
    case 'github':
      io.stdout(githubReport(report, namesFrom(repository)));
      return;
    case 'text':
      io.stdout(textReport(report, { palette: palette(io.colour), policy: namesFrom(repository), all }));
  }
}

/** The work tree's policy, for people's names only: the verdict stands, whatever it says. */
function namesFrom(repository: Repository): Policy | undefined {
  try {
    return readPolicyFile(repository);
  } catch {
    return undefined;
  }
}
