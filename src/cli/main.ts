/** The command line's entry: a thin shell around `run`. `version` comes first: it may end the process. */
import { version } from './version';
import { run } from './run';
import { terminalIo } from './terminal';

/** What the extension loads this file for. */
export * from '../node/library';

async function main(): Promise<void> {
  // The launcher sets it for this process; what we start must not inherit it.
  delete process.env['ELECTRON_RUN_AS_NODE'];
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read our output has seen enough (`countersign … | head`).
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  process.exitCode = await run(process.argv.slice(2), terminalIo(version, __filename));
}

if (require.main === module) void main();
