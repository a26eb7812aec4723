/**
 * Runs all benchmarks and prints what they measured against the budgets of the design, or replays one recorded session.
 * Started by scripts/bench.js.
 */
import { parseArgs } from 'node:util';
import { benchBundles, benchActivation, benchStart } from './bundles';
import { benchJournal } from './journal';
import { benchMemory, spansMemory } from './memory';
import { replay, replayJson, replayText } from './replay';
import { benchMutants } from './mutants';
import { benchRecords } from './records';
import { benchStage } from './stage';
import { TraceError, readTrace } from './trace';
import type { Measurement } from './tracker';
import { benchTracker } from './tracker';
import { benchVerify, benchVerifyGrowth } from './verify';

const USAGE = 'usage: npm run bench -- [--json] [--quick] [--only WORD] [--trace FILE]';

async function main(): Promise<void> {
  const values = options();
  if (values === undefined) return;
  const { dist, quick, only, trace } = values;
  if (values['spans-memory']) {
    process.stdout.write(String(spansMemory()));
    return;
  }
  if (trace !== undefined) {
    replayTrace(trace, values.json);
    return;
  }
  const groups: Readonly<Record<string, () => Promise<Measurement[]>>> = {
    tracker: benchTracker,
    memory: () => Promise.resolve(benchMemory()),
    journal: benchJournal,
    bundles: () => Promise.resolve(benchBundles(dist)),
    start: () => Promise.resolve(benchStart(dist)),
    activation: () => Promise.resolve(benchActivation(dist)),
    stage: () => benchStage(dist),
    verify: () => benchVerify(dist, quick),
    'verify growth': () => benchVerifyGrowth(dist, quick),
    records: () => benchRecords(dist, quick),
    mutants: () => Promise.resolve(benchMutants()),
  };
  const names = Object.keys(groups);
  if (!names.some((name) => name.includes(only))) {
    process.stderr.write(`--only ${only}: no group is called that, of ${names.join(', ')}\n${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const results: (Measurement & { ok: boolean | null })[] = [];
  if (!values.json) print('', 'value', 'unit', 'budget', 'ok?');
  for (const [name, run] of Object.entries(groups)) {
    if (!name.includes(only)) continue;
    process.stderr.write(values.json ? `${name} …\n` : '');
    for (const each of await run()) {
      const ok = Number.isFinite(each.budget) ? each.value <= each.budget : null;
      results.push({ ...each, ok });
      const budget = Number.isFinite(each.budget) ? String(each.budget) : '';
      if (!values.json)
        print(each.name, each.value.toFixed(2), each.unit, budget, ok === null ? '' : ok ? 'yes' : 'NO');
    }
  }
  if (values.json) {
    const told = results.map(({ name, value, unit, budget, ok }) => ({
      name,
      value: Math.round(value * 1000) / 1000,
      unit,
      budget: Number.isFinite(budget) ? budget : null,
      ok,
    }));
    process.stdout.write(`${JSON.stringify({ node: process.version, results: told }, null, 2)}\n`);
  }
  process.exitCode = results.some(({ ok }) => ok === false) ? 1 : 0;
}

/** What the command line asks for; undefined, with the exit code set, when it can't be understood. */
function options() {
  try {
    return parseArgs({
      options: {
        dist: { type: 'string', default: 'dist' },
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        trace: { type: 'string' },
        'spans-memory': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = 2;
    return undefined;
  }
}

/** Exit code 2 when the file is no trace, 1 when the replay does not end in the recorded text. */
function replayTrace(file: string, json: boolean): void {
  try {
    const found = replay(readTrace(file));
    process.stdout.write(json ? `${JSON.stringify(replayJson(file, found), null, 2)}\n` : replayText(file, found));
    process.exitCode = found.textMatches ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

function print(name: string, value: string, unit: string, budget: string, ok: string): void {
  const row = [name.padEnd(78), value.padStart(10), unit.padEnd(3), budget.padStart(8), ok];
  process.stdout.write(`${row.join(' ').trimEnd()}\n`);
}

void main();
