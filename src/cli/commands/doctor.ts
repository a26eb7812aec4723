/** `doctor`: what is wrong with the set-up here, and how to mend it. */
import type { ExitCode } from '../../core/model/problem';
import { examine } from '../../node/doctor/doctor';
import type { Finding } from '../../node/doctor/finding';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import type { Palette } from '../reporters/colour';
import { palette } from '../reporters/colour';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';

export const doctor: Command = {
  name: 'doctor',
  summary:
    'check hook, git, journal, records, policy and keys, and say how to mend each; exit 1 when something is wrong',
  usage: 'doctor',
  example: 'countersign doctor',
  options: {},
  run: runDoctor,
};

async function runDoctor({ io, cwd, json }: Invocation): Promise<ExitCode> {
  const findings = await examine(await openRepository(cwd));
  const isWell = findings.every(({ state }) => state !== 'fault');
  io.stdout(json ? jsonText({ ok: isWell, findings }) : findingsText(findings, palette(io.colour)));
  return isWell ? 0 : 1;
}

function findingsText(findings: readonly Finding[], { good, bad, dim }: Palette): string {
  const marks = { ok: good('✓'), notice: dim('·'), fault: bad('✗') };
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, state, message, remedy }) => [
    `${marks[state]} ${check.padEnd(width)}  ${escapeText(message)}`,
    ...(remedy === undefined ? [] : [`  ${' '.repeat(width)}  → ${escapeText(remedy)}`]),
  ]);
  const faults = findings.filter(({ state }) => state === 'fault').length;
  const end =
    faults === 0 ? good('all is well') : bad(faults === 1 ? '1 thing is wrong' : `${faults} things are wrong`);
  return `${[...lines, end].join('\n')}\n`;
}
