/** Test files as bundles, in which the files under test hold all their mutants. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Known } from './equivalents';
import { knownEquivalents } from './equivalents';
import { instrument } from './instrument';
import type { Change } from './mutants';
import { changesOf } from './mutants';
import { parseSource } from './syntax';

export const PROJECT = resolve(__dirname, '..', '..');

/** A mutant as it is reported. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly operator: string;
  readonly change: string;
}

export interface Mutated {
  readonly mutants: readonly Mutant[];
  /** Those that change nothing, by the list of them. */
  readonly equivalent: Known;
  /** Text with all mutants, by absolute path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** All mutants of the TypeScript files in these folders of the project. */
export function mutate(folders: readonly string[]): Mutated {
  const mutants: Mutant[] = [];
  const sources = new Map<string, string>();
  const lines = new Map<string, readonly string[]>();
  for (const folder of folders) {
    for (const name of filesIn(join(PROJECT, folder))) {
      const file = join(PROJECT, folder, name);
      const text = readFileSync(file, 'utf8');
      lines.set(relative(PROJECT, file), text.split('\n'));
      const program = parseSource(file, text);
      const numbered = changesOf(program, text).map((change) => {
        const id = mutants.length + 1;
        mutants.push({ id, file: relative(PROJECT, file), ...described(change, text) });
        return { id, change };
      });
      sources.set(file, instrument(program, text, numbered));
    }
  }
  const lineOf = ({ file, line }: Mutant): string => lines.get(file)?.[line - 1] ?? '';
  return { mutants, equivalent: knownEquivalents(mutants, lineOf), sources };
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).sort();
}

function described(
  { node, kind, text, operator }: Change,
  source: string,
): { line: number; operator: string; change: string } {
  const line = source.slice(0, node.range[0]).split('\n').length;
  const from = oneLine(source.slice(...node.range));
  return { line, operator, change: kind === 'removal' ? `${from} left out` : `${from} → ${oneLine(text)}` };
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

/** Bundles each test file into the folder, and gives the bundles by test file. */
export async function bundleTests(
  tests: readonly string[],
  sources: ReadonlyMap<string, string>,
  folder: string,
): Promise<string[]> {
  await build({
    entryPoints: tests.map((test) => join(PROJECT, test)),
    outdir: folder,
    outbase: join(PROJECT, 'test'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    nodePaths: [join(PROJECT, 'node_modules')],
    logLevel: 'error',
    plugins: [
      {
        name: 'mutants',
        setup: (building) => {
          building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = sources.get(path) ?? readFileSync(path, 'utf8');
            // A bundle stands elsewhere, and fixtures are found from where a test stands.
            const own = contents.includes('__dirname') ? `const __dirname = ${JSON.stringify(dirname(path))};` : '';
            return { contents: own + contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  return tests.map((test) => join(folder, relative('test', test).replace(/\.ts$/, '.js')));
}
