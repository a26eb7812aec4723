/** What steps on record say of a staged change of something without lines. */
import type { ObjectStep } from '../core/attribution/objectSteps';
import { stepsBetween, strongestFirst } from '../core/attribution/objectSteps';
import { sourceIn } from '../core/model/origin';
import type { RecordedObject } from '../core/model/record';
import type { LiveItem } from './itemJournal';
import type { RawEntry } from './rawDiff';

/** What is on record about a staged change of something without lines; undefined where nobody is. */
export function stagedObject(entry: RawEntry, items: readonly LiveItem[], isMode: boolean): RecordedObject | undefined {
  const [before, after] = [idIn(entry.oldId), idIn(entry.newId)];
  const [first] = (isMode ? modeSteps(entry, items) : stepsBetween(items, before, after)) ?? [];
  return first === undefined ? undefined : { before, after, ...sourceIn(first) };
}

/** Who set or cleared the exec bit, with the content that was there before or is there now. */
function modeSteps(entry: RawEntry, items: readonly LiveItem[]): readonly ObjectStep[] | undefined {
  const found = items.filter(
    ({ after, beforeMode, afterMode }) =>
      beforeMode === entry.oldMode && afterMode === entry.newMode && (after === entry.oldId || after === entry.newId),
  );
  return found.length === 0 ? undefined : strongestFirst(found);
}

/** An object id as records write it: null where there is nothing. */
export function idIn(id: string): string | null {
  return /^0+$/.test(id) ? null : id;
}
