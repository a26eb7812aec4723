/**
 * `blame --porcelain`: what `git blame --porcelain` prints, and before each line's text the headers `countersign-…`. A
 * reader of git's form passes over headers that it does not know.
 */
import type { BlameLine, BlameResult } from '../../node/blame';
import { blamePorcelain } from '../../node/lineCommits';
import type { Repository } from '../../node/repository';
import { fromUtf8, utf8 } from '../../core/text/bytes';
import { escapeText } from './escape';

/** Takes lines that follow one another; `commit` is left out for the work tree. */
export async function porcelainBlame(
  repository: Repository,
  { path, lines, text }: BlameResult,
  commit: string | undefined,
): Promise<string> {
  const [first, last] = [lines[0]?.line, lines.at(-1)?.line];
  if (first === undefined || last === undefined) return '';
  const range = { start: first, end: last };
  const told = await blamePorcelain(repository, path, { range, ...(commit === undefined ? {} : { commit }) });
  const git = told === undefined ? notCommitted(path, lines, text) : told;
  let at = 0;
  const rows = git.split('\n').flatMap((row): string[] => {
    if (!row.startsWith('\t')) return [textIn(row)];
    const line = lines[at++];
    return [...(line === undefined ? [] : headers(line)), `\t${row.slice(1).split('\t').map(textIn).join('\t')}`];
  });
  return rows.join('\n');
}

function textIn(row: string): string {
  return escapeText(fromUtf8(row));
}

function headers({ origin, via, evidence, tool, model, author, from, ai, record }: BlameLine): string[] {
  const known = { origin, via, evidence, tool, model, author, from, ai, record };
  return Object.entries(known).flatMap(([name, value]) =>
    value === undefined ? [] : [`countersign-${name} ${escapeText(String(value))}`],
  );
}

/** git's own form for lines of a file that it does not know yet. */
function notCommitted(path: string, lines: readonly BlameLine[], text: readonly string[]): string {
  const about = [
    'author Not Committed Yet',
    'author-mail <not.committed.yet>',
    'summary Version of the work tree',
    `filename ${utf8(path)}`,
  ];
  const rows = lines.map(({ line }, index) => {
    const head = `${'0'.repeat(40)} ${line} ${line}${index === 0 ? ` ${lines.length}` : ''}`;
    return [head, ...(index === 0 ? about : []), `\t${text[index] ?? ''}`].join('\n');
  });
  return `${rows.join('\n')}\n`;
}
