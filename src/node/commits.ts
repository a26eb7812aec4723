/** Who touched which paths in a range of commits. */
import type { ChangeCommit } from '../core/model/change';
import { CountersignError } from '../core/model/problem';
import { fromUtf8 } from '../core/text/bytes';
import { commitPrincipals } from '../core/verify/commitSignature';
import type { Ends, Step } from './carriedOff';
import { carriedOff } from './carriedOff';
import { nodeHash } from './hash';
import { missingObject } from './objects';
import type { Reader } from './objects';
import type { LoggedCommit } from './log';
import { parseLog } from './log';
import type { RawEntry } from './rawDiff';
import { treeDifference } from './rawDiff';
import { splitNul } from './git';
import { verifyRaw } from './sshVerify';
import type { TakenOut } from './takenOut';
import { takenOut } from './takenOut';
import type { NamingTrust } from './trust';

/** The commits of a change, and what they put into the sidecar that stands there no more. */
export interface History {
  readonly commits: readonly ChangeCommit[];
  readonly gone: TakenOut;
  readonly carried: ReadonlySet<string>;
  readonly steps: readonly Step[];
}

/**
 * The commits of `base..head` with the paths they touch, without the sidecar's records. A merge touches only the paths
 * where it differs from the merge that git makes by itself. `standing` is what the change leaves in the sidecar.
 */
export async function readCommits(
  reader: Reader,
  ends: Ends & { readonly standing: readonly RawEntry[] },
  signed?: NamingTrust,
): Promise<History> {
  const { base, head, standing } = ends;
  const range = ['--end-of-options', head, `^${base}`];
  const args = ['log', '-z', '--raw', '--no-abbrev', '--no-renames', '--root', '--diff-merges=off'];
  const trailers = '%(trailers:key=Co-authored-by,valueonly,unfold)';
  const output = await reader.output([...args, `--format=%H%x00%P%x00%ae%x00%ce%x00${trailers}%x00%e%x00`, ...range]);
  const logged = parseLog(output, 2);
  const isEncoded = ({ more }: LoggedCommit): boolean => more[1] !== '';
  const read = signed === undefined ? logged.filter(isEncoded) : logged;
  const objects = await commitObjects(
    reader,
    read.map(({ oid }) => oid),
  );
  const steps: Step[] = [];
  for (const commit of logged) {
    const { oid, parents, entries } = commit;
    steps.push({ commit, entries: parents.length > 1 ? await mergeEntries(reader, oid, parents) : entries });
  }
  const gone = await takenOut(
    reader,
    steps.flatMap(({ entries }) => entries),
    standing,
  );
  const carried = await carriedOff(reader, steps, ends);
  const commits = steps.map(({ commit, entries }): ChangeCommit => {
    const { oid, more } = commit;
    const content = entries.filter((entry) => !gone.isOwn(entry));
    const bytes = objects.get(oid);
    const by = isEncoded(commit) ? namesIn(oid, bytes) : { ...commit, trailers: more[0] ?? '' };
    const [authorEmail, committerEmail] = [fromUtf8(by.authorEmail), fromUtf8(by.committerEmail)];
    const coAuthors = trailerEmails(fromUtf8(by.trailers));
    const signedBy =
      signed === undefined
        ? undefined
        : bytes === undefined
          ? []
          : commitPrincipals(
              { hash: nodeHash, verifyRaw },
              signed,
              bytes,
              [authorEmail, committerEmail].flatMap(signed.addressesOf),
            );
    return {
      oid,
      authorEmail,
      committerEmail,
      ...(coAuthors.length === 0 ? {} : { coAuthors }),
      ...(signedBy === undefined ? {} : { signedBy }),
      paths: content.map(({ path }) => path),
    };
  });
  return { commits, gone, carried, steps };
}

/**
 * Whom a commit's own bytes name. Where it says that it is in some encoding, git reads the names as if they were in that
 * too, whatever it is asked for: in one that ASCII is no part of nobody is left.
 */
function namesIn(
  oid: string,
  bytes: string | undefined,
): { readonly authorEmail: string; readonly committerEmail: string; readonly trailers: string } {
  if (bytes === undefined) {
    const message = `expected a commit of at most ${MAX_COMMIT_BYTES} bytes where it names an encoding, found a larger one: ${oid}`;
    throw new CountersignError({ code: 'commit-encoding', message }, 2);
  }
  const end = bytes.indexOf('\n\n');
  const [head, body] = end === -1 ? [bytes, ''] : [bytes.slice(0, end), bytes.slice(end)];
  const email = (field: string): string => new RegExp(`^${field} [^<\\n]*<([^>\\n]*)`, 'm').exec(head)?.[1] ?? '';
  const trailers = body.replace(/\n[ \t]+/g, ' ').match(/^co-authored-by[ \t]*:.*$/gim) ?? [];
  return { authorEmail: email('author'), committerEmail: email('committer'), trailers: trailers.join('\n') };
}

/** The addresses of `Name <address>`, one trailer per line. */
function trailerEmails(text: string): string[] {
  return text.split('\n').flatMap((line) => /<([^<>\s]{1,254})>/.exec(line)?.[1] ?? []);
}

/** Bytes of a commit object beyond which its signature is not looked for. */
const MAX_COMMIT_BYTES = 1024 * 1024;

/** Commit objects by id; one that is not here, or too large, is not in the map. */
async function commitObjects(reader: Reader, ids: readonly string[]): Promise<Map<string, string>> {
  const objects = new Map<string, string>();
  if (ids.length === 0) return objects;
  const checked = await reader.output(['cat-file', '--batch-check', '--buffer'], `${ids.join('\n')}\n`);
  const wanted = checked.split('\n').flatMap((line): string[] => {
    const [, id, size] = /^([0-9a-f]+) commit (\d+)$/.exec(line) ?? [];
    return id === undefined || Number(size) > MAX_COMMIT_BYTES ? [] : [id];
  });
  const AT_ONCE = 200;
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const input = `${wanted.slice(from, from + AT_ONCE).join('\n')}\n`;
    const output = await reader.output(['cat-file', '--batch', '--buffer'], input);
    for (let at = 0; at < output.length;) {
      const end = output.indexOf('\n', at);
      const [id = '', , size = '0'] = output.slice(at, end).split(' ');
      objects.set(id, output.slice(end + 1, end + 1 + Number(size)));
      at = end + Number(size) + 2;
    }
  }
  return objects;
}

/** Where a merge commit differs from the automatic merge of its parents; from the first parent if there is none. */
async function mergeEntries(reader: Reader, oid: string, parents: readonly string[]): Promise<RawEntry[]> {
  return treeDifference(reader, (await automaticTree(reader, parents)) ?? parents[0] ?? '', oid);
}

/** Parents beyond which a merge is not made again. */
const MAX_PARENTS = 16;

/** What git makes of the parents, one merged after the other; of more than two there is none where they conflict. */
async function automaticTree(reader: Reader, parents: readonly string[]): Promise<string | undefined> {
  const [first = '', ...others] = parents;
  const last = others.pop();
  if (last === undefined || parents.length > MAX_PARENTS) return undefined;
  let ours = first;
  for (const theirs of others) {
    const merged = await mergeTree(reader, ours, theirs);
    if (merged?.clean !== true) return undefined;
    const made = ['commit-tree', merged.tree, '-p', ours, '-p', theirs, '-m', ''];
    ours = (await reader.output(['-c', 'user.name=gate', '-c', 'user.email=gate@localhost', ...made])).trim();
  }
  return (await mergeTree(reader, ours, last))?.tree;
}

/**
 * The tree of the automatic merge; `clean` is false when it holds conflicts. Undefined where the two share no history.
 * Where git can't make it for another reason that is an error (exit 3): what it would hold is not guessed.
 */
export async function mergeTree(
  reader: Reader,
  ours: string,
  theirs: string,
): Promise<{ tree: string; clean: boolean; conflicts: readonly string[] } | undefined> {
  const args = ['merge-tree', '--write-tree', '--name-only', '-z', '--no-messages', '--end-of-options', ours, theirs];
  const result = await reader.try(args);
  const [tree, ...conflicts] = splitNul(result.stdout);
  if (tree === undefined || !/^[0-9a-f]{40,64}$/.test(tree) || result.code > 1) {
    const related = await reader.try(['merge-base', '--end-of-options', ours, theirs]);
    if (related.code !== 0) return undefined;
    // It does not know the option.
    if (result.code !== 129) throw missingObject(`${ours} + ${theirs}`);
    const message = 'git merge-tree failed; Countersign needs git 2.38 or later';
    throw new CountersignError({ code: 'git-too-old', message }, 3);
  }
  return { tree, clean: result.code === 0, conflicts: conflicts.filter((each) => each !== '').map(fromUtf8) };
}
