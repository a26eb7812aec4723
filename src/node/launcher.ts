/**
 * The launcher: what the hooks call. It lives in the git directory with a copy of the command line beside it, so that a
 * commit is recorded with no `countersign` and no Node on the PATH.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LauncherParts {
  /** A program that runs JavaScript: Node, or an Electron that obeys `ELECTRON_RUN_AS_NODE`. */
  readonly runtime: string;
  /** The bundled command line that is copied. */
  readonly cliSource: string;
}

/** Where the launcher stands: in the git directory that all work trees share. */
export function launcherPath(commonDir: string): string {
  return join(commonDir, 'countersign', 'launch');
}

/**
 * Writes launcher and copy where they are missing or differ; says whether anything changed. The copy is
 * called `.cjs`: git directories lie inside projects whose `package.json` may declare every `.js` an ES module.
 */
export function writeLauncher(commonDir: string, parts: LauncherParts): boolean {
  const folder = join(commonDir, 'countersign');
  mkdirSync(folder, { recursive: true });
  const copied = replaceFile(join(folder, 'cli.cjs'), readFileSync(parts.cliSource), 0o644);
  const written = replaceFile(launcherPath(commonDir), Buffer.from(launcherScript(parts.runtime), 'utf8'), 0o755);
  return copied || written;
}

/** The script. Only what every shell has: a hook may run with an empty PATH. */
function launcherScript(runtime: string): string {
  return `#!/bin/sh
# Written by Countersign, which keeps it up to date. The hooks of this repository call it.
here="\${0%/*}"
runtime=${shellQuoted(runtime.replaceAll('\\', '/'))}
[ -f "$here/cli.cjs" ] || exit 0
# Node reads such certificates at each start, which takes longer than all that a hook does. Nothing here uses the network.
case "$1" in stage | settle | record) unset NODE_EXTRA_CA_CERTS ;; esac
if [ -x "$runtime" ]; then
  ELECTRON_RUN_AS_NODE=1 exec "$runtime" "$here/cli.cjs" "$@"
fi
if command -v node >/dev/null 2>&1; then
  exec node "$here/cli.cjs" "$@"
fi
exit 0
`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Puts a file in place in one step, so that a hook never meets half of it. False when it stood there already. */
export function replaceFile(file: string, bytes: Buffer, mode: number): boolean {
  if (existsSync(file) && readFileSync(file).equals(bytes) && (statSync(file).mode & 0o777) === mode) return false;
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes, { mode });
  // The mode above is cut by the umask.
  chmodSync(temporary, mode);
  renameSync(temporary, file);
  return true;
}
