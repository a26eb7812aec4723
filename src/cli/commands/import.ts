/** `import`: brings in sign-offs that somebody signed elsewhere. */
import { resolve } from 'node:path';
import type { ExitCode } from '../../core/model/problem';
import type { CarriedSignoff } from '../../node/carriedSignoffs';
import { importSignoffs } from '../../node/carriedSignoffs';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { BASE, switchOption, textOption } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { DECISION_WORDS } from '../reporters/sidecar';
import { plural } from './stage';

export const importCommand: Command = {
  name: 'import',
  summary: 'bring in sign-offs that were exported elsewhere',
  usage: 'import [--base REV] [--commit] FILE…',
  example: 'countersign import --commit review.dsse',
  options: {
    base: BASE,
    commit: { type: 'boolean', about: 'commit the sign-offs alone, instead of staging them' },
  },
  positionals: { least: 1, most: 1000, name: 'the files that countersign approve --export wrote' },
  run: runImport,
};

async function runImport({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const repository = await openRepository(cwd);
  const base = textOption(values, 'base');
  const { signoffs, commit } = await importSignoffs(
    repository,
    positionals.map((file) => resolve(cwd, file)),
    { ...(base === undefined ? {} : { base }), commit: switchOption(values, 'commit') },
  );
  if (json) {
    io.stdout(jsonText({ signoffs, ...(commit === undefined ? {} : { commit }) }));
    return 0;
  }
  const fresh = signoffs.filter((each) => each.present === false);
  const where =
    fresh.length === 0
      ? 'nothing to bring in'
      : commit === undefined
        ? `staged ${fresh.map(({ path }) => path).join(', ')}; commit it, then push`
        : `committed as ${commit.slice(0, 12)}; push it`;
  io.stdout(`${[...signoffs.map(told), where].join('\n')}\n`);
  return 0;
}

function told({ id, decision, reviewer, present, blocks, refusal }: CarriedSignoff): string {
  const what = `${DECISION_WORDS[decision]} ${id.slice(0, 12)} by ${escapeText(reviewer)}`;
  const envelope = present === 'otherwise' ? ' in another envelope' : '';
  const here = present === false ? what : `${what}, which is here already${envelope}`;
  if (refusal !== undefined) return `${here}: this does not count: ${escapeText(refusal)}`;
  return blocks.length === 0 ? here : `${here}: counts for ${plural(blocks.length, 'block')}`;
}
