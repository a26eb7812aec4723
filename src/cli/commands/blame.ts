/** `blame`: the origin of each line. */
import type { ExitCode } from '../../core/model/problem';
import { fromUtf8 } from '../../core/text/bytes';
import type { BlameResult } from '../../node/blame';
import { blameFile } from '../../node/blame';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { textOption } from '../command';
import type { Palette } from '../reporters/colour';
import { palette } from '../reporters/colour';
import { escapeShort } from '../reporters/escape';
import { jsonText, problemLine } from '../reporters/problems';

export const blame: Command = {
  name: 'blame',
  summary: 'the origin of each line of a file, as it stands or in a revision',
  usage: 'blame FILE [--rev REV]',
  example: 'countersign blame src/pay.ts --rev HEAD',
  options: { rev: { type: 'string', value: 'REV', about: 'a revision; by default the work tree' } },
  positionals: { least: 1, most: 1, name: 'a file' },
  run: runBlame,
};

async function runBlame({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const repository = await openRepository(cwd);
  const result = await blameFile(repository, cwd, positionals[0] ?? '', textOption(values, 'rev'));
  const { path, rev, lines, problems } = result;
  for (const problem of problems) io.stderr(`countersign: passed over: ${problemLine(problem)}\n`);
  io.stdout(json ? jsonText({ path, rev, lines }) : blameText(result, palette(io.colour)));
  return 0;
}

type BlameLine = BlameResult['lines'][number];

/** One row per line: where it comes from, who answers for it, and its text. */
function blameText({ lines, text }: BlameResult, { dim }: Palette): string {
  const rows = lines.map((line) => [line.origin, how(line), escapeShort(line.author ?? '', 30)] as const);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
  const digits = String(lines.length).length;
  return rows
    .map((row, index) => {
      const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
      const code = escapeShort(fromUtf8(text[index] ?? '').replaceAll('\t', '    '), 200);
      return `${`${dim(`${String(index + 1).padStart(digits)}  ${cells} │`)} ${code}`.trimEnd()}\n`;
    })
    .join('');
}

function how({ via, evidence, tool, from, ai }: BlameLine): string {
  const share = ai === undefined ? undefined : `${Math.round(ai * 100)} % ai`;
  const said = from === undefined ? undefined : `said: ${from}`;
  return [via, evidence, tool, said, share]
    .flatMap((part) => (part === undefined ? [] : [escapeShort(part, 30)]))
    .join(', ');
}
