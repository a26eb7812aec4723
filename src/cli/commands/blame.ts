/** `blame`: the origin of each line. */
import type { ExitCode } from '../../core/model/problem';
import type { BlameResult } from '../../node/blame';
import { blameFile } from '../../node/blame';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { textOption } from '../command';
import { escapeShort, escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { topPaths } from '../topPaths';
import { usageError } from '../usage';

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
  const [path] = topPaths(repository, cwd, positionals);
  if (path === undefined) throw usageError('expected a file, found the top folder');
  const result = await blameFile(repository, path, textOption(values, 'rev'));
  io.stdout(json ? jsonText(result) : blameText(result));
  return 0;
}

type BlameLine = BlameResult['lines'][number];

/** Runs of lines with one answer, one run per line of output. */
function blameText({ lines }: BlameResult): string {
  const runs: { start: number; end: number; text: string }[] = [];
  for (const line of lines) {
    const text = describe(line);
    const last = runs.at(-1);
    if (last !== undefined && last.text === text && last.end + 1 === line.line) last.end = line.line;
    else runs.push({ start: line.line, end: line.line, text });
  }
  const ranges = runs.map(({ start, end }) => (start === end ? String(start) : `${start}-${end}`));
  const width = Math.max(0, ...ranges.map((range) => range.length));
  return runs.map(({ text }, index) => `${(ranges[index] ?? '').padStart(width)}  ${text}\n`).join('');
}

function describe({ origin, via, evidence, tool, model, author, record }: BlameLine): string {
  const how = [via, evidence, tool, model].flatMap((part) => (part === undefined ? [] : [escapeShort(part, 40)]));
  const who = author === undefined ? '' : `  ${escapeText(author)}`;
  const where = record === undefined ? '' : `  ${escapeText(record.slice(0, 12))}`;
  return `${origin}${how.length === 0 ? '' : ` (${how.join(', ')})`}${who}${where}`;
}
