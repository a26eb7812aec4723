/**
 * Where records would get in the way: packages that are built of this folder, code owners who would be asked about each
 * record. `init` adds a line to files that are there for it; it makes none, since an ignore file that is new changes what a
 * package holds. `doctor` says what is left to do.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryAt } from './entryAt';

/** One file that decides what others get to see of the sidecar. */
export interface KeepingOut {
  /** From the top of the repository. */
  readonly path: string;
  /** What happens without it. */
  readonly effect: string;
  /** The line that is missing; nothing when all is well. */
  readonly line?: string;
  /** For a file that is no list of lines: what to do. */
  readonly remedy?: string;
}

const MAX_BYTES = 1024 * 1024;

/** Ignore files of packages, with what takes everything in where they are silent. */
const IGNORES: readonly (readonly [string, string, string])[] = [
  ['.npmignore', '.countersign/', 'the npm package holds the records'],
  ['.vscodeignore', '.countersign/**', 'the extension’s package holds the records'],
  ['.dockerignore', '.countersign', 'the build context of the image holds the records'],
];
const OWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

/** What is there to keep records out of, as far as this repository has it. */
export function keepingOut(repository: { readonly top: string }): KeepingOut[] {
  const found: KeepingOut[] = [];
  for (const [path, line, effect] of IGNORES) {
    const text = textOf(repository, path);
    if (text !== undefined) found.push({ path, effect, ...(namesSidecar(text) ? {} : { line }) });
  }
  const npm = npmPackage(repository);
  if (npm !== undefined) found.push(npm);
  const cargo = textOf(repository, 'Cargo.toml');
  if (cargo !== undefined && /^\s*\[package\]/m.test(cargo)) {
    const isOut = namesSidecar(cargo) || /^\s*include\s*=/m.test(cargo);
    const remedy = 'add ".countersign/**" to "exclude" under [package]';
    found.push({ path: 'Cargo.toml', effect: 'the crate holds the records', ...(isOut ? {} : { remedy }) });
  }
  const owners = OWNERS.find((path) => textOf(repository, path) !== undefined);
  if (owners !== undefined) {
    const effect = 'whoever owns everything is asked about each record';
    const isOut = ownersOf(textOf(repository, owners) ?? '').length === 0;
    found.push({ path: owners, effect, ...(isOut ? {} : { line: '/.countersign/v1/' }) });
  }
  return found;
}

/** Adds the missing lines. Gives the files that changed. */
export function keepOut(repository: { readonly top: string }): string[] {
  return keepingOut(repository).flatMap(({ path, line }) => {
    if (line === undefined) return [];
    const text = textOf(repository, path) ?? '';
    appendFileSync(join(repository.top, path), `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
    return [path];
  });
}

/** npm takes the whole folder, dot folders too, unless the manifest lists files or an ignore file is there. */
function npmPackage(repository: { readonly top: string }): KeepingOut | undefined {
  const text = textOf(repository, 'package.json');
  if (text === undefined || textOf(repository, '.npmignore') !== undefined) return undefined;
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null) return undefined;
    if ('private' in manifest && manifest.private === true) return undefined;
    const effect = 'the npm package holds the records';
    const isOut = 'files' in manifest && Array.isArray(manifest.files);
    const remedy = 'list what belongs into the package under "files", or mark it "private": true';
    return { path: 'package.json', effect, ...(isOut ? {} : { remedy }) };
  } catch {
    return undefined;
  }
}

function namesSidecar(text: string): boolean {
  return text.split(/\r?\n/).some((line) => /^\s*[^#!]*\.countersign(?:[/"'*\s]|$)/.test(line));
}

/** Owners of a record by the last pattern that fits it, as far as patterns that can fit it go. */
function ownersOf(text: string): string[] {
  let owners: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [pattern = '', ...names] = line
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    const isSection = /^\^?\[/.test(pattern);
    const path = pattern.replace(/^\//, '').replace(/\/?\**$/, '');
    const fits = path === '' || path === '.countersign' || path === '.countersign/v1' || path === '.*';
    if (pattern !== '' && !isSection && fits) owners = names;
  }
  return owners;
}

/** A regular file's text; undefined where there is none, or one that is no text to read. */
function textOf({ top }: { readonly top: string }, path: string): string | undefined {
  const file = join(top, path);
  const stat = entryAt(file);
  return stat?.isFile() === true && stat.size <= MAX_BYTES ? readFileSync(file, 'utf8') : undefined;
}
