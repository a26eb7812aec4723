/** `demo`: the whole story in a temporary repository, with real git, real keys and the real commands. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode } from '../../core/model/problem';
import { CountersignError } from '../../core/model/problem';
import { shellWord } from '../../node/shellWord';
import type { Command, Invocation } from '../command';
import type { Io } from '../io';
import { isBundle } from '../io';
import { palette } from '../reporters/colour';
import { jsonText } from '../reporters/problems';

export const demo: Command = {
  name: 'demo',
  summary: 'see it work: a temporary repository, an AI block, a gate, a sign-off, one changed byte',
  usage: 'demo',
  example: 'countersign demo',
  options: {},
  run: runDemo,
};

interface Step {
  readonly command: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const BEFORE = `export function total(items) {
  let sum = 0;
  for (const item of items) sum += item.price * item.count;
  return sum;
}
`;
const WRITTEN_BY_AI = `${BEFORE}
export function discounted(items, code) {
  const sum = total(items);
  if (code === 'SUMMER') return sum * 0.9;
  if (code === 'STAFF') return sum * 0.5;
  return sum;
}
`;
const ONE_BYTE_LATER = WRITTEN_BY_AI.replace('0.5', '0.0');

async function runDemo({ io, json, run }: Invocation): Promise<ExitCode> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-demo-')));
  const environment = { ...process.env };
  try {
    isolate(folder);
    const steps = await tell(stageFor(folder, { io, json, run }));
    const exits = steps.filter((step) => step.command.startsWith('countersign verify')).map((step) => step.exit);
    const ok = exits.join() === '1,0,1';
    if (json && ok) io.stdout(jsonText({ ok, steps }));
    if (ok) return 0;
    const message = `the demo expected the gate to say 1, 0, 1; it said ${exits.join(', ')}`;
    throw new CountersignError({ code: 'demo-failed', message }, 3);
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, environment);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Nothing of the user's own: no identity, no signing, no hooks, no agent. Undone when the demo ends. */
function isolate(folder: string): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('GIT_') || name === 'SSH_AUTH_SOCK' || name === 'SSH_ASKPASS') delete process.env[name];
  }
  Object.assign(process.env, { HOME: folder, XDG_CONFIG_HOME: folder });
}

/** Where the story plays and how it is told. */
interface Stage {
  readonly folder: string;
  readonly shop: string;
  readonly steps: Step[];
  /** The hook can call the command line. */
  readonly hooked: boolean;
  readonly say: (text: string) => void;
  readonly git: (...args: readonly string[]) => void;
  readonly countersign: (...args: readonly string[]) => Promise<void>;
  readonly write: (path: string, text: string, shown: string) => void;
}

function stageFor(folder: string, { io, json, run }: Pick<Invocation, 'io' | 'json' | 'run'>): Stage {
  const shop = join(folder, 'shop');
  const steps: Step[] = [];
  const { dim, strong } = palette(io.colour);
  const print = (text: string): void => (json ? undefined : io.stdout(text));
  const show = (step: Step): void => {
    steps.push(step);
    const output = (step.stdout + step.stderr).replace(/\n$/, '');
    print(`${strong(`$ ${step.command}`)}\n${output === '' ? '' : `${output}\n`}`);
    if (step.command.startsWith('countersign verify')) print(`${dim(`exit ${step.exit}`)}\n`);
  };
  return {
    folder,
    shop,
    steps,
    hooked: isBundle(io),
    say: (text) => print(`\n${dim(`# ${text}`)}\n`),
    git: (...args) => {
      const stdout = execFileSync('git', args, { cwd: shop, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      show({ command: `git ${args.map(shellWord).join(' ')}`, exit: 0, stdout, stderr: '' });
    },
    countersign: async (...args) => {
      let output = '';
      const write = (text: string): void => {
        output += text;
      };
      const inner: Io = { ...io, cwd: shop, env: process.env, interactive: false, stdout: write, stderr: write };
      const exit = await run(args, inner);
      show({ command: `countersign ${args.map(shellWord).join(' ')}`, exit, stdout: output, stderr: '' });
    },
    write: (path, text, shown) => {
      writeFileSync(join(shop, path), text);
      print(`${dim(shown)}\n`);
    },
  };
}

async function tell(stage: Stage): Promise<readonly Step[]> {
  const { say, git, countersign, write } = stage;
  prepare(stage);
  say('Ana, a senior, sets the repository up. Whoever the policy does not list is below senior.');
  await countersign('init', '--owner', 'ana@example.com', '--key', '../ana.pub', '--enforce');
  git('add', '.');
  git('commit', '-q', '-m', 'Adopt Countersign');

  say(
    'Bo, whom it does not list, lets an assistant write a function on a branch. (The editor records this as it happens.)',
  );
  become(stage, 'Bo', 'bo@example.com');
  git('switch', '-q', '-c', 'discount');
  await countersign('record', '--origin', 'external', 'price.js');
  write('price.js', WRITTEN_BY_AI, '… the assistant writes discounted() into price.js …');
  await countersign('record', '--origin', 'ai', '--tool', 'assistant', 'price.js');
  await commit(stage, 'Add discounts');

  say('The gate knows which lines an AI wrote, and that nobody answered for them.');
  await countersign('verify', '--base', 'main');
  await countersign('request', '--base', 'main', '--to', 'ana', '--note', 'New discount codes');

  say('Ana looks at the block and signs with her own SSH key.');
  become(stage, 'Ana', 'ana@example.com');
  await countersign('approve', '--base', 'main', '--key', '../ana.pub', '--yes', '--commit');
  await countersign('verify', '--base', 'main');

  say('One byte of the signed block changes: staff now pay nothing.');
  become(stage, 'Bo', 'bo@example.com');
  write('price.js', ONE_BYTE_LATER, '… 0.5 becomes 0.0 in price.js …');
  await commit(stage, 'Tidy up');
  await countersign('verify', '--base', 'main');
  say('The sign-off covered exactly what Ana saw, and nothing else. Next: countersign init, in a repository of yours.');
  return stage.steps;
}

/** A repository with some history, and a key for Ana. */
function prepare({ folder, shop }: Stage): void {
  mkdirSync(shop);
  const quiet = { cwd: shop, stdio: 'pipe' } as const;
  try {
    execFileSync('git', ['--version'], quiet);
  } catch (error) {
    const message = 'the demo needs git, which could not be run; install git 2.38 or later';
    throw new CountersignError({ code: 'no-git', message }, 3, { cause: error });
  }
  try {
    const key = ['-q', '-t', 'ed25519', '-N', '', '-C', 'ana', '-f', join(folder, 'ana')];
    execFileSync('ssh-keygen', key, quiet);
  } catch (error) {
    const message = 'the demo makes a key with ssh-keygen, which could not be run; install OpenSSH 8.2 or later';
    throw new CountersignError({ code: 'no-ssh-keygen', message }, 3, { cause: error });
  }
  writeFileSync(join(shop, 'price.js'), BEFORE);
  const settings = {
    'user.name': 'Ana',
    'user.email': 'ana@example.com',
    'commit.gpgSign': 'false',
    'core.hooksPath': join(shop, '.git', 'hooks'),
    'core.autocrlf': 'false',
  };
  const config = Object.entries(settings);
  for (const args of [['init', '-q', '-b', 'main'], ...config.map(([name, value]) => ['config', name, value])]) {
    execFileSync('git', args, quiet);
  }
  execFileSync('git', ['add', '.'], quiet);
  execFileSync('git', ['commit', '-q', '-m', 'Start the shop'], quiet);
}

function become({ shop }: Stage, name: string, email: string): void {
  execFileSync('git', ['config', 'user.name', name], { cwd: shop });
  execFileSync('git', ['config', 'user.email', email], { cwd: shop });
}

/** The hook writes the record. Where the command line runs unbundled there is no launcher, and we stage it ourselves. */
async function commit(stage: Stage, message: string): Promise<void> {
  stage.git('add', 'price.js');
  if (!stage.hooked) await stage.countersign('stage');
  stage.git('commit', '-q', '-m', message);
}
