/** Lines that weigh enough only together: a brace by itself says nothing, one beside a statement goes with it. */
import type { FileLines } from './fileLines';

/** Those of these lines, in ascending order, that weigh at least so much together with the adjacent ones. */
export function heavyRuns(lines: readonly number[], text: FileLines, least: number): number[] {
  const found: number[] = [];
  let run: number[] = [];
  const close = (): void => {
    if (run.reduce((sum, line) => sum + text.weightAt(line), 0) >= least) found.push(...run);
    run = [];
  };
  for (const line of lines) {
    if (run.at(-1) !== line - 1) close();
    run.push(line);
  }
  close();
  return found;
}
