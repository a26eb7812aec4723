/**
 * Work that is begun while something else is still open. Whoever awaits it meets its failure; the order in which things are
 * awaited, and not which is ready first, says which failure is told.
 */
export function underWay<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}
