/**
 * `run`: records what a command changed as `tool`, with the command line as its actor. A file speaks for the command only
 * as far as nobody else can have changed it between start and end; what was unexplained before stays so.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join, relative, sep } from 'node:path';
import { realpathSync } from 'node:fs';
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import { contentDigest, textDigest } from '../core/sidecar/lineHash';
import { fromUtf8 } from '../core/text/bytes';
import type { CheckpointFile } from './checkpoint';
import { checkpoint } from './checkpoint';
import { readBlobs } from './blobs';
import { entryAt } from './entryAt';
import { readText } from './fileVersions';
import { splitNul } from './git';
import { nodeHash } from './hash';
import { readJournal } from './journal';
import { writeKnownLines } from './knownLines';
import type { Repository } from './repository';
import { inRepository } from './repository';
import { shellWord } from './shellWord';

/** Characters of a command line that a record can hold. */
export const MAX_COMMAND_LINE = 200;

export interface RunResult {
  /** What the command ended with: its exit code, 128 and its number for a signal, 127 where it could not be started. */
  readonly code: number;
  /** The command as it stands in the record: a line for a shell, from the top of the repository. */
  readonly commandLine: string;
  readonly files: readonly CheckpointFile[];
}

/** Runs a program without a shell. With `quiet` its standard output goes to standard error. */
export async function runTool(
  repository: Repository,
  cwd: string,
  command: readonly string[],
  quiet: boolean,
): Promise<RunResult> {
  const before = await look(repository);
  keepLines(repository, before);
  const code = await start(cwd, command, quiet);
  const after = await look(repository);
  const changed = [...new Set([...before.texts.keys(), ...after.texts.keys()])].sort().filter((path) => {
    const [then, now] = [before.texts.get(path), after.texts.get(path)];
    // A path that one look does not name was, or is again, as it is staged.
    return now !== undefined && then !== now;
  });
  const commandLine = lineOf(repository, cwd, command);
  const refused = await refusals(repository, changed, before, after);
  const clear = changed.filter((path) => !refused.has(path));
  const source = { origin: 'tool', via: 'generator', evidence: 'declared', actor: { tool: commandLine } } as const;
  const claimed = clear.length === 0 ? [] : await checkpoint(repository, { source, files: clear, cwd: repository.top });
  const skipped = [...refused].map(([path, why]): CheckpointFile => ({ path, added: 0, removed: 0, skipped: why }));
  return { code, commandLine, files: [...claimed, ...skipped].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** A line that a shell would run again, from the top of the repository. */
export function lineOf(repository: Pick<Repository, 'top'>, cwd: string, command: readonly string[]): string {
  const line = command.map(shellWord).join(' ');
  const folder = relative(realpathSync(repository.top), realpathSync(cwd)).split(sep).join('/');
  return folder === '' ? line : `cd ${shellWord(folder)} && ${line}`;
}

interface Look {
  /** Digests of the files that differ from what is staged; of what has no lines a mark that changes with it. */
  readonly texts: ReadonlyMap<string, string>;
  readonly journal: ReadonlyMap<string, readonly LiveFile[]>;
}

async function look(repository: Repository): Promise<Look> {
  const args = ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=all'];
  const items = splitNul(await inRepository(repository, args));
  const texts = new Map<string, string>();
  for (const item of items) {
    const path = fromUtf8(item.slice(3));
    if (path.startsWith('.countersign/') || path.endsWith('/')) continue;
    const text = readText(repository, path);
    texts.set(path, 'skipped' in text ? itemMark(repository, path) : textDigest(nodeHash, text.bytes));
  }
  return { texts, journal: readJournal(repository.gitDir) };
}

function itemMark({ top }: Repository, path: string): string {
  const stat = entryAt(join(top, path));
  return stat === undefined ? 'absent' : `item ${stat.mode} ${stat.size} ${stat.mtimeMs}`;
}

/** The lines of texts that the journal knows by their digest: what the command changes in them can then be told. */
function keepLines(repository: Repository, { texts, journal }: Look): void {
  for (const [path, digest] of texts) {
    if (journal.get(path)?.at(-1)?.digest !== digest) continue;
    const text = readText(repository, path);
    if ('skipped' in text) continue;
    const { lines, exact, loose } = fileLines(nodeHash, text.bytes);
    if (contentDigest(nodeHash, lines) !== digest) continue;
    writeKnownLines(repository.gitDir, { path, digest, lines: exact, loose });
  }
}

/** Why a changed file is not the command's. */
async function refusals(
  repository: Repository,
  changed: readonly string[],
  before: Look,
  after: Look,
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const stored = await readBlobs(
    repository,
    changed.flatMap((path) => [`HEAD:${path}`, `:0:${path}`]),
  );
  for (const path of changed) {
    if (before.journal.get(path)?.length !== after.journal.get(path)?.length) {
      refused.set(path, 'an editor or an agent told of it while the command ran');
    } else if (!wasKnown(path, before, stored)) {
      refused.set(path, 'it held changes that nobody explained before the command ran; commit or record them first');
    }
  }
  return refused;
}

/** Whether the text that the command found was committed, staged, new, or told by the journal. */
function wasKnown(path: string, { texts, journal }: Look, stored: ReadonlyMap<string, string>): boolean {
  const digest = texts.get(path);
  if (digest === undefined) return true;
  if (journal.get(path)?.at(-1)?.digest === digest) return true;
  return [`HEAD:${path}`, `:0:${path}`].some((name) => {
    const bytes = stored.get(name);
    return bytes !== undefined && textDigest(nodeHash, bytes) === digest;
  });
}

function start(cwd: string, command: readonly string[], quiet: boolean): Promise<number> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ['inherit', quiet ? 2 : 'inherit', 'inherit'] });
    child.on('error', (error) => resolve('code' in error && error.code === 'EACCES' ? 126 : 127));
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
