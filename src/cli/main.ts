/** The command line's entry: a thin shell around `run`. What `--version` does not need is loaded after it. */
import type { Io } from './io';
import type * as Program from './program';

/** Set by esbuild. */
declare const __VERSION__: string | undefined;
const version = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0';

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  // The launcher sets it for this process; what we start must not inherit it.
  delete process.env['ELECTRON_RUN_AS_NODE'];
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read our output has seen enough (`countersign … | head`).
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  const { run, terminalIo } = require('./program') as typeof Program;
  const io: Io = terminalIo(version, __filename);
  process.exitCode = await run(argv, io);
}

// The extension loads this file for what stands in `node/library`.
if (require.main === module) void main();
else module.exports = (require('./program') as typeof Program).library;
