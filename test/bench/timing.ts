/** Timing of other processes and of work in this one. */
import { spawnSync } from 'node:child_process';

/** Milliseconds of one call. */
export function elapsed(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** What a shell may set that every start of Node pays for, up to 80 ms for the certificates: it is not what is measured here. */
const SLOWS_NODE = new Set(['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS']);
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SLOWS_NODE.has(name)));

/** Runs a program to its end and gives the milliseconds. Throws when its exit code is not one of `codes`. */
export function timeProcess(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: string; readonly codes?: readonly number[] } = {},
): { readonly milliseconds: number; readonly stdout: string; readonly stderr: string } {
  const start = process.hrtime.bigint();
  const { cwd, input } = options;
  const result = spawnSync(file, args, {
    encoding: 'utf8',
    env: environment,
    maxBuffer: 1 << 30,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
  });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (!(options.codes ?? [0]).includes(result.status ?? -1)) {
    throw new Error(
      `${file} ${args.join(' ')} exited with ${result.status}: ${result.stderr}${result.stdout.slice(0, 2000)}`,
    );
  }
  return { milliseconds, stdout: result.stdout, stderr: result.stderr };
}
