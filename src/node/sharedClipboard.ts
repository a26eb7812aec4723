/**
 * What was copied in one window, for a paste in another one of the same work tree: digest and length of the text and
 * whose its parts are, in `.git/countersign/copied/`. The text itself is on the clipboard and nowhere else.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Fragment } from '../core/tracking/fragment';
import { fragmentForm, parseFragmentForm } from '../core/tracking/fragmentForm';
import { utf8 } from '../core/text/bytes';
import { statAt } from './entryAt';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import { readChecked, replaceFile } from './ownedFile';

/** Copies that are kept, and bytes of each at most. */
const MOST_COPIES = 12;
const MAX_BYTES = 512 * 1024;
/** UTF-16 units of text that is looked at. */
const MAX_CHARACTERS = 1_000_000;

function folderOf(gitDir: string): string {
  return join(stateFolder(gitDir), 'copied');
}

function fileOf(gitDir: string, text: string): string {
  return join(folderOf(gitDir), nodeHash.sha256(utf8(keyOf(text))));
}

/** The clipboard may hold other line ends, and one more where a whole line was copied. */
function keyOf(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '');
}

/** Notes what was just copied. Throws what the file system says. */
export function shareCopy(gitDir: string, fragment: Fragment): void {
  const { text } = fragment;
  if (text.trim() === '' || text.length > MAX_CHARACTERS) return;
  const form = fragmentForm(fragment);
  const file = fileOf(gitDir, text);
  if (form === undefined || JSON.stringify(form).length > MAX_BYTES) {
    // What another window copied of the same text is not what is on the clipboard now.
    rmSync(file, { force: true });
    return;
  }
  replaceFile(file, form);
  prune(gitDir);
}

/** What another window copied, if it reads like this; the newest copy of a text stands. */
export function sharedCopy(gitDir: string, text: string): Fragment | undefined {
  if (text.trim() === '' || text.length > MAX_CHARACTERS) return undefined;
  const form = readChecked(fileOf(gitDir, text), MAX_BYTES);
  if (form === undefined) return undefined;
  const candidates = [text, text.replace(/\r?\n$/, ''), `${text}\n`, text.replaceAll('\r\n', '\n')];
  for (const candidate of candidates) {
    const fragment = parseFragmentForm(form, candidate);
    if (fragment !== undefined) return fragment;
  }
  return undefined;
}

/** By the file system's time, which decides about nothing but which copies are forgotten first. */
function prune(gitDir: string): void {
  const names = readdirSync(folderOf(gitDir)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  if (names.length <= MOST_COPIES) return;
  const aged = names.map((name) => {
    return [name, statAt(join(folderOf(gitDir), name))?.mtimeMs ?? 0] as const;
  });
  const late = aged.sort((a, b) => b[1] - a[1]).slice(MOST_COPIES);
  for (const [name] of late) rmSync(join(folderOf(gitDir), name), { force: true });
}
