/** This version's number; asked for nothing else, it is said before the rest of the program is set up. */
import { writeSync } from 'node:fs';

/** Set by esbuild. */
declare const __VERSION__: string | undefined;
export const version = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0';

const [asked, ...more] = process.argv.slice(2);
if (require.main === module && more.length === 0 && (asked === '--version' || asked === '-v')) {
  let code = 0;
  try {
    writeSync(1, `${version}\n`);
  } catch (error) {
    // A reader who has gone wants no answer.
    const { code: fault, message } = error as NodeJS.ErrnoException;
    if (fault !== 'EPIPE') {
      code = 3;
      process.stderr.write(`countersign: the output could not be written: ${message}\n`);
    }
  }
  process.exit(code);
}
