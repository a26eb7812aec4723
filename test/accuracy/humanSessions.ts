/** Recorded coding sessions from before AI assistants: all of it is human, so whoever calls any of it AI is wrong. */
import path from 'node:path';
import { readTrace } from '../bench/trace';
import { SimulatedEditor } from './simulatedEditor';

/** Insertions, their characters, and what Countersign calls them. */
export interface HumanSessions {
  readonly insertions: number;
  readonly characters: number;
  readonly calledAi: number;
  readonly calledHuman: number;
  readonly calledUnknown: number;
}

const TRACES = path.resolve(__dirname, '../fixtures/traces');

/** The recorded sessions, all of them human: what is made of each insertion, and how large they are. */
export function humanSessions(): { readonly human: HumanSessions; readonly sizes: readonly number[] } {
  const said = { calledAi: 0, calledHuman: 0, calledUnknown: 0 };
  const sizes: number[] = [];
  for (const name of ['rustcode', 'sveltecomponent']) {
    const { startContent, edits } = readTrace(path.join(TRACES, `${name}.json.gz`));
    let size = 0;
    const editor = new SimulatedEditor(startContent, (how) => {
      if (size === 0) return;
      const origin = how.kind === 'edit' && how.source !== 'unknown' ? how.source.origin : 'unknown';
      if (origin === 'ai') said.calledAi++;
      else if (origin === 'human') said.calledHuman++;
      else said.calledUnknown++;
    });
    for (const { offset, removed, text } of edits) {
      size = text.length;
      if (size > 0) sizes.push(size);
      editor.moveTo(offset);
      // The traces do not say what was pasted and what an editor completed: only single characters are surely keys.
      if (Array.from(text).length === 1) editor.key(text, removed);
      else editor.insert(text, removed);
      editor.settle();
    }
  }
  const characters = sizes.reduce((sum, each) => sum + each, 0);
  return { human: { insertions: sizes.length, characters, ...said }, sizes };
}
