/**
 * All mutants of a file in one text: each asks whether it is the one to be run. So a bundle is built once, and the same
 * run that measures which mutants a test reaches is the run without any.
 */
import type { Change } from './mutants';
import type { Node } from './syntax';
import { children } from './syntax';

/** The function that says whether a mutant is on. */
export const SWITCH = '__mutant';

/** `changes` with the number of each. Gives TypeScript that behaves as before while every switch says no. */
export function instrument(
  program: Node,
  text: string,
  changes: readonly { readonly id: number; readonly change: Change }[],
): string {
  const byNode = new Map<Node, { readonly id: number; readonly change: Change }[]>();
  for (const each of changes) {
    const list = byNode.get(each.change.node);
    if (list === undefined) byNode.set(each.change.node, [each]);
    else list.push(each);
  }
  const write = (node: Node): string => {
    let written = '';
    let at = node.range[0];
    for (const each of children(node)) {
      // An export that keeps its name is one word for two nodes.
      if (each.range[0] < at) continue;
      written += text.slice(at, each.range[0]) + write(each);
      at = each.range[1];
    }
    written += text.slice(at, node.range[1]);
    for (const { id, change } of byNode.get(node) ?? []) {
      written =
        change.kind === 'removal'
          ? `{ if (!${SWITCH}(${id})) ${written} }`
          : `(${SWITCH}(${id}) ? (${change.text}) : (${written}))`;
    }
    return written;
  };
  // What stands before the first and behind the last node of the file are comments.
  return `${text.slice(0, program.range[0])}${write(program)}${text.slice(program.range[1])}`;
}
