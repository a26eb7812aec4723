/**
 * Copied text for another process: whose each part is, by lengths, and never the text itself. Whoever has the text
 * besides (from the clipboard) puts the two together again.
 */
import { parseSourceForm, sourceForm } from '../sidecar/recordFormat';
import type { Fragment } from './fragment';
import { NOWHERE } from './piece';
import type { KnownOrNot } from './sourceTable';

/** Runs, and touches, of which no more are written down or read. */
export const MAX_FRAGMENT_PARTS = 4000;

type Origin = KnownOrNot | 'neutral';

/** A value for JSON; undefined where the fragment has too many parts. */
export function fragmentForm({ text, runs, touches }: Fragment): object | undefined {
  if (runs.length > MAX_FRAGMENT_PARTS || touches.length > MAX_FRAGMENT_PARTS) return undefined;
  return {
    length: text.length,
    runs: runs.map(({ length, origin, aiShare }) => [length, originForm(origin), aiShare]),
    touches: touches.map(({ at, source, ink, weak }) => [at, originForm(source), ink, weak]),
  };
}

function originForm(origin: Origin): unknown {
  return typeof origin === 'string' ? origin : sourceForm(origin);
}

/** The fragment that `fragmentForm` was given, for its text; undefined when the two do not belong together. Total. */
export function parseFragmentForm(value: unknown, text: string): Fragment | undefined {
  const runs = listIn(value, 'runs')?.map(readRun);
  const touches = listIn(value, 'touches')?.map((item) => readTouch(item, text.length));
  if (runs === undefined || touches === undefined) return undefined;
  const whole = runs.filter((run) => run !== undefined);
  const known = touches.filter((touch) => touch !== undefined);
  if (whole.length !== runs.length || known.length !== touches.length) return undefined;
  if (whole.reduce((sum, { length }) => sum + length, 0) !== text.length) return undefined;
  return { text, runs: whole, touches: known, home: {} };
}

function listIn(value: unknown, key: 'runs' | 'touches'): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const list: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return Array.isArray(list) && list.length <= MAX_FRAGMENT_PARTS ? list : undefined;
}

function readRun(item: unknown): Fragment['runs'][number] | undefined {
  const [length, form, aiShare]: readonly unknown[] = Array.isArray(item) ? item : [];
  const origin = form === 'neutral' ? form : readKnown(form);
  if (origin === undefined || !isCount(length) || length === 0 || !isShare(aiShare)) return undefined;
  return { length, origin, aiShare, mover: origin, at: NOWHERE };
}

function readTouch(item: unknown, end: number): Fragment['touches'][number] | undefined {
  const [at, form, ink, weak]: readonly unknown[] = Array.isArray(item) ? item : [];
  const source = readKnown(form);
  if (source === undefined || !isCount(at) || at > end || !isCount(ink) || typeof weak !== 'boolean') return undefined;
  return { at, source, ink, weak };
}

function readKnown(form: unknown): KnownOrNot | undefined {
  return form === 'unknown' ? form : parseSourceForm(form);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
