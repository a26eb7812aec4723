/**
 * `npm run test:mutation`: changes src/core/signing and src/core/verify in one place after the other, and sees whether a
 * test notices. What no test notices is either no change of behaviour, or a test that is missing.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomFrom, shuffled } from '../accuracy/random';
import type { Mutant } from './bundles';
import { PROJECT, bundleTests, mutate } from './bundles';
import type { Outcome } from './report';
import { report, summaryOf } from './report';
import type { Question } from './worker';
import type { Worker } from './workers';
import { openWorker } from './workers';

const FOLDERS = ['src/core/signing', 'src/core/verify'];
const TESTS = ['test/unit/signing', 'test/unit/verify', 'test/property'];
const WORKERS = 2;
/** Milliseconds of tests, as measured without a mutant, after which one counts as survived. */
const MOST_TESTING = 8_000;
/** A test may take this much longer under a mutant before it counts as one that never ends. */
const PATIENCE = { times: 10, milliseconds: 10_000 };

/** A test and the mutants that it reaches. */
interface Reaching {
  readonly bundle: string;
  readonly title: string;
  readonly milliseconds: number;
  readonly reached: ReadonlySet<number>;
  /** The files of those that the test reaches itself; loading its file reaches the constants of all. */
  readonly files: ReadonlySet<string>;
}

export async function main(script: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      sample: { type: 'string' },
      minutes: { type: 'string', default: '30' },
      least: { type: 'string', default: '85' },
      file: { type: 'string', default: '' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const began = Date.now();
  const time = { end: began + Number(values.minutes) * 60_000 };
  // Whoever stops it is told what was tried.
  const stop = (): void => void (time.end = 0);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const scratch = mkdtempSync(join(tmpdir(), 'countersign-mutation-'));
  const workers = Array.from({ length: WORKERS }, () => openWorker(script, scratch));
  try {
    const { mutants: all, equivalent, sources } = mutate(FOLDERS);
    const mutants = all.filter(({ id }) => !equivalent.ids.has(id));
    process.stderr.write(`${equivalent.ids.size} mutants are known to change nothing, and left out\n`);
    for (const { file, change, line } of equivalent.outdated)
      process.stderr.write(`equivalents.ts: no mutant of ${file} any more: ${change}, at: ${line}\n`);
    const bundles = await bundleTests(testFiles(values.all), sources, join(scratch, 'bundles'));
    const reaching = await reach(workers, bundles, mutants);
    const drawn = sample(
      mutants.filter(({ file }) => file.includes(values.file)),
      Number(values.seed),
      values.sample === undefined ? Infinity : Number(values.sample),
    );
    const outcomes = await tryAll(workers, drawn, reaching, time);
    outcomes.sort((a, b) => a.mutant.id - b.mutant.id);
    const summary = summaryOf(mutants.length, outcomes, (Date.now() - began) / 1000);
    if (values.json)
      process.stdout.write(`${JSON.stringify({ seed: Number(values.seed), ...summary, outcomes }, null, 2)}\n`);
    else process.stdout.write(report(summary, outcomes));
    return summary.score >= Number(values.least) ? 0 : 1;
  } finally {
    for (const worker of workers) worker.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Tests that cost more than all others together: many repositories, agents, thousands of signatures. */
const SLOW = /\/attacks\/|\/(?:agents|anywhere|differential|hardware|sshSign|survival)\.test\.ts$/;

/** The test files about what is changed: the fast ones, or all of them. */
function testFiles(all: boolean): string[] {
  return TESTS.flatMap((folder) => {
    const names = readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => name.endsWith('.test.ts')).map((name) => join(folder, name));
    return files.filter((file) => {
      const text = readFileSync(join(PROJECT, file), 'utf8');
      return (folder.startsWith('test/unit') || /core\/(?:signing|verify)/.test(text)) && (all || !SLOW.test(file));
    });
  }).sort();
}

/** Runs every test file as it is. A test that fails by itself says nothing about mutants, and is left out. */
async function reach(
  workers: readonly Worker[],
  bundles: readonly string[],
  mutants: readonly Mutant[],
): Promise<Reaching[]> {
  const fileOf = new Map(mutants.map(({ id, file }) => [id, file] as const));
  const found: Reaching[] = [];
  await share(workers, bundles, async (worker, bundle) => {
    const answer = await worker.ask({ kind: 'reach', bundle }, 600_000);
    if (answer?.kind !== 'reached') throw new Error(`${bundle} does not load, or does not end`);
    for (const title of answer.failed) process.stderr.write(`left out, as it fails without a mutant: ${title}\n`);
    for (const { title, milliseconds, reached } of answer.tests) {
      const files = new Set(reached.map((id) => fileOf.get(id) ?? ''));
      found.push({ bundle, title, milliseconds, reached: new Set([...answer.loading, ...reached]), files });
    }
  });
  const useful = found.filter(({ reached }) => reached.size > 0);
  if (useful.length === 0) throw new Error('no test reaches what is to be changed');
  process.stderr.write(`${useful.length} tests reach what is changed\n`);
  return useful.sort((a, b) => a.milliseconds - b.milliseconds);
}

/** Some of the mutants, drawn by the seed; with few, all of them in an order of the seed's. */
function sample(mutants: readonly Mutant[], seed: number, size: number): Mutant[] {
  return shuffled(randomFrom(seed), mutants).slice(0, size);
}

async function tryAll(
  workers: readonly Worker[],
  mutants: readonly Mutant[],
  reaching: readonly Reaching[],
  time: { readonly end: number },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  /** Tests that noticed something in a file are asked first about its next mutant. */
  const good = new Map<string, Map<string, number>>();
  await share(workers, mutants, async (worker, mutant) => {
    if (Date.now() > time.end) return;
    const noticed = good.get(mutant.file) ?? new Map<string, number>();
    good.set(mutant.file, noticed);
    const outcome = await tryOne(worker, mutant, testsFor(mutant, reaching, noticed));
    // Who stops the run may stop the workers with it: their silence says nothing.
    if (time.end === 0 && outcome.verdict === 'timeout') return;
    if (outcome.by !== undefined) noticed.set(outcome.by, (noticed.get(outcome.by) ?? 0) + 1);
    outcomes.push(outcome);
    if (outcomes.length % 100 === 0) process.stderr.write(`${outcomes.length} of ${mutants.length} mutants\n`);
  });
  return outcomes;
}

/** Quick tests and those that noticed before come first, and with each the others of its file: loading a file costs. */
function testsFor(mutant: Mutant, reaching: readonly Reaching[], noticed: ReadonlyMap<string, number>): Reaching[] {
  const own = reaching.filter(({ reached, files }) => reached.has(mutant.id) && files.has(mutant.file));
  const cost = (test: Reaching): number => (test.milliseconds + 1) / (1 + (noticed.get(test.title) ?? 0));
  const ranked = own.sort((a, b) => cost(a) - cost(b));
  const bundles = [...new Set(ranked.map(({ bundle }) => bundle))];
  return bundles.flatMap((bundle) => ranked.filter((test) => test.bundle === bundle));
}

async function tryOne(worker: Worker, mutant: Mutant, tests: readonly Reaching[]): Promise<Outcome> {
  if (tests.length === 0) return { mutant, verdict: 'unreached' };
  let spent = 0;
  for (let at = 0; at < tests.length && spent < MOST_TESTING;) {
    const bundle = tests[at]?.bundle ?? '';
    let until = at;
    let milliseconds = 0;
    while (tests[until]?.bundle === bundle) milliseconds += tests[until++]?.milliseconds ?? 0;
    const titles = tests.slice(at, until).map(({ title }) => title);
    const asked: Question = { kind: 'try', mutant: mutant.id, bundle, tests: titles };
    const answer = await worker.ask(asked, milliseconds * PATIENCE.times + PATIENCE.milliseconds);
    if (answer === undefined) return { mutant, verdict: 'timeout' };
    if (answer.kind === 'tried' && answer.killedBy !== undefined)
      return { mutant, verdict: 'killed', by: answer.killedBy };
    spent += milliseconds;
    at = until;
  }
  return { mutant, verdict: 'survived' };
}

/** Gives each worker the next item as soon as it is free. */
async function share<T>(
  workers: readonly Worker[],
  items: readonly T[],
  work: (worker: Worker, item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    workers.map(async (worker) => {
      for (let at = next++; at < items.length; at = next++) {
        const item = items[at];
        if (item !== undefined) await work(worker, item);
      }
    }),
  );
}
