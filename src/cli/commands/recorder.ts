/** `recorder`: the key that signs records. */
import { resolve } from 'node:path';
import type { ExitCode } from '../../core/model/problem';
import { SIGNERS_PATH } from '../../core/sidecar/paths';
import type { RecorderState } from '../../node/recorder';
import { CERTIFIED_DAYS, recorderState, requireDays, setUpRecorder } from '../../node/recorder';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { textOption } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { usageError } from '../usage';
import { shellWord } from '../../node/shellWord';

export const recorder: Command = {
  name: 'recorder',
  summary: 'the key that signs your records: what there is, or make it and certify it with your SSH key',
  usage: 'recorder [init [--key FILE] [--days N]]',
  example: 'countersign recorder init --key ~/.ssh/id_ed25519.pub',
  options: {
    key: { type: 'string', value: 'FILE', about: 'init: your SSH key; by default the one that the target lists' },
    days: { type: 'string', value: 'N', about: `init: how long it holds; ${CERTIFIED_DAYS} days by default` },
  },
  positionals: { least: 0, most: 1, name: 'init, or nothing' },
  run: runRecorder,
};

async function runRecorder({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const [what] = positionals;
  if (what !== undefined && what !== 'init') throw usageError(`expected: countersign ${recorder.usage}`);
  const key = textOption(values, 'key');
  const days = requireDays(textOption(values, 'days'));
  if (what === undefined && (key !== undefined || days !== undefined)) {
    throw usageError(`expected init before its options; usage: countersign ${recorder.usage}`);
  }
  const repository = await openRepository(cwd);
  const state =
    what === undefined
      ? await recorderState(repository)
      : await setUpRecorder(repository, {
          ...(key === undefined ? {} : { keyFile: resolve(cwd, key) }),
          ...(days === undefined ? {} : { days }),
          interactive: io.interactive,
        });
  io.stdout(json ? jsonText(state) : stateText(state));
  return 0;
}

function stateText({ email, file, key, required, refusal, line, exposed }: RecorderState): string {
  const asked = required ? 'The target’s policy asks for signed records' : 'No policy here asks for signed records';
  const lines: string[] = [];
  if (key === undefined) {
    lines.push(`Records of ${escapeText(email)} are not signed: there is no key in ${escapeText(file)}.`);
    lines.push(`${asked}. A key is made, and certified by your SSH key, with: countersign recorder init`);
    return `${lines.join('\n')}\n`;
  }
  lines.push(`Records of ${escapeText(email)} are signed with ${key.fingerprint}, kept in ${escapeText(file)}.`);
  lines.push(`Certified for ${escapeText(key.principal)} by ${key.certifiedBy} until ${key.until}. ${asked}.`);
  if (exposed === true) lines.push(`Others may read the key; run: chmod 600 ${escapeText(shellWord(file))}`);
  if (refusal === undefined) return `${lines.join('\n')}\n`;
  lines.push(`They would not count by the target's keys: ${escapeText(refusal)}.`);
  if (line !== undefined) {
    lines.push(`Have this line added to ${SIGNERS_PATH} in a change of its own; it lets nobody sign off:`);
    lines.push(`  ${escapeText(line)}`);
  } else {
    lines.push('Certify it anew with: countersign recorder init');
  }
  return `${lines.join('\n')}\n`;
}
