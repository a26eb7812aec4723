import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Host } from './install';
import { cleanEnvironment, runStep, type Say } from './steps';

/** A running workbench server. Everything it writes lies under `home`, which `close` removes. */
export type Server = {
  readonly url: string;
  readonly authority: string;
  readonly home: string;
  /** Process ids of its extension hosts, one per window, oldest first. */
  readonly extensionHosts: () => readonly number[];
  readonly log: () => string;
  readonly close: () => Promise<void>;
};

export type ServerOptions = {
  /** Packaged extensions to install first, as a user would. */
  readonly install?: readonly string[];
  /** User settings, over those that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Replaces variables of the environment (PATH, HOME, …) for the server and its extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly say?: Say;
};

const START_LIMIT = 60_000;

/** Extensions that may use the proposed API: ours, as where it is side-loaded, and those of the tests. */
const PROPOSED = [
  'countersign.countersign',
  ...['assistant', 'chat', 'language', 'observer'].map((name) => `countersign-tests.${name}`),
];

/** Nothing that moves, asks or reaches for the network on its own: a test sees what it did itself. */
const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'files.autoSave': 'off',
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'editor.fontFamily': 'DejaVu Sans Mono, monospace',
  'security.workspace.trust.enabled': false,
  // The tests' assistants put nothing among the suggestions.
  'countersign.assistants': [
    { extension: 'countersign-tests.assistant', offers: ['completions'] },
    { extension: 'countersign-tests.chat', offers: ['edits'] },
  ],
} as const;

/** Starts a workbench server on a free port of this machine; resolves when it answers. Its `home` is made afresh. */
export async function startServer(host: Host, options: ServerOptions = {}): Promise<Server> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-host-'));
  const data = path.join(home, 'data');
  const extensions = path.join(home, 'extensions');
  const settingsFile = path.join(data, 'User', 'settings.json');
  fs.mkdirSync(path.dirname(settingsFile), { recursive: true });
  fs.mkdirSync(extensions);
  fs.writeFileSync(settingsFile, JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, undefined, 2));

  // VSCODE_CLI: the environment is as wanted; a login shell is not to be asked for a better one.
  const env = { ...cleanEnvironment(), HOME: home, VSCODE_CLI: '1', ...options.env };
  const common = [
    host.server,
    '--user-data-dir',
    data,
    '--extensions-dir',
    extensions,
    '--config',
    path.join(home, 'config.yaml'),
  ];
  for (const file of options.install ?? []) {
    await runStep(`installing ${path.basename(file)}`, host.node, [...common, '--install-extension', file, '--force'], {
      cwd: home,
      env,
      say: options.say ?? (() => undefined),
    });
  }
  const flags = ['--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`, '--disable-telemetry'];
  const quiet = ['--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override'];
  const proposed = PROPOSED.flatMap((id) => ['--enable-proposed-api', id]);
  const child = spawn(host.node, [...common, ...flags, ...quiet, ...proposed], {
    cwd: home,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that closing reaches the extension hosts as well.
    detached: true,
  });
  const output = { text: '' };
  const collect = (chunk: Buffer): void => {
    output.text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const killAtExit = (): void => killGroup(child, 'SIGKILL');
  process.once('exit', killAtExit);

  const close = async (): Promise<void> => {
    process.removeListener('exit', killAtExit);
    await stop(child);
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const url = await addressOf(child, () => output.text);
    const extensionHosts = (): readonly number[] => extensionHostsBelow(child.pid);
    return { url, authority: new URL(url).host, home, extensionHosts, log: () => output.text, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function addressOf(child: ChildProcess, log: () => string): Promise<string> {
  const end = Date.now() + START_LIMIT;
  while (Date.now() < end && child.exitCode === null) {
    const found = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)\//.exec(log())?.[1];
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The workbench server did not start:\n${log().split('\n').slice(-30).join('\n')}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    killGroup(child, 'SIGKILL');
    return;
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  killGroup(child, 'SIGTERM');
  const timer = setTimeout(() => killGroup(child, 'SIGKILL'), 3000);
  await ended;
  clearTimeout(timer);
  killGroup(child, 'SIGKILL');
}

/** Extension hosts among the processes that descend from `root`; nobody else's. */
function extensionHostsBelow(root: number | undefined): readonly number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const parents = new Map<number, number>();
  const hosts: number[] = [];
  for (const row of rows.split('\n')) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    if (pid === undefined || parent === undefined || args === undefined) continue;
    parents.set(Number(pid), Number(parent));
    if (args.includes('--type=extensionHost')) hosts.push(Number(pid));
  }
  const descends = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || descends(parents.get(pid)));
  return hosts.filter(descends).sort((a, b) => a - b);
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}
