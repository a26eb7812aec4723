/** Branch names: with or without `refs/heads/`, against the patterns of policies and sign-offs. */
import { compileGlobs, globFault } from '../policy/glob';

/** `refs/heads/main` and `main` name the same branch. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

/** Whether a target pattern of a sign-off names this branch. A pattern that can't be read names none. */
export function targetMatches(pattern: string, ref: string): boolean {
  const short = shortRef(pattern);
  return globFault(short) === undefined && compileGlobs([short])(shortRef(ref));
}

/** Short names of the branches that target patterns name without a wildcard. */
export function literalTargets(targets: readonly string[]): string[] {
  return targets.filter((each) => !/[*?[{]/.test(each)).map(shortRef);
}
