/** `blame`: the origin of each line. */
import type { ExitCode } from '../../core/model/problem';
import { CountersignError } from '../../core/model/problem';
import type { BlameResult } from '../../node/blame';
import { blameFile } from '../../node/blame';
import { askEarly } from '../../node/blamedFile';
import { wasPruned } from '../../node/prune';
import { openRepository } from '../../node/repository';
import { readUnsaved } from '../../node/unsaved';
import type { Command, Invocation } from '../command';
import { switchOption, textOption } from '../command';
import type { Palette } from '../reporters/colour';
import { palette } from '../reporters/colour';
import { escapeShort, escapeText, lineText } from '../reporters/escape';
import { porcelainBlame } from '../reporters/porcelain';
import { jsonText, problemLine } from '../reporters/problems';
import { usageError } from '../usage';

export const blame: Command = {
  name: 'blame',
  summary: 'the origin of each line of a file, as it stands or in a revision',
  usage: 'blame FILE [-L START,END] [--rev REV] [--porcelain]',
  example: 'countersign blame -L 40,60 src/pay.ts --rev HEAD',
  options: {
    lines: {
      type: 'string',
      short: 'L',
      value: 'START,END',
      about: 'only these lines; END may be +COUNT, or left out',
    },
    rev: { type: 'string', value: 'REV', about: 'a revision; by default the work tree' },
    porcelain: { type: 'boolean', about: 'as git blame --porcelain, with countersign-* headers for each line' },
  },
  positionals: { least: 1, most: 1, name: 'a file' },
  run: runBlame,
};

async function runBlame({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const porcelain = switchOption(values, 'porcelain');
  if (porcelain && json) throw usageError('expected one format, found --json and --porcelain');
  const wanted = textOption(values, 'lines');
  const range = wanted === undefined ? undefined : rangeOf(wanted);
  const rev = textOption(values, 'rev');
  const file = positionals[0] ?? '';
  const opening = openRepository(cwd, false, rev !== undefined);
  const early = askEarly(cwd, file, rev);
  const repository = await opening.catch((error: unknown) => {
    early.session.close();
    throw error;
  });
  const whole = await blameFile(repository, cwd, file, rev, early);
  for (const problem of whole.problems) io.stderr(`countersign: passed over: ${problemLine(problem)}\n`);
  const result = range === undefined ? whole : part(whole, range);
  if (porcelain) {
    io.stdout(await porcelainBlame(repository, result, rev === undefined ? undefined : result.rev));
    return 0;
  }
  if (rev === undefined && readUnsaved(repository.gitDir, result.path).length > 0) {
    io.stderr('countersign: an editor holds unsaved changes of this file; they are not shown here\n');
  }
  if (!json && result.lines.some(({ origin }) => origin === 'unknown') && wasPruned(repository)) {
    io.stderr(
      'countersign: records were pruned here; countersign why FILE:LINE asks the history about an unknown line\n',
    );
  }
  io.stdout(
    json
      ? jsonText({ path: result.path, rev: result.rev, lines: result.lines })
      : blameText(result, palette(io.colour)),
  );
  return 0;
}

/** From 1, both included; without an end to the last line. */
interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** `START,END`, `START,+COUNT`, `START,` and `START` (to the end), `,END` (from the first). */
function rangeOf(text: string): LineRange {
  const [, from = '', , plus = '', to = ''] = /^(\d{0,9})(,(\+?)(\d{0,9}))?$/.exec(text) ?? [];
  const start = from === '' ? 1 : Number(from);
  const end = to === '' ? Infinity : plus === '' ? Number(to) : start + Number(to) - 1;
  if ((from === '' && to === '') || start < 1 || end < start || (plus !== '' && to === '')) {
    throw usageError(`expected -L START,END with START from 1, found ${escapeText(text)}`);
  }
  return { start, end };
}

function part(whole: BlameResult, { start, end }: LineRange): BlameResult {
  if (start > whole.lines.length) {
    const message = `expected a line from 1 to ${whole.lines.length}, found ${start}`;
    throw new CountersignError({ code: 'no-line', path: whole.path, field: '-L', message }, 2);
  }
  return { ...whole, lines: whole.lines.slice(start - 1, end), text: whole.text.slice(start - 1, end) };
}

type BlameLine = BlameResult['lines'][number];

/** One row per line: where it comes from, who answers for it, and its text. */
function blameText({ lines, text }: BlameResult, { dim }: Palette): string {
  const rows = lines.map((line) => [line.origin, how(line), escapeShort(line.author ?? '', 30)] as const);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
  const digits = String(lines.at(-1)?.line ?? 0).length;
  return rows
    .map((row, index) => {
      const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
      const code = escapeShort(lineText(text[index] ?? ''), 200);
      return `${`${dim(`${String(lines[index]?.line ?? 0).padStart(digits)}  ${cells} │`)} ${code}`.trimEnd()}\n`;
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
