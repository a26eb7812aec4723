/**
 * What records that lie about cost: `blame`, `stage`, `verify` and `git status` in a repository of many files, with few
 * and with many records in it. Nothing but `blame` may depend on their number, and that only when its index is cold.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HUMAN, TestRepository, person } from '../support/repository';
import { BLAMED, CHANGED, addChange, addRecords, changedText, pathOf, plainRepository } from './manyRecords';
import { median, timeProcess } from './timing';
import type { Measurement } from './tracker';

interface Size {
  readonly files: number;
  readonly records: readonly number[];
}

const FULL: Size = { files: 100_000, records: [5_000, 100_000] };
const QUICK: Size = { files: 2_000, records: [200, 4_000] };
const ROUNDS = 9;
const STATUS_ROUNDS = 25;

export async function benchRecords(dist: string, quick: boolean): Promise<Measurement[]> {
  const { files, records } = quick ? QUICK : FULL;
  const top = plainRepository(files);
  const beside = `${top}-plain`;
  try {
    const repo = new TestRepository(top).as(person('bo'));
    repo.git('checkout', '-q', 'plain');
    repo.git('worktree', 'add', '-q', '--detach', beside, 'plain');
    const found: Measurement[] = [];
    let [on, from] = ['plain', 0];
    for (const count of records) {
      const branch = `records${count}`;
      addRecords(top, branch, on, from, count, files);
      addChange(top, `${branch}-change`, branch);
      repo.git('checkout', '-q', branch);
      // All is measured with files and folders whose clocks have gone on, as they are after a pause for thought: git reads a
      // file anew that is no older than its index.
      await new Promise((resume) => setTimeout(resume, 2500));
      // In the same state as without records: what is staged costs git a walk of its own.
      const status = statusTimes(beside, top);
      found.push(...(await measure(repo, join(dist, 'cli.js'), branch, `${files} files, ${count} records`)));
      found.push(info(`git status, ${files} files, no records`, median(status.map(([without]) => without))));
      found.push(
        info(`git status, ${files} files, ${count} records`, median(status.map(([, withRecords]) => withRecords))),
      );
      const budget = count === records[0] ? 1.1 : Infinity;
      const value = median(status.map(([without, withRecords]) => withRecords / without));
      found.push({ name: `git status, with ${count} records to without`, unit: '×', value, budget });
      [on, from] = [branch, count];
    }
    return found;
  } finally {
    for (const each of [top, beside]) rmSync(each, { recursive: true, force: true });
  }
}

function info(name: string, value: number, budget = Infinity): Measurement {
  return { name, unit: 'ms', value, budget };
}

function times(work: () => number): number {
  return median(Array.from({ length: ROUNDS }, work));
}

function gitTime(repo: TestRepository, args: readonly string[], input?: string): number {
  return timeProcess('git', args, { cwd: repo.top, ...(input === undefined ? {} : { input }) }).milliseconds;
}

/** `git status` in two work trees, by turns: the machine's pace changes more from minute to minute than records do to git. */
function statusTimes(plain: string, recorded: string): (readonly [number, number])[] {
  const time = (cwd: string): number => timeProcess('git', ['status', '--porcelain'], { cwd }).milliseconds;
  for (const cwd of [plain, recorded]) time(cwd);
  return Array.from({ length: STATUS_ROUNDS }, () => [time(plain), time(recorded)] as const);
}

async function measure(repo: TestRepository, cli: string, branch: string, where: string): Promise<Measurement[]> {
  const node = (args: readonly string[]): number => timeProcess(process.execPath, args, { cwd: repo.top }).milliseconds;
  const run = (...args: string[]): number => node([cli, ...args]);
  const peak = join(__dirname, 'peakMemory.js');
  const processor = (...args: string[]): number => {
    const { stderr } = timeProcess(process.execPath, ['-r', peak, cli, ...args], { cwd: repo.top });
    return Number(/processor ([\d.]+)/.exec(stderr)?.[1]);
  };
  const index = join(repo.top, '.git', 'countersign', 'blame-index');
  rmSync(index, { force: true });
  const cold = run('blame', BLAMED);
  rmSync(index, { force: true });
  const coldRevision = run('blame', BLAMED, '--rev', 'HEAD');
  run('blame', BLAMED);
  // By turns, for the same reason.
  const rounds = Array.from({ length: ROUNDS }, () => {
    const git = gitTime(repo, ['blame', BLAMED]);
    return { git, warm: run('blame', BLAMED) - git, revision: run('blame', BLAMED, '--rev', 'HEAD') - git };
  });
  const git = median(rounds.map((round) => round.git));
  const warm = median(rounds.map((round) => round.warm));
  const revision = median(rounds.map((round) => round.revision));
  const busy = times(() => processor('blame', BLAMED));
  rmSync(index, { force: true });
  const coldBusy = processor('blame', BLAMED, '--rev', 'HEAD');
  requireClaims(repo, cli);
  const count = Number(/(\d+) records/.exec(where)?.[1]);
  const verify = times(() => run('verify', '--base', branch, '--head', `${branch}-change`));
  return [
    info(
      'node -e 0',
      times(() => node(['-e', '0'])),
    ),
    info(`git blame, ${where}`, git),
    info(`blame, ${where}, cold index, work tree`, cold, count >= 100_000 ? (15_000 * count) / 100_000 : Infinity),
    info(
      `blame, ${where}, cold index, revision`,
      coldRevision,
      count >= 100_000 ? (15_000 * count) / 100_000 : Infinity,
    ),
    info(`blame, ${where}, work tree, warm, more than git blame`, warm, 150),
    info(`blame, ${where}, revision, warm, more than git blame`, revision, 150),
    info(`blame, ${where}, work tree, warm, processor time without git’s`, busy),
    info(`blame, ${where}, cold index, revision, processor time without git’s`, coldBusy),
    info(`verify, 10 files, ${where}`, verify),
    ...(await measureStage(repo, run, where)),
  ];
}

/** A time is worth nothing where the answer is wrong: every line of the file has its record. */
function requireClaims(repo: TestRepository, cli: string): void {
  const { stdout } = timeProcess(process.execPath, [cli, 'blame', BLAMED, '--json'], { cwd: repo.top });
  const { lines } = JSON.parse(stdout) as { lines: { origin: string }[] };
  const unknown = lines.filter(({ origin }) => origin === 'unknown').length;
  if (lines.length === 0 || unknown > 0) throw new Error(`${unknown} of ${lines.length} lines are unknown`);
}

async function measureStage(
  repo: TestRepository,
  run: (...args: string[]) => number,
  where: string,
): Promise<Measurement[]> {
  for (const number of CHANGED) {
    const sources = Array.from({ length: 9 }, (_, line) => (line === 8 ? HUMAN : undefined));
    await repo.save(pathOf(number), changedText(number), sources);
  }
  repo.git('add', 'lib');
  const plain = times(
    () =>
      gitTime(repo, ['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-common-dir']) +
      gitTime(repo, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']) +
      gitTime(repo, ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', 'HEAD']) +
      gitTime(repo, ['var', 'GIT_COMMITTER_IDENT']) +
      gitTime(repo, ['cat-file', '--batch-check'], 'HEAD\n') +
      gitTime(repo, ['cat-file', '--batch'], 'HEAD\n') +
      gitTime(repo, ['hash-object', '-w', '-t', 'blob', '--stdin', '--no-filters'], 'x') +
      gitTime(repo, ['update-index', '--refresh', '-q']),
  );
  const stage = times(() => run('stage'));
  repo.git('reset', '-q', '--hard', 'HEAD');
  return [
    info(`stage, 10 files, ${where}`, stage),
    info(`stage, 10 files, ${where}, the git commands it needs`, plain),
    info(`stage, 10 files, ${where}, more than these`, stage - plain, 150),
  ];
}
