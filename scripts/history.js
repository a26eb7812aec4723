// `npm run bench:history -- CLONE…`: signs each merged branch at its head and checks at the landing merge, over the real
// history of any clones (docs/accuracy.md). `--limit N` newest merges whose target had moved, `--losses` lists each span
// that was lost, `--json` prints one document.
require('tsx/cjs');
const { main } = require('../test/history/main.ts');

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error);
    process.exitCode = 3;
  },
);
