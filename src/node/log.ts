/** Reading what `git log --raw -z` prints. */
import type { RawEntry } from './rawDiff';
import { parseRaw } from './rawDiff';

export interface LoggedCommit {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly authorEmail: string;
  readonly committerEmail: string;
  readonly entries: readonly RawEntry[];
  /** Further fields, as many as were asked for. */
  readonly more: readonly string[];
}

/**
 * Reads the log by position: four fields and those asked for, then pairs of change and path. Nothing but NUL separates, since an e-mail
 * address or a path may hold anything else, and whoever writes one must not be able to cut a commit short.
 */
export function parseLog(output: string, extra = 0): LoggedCommit[] {
  const items = output.split('\0');
  const commits: LoggedCommit[] = [];
  const isChange = (item: string | undefined): boolean => item?.replace(/^\n/, '').startsWith(':') === true;
  let at = 0;
  while (at < items.length) {
    const oid = (items[at] ?? '').replace(/^\n/, '');
    if (oid === '') {
      at++;
      continue;
    }
    const [parents = '', authorEmail = '', committerEmail = ''] = items.slice(at + 1, at + 4);
    const more = items.slice(at + 4, at + 4 + extra);
    at += 4 + extra;
    const raw: string[] = [];
    while (at < items.length && (items[at] === '' || isChange(items[at]))) {
      if (items[at] !== '') raw.push((items[at] ?? '').replace(/^\n/, ''), items[++at] ?? '');
      at++;
    }
    const entries = raw.length === 0 ? [] : parseRaw(`${raw.join('\0')}\0`);
    commits.push({
      oid,
      parents: parents.split(' ').filter((id) => id !== ''),
      authorEmail,
      committerEmail,
      entries,
      more,
    });
  }
  return commits;
}
