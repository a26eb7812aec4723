/** `request`: asks for review of the committed blocks that need it. */
import type { ExitCode } from '../../core/model/problem';
import { openRepository } from '../../node/repository';
import { requestReview } from '../../node/reviewRequest';
import type { Command, Invocation } from '../command';
import { BASE, listOption, switchOption, textOption } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { leadingHunk, originText, place, restoredStates } from '../reporters/text';
import { topPaths } from '../topPaths';
import { plural } from './stage';

export const request: Command = {
  name: 'request',
  summary: 'ask for review of what needs a sign-off',
  usage: 'request [--to ID…] [--note TEXT] [--base REV] [--no-commit] [PATH…]',
  example: 'countersign request --to ana --note "The rounding is new"',
  options: {
    to: { type: 'string', multiple: true, value: 'ID', about: 'who is asked, by id or e-mail; may be repeated' },
    note: { type: 'string', value: 'TEXT', about: 'what the reviewer should know' },
    base: BASE,
    'no-commit': { type: 'boolean', about: 'stage the request instead of committing it alone' },
  },
  positionals: { least: 0, most: 1000, name: '' },
  run: runRequest,
};

async function runRequest({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const repository = await openRepository(cwd);
  const base = textOption(values, 'base');
  const result = await requestReview(repository, {
    to: listOption(values, 'to'),
    note: textOption(values, 'note') ?? '',
    ...(base === undefined ? {} : { base }),
    paths: topPaths(repository, cwd, positionals),
    commit: !switchOption(values, 'no-commit'),
  });
  if (json) {
    const { requests, to, commit } = result;
    const blocks = result.blocks.map(({ block }) => block);
    io.stdout(jsonText({ requests, to, ...(commit === undefined ? {} : { commit }), blocks }));
    return 0;
  }
  const whom = result.to.length === 0 ? 'whoever may sign' : result.to.map(escapeText).join(', ');
  const lines = [`asked ${whom} to look at ${plural(result.blocks.length, 'block')}:`];
  lines.push(...restoredStates(result.report, result.blocks).map((each) => `  ${each}`));
  for (const { block, hunks } of result.blocks) {
    const hunk = leadingHunk(block, hunks);
    lines.push(`  ${place(block)}${hunk === undefined ? '' : `  ${originText(hunk)}`}`);
  }
  lines.push(
    result.commit === undefined
      ? `staged ${result.requests.map((each) => each.path).join(', ')}; commit it, then push`
      : `committed as ${result.commit.slice(0, 12)}; push it, so that the reviewer sees it`,
  );
  io.stdout(`${lines.join('\n')}\n`);
  return 0;
}
