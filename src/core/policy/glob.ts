/**
 * Path patterns of a policy: `*`, `?`, `**`, `[abc]`, `{a,b}`, over paths with `/` between parts.
 *
 * Patterns meet paths that the author of a change picks, so matching must not backtrack: every pattern here is compiled
 * to parts that are matched greedily, in time (length of the path × length of the pattern). Regular expressions, which
 * glob libraries produce, take 15 s for `*a*a*a*ab` and a name of 400 characters. What matches agrees with picomatch
 * (`dot: true`), which the tests use as the reference, except that brackets also match themselves (`app/[id]/page.ts`).
 */

/** One character of a part: itself, any, any run, or one of a set of inclusive ranges of UTF-16 units. */
type Token =
  | { readonly kind: 'char'; readonly unit: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'slash' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** A part between slashes: `**`, plain text (compared at once), or tokens. */
type Part = '**' | { readonly text: string } | { readonly tokens: readonly Token[] };
type Alternative = readonly Part[];
type Parsed = { readonly alternatives: readonly Alternative[] } | { readonly fault: string };

/** Does a path (from the top of the repository, `/` between parts) match? Never throws. */
export type PathMatcher = (path: string) => boolean;

export const GLOB_LIMITS = { length: 256, alternatives: 64 } as const;

/** Why a pattern is not accepted, as "expected …; remedy" without what was found; undefined when it is fine. */
export function globFault(pattern: string): string | undefined {
  const parsed = parseGlob(pattern);
  return 'fault' in parsed ? parsed.fault : undefined;
}

/**
 * One matcher for a list of patterns: true when any matches. A pattern that `globFault` refuses matches every path, so
 * that a rule built from it asks for more, never for less.
 */
export function compileGlobs(patterns: readonly string[]): PathMatcher {
  const alternatives: Alternative[] = [];
  for (const pattern of patterns) {
    const parsed = parseGlob(pattern);
    if ('fault' in parsed) return () => true;
    alternatives.push(...parsed.alternatives);
  }
  // The hunks of a file follow each other, so most calls ask for the path of the call before.
  let lastPath: string | undefined;
  let lastAnswer = false;
  return (path) => {
    if (path !== lastPath) {
      lastPath = path;
      lastAnswer = matchAny(alternatives, composed(path));
    }
    return lastAnswer;
  };
}

/** Most patterns begin with a folder's name, and most paths don't: those are told apart before the path is cut up. */
function matchAny(alternatives: readonly Alternative[], path: string): boolean {
  let parts: readonly string[] | undefined;
  for (const alternative of alternatives) {
    const head = alternative[0];
    if (typeof head === 'object' && 'text' in head && !path.startsWith(head.text)) continue;
    parts ??= path.split('/');
    if (matchParts(alternative, parts)) return true;
  }
  return false;
}

/** Paths and patterns are compared in Unicode form C: macOS hands out decomposed names for what is one name to people. */
function composed(text: string): string {
  return /[^ -~]/.test(text) ? text.normalize('NFC') : text;
}

function parseGlob(pattern: string): Parsed {
  if (pattern === '') return { fault: 'expected a path pattern; name a file or a folder, such as "src/**"' };
  if (pattern.length > GLOB_LIMITS.length) {
    return { fault: `expected at most ${GLOB_LIMITS.length} characters; split the pattern into several` };
  }
  if (pattern.includes('\\')) return { fault: 'expected "/" between parts; backslashes are not used in patterns' };
  if (/\p{Cc}/u.test(pattern)) return { fault: 'expected no control characters; remove them' };
  if (pattern.startsWith('!')) return { fault: 'expected no leading "!"; list what the rule covers instead' };
  if (/[@!+*?]\(/.test(pattern)) return { fault: 'expected no extended globs; write alternatives as {a,b}' };
  if (pattern.includes('***')) return { fault: 'expected at most two stars together; write "**" for any folders' };
  if (pattern.startsWith('/')) return { fault: 'expected a path from the top of the repository; drop the leading "/"' };
  if (pattern.endsWith('/')) return { fault: `expected files; for a whole folder write "${pattern}**"` };
  const sequences = sequencesOf(composed(pattern));
  if (typeof sequences === 'string') return { fault: sequences };
  const alternatives: Alternative[] = [];
  for (const sequence of sequences) {
    const parts = partsOf(sequence);
    if (typeof parts === 'string') return { fault: parts };
    alternatives.push(parts);
  }
  return { alternatives };
}

type Sequence = readonly Token[];

/** The pattern's alternatives as tokens, braces multiplied out; a string is the fault. */
function sequencesOf(pattern: string): readonly Sequence[] | string {
  let sequences: readonly Sequence[] = [[]];
  let at = 0;
  while (at < pattern.length) {
    const unit = pattern.charAt(at);
    let options: readonly Sequence[];
    let next = at + 1;
    if (unit === '{') {
      const end = pattern.indexOf('}', at);
      const body = end < 0 ? '' : pattern.slice(at + 1, end);
      if (end < 0 || body.includes('{')) return 'expected braces that close and do not nest; write {a,b}';
      if (!body.includes(',') || body.includes('..')) return 'expected alternatives in braces; write {a,b}';
      const parts = body.split(',').map((option) => sequencesOf(option));
      const fault = parts.find((part) => typeof part === 'string');
      if (fault !== undefined) return fault;
      options = parts.flatMap((part) => (typeof part === 'string' ? [] : part));
      next = end + 1;
    } else if (unit === '}') {
      return 'expected "{" before "}"; write {a,b}';
    } else if (unit === '[') {
      const end = pattern.indexOf(']', at + 2);
      const body = end < 0 ? '' : pattern.slice(at + 1, end);
      if (end < 0 || /[/[{},]/.test(body)) return 'expected a set that closes within its part; write [abc]';
      options = setOptions(body);
      next = end + 1;
    } else {
      options = [[tokenOf(unit)]];
    }
    if (sequences.length * options.length > GLOB_LIMITS.alternatives) {
      return `expected at most ${GLOB_LIMITS.alternatives} alternatives; split the pattern into several`;
    }
    sequences = sequences.flatMap((head) => options.map((tail) => [...head, ...tail]));
    at = next;
  }
  return sequences;
}

function tokenOf(unit: string): Token {
  if (unit === '*') return { kind: 'star' };
  if (unit === '?') return { kind: 'any' };
  if (unit === '/') return { kind: 'slash' };
  return { kind: 'char', unit };
}

/** `[abc]` as one of its characters, or as those five characters themselves, since file names hold brackets. */
function setOptions(body: string): readonly Sequence[] {
  const negated = /^[!^]./.test(body);
  const inner = negated ? body.slice(1) : body;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < inner.length; at += 1) {
    const isRange = inner.charAt(at + 1) === '-' && at + 2 < inner.length;
    ranges.push([inner.charAt(at), inner.charAt(isRange ? at + 2 : at)]);
    if (isRange) at += 2;
  }
  const literal = `[${body}]`.split('').map((unit): Token => ({ kind: 'char', unit }));
  return [[{ kind: 'set', negated, ranges }], literal];
}

function partsOf(sequence: Sequence): Alternative | string {
  const groups: Token[][] = [[]];
  for (const token of sequence) {
    if (token.kind === 'slash') groups.push([]);
    else groups.at(-1)?.push(token);
  }
  const parts: Part[] = [];
  for (const tokens of groups) {
    const text = tokens.every((token) => token.kind === 'char')
      ? tokens.map((token) => token.unit).join('')
      : undefined;
    const isDoubled = tokens.some((token, index) => token.kind === 'star' && tokens[index + 1]?.kind === 'star');
    if (isDoubled && tokens.length > 2)
      return 'expected "**" as a part of its own; write "**/*" and the rest of the name';
    if (tokens.length === 0) return 'expected a name between slashes; remove the doubled "/"';
    if (text === '.' || text === '..') return 'expected a path from the top of the repository; remove "." and ".."';
    if (text !== undefined) parts.push({ text });
    else if (isDoubled) parts.push('**');
    else parts.push({ tokens });
  }
  return parts;
}

/**
 * Greedy matching with one point of return, right for `**` because going back to an earlier one can't help once a later
 * one was reached.
 */
function matchParts(pattern: Alternative, path: readonly string[]): boolean {
  let at = 0;
  let part = 0;
  let starPart = -1;
  let starAt = 0;
  while (at < path.length) {
    const expected = pattern[part];
    if (expected === '**') {
      starPart = part;
      starAt = at;
      part += 1;
    } else if (expected !== undefined && matchPart(expected, path[at] ?? '')) {
      part += 1;
      at += 1;
    } else if (starPart >= 0) {
      starAt += 1;
      at = starAt;
      part = starPart + 1;
    } else {
      return false;
    }
  }
  while (pattern[part] === '**') part += 1;
  return part === pattern.length;
}

function matchPart(part: Exclude<Part, '**'>, name: string): boolean {
  if ('text' in part) return part.text === name;
  const { tokens } = part;
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const expected = tokens[token];
    if (expected?.kind === 'star') {
      star = token;
      starAt = at;
      token += 1;
    } else if (expected !== undefined && matchUnit(expected, name.charAt(at))) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else {
      return false;
    }
  }
  while (tokens[token]?.kind === 'star') token += 1;
  return token === tokens.length;
}

function matchUnit(token: Token, unit: string): boolean {
  if (token.kind === 'char') return token.unit === unit;
  if (token.kind === 'set') return token.negated !== token.ranges.some(([low, high]) => low <= unit && unit <= high);
  return token.kind === 'any';
}
