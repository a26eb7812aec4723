/** The command line in this process and as the bundle that ships, with what it wrote. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../../src/cli/io';
import { run } from '../../../src/cli/run';

export interface Answer {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function cli(cwd: string, args: readonly string[], more: Partial<Io> = {}): Promise<Answer> {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    stdin: async () => '',
    ask: async () => '',
    interactive: false,
    colour: false,
    cwd,
    env: process.env,
    self: { runtime: process.execPath, file: 'main.ts' },
    version: '0.0.0',
    ...more,
  };
  const exit = await run(args, io);
  return { exit, stdout, stderr };
}

let built: string | undefined;

/** The command line in one file, in a folder without `node_modules`. Built once per run. */
export function bundle(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bundle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const options = {
    entryPoints: ['src/cli/main.ts'],
    outfile: join(folder, 'cli.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    define: { __VERSION__: '"9.8.7"' },
  };
  const script = 'require("esbuild").buildSync(JSON.parse(process.argv[1]))';
  execFileSync(process.execPath, ['-e', script, JSON.stringify(options)], {
    cwd: join(__dirname, '..', '..', '..'),
    stdio: 'pipe',
  });
  built = join(folder, 'cli.js');
  return built;
}

/** Runs the bundle as a program. */
export function program(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle(), ...args], { cwd, env, encoding: 'utf8' });
  return { exit: status, stdout, stderr };
}
