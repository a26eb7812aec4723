/** The command line in this process and as the bundle that ships, with what it wrote. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../src/cli/run';
import type { Io } from '../../../src/cli/io';

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

/** The bundle as it ships, in a folder of its own without `node_modules`. Built once per run. */
export function bundle(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bundle-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const root = join(__dirname, '..', '..', '..');
  const file = join(folder, 'cli.js');
  const script =
    "require('esbuild').buildSync({ entryPoints: ['src/cli/main.ts'], outfile: process.argv[1], bundle: true, minify: true," +
    "platform: 'node', format: 'cjs', target: 'node20', define: { __VERSION__: '\"9.8.7\"' } })";
  execFileSync(process.execPath, ['-e', script, file], { cwd: root, stdio: 'pipe' });
  built = file;
  return file;
}

/** Runs the bundle as a program. */
export function program(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle(), ...args], { cwd, env, encoding: 'utf8' });
  return { exit: status, stdout, stderr };
}

export function readText(...parts: readonly string[]): string {
  return readFileSync(join(...parts), 'utf8');
}
