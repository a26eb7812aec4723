/** `why`: the whole story of a line. */
import type { ExitCode } from '../../core/model/problem';
import type { CommitNote } from '../../node/lineCommits';
import { openRepository } from '../../node/repository';
import type { LineReview, RequestNote, SignoffNote } from '../../node/lineReview';
import type { LineStory } from '../../node/why';
import { lineStory } from '../../node/why';
import type { Command, Invocation } from '../command';
import { textOption } from '../command';
import type { Palette } from '../reporters/colour';
import { palette } from '../reporters/colour';
import { escapeShort, escapeText, lineText } from '../reporters/escape';
import { jsonText } from '../reporters/problems';
import { DECISION_WORDS } from '../reporters/sidecar';
import { originText } from '../reporters/text';
import { usageError } from '../usage';
import { refusalText } from '../../core/verify/explain';
import { requirementText } from './policy';

export const why: Command = {
  name: 'why',
  summary: 'the whole story of a line: origin, author, record, request, sign-off, commits',
  usage: 'why FILE:LINE [--rev REV]',
  example: 'countersign why src/pay.ts:40',
  options: { rev: { type: 'string', value: 'REV', about: 'a revision; by default the work tree' } },
  positionals: { least: 1, most: 1, name: 'a file and a line, such as src/pay.ts:40' },
  run: runWhy,
};

async function runWhy({ io, cwd, json, values, positionals }: Invocation): Promise<ExitCode> {
  const [given = ''] = positionals;
  const [, file, number] = /^(.+):([1-9]\d{0,8})$/s.exec(given) ?? [];
  if (file === undefined || number === undefined) {
    throw usageError(`expected a file and a line, such as src/pay.ts:40, found ${escapeText(given)}`);
  }
  const rev = textOption(values, 'rev');
  const repository = await openRepository(cwd, false, rev !== undefined);
  const story = await lineStory(repository, cwd, { file, line: Number(number) }, rev);
  io.stdout(json ? jsonText(storyJson(story)) : storyText(story, palette(io.colour)));
  return 0;
}

function storyJson({ path, rev, line, broughtBy, landedBy, recordedBy, shallow, review, unjudged }: LineStory): object {
  return {
    path,
    rev,
    ...line,
    ...(broughtBy === undefined ? {} : { broughtBy }),
    ...(landedBy === undefined ? {} : { landedBy }),
    ...(recordedBy === undefined ? {} : { recordedBy }),
    ...(shallow === undefined ? {} : { shallow }),
    ...(review === undefined ? {} : { review: reviewJson(review) }),
    ...(unjudged === undefined ? {} : { unjudged }),
  };
}

function reviewJson({ state, hunk, requests, signoffs }: LineReview): object {
  const { origin, rule, requires, status, reason, next } = hunk;
  return { state, origin, rule, requires, status, reason, next, requests, signoffs };
}

function storyText(story: LineStory, colours: Palette): string {
  const { path, line, text, broughtBy, landedBy, recordedBy, shallow, review, unjudged } = story;
  const code = escapeShort(lineText(text), 200);
  const { origin, via, evidence, tool, model, author, from, ai, record } = line;
  const how = [via, evidence, ai === undefined ? undefined : `${Math.round(ai * 100)} % ai`].filter(
    (each) => each !== undefined,
  );
  const actor = [tool, model === undefined ? undefined : `model ${model}`].filter((each) => each !== undefined);
  const rows = [
    row('origin', how.length === 0 ? `${origin}: no record at hand explains it` : `${origin} (${how.join(', ')})`),
    ...(actor.length === 0 ? [] : [row('actor', actor.join(', '))]),
    ...(author === undefined ? [] : [row('author', author)]),
    ...(from === undefined ? [] : [row('said', from)]),
    ...(record === undefined
      ? []
      : [row('record', `${record.slice(0, 12)} (countersign show ${record.slice(0, 12)})`)]),
    ...(broughtBy !== undefined || shallow === undefined
      ? [row('line', broughtBy === undefined ? 'not committed yet' : commitText(broughtBy))]
      : []),
    ...(landedBy === undefined ? [] : [row('landed', commitText(landedBy))]),
    ...recordRow(story),
    ...(recordedBy === undefined || recordedBy.commit === broughtBy?.commit
      ? []
      : [row('recorded', commitText(recordedBy))]),
    ...(review === undefined ? [] : reviewRows(review, line.origin, colours)),
    ...(unjudged === undefined ? [] : [row('review', `nothing to tell: ${unjudged}`)]),
  ];
  return `${[`${colours.strong(`${escapeText(path)}:${line.line}`)}  ${code}`, ...rows].join('\n')}\n`;
}

function recordRow({ line, broughtBy, recordedBy, shallow }: LineStory): string[] {
  if (line.origin === 'unknown' || recordedBy !== undefined || shallow === true) return [];
  if (line.record !== undefined) return [row('recorded', 'not committed yet')];
  const kept = 'no record at hand: this work tree still knows';
  return [row('recorded', broughtBy === undefined ? 'with the next commit' : kept)];
}

function reviewRows({ state, hunk, requests, signoffs }: LineReview, origin: string, colours: Palette): string[] {
  const { good, bad } = colours;
  const when = state === 'landed' ? 'when it landed' : '';
  const asks = requirementText(hunk.requires);
  const rule = hunk.rule === '' ? '' : `, rule ${hunk.rule}`;
  const was = state === 'landed' && hunk.origin !== origin ? [row('then', originText(hunk))] : [];
  const colour = hunk.status === 'not-required' ? (text: string) => text : hunk.status === 'satisfied' ? good : bad;
  const word = [STATUS[hunk.status], when].filter((each) => each !== '').join(' ');
  const reason = hunk.reason === '' ? '' : `: ${hunk.reason}`;
  return [
    ...was,
    row('asks for', `${asks}${rule}`),
    ...requests.flatMap(requestRows),
    ...signoffs.flatMap(signoffRows),
    `${'review'.padEnd(12)}${colour(escapeText(`${word}${reason}`))}`,
    ...(state === 'open' && hunk.next !== '' ? [row('', `→ ${hunk.next}`)] : []),
  ];
}

const STATUS = {
  'not-required': 'none needed',
  satisfied: 'signed',
  missing: 'missing',
  rejected: 'rejected',
  stale: 'stale',
} as const;

function requestRows({ id, author, to, note }: RequestNote): string[] {
  const whom = to.length === 0 ? 'whoever may sign' : to.join(', ');
  return [row('request', `${id.slice(0, 12)} by ${author} to ${whom}`), ...noteRows(note)];
}

function signoffRows(signoff: SignoffNote): string[] {
  const { id, reviewer, decision, counts, reason, note, reviewedAt } = signoff;
  const verdict = counts ? reason : refusalText(signoff);
  return [
    row(DECISION_WORDS[decision], `${id.slice(0, 12)} by ${reviewer}, ${reviewedAt}: ${verdict}`),
    ...noteRows(note),
  ];
}

function noteRows(note: string): string[] {
  return note === '' ? [] : note.split('\n').map((line, at) => row('', at === 0 ? `note: ${line}` : `      ${line}`));
}

function commitText({ commit, author, time, subject }: CommitNote): string {
  const day = Number.isFinite(time) ? new Date(time * 1000).toISOString().slice(0, 10) : '';
  return `${commit.slice(0, 12)} ${day} ${author}: ${subject}`;
}

function row(name: string, value: string): string {
  return `${name.padEnd(12)}${escapeText(value)}`;
}
