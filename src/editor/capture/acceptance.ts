/**
 * Accepting a completion by key. The key runs the editor's own command first and our note behind it (`runCommands` in
 * the manifest): so it takes no longer than before, and works whatever becomes of us.
 */
import type { Actor, Source, Via } from '../../core/model/origin';

/** The command behind the editor's own; its argument names the channel and, where the key is an assistant's own, it. */
export const ACCEPTED_COMMAND = 'countersign.accepted';

const CHANNELS: readonly Via[] = ['completion', 'partial-completion', 'next-edit', 'inline-chat', 'chat-edit'];

/** What a key binding says was accepted; undefined when it names no channel of an assistant. */
export function acceptedSource(args: unknown, actor: Actor | undefined): Source | undefined {
  const given = typeof args === 'object' && args !== null ? args : {};
  const named = 'via' in given ? given.via : undefined;
  const via = CHANNELS.find((each) => each === named);
  if (via === undefined) return undefined;
  const tool = 'tool' in given && typeof given.tool === 'string' && given.tool !== '' ? given.tool : undefined;
  const by = tool === undefined ? actor : { tool: tool.slice(0, 200) };
  return { origin: 'ai', via, evidence: 'observed', ...(by === undefined ? {} : { actor: by }) };
}
