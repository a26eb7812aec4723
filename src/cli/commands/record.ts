/** `record`: a checkpoint that says where the newest changes of some files come from. */
import type { ExitCode } from '../../core/model/problem';
import type { Actor, Source, Via } from '../../core/model/origin';
import { VIAS } from '../../core/model/origin';
import { nearest } from '../../core/policy/faults';
import type { CheckpointFile } from '../../node/checkpoint';
import { checkpoint } from '../../node/checkpoint';
import { openRepository } from '../../node/repository';
import type { Command, Invocation, OptionValues } from '../command';
import { textOption } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { usageError } from '../usage';
import { plural } from './stage';
import { AGENTS } from '../../node/agents/hookEvent';
import { MAX_PAYLOAD } from '../../node/agents/payload';
import { recordAgent } from '../../node/agents/recordAgent';

const DECLARABLE = ['ai', 'human', 'tool', 'external'] as const;
type Declarable = (typeof DECLARABLE)[number];

/** The channel that goes without saying. */
const USUAL: Readonly<Record<Declarable, Via>> = { ai: 'agent', human: 'typing', tool: 'other', external: 'disk' };

const AGENT_ABOUT =
  "take an agent's hook payload from stdin; prints nothing on stdout and always exits 0, also when used wrongly: a hook " +
  'must not break its agent. Faults go to .git/countersign/hooks.log';

/** Bytes of UTF-8 that a payload may have, and how long its sender may take. */
const HOOK_INPUT = { bytes: MAX_PAYLOAD, milliseconds: 3000 };

export const record: Command = {
  name: 'record',
  summary: 'say where the newest changes of some files come from',
  usage:
    'record (--origin ai|human|tool|external [--via V] [--tool ID] [--model M] [--session S] FILE… | ' +
    '--agent claude-code|copilot|cursor)',
  example: `countersign record --origin external src/pay.ts     # before an assistant edits it
countersign record --origin ai --tool claude-code src/pay.ts   # after
countersign record --agent claude-code   # in the agent's hooks, before and after its tools run: docs/agents.md`,
  options: {
    origin: { type: 'string', value: 'ORIGIN', about: 'who made the changes: ai, human, tool or external' },
    via: { type: 'string', value: 'V', about: 'by which channel, such as agent, completion, format' },
    tool: { type: 'string', value: 'ID', about: 'the program, such as claude-code' },
    model: { type: 'string', value: 'M', about: 'its model' },
    session: { type: 'string', value: 'S', about: 'its session, an opaque id' },
    agent: { type: 'string', value: 'NAME', about: AGENT_ABOUT },
  },
  positionals: { least: 0, most: 1000, name: 'at least one file' },
  run: runRecord,
};

async function runRecord({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const given = textOption(values, 'agent');
  if (given !== undefined) {
    const agent = AGENTS.find((each) => each === given);
    if (agent === undefined) {
      const guess = nearest(given, AGENTS);
      const advice = guess === undefined ? `known: ${AGENTS.join(', ')}` : `did you mean ${guess}?`;
      throw usageError(`expected a known agent, found ${escapeText(given)}; ${advice}`);
    }
    if (io.interactive) throw usageError("record --agent reads a hook's payload from stdin; docs/agents.md says how");
    await recordAgent({ agent, payload: await io.stdin(HOOK_INPUT), cwd });
    return 0;
  }
  const source = sourceOf(values);
  if (positionals.length === 0) throw usageError(`expected at least one file; usage: countersign ${record.usage}`);
  const repository = await openRepository(cwd);
  const files = await checkpoint(repository, { source, files: positionals, cwd });
  if (json) io.stdout(jsonText({ origin: source.origin, evidence: source.evidence, files }));
  else io.stdout(files.map((file) => `${fileLine(file, source.origin)}\n`).join(''));
  return 0;
}

function sourceOf(values: OptionValues): Source {
  const given = textOption(values, 'origin');
  const origin = DECLARABLE.find((each) => each === given);
  if (origin === undefined) {
    const what = given === undefined ? 'found none' : `found ${escapeText(given)}`;
    throw usageError(`expected --origin ${DECLARABLE.join('|')}, ${what}`);
  }
  const channel = textOption(values, 'via');
  const via = channel === undefined ? USUAL[origin] : VIAS.find((each) => each === channel);
  if (via === undefined) {
    const guess = nearest(channel ?? '', VIAS);
    const advice = guess === undefined ? `one of ${VIAS.join(', ')}` : `did you mean ${guess}?`;
    throw usageError(`expected a known --via, found ${escapeText(channel ?? '')}; ${advice}`);
  }
  const actor: Actor = {
    ...named('tool', values),
    ...named('model', values),
    ...named('session', values),
  };
  return { origin, via, evidence: 'declared', ...(Object.keys(actor).length === 0 ? {} : { actor }) };
}

function named(name: 'tool' | 'model' | 'session', values: OptionValues): Partial<Record<typeof name, string>> {
  const value = textOption(values, name);
  if (value === undefined) return {};
  if (value === '' || value.length > 128 || escapeText(value) !== value) {
    throw usageError(`expected 1 to 128 printable characters for --${name}`);
  }
  return { [name]: value };
}

/** What became of a file whose new lines were declared to have an origin. */
export function fileLine(
  { path, added, removed, lines, item, skipped }: CheckpointFile,
  origin: Source['origin'],
): string {
  if (skipped !== undefined) return `${escapeText(path)}: not recorded: ${skipped}`;
  const { [origin]: own = 0, ...others } = lines ?? { [origin]: added };
  const parts = [
    ...(item === true ? ['one item'] : []),
    ...(own > 0 ? [plural(own, 'line')] : []),
    ...(removed > 0 ? [`${plural(removed, 'line')} removed`] : []),
  ];
  const said = parts.length > 0 ? [`${parts.join(', ')} recorded as ${origin} (declared)`] : [];
  for (const [other, count] of Object.entries(others))
    said.push(`${plural(count, 'line')} ${other}, for what stood there`);
  return `${escapeText(path)}: ${said.length === 0 ? 'nothing new' : said.join('; ')}`;
}
