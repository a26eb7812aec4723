/** A state of a file's origins as the journal and the notes of unsaved buffers write it down. */
import type { LiveFile, SaidOf } from '../core/model/live';
import { STATED } from '../core/model/origin';
import { nameableActor } from '../core/sidecar/nameableActor';
import { hunkForm, parseHunkForm } from '../core/sidecar/recordFormat';

/** A value for JSON; its first keys are what the journal's readers look for. */
export function liveForm({ path, digest, hunks, said }: LiveFile): object {
  const forms = hunks.map((hunk) => hunkForm(nameableActor(hunk)));
  return { live: 1, path, digest, hunks: forms, ...(said === undefined ? {} : { said }) };
}

/** What `liveForm` gave, if this version understands it; undefined otherwise. Total. */
export function readLiveForm(value: unknown): LiveFile | undefined {
  if (typeof value !== 'object' || value === null || !('live' in value) || value.live !== 1) return undefined;
  if (!('path' in value) || !('digest' in value) || !('hunks' in value)) return undefined;
  const { path, digest, hunks: forms } = value;
  if (typeof path !== 'string' || typeof digest !== 'string' || !Array.isArray(forms)) return undefined;
  const hunks = forms.map(parseHunkForm);
  const known = hunks.filter((hunk) => hunk !== undefined);
  if (known.length !== hunks.length) return undefined;
  const said = readSaid('said' in value ? value.said : undefined);
  return { path, digest, hunks: known, ...(said.length === 0 ? {} : { said }) };
}

function readSaid(value: unknown): SaidOf[] {
  return (Array.isArray(value) ? value : []).flatMap((item: unknown): SaidOf[] => {
    if (typeof item !== 'object' || item === null || !('start' in item) || !('count' in item) || !('from' in item))
      return [];
    const { start, count, from: word } = item;
    const from = STATED.find((each) => each === word);
    return from === undefined || !Number.isSafeInteger(start) || !Number.isSafeInteger(count)
      ? []
      : [{ start: Number(start), count: Number(count), from }];
  });
}
