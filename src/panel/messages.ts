/**
 * What the summary view and the editor say to each other. Both sides take nothing on trust: a message that is not exactly
 * one of these is dropped.
 */
import { isFields } from '../core/text/fields';
import type { Action } from './nextStep';
import { ACTIONS } from './nextStep';

export const TONES = ['good', 'todo', 'wait', 'problem'] as const;
export type Tone = (typeof TONES)[number];

/** How many blocks have a state, in words that are ready to show. */
export interface Count {
  readonly state: string;
  readonly value: number;
  readonly label: string;
}

/** Everything the summary shows; all texts are ready to show and are only ever set as text. */
export interface SummaryView {
  readonly tone: Tone;
  readonly headline: string;
  readonly detail: string;
  readonly counts: readonly Count[];
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly action?: { readonly id: Action; readonly label: string };
}

export type ToWebview = { readonly type: 'summary'; readonly view: SummaryView };
export type FromWebview = { readonly type: 'ready' } | { readonly type: 'act'; readonly action: Action };

/** A message of the webview, or undefined when it is none. */
export function parseFromWebview(message: unknown): FromWebview | undefined {
  if (!isFields(message)) return undefined;
  const keys = Object.keys(message).length;
  if (message['type'] === 'ready' && keys === 1) return { type: 'ready' };
  const action = ACTIONS.find((each) => each === message['action']);
  if (message['type'] === 'act' && keys === 2 && action !== undefined) return { type: 'act', action };
  return undefined;
}

/** A message of the editor, or undefined when it is none. */
export function parseToWebview(message: unknown): ToWebview | undefined {
  if (!isFields(message) || message['type'] !== 'summary') return undefined;
  const view = parseSummary(message['view']);
  return view === undefined ? undefined : { type: 'summary', view };
}

/** What `getState` kept, or undefined when it is nothing that could be shown. */
export function parseSummary(value: unknown): SummaryView | undefined {
  if (!isFields(value)) return undefined;
  const { tone, headline, detail, counts, facts, action } = value as Readonly<Record<keyof SummaryView, unknown>>;
  const known = TONES.find((each) => each === tone);
  if (known === undefined || typeof headline !== 'string' || typeof detail !== 'string') return undefined;
  if (!Array.isArray(counts) || !counts.every(isCount) || !Array.isArray(facts) || !facts.every(isFact))
    return undefined;
  const view = { tone: known, headline, detail, counts, facts };
  if (action === undefined) return view;
  const id = isFields(action) ? ACTIONS.find((each) => each === action['id']) : undefined;
  const label = isFields(action) ? action['label'] : undefined;
  return id === undefined || typeof label !== 'string' ? undefined : { ...view, action: { id, label } };
}

function isCount(value: unknown): value is Count {
  return (
    isFields(value) &&
    typeof value['state'] === 'string' &&
    typeof value['value'] === 'number' &&
    typeof value['label'] === 'string'
  );
}

function isFact(value: unknown): value is { readonly label: string; readonly value: string } {
  return isFields(value) && typeof value['label'] === 'string' && typeof value['value'] === 'string';
}
