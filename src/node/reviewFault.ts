/** How asking for review and giving it fail. */
import type { Problem } from '../core/model/problem';
import { CountersignError } from '../core/model/problem';

/** A number of blocks, in words. */
export function countBlocks(blocks: number): string {
  return blocks === 1 ? '1 block' : `${blocks} blocks`;
}

/** What review can't go on with; `field` names the option, if one is to blame. */
export function fault(code: string, field: string, message: string, exit: 1 | 2 | 3): CountersignError {
  return new CountersignError({ code, field, message }, exit);
}

/** The first of some problems, as what is thrown. */
export function firstFault(problems: readonly Problem[], exit: 2 | 3 = 2): CountersignError {
  const [first] = problems;
  return new CountersignError(first ?? { code: 'failed', path: '', field: '', message: 'it failed' }, exit);
}
