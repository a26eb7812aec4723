/** This version's number; asked for nothing else, it is said before the rest of the program is set up. */
import { writeSync } from 'node:fs';

/** Set by esbuild. */
declare const __VERSION__: string | undefined;
export const version = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0';

const [asked, ...more] = process.argv.slice(2);
if (require.main === module && more.length === 0 && (asked === '--version' || asked === '-v')) {
  writeSync(1, `${version}\n`);
  process.exit();
}
