/** `npm run accuracy`: see docs/accuracy.md. Started by scripts/accuracy.js. */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Kind } from './kinds';
import { ALL_KINDS } from './kinds';
import { reportOf } from './report';
import type { SessionResult } from './session';
import { runSession } from './session';
import { runSimulated } from './simulated';
import { markdown, mistakeText } from './tables';

const USAGE = `npm run accuracy [-- --seed N | --seeds A,B,C] [--actions N] [--json] [--write] [--verbose]

  --seed N       one seed, 400 actions unless --actions says otherwise
  --seeds A,B    several seeds; without either: 1, 2 and 3 with 140 actions each
  --actions N    actions for each seed
  --json         one JSON document on standard output, and nothing else there
  --write        puts the tables into docs/accuracy.md
  --verbose      says each action as it is played
  --kinds A;B    plays these kinds in this order, for whoever looks into one`;

const DOCUMENT = path.resolve(__dirname, '../../docs/accuracy.md');
const MARKS = ['<!-- the tables: npm run accuracy -- --write -->', '<!-- end of the tables -->'] as const;
const DEFAULT_SEEDS = [1, 2, 3];
const MOST_MISTAKES = 40;

class UsageError extends Error {}

function number(name: string, value: string, least: number): number {
  const parsed = Number(value);
  if (!Number.isSafeInteger(parsed) || parsed < least) {
    throw new UsageError(`--${name}: "${value}" is not a whole number from ${least} on.`);
  }
  return parsed;
}

function kindNamed(name: string): Kind {
  const kind = ALL_KINDS.find((each) => each === name);
  if (kind === undefined) throw new UsageError(`--kinds: there is no "${name}"; there are ${ALL_KINDS.join('; ')}.`);
  return kind;
}

function options(): ReturnType<typeof parsed> {
  try {
    return parsed();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parsed() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      actions: { type: 'string' },
      kinds: { type: 'string' },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const given = values.seeds?.split(',') ?? (values.seed === undefined ? undefined : [values.seed]);
  const seeds = given?.map((each) => number('seed', each, 0)) ?? DEFAULT_SEEDS;
  const kinds = values.kinds?.split(';').map(kindNamed);
  const actions = kinds?.length ?? number('actions', values.actions ?? (given === undefined ? '140' : '400'), 1);
  return { ...values, seeds, kinds, actions };
}

async function main(): Promise<number> {
  const { seeds, actions, kinds, json, write, verbose, help } = options();
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const runs: SessionResult[] = [];
  for (const seed of seeds) {
    console.error(`Seed ${seed}: ${actions} actions …`);
    const say = (line: string, isDetail: boolean): void => {
      if (!isDetail || verbose) console.error(line);
    };
    runs.push(await runSession({ seed, actions, say, ...(kinds === undefined ? {} : { kinds }) }));
  }
  console.error('Simulating acceptances and copies …');
  const report = reportOf(runs, runSimulated(seeds[0] ?? 1));
  if (json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else console.log(markdown(report));
  for (const mistake of report.mistakes.slice(0, MOST_MISTAKES)) console.error(mistakeText(mistake));
  for (const { seed, action, kind, reason } of report.abandoned) {
    console.error(`seed ${seed}, action ${action} (${kind}) could not be played: ${reason}`);
  }
  for (const failure of report.simulated.failures.slice(0, MOST_MISTAKES)) console.error(`simulated ${failure}`);
  for (const problem of report.problems) console.error(`✗ ${problem}`);
  if (write) writeTables(markdown(report), `npm run accuracy -- --seeds ${seeds.join(',')} --actions ${actions}`);
  return report.ok ? 0 : 1;
}

function writeTables(tables: string, command: string): void {
  const text = fs.readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [text.indexOf(MARKS[0]), text.indexOf(MARKS[1])];
  if (from === -1 || to < from) throw new Error(`${DOCUMENT} has no place for the tables: ${MARKS.join(' … ')}`);
  const fresh = `${MARKS[0]}\n\nMade by \`${command}\`:\n\n${tables}\n\n`;
  fs.writeFileSync(DOCUMENT, text.slice(0, from) + fresh + text.slice(to));
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
    process.exitCode = error instanceof UsageError ? 2 : 3;
  },
);
