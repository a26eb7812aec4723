/** The process that runs tests: once without a mutant to see what each test reaches, then under one mutant after the other. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { PROJECT } from './bundles';
import { SWITCH } from './instrument';
import type { Test } from './suite';
import { collect, failing, runTests } from './suite';

/** What the parent asks. */
export type Question =
  | { readonly kind: 'reach'; readonly bundle: string }
  | { readonly kind: 'try'; readonly mutant: number; readonly bundle: string; readonly tests: readonly string[] };

/** What it is told. */
export type Answer =
  | {
      readonly kind: 'reached';
      /** Mutants that loading the file reaches. */
      readonly loading: readonly number[];
      readonly tests: readonly {
        readonly title: string;
        readonly milliseconds: number;
        readonly reached: readonly number[];
      }[];
      /** Tests that fail as things are. */
      readonly failed: readonly string[];
    }
  | { readonly kind: 'tried'; readonly killedBy?: string };

let active = 0;
let reached = new Set<number>();
let asked = 0;
let most = Infinity;

/** More questions than any test asks without a mutant: under one that never ends, the test fails instead. */
const MOST_ASKED = 200_000_000;

Object.assign(globalThis, {
  [SWITCH]: (id: number): boolean => {
    if (active === 0) {
      reached.add(id);
      return false;
    }
    if (++asked > most) throw new Error('the mutant does not end');
    return id === active;
  },
});

const scripts = new Map<string, Script>();
const require = createRequire(join(PROJECT, 'package.json'));

function load(bundle: string): Test[] {
  let script = scripts.get(bundle);
  if (script === undefined) {
    const text = readFileSync(bundle, 'utf8');
    script = new Script(`(function (require, module, exports) {${text}\n})`, { filename: bundle });
    scripts.set(bundle, script);
  }
  const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
  const module = { exports: {} };
  return collect(() => run(require, module, module.exports));
}

async function answer(question: Question): Promise<Answer> {
  asked = 0;
  if (question.kind === 'reach') return reach(question.bundle);
  active = question.mutant;
  most = MOST_ASKED;
  try {
    const wanted = new Map(question.tests.map((title, index) => [title, index] as const));
    const tests = load(question.bundle).filter(({ title }) => wanted.has(title));
    tests.sort((a, b) => (wanted.get(a.title) ?? 0) - (wanted.get(b.title) ?? 0));
    const killedBy = await failing(tests);
    return { kind: 'tried', ...(killedBy === undefined ? {} : { killedBy }) };
  } catch {
    return { kind: 'tried', killedBy: 'loading' };
  } finally {
    active = 0;
  }
}

async function reach(bundle: string): Promise<Answer> {
  active = 0;
  reached = new Set();
  const tests = load(bundle);
  const loading = [...reached];
  const seen: { title: string; milliseconds: number; reached: readonly number[] }[] = [];
  const failed: string[] = [];
  reached = new Set();
  await runTests(tests, (test, hasFailed, milliseconds) => {
    if (hasFailed) failed.push(test.title);
    else seen.push({ title: test.title, milliseconds, reached: [...reached] });
    reached = new Set();
    return true;
  });
  return { kind: 'reached', loading, tests: seen, failed };
}

export function work(): void {
  const { configureGlobal } = require('fast-check') as { configureGlobal: (options: { seed: number }) => void };
  configureGlobal({ seed: 20_261_121 });
  process.on('unhandledRejection', () => undefined);
  // Whoever asked is gone: nobody will ask again.
  process.on('disconnect', () => process.exit());
  process.on('message', (question: Question) => {
    void answer(question).then((answered) => process.send?.(answered));
  });
}
