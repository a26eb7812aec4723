/**
 * Lines, or a selection, that were copied right beside themselves. Which of two equal neighbours was copied, the edit
 * does not say: then only what is known of both is known of the copy.
 */
import type { Source } from '../../core/model/origin';
import type { EditKind } from '../../core/tracking/documentTracker';
import { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import type { TextChange } from '../../core/tracking/history';

const UNKNOWN: EditKind = { kind: 'edit', source: 'unknown' };

/** What such a copy is to the tracker, which holds the text before it. */
export function copiedBeside(
  tracker: Pick<DocumentTracker, 'fragment'>,
  changes: readonly TextChange[],
  by: Source,
): EditKind {
  const [largest] = changes.toSorted((a, b) => b.text.length - a.text.length);
  if (largest === undefined || largest.text.trim() === '') return UNKNOWN;
  const { text } = largest;
  const [fragment, ...others] = changes
    .filter((change) => change.text.trim() !== '' && text.includes(change.text))
    .flatMap((change) => (change.text === text ? sources(tracker, change, by) : [undefined]));
  if (fragment === undefined) return UNKNOWN;
  const looks = inkOrigins(fragment, by);
  const isSure = others.every((each) => each !== undefined && inkOrigins(each, by) === looks);
  return isSure ? { kind: 'place', fragment, by } : UNKNOWN;
}

/** What stands beside a change and reads like it: what it may be a copy of. */
function sources(
  tracker: Pick<DocumentTracker, 'fragment'>,
  { offset, text }: TextChange,
  by: Source,
): (Fragment | undefined)[] {
  const { length } = text;
  const [begin = ''] = /^\r?\n/.exec(text) ?? [];
  const [end = ''] = /\r?\n$/.exec(text) ?? [];
  const at = (from: number, count: number): Fragment[] => (from < 0 ? [] : [tracker.fragment(from, count)]);
  const found = [
    ...at(offset - length, length),
    ...at(offset, length),
    // The first line has no line break before it, the last may have none behind it.
    ...(begin === '' ? [] : at(offset + begin.length - length, length - begin.length)).map((each) =>
      withBreaks(begin, each, '', by),
    ),
    ...(end === '' ? [] : at(offset, length - end.length)).map((each) => withBreaks('', each, end, by)),
  ].filter((each) => each.text === text);
  return found.length === 0 ? [undefined] : found;
}

function withBreaks(before: string, fragment: Fragment, behind: string, by: Source): Fragment {
  const scratch = new DocumentTracker('');
  const add = (text: string, how: EditKind): void => scratch.apply([{ offset: scratch.length, removed: 0, text }], how);
  add(before, { kind: 'edit', source: by });
  add(fragment.text, { kind: 'place', fragment, by });
  add(behind, { kind: 'edit', source: by });
  return scratch.fragment(0, scratch.length);
}

/** Whose the characters of a fragment are, white space aside; neutral text is the mover's. */
function inkOrigins({ text, runs, touches }: Fragment, by: Source): string {
  const parts: string[] = [];
  let from = 0;
  for (const { length, origin } of runs) {
    const ink = text.slice(from, from + length).replace(/\s+/g, '');
    from += length;
    if (ink === '') continue;
    const source = origin === 'neutral' ? by : origin;
    const name = source === 'unknown' ? source : `${source.origin} ${source.via} ${source.evidence}`;
    if (parts.at(-2) === name) parts.push(`${parts.pop() ?? ''}${ink}`);
    else parts.push(name, ink);
  }
  const deleted = touches.filter(({ ink }) => ink > 0).map(({ at, source, ink }) => [at, source, ink]);
  return JSON.stringify([parts, deleted]);
}
