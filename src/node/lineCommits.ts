/** Which commits brought lines, by `git blame`. */
import { fromUtf8, utf8 } from '../core/text/bytes';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** A commit as people name it. */
export interface CommitNote {
  readonly commit: string;
  /** E-mail of its author. */
  readonly author: string;
  /** Seconds since 1970 at which it was committed. */
  readonly time: number;
  readonly subject: string;
}

/** The commit that brought a line, and where the line stood in it. */
export interface LineCommit extends CommitNote {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

export interface BlameRange {
  /** Lines from 1, both included. */
  readonly start: number;
  readonly end: number;
}

/**
 * What `git blame --porcelain` prints about lines of the work tree, or of a commit; undefined where git knows no such
 * file there. White space and ignore lists of the user's configuration change nothing about it.
 */
export async function blamePorcelain(
  repository: Repository,
  path: string,
  at: { readonly commit?: string; readonly range?: BlameRange; readonly firstParent?: boolean },
): Promise<string | undefined> {
  const { commit, range, firstParent } = at;
  const args = [
    ...BLAME,
    ...(firstParent === true ? ['--first-parent'] : []),
    ...(range === undefined ? [] : ['-L', `${range.start},${range.end}`]),
    ...(commit === undefined ? [] : [commit]),
  ];
  const result = await tryInRepository(repository, [...args, '--', path]);
  return result.code === 0 ? result.stdout : undefined;
}

// An empty list on the command line clears those of the configuration; an empty setting does not.
const BLAME = ['blame', '--porcelain', '--no-textconv', '--ignore-revs-file='];

/** The commit of the first line that porcelain output is about; undefined for a line that is not committed. */
export function firstCommit(porcelain: string): LineCommit | undefined {
  const [head = '', ...rows] = porcelain.split('\n');
  const [, commit, line] = /^([0-9a-f]{40,64}) (\d+) \d+/.exec(head) ?? [];
  if (commit === undefined || line === undefined || /^0+$/.test(commit)) return undefined;
  const value = (name: string): string => {
    const row = rows.find((each) => each.startsWith(`${name} `)) ?? '';
    return fromUtf8(row.slice(name.length + 1));
  };
  return {
    commit,
    author: value('author-mail').replace(/^<|>$/g, ''),
    time: Number(value('committer-time')),
    subject: value('summary'),
    path: unquoted(value('filename')),
    line: Number(line),
  };
}

/** git quotes a path that holds control characters, quotes or backslashes. */
function unquoted(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"')) return name;
  const bytes = utf8(name.slice(1, -1)).replace(/\\([0-7]{3}|.)/g, (_, escaped: string) => {
    if (/^[0-7]{3}$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
    return ESCAPES[escaped] ?? escaped;
  });
  return fromUtf8(bytes);
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** The newest commit of a revision's history that added a file; undefined when none did. */
export async function addedBy(repository: Repository, revision: string, path: string): Promise<CommitNote | undefined> {
  const format = '--format=%H%x00%ae%x00%ct%x00%s';
  const args = ['log', '-1', '-m', '--first-parent', '--diff-filter=A', '--no-renames', format, revision];
  const { code, stdout } = await tryInRepository(repository, ['--literal-pathspecs', ...args, '--', path]);
  const [commit, author, time, subject] = fromUtf8(stdout.split('\n')[0] ?? '').split('\0');
  if (code !== 0 || commit === undefined || commit === '' || author === undefined) return undefined;
  return { commit, author, time: Number(time), subject: subject ?? '' };
}
