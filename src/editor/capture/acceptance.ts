/**
 * Accepting a completion by key. The key runs the editor's own command first and our note behind it (`runCommands` in
 * the manifest): so it takes no longer than before, and works whatever becomes of us.
 */
import type { Via } from '../../core/model/origin';

/** The command behind the editor's own; its argument names the channel. */
export const ACCEPTED_COMMAND = 'countersign.accepted';

/** The channel that a key binding names; undefined when it names none of ours. */
export function acceptedVia(args: unknown): Via | undefined {
  const via = typeof args === 'object' && args !== null && 'via' in args ? args.via : undefined;
  return via === 'completion' || via === 'partial-completion' || via === 'next-edit' ? via : undefined;
}
