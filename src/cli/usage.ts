/** Wrong usage as an error. */
import { CountersignError } from '../core/model/problem';

/** Exit 2, with what to do instead. */
export function usageError(message: string): CountersignError {
  return new CountersignError({ code: 'usage', message }, 2);
}
