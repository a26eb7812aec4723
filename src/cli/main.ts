/** The command line's entry: a thin shell around `run`. `version` comes first: it may end the process. */
import { version } from './version';
import { run } from './run';
import { terminalIo } from './terminal';

/** What the extension loads this file for. */
export * from '../node/library';

async function main(): Promise<void> {
  // The launcher sets it for this process; what we start must not inherit it.
  delete process.env['ELECTRON_RUN_AS_NODE'];
  let isLost = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever read our output has seen enough (`countersign … | head`): the answer stays what it is.
      if (error.code === 'EPIPE') return;
      isLost = true;
      // A disk that is full must not look like a policy that is met, or not met.
      process.exitCode = 3;
      if (stream === process.stdout)
        process.stderr.write(`countersign: the output could not be written: ${error.message}\n`);
    });
  }
  const code = await run(process.argv.slice(2), terminalIo(version, __filename));
  process.exitCode = isLost ? 3 : code;
}

if (require.main === module) void main();
