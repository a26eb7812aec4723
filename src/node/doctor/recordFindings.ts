/** The sidecar as HEAD and the work tree hold it. */
import type { Problem } from '../../core/model/problem';
import { isShardKeeper, parseStorePath } from '../../core/sidecar/paths';
import { fromUtf8 } from '../../core/text/bytes';
import { splitNul } from '../git';
import { openObjects } from '../objectSession';
import type { Repository } from '../repository';
import { tryInRepository } from '../repository';
import { readSidecarFile } from '../sidecarFile';
import { waitingRecords } from '../unrecorded';
import type { Finding } from './finding';
import { fault, notice, ok } from './finding';

/** Files that are read; of more, the rest is said to be unread. */
const MOST_FILES = 20_000;
const PORTION = 1000;
const MOST_TOLD = 20;

/** `repo` is the policy's repository id. */
export async function recordFindings(repository: Repository, repo: string | undefined): Promise<Finding[]> {
  const listed = await tryInRepository(repository, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD', '.countersign/v1/']);
  const entries = listed.code === 0 ? splitNul(listed.stdout).map(entryOf) : [];
  const problems: Problem[] = [];
  let foreign = 0;
  const readable: { id: string; path: string }[] = [];
  for (const { mode, id, path } of entries) {
    const isOurs = parseStorePath(path) !== undefined || isShardKeeper(path);
    const message = isOurs ? `expected a regular file, found mode ${mode}` : 'it is none of our files';
    if (!isOurs || mode !== '100644') problems.push({ code: 'sidecar-entry', path, field: '', message });
    else if (!isShardKeeper(path)) readable.push({ id, path });
  }
  // One git for all of them: it keeps what their deltas are made of.
  const session = openObjects(repository);
  try {
    for (let at = 0; at < Math.min(readable.length, MOST_FILES); at += PORTION) {
      const portion = readable.slice(at, Math.min(at + PORTION, MOST_FILES));
      const stored = await session.read(portion.map(({ id }) => id));
      for (const [index, { path }] of portion.entries()) {
        const read = readSidecarFile(path, stored[index]?.bytes ?? '');
        if (!read.ok) problems.push(...read.problems.slice(0, 1));
        else if (read.value.kind === 'record' && repo !== undefined && read.value.record.repo !== repo) foreign++;
      }
    }
  } finally {
    session.close();
  }
  const findings = problems.slice(0, MOST_TOLD).map(problemFinding);
  if (problems.length > MOST_TOLD)
    findings.push(fault('records', `${problems.length - MOST_TOLD} more like these`, REMEDY));
  if (foreign > 0) {
    const message = `${foreign} of HEAD’s records are another repository’s and explain nothing here`;
    findings.push(
      notice('records', message, 'they came with a copied folder or history; countersign prune takes merged ones away'),
    );
  }
  const unread = readable.length > MOST_FILES ? `; read ${MOST_FILES} of them` : '';
  const count = readable.length === 1 ? '1 file' : `${readable.length} files`;
  if (problems.length === 0) findings.push(ok('records', `HEAD holds ${count} of the sidecar${unread}`));
  return [...findings, ...(await waiting(repository))];
}

const REMEDY = 'restore it from the commit that added it: git log --diff-filter=A -- PATH; or delete it in a commit';

function problemFinding({ path, field, message }: Problem): Finding {
  const place = [path, field].filter((part) => part !== '').join(': ');
  return fault('records', `${place}: ${message}`, REMEDY);
}

function entryOf(item: string): { mode: string; id: string; path: string } {
  const tab = item.indexOf('\t');
  const [mode = '', , id = ''] = item.slice(0, tab).split(' ');
  return { mode, id, path: fromUtf8(item.slice(tab + 1)) };
}

/** What no commit holds yet. */
async function waiting(repository: Repository): Promise<Finding[]> {
  const findings: Finding[] = [];
  const late = (await waitingRecords(repository)).length;
  if (late > 0) {
    const files = late === 1 ? '1 file of your commits waits' : `${late} files of your commits wait`;
    findings.push(
      notice('records', `${files} to be recorded: they were committed past the hook`, 'the next commit does it'),
    );
  }
  const others = await tryInRepository(repository, ['ls-files', '-z', '--others', '--', '.countersign/v1']);
  const untracked = splitNul(others.stdout).filter((path) => parseStorePath(path) !== undefined).length;
  if (untracked === 0) return findings;
  const count = untracked === 1 ? '1 file of the sidecar is' : `${untracked} files of the sidecar are`;
  const message = `${count} in the work tree and not staged`;
  return [...findings, notice('records', message, 'add them with the next commit: git add -f .countersign/v1')];
}
