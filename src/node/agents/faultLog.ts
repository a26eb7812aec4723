/**
 * Where hooks put what went wrong: a hook must say nothing to its agent. The log holds no content of files or payloads and
 * stays small.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../../core/model/problem';
import { statAt } from '../entryAt';
import { stateFolder } from '../journal';
import { appendState, readState } from '../stateFile';

/** Bytes at which the log is put aside; one older one is kept. */
const MAX_LOG = 64 * 1024;
const MAX_MESSAGE = 300;

export interface HookFault {
  /** Kebab-case, stable. */
  readonly code: string;
  readonly message: string;
}

export function hookLog(gitDir: string): string {
  return join(stateFolder(gitDir), 'hooks.log');
}

/** Notes a fault. Where even that can't be written there is nobody left to tell. */
export function logFault(gitDir: string, agent: string, fault: HookFault): void {
  try {
    const file = hookLog(gitDir);
    if ((statAt(file)?.size ?? 0) > MAX_LOG) renameSync(file, `${file}.1`);
    const entry = {
      at: new Date().toISOString(),
      agent,
      code: fault.code,
      message: fault.message.slice(0, MAX_MESSAGE),
    };
    appendState(file, `${JSON.stringify(entry)}\n`);
  } catch {
    // A full disk or a read-only folder.
  }
}

/** The faults in the log, oldest first; lines that are none are passed over. */
export function readFaults(gitDir: string): (HookFault & { readonly at: string; readonly agent: string })[] {
  try {
    return String(readState(hookLog(gitDir)) ?? '')
      .split('\n')
      .flatMap((line) => {
        const value: unknown = line === '' ? undefined : JSON.parse(line);
        return isEntry(value) ? [value] : [];
      });
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is HookFault & { at: string; agent: string } {
  return typeof value === 'object' && value !== null && 'at' in value && 'agent' in value && 'code' in value;
}

/** A fault's words: our own, or the system's code; never a message that may hold what was read. */
export function faultOf(error: unknown): HookFault {
  if (error instanceof CountersignError) return { code: error.problem.code, message: error.problem.message };
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const where =
    error instanceof Error
      ? (error.stack ?? '')
          .split('\n')[1]
          ?.trim()
          .replace(/\(.*[/\\]/, '(')
      : '';
  return code === undefined
    ? { code: 'unexpected', message: `unexpected failure ${where ?? ''}` }
    : { code: 'system', message: `the system says ${code}; see that the disk has room and .git is writable` };
}
