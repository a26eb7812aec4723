/** `init`: sets a repository up. */
import { homedir } from 'node:os';
import { relative, resolve } from 'node:path';
import type { ExitCode } from '../../core/model/problem';
import { ignoreFindings } from '../../node/doctor/fileFindings';
import type { Finding } from '../../node/doctor/finding';
import type { HookOutcome } from '../../node/hooks';
import type { InitResult } from '../../node/init';
import { initRepository } from '../../node/init';
import { keepingOut } from '../../node/keptOut';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { switchOption, textOption } from '../command';
import { isBundle } from '../io';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';

export const init: Command = {
  name: 'init',
  summary: 'set a repository up: policy, keys and the hook; in a fresh clone, the hook',
  usage: 'init [--owner EMAIL] [--key FILE.pub] [--enforce] [--presence]',
  example: 'countersign init --owner ana@example.com --key ~/.ssh/id_ed25519.pub',
  options: {
    owner: { type: 'string', value: 'EMAIL', about: "who owns the policy; by default git's user.email" },
    key: {
      type: 'string',
      value: 'FILE',
      about: "the owner's public key; by default git's signing key or ~/.ssh/id_*.pub",
    },
    enforce: { type: 'boolean', about: 'fail from the first day, instead of observing first' },
    presence: { type: 'boolean', about: 'ask for signatures by hardware keys that were touched' },
  },
  run: runInit,
};

async function runInit({ io, cwd, json, values }: Invocation): Promise<ExitCode> {
  const repository = await openRepository(cwd);
  const [owner, key] = [textOption(values, 'owner'), textOption(values, 'key')];
  const result = await initRepository(repository, {
    ...(owner === undefined ? {} : { owner }),
    ...(key === undefined ? {} : { key: resolve(cwd, key) }),
    enforce: switchOption(values, 'enforce'),
    presence: switchOption(values, 'presence'),
    home: io.env['HOME'] ?? io.env['USERPROFILE'] ?? homedir(),
    ...(isBundle(io) ? { launcher: { runtime: io.self.runtime, cliSource: io.self.file } } : {}),
  });
  if (json) io.stdout(jsonText(result));
  else {
    const ignored = (await ignoreFindings(repository)).find(({ state }) => state === 'fault');
    io.stdout(initText(result, repository.top, ignored));
    if (result.owner !== undefined) io.stdout(leftToDo(repository.top));
  }
  return 0;
}

function initText(result: InitResult, top: string, ignored: Finding | undefined): string {
  const lines: string[] = [];
  const { owner, written, hooks, mode } = result;
  if (owner === undefined) lines.push('A policy stands here already: nothing but the hooks was touched.');
  for (const path of written) lines.push(`wrote ${path}`);
  for (const hook of hooks) lines.push(hookLine(hook, top));
  if (owner !== undefined) {
    lines.push('', `Owner: ${escapeText(owner.email)}, key ${escapeText(owner.key)} (${owner.fingerprint})`);
    lines.push('', 'Next:');
    if (ignored?.remedy !== undefined) lines.push(`  ${escapeText(ignored.message)}: ${ignored.remedy}; then`);
    lines.push(`  git add ${written.join(' ')}`, '  git commit -m "Adopt Countersign"', '');
    lines.push('List who may sign in .countersign/policy.jsonc and put their keys into .countersign/allowed_signers.');
    if (result.offersPresence === true) {
      lines.push(
        'Yours is a hardware key: "presence": true beside "level" makes the rules ask for its touch (init --presence).',
      );
    }
    lines.push(
      mode === 'observe'
        ? 'Mode "observe": the gate reports and lets everything pass. Set "enforce" when the team is ready.'
        : 'Mode "enforce": the gate fails as soon as these files are merged.',
    );
  }
  if (result.offersRecorder === true) {
    lines.push('The policy asks for signed records. A key that signs yours is made with: countersign recorder init');
  }
  return `${lines.join('\n')}\n`;
}

/** Files that only their owner should change, and that would let records into a package. */
function leftToDo(top: string): string {
  const left = keepingOut({ top }).filter(({ remedy }) => remedy !== undefined);
  return left.map(({ path, effect, remedy }) => `${path}: ${effect}; ${remedy ?? ''}\n`).join('');
}

function hookLine({ hook, file, state, remedy }: HookOutcome, top: string): string {
  const place = escapeText(relative(top, file).startsWith('..') ? file : relative(top, file));
  if (state === 'foreign') return `did not touch ${place}: ${remedy ?? ''}`;
  return state === 'installed' ? `installed the ${hook} hook in ${place}` : `the ${hook} hook is in ${place} already`;
}
