import { spawn } from 'node:child_process';

/** Where progress goes: one line at a time. */
export type Say = (line: string) => void;

export type StepOptions = {
  readonly cwd: string;
  readonly say: Say;
  readonly env?: NodeJS.ProcessEnv;
};

/**
 * Runs one command of an installation quietly: a line at its start, one every five seconds so that nobody takes it for
 * hung, one at its end. Its own output is shown only when it fails.
 */
export async function runStep(
  title: string,
  command: string,
  args: readonly string[],
  options: StepOptions,
): Promise<string> {
  const start = Date.now();
  const seconds = (): string => `${((Date.now() - start) / 1000).toFixed(0)} s`;
  options.say(`  ${title} …`);
  const heartbeat = setInterval(() => options.say(`  ${title} … ${seconds()}`), 5000);
  try {
    return await capture(title, command, args, options);
  } finally {
    clearInterval(heartbeat);
    options.say(`  ${title}: ${seconds()}`);
  }
}

function capture(title: string, command: string, args: readonly string[], options: StepOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (data: Buffer): void => {
      output += data.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else {
        const tail = output.split('\n').slice(-40).join('\n');
        reject(new Error(`${title} failed (exit ${String(code)}): ${command} ${args.join(' ')}\n${tail}`));
      }
    });
  });
}

/** The environment without what npm or a surrounding editor put there: both would change what the host does. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|VSCODE_|ELECTRON_|NODE_OPTIONS$|GIT_)/i.test(name)),
  );
}
