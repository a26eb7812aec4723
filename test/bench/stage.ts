/** `countersign stage` for 10 files, against the git commands that it needs. */
import { join } from 'node:path';
import { AI, HUMAN, TestRepository, person } from '../support/repository';
import { median, timeProcess } from './timing';
import type { Measurement } from './tracker';

export async function benchStage(dist: string): Promise<Measurement[]> {
  const ana = person('ana');
  const repo = new TestRepository().as(ana).adopt([ana]);
  const text = (round: number): string =>
    Array.from(
      { length: 300 },
      (_, line) => `  const value${line} = compute(${line}, ${line % 10 === 0 ? round : 0});\n`,
    ).join('');
  for (let file = 0; file < 10; file++) repo.write(`src/file${file}.ts`, text(0));
  repo.commit('Start');
  for (let file = 0; file < 10; file++) {
    const sources = Array.from({ length: 300 }, (_, line) =>
      line % 20 === 0 ? AI : line % 10 === 0 ? HUMAN : undefined,
    );
    await repo.save(`src/file${file}.ts`, text(1), sources);
  }
  repo.git('add', '-A');
  const cli = join(dist, 'cli.js');
  const ids = repo.git('ls-files', '-s').replaceAll(/^\d+ ([0-9a-f]+).*$/gm, '$1');
  const git = (args: readonly string[], input?: string): number =>
    timeProcess('git', args, { cwd: repo.top, ...(input === undefined ? {} : { input }) }).milliseconds;
  const plain = (): number =>
    git(['rev-parse', '--show-toplevel', '--absolute-git-dir', '--git-common-dir']) +
    git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']) +
    git(['diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', 'HEAD']) +
    git(['var', 'GIT_COMMITTER_IDENT']) +
    git(['cat-file', '--batch-check'], `${ids}\n`) +
    git(['cat-file', '--batch'], `${ids}\n`) +
    git(['hash-object', '-w', '-t', 'blob', '--stdin', '--no-filters'], 'x') +
    git(['update-index', '--refresh']);
  const ours: number[] = [];
  const theirs: number[] = [];
  const processor: number[] = [];
  const starts: number[] = [];
  for (let round = 0; round < 15; round++) {
    theirs.push(plain());
    starts.push(timeProcess(process.execPath, ['-e', '0'], { cwd: repo.top }).milliseconds);
    const args = [cli, 'stage', '--cwd', repo.top];
    ours.push(timeProcess(process.execPath, args, { cwd: repo.top }).milliseconds);
    const { stderr } = timeProcess(process.execPath, ['-r', join(__dirname, 'peakMemory.js'), ...args], {
      cwd: repo.top,
    });
    processor.push(Number(/processor ([\d.]+)/.exec(stderr)?.[1]));
  }
  const records = repo.git('ls-files', '.countersign/v1/provenance');
  if (records === '') throw new Error('stage wrote no record');
  return [
    { name: 'stage, 10 files of 300 lines, median of 15', unit: 'ms', value: median(ours), budget: Infinity },
    { name: 'stage, processor time without git’s', unit: 'ms', value: median(processor), budget: Infinity },
    {
      name: 'stage, more than the git commands it needs',
      unit: 'ms',
      value: median(ours) - median(theirs),
      budget: 150,
    },
    {
      name: 'stage, more than that and a start of Node that does nothing',
      unit: 'ms',
      value: median(ours) - median(theirs) - median(starts),
      budget: Infinity,
    },
  ];
}
