// `npm run test:mutation`: does a test notice each small change of src/core/signing and src/core/verify? `--sample N` tries
// some mutants, drawn by `--seed S`; `--minutes M` (30) ends the run with what was tried; `--file WORD` takes the files whose
// path holds the word; `--all` asks the slow tests too, those of the attacks among them; `--least P` (85) is the score below which
// it ends with 1; `--json` prints one document.
require('tsx/cjs');

if (process.argv.includes('--worker')) {
  const { work } = require('../test/mutation/worker.ts');
  work();
} else {
  const { main } = require('../test/mutation/main.ts');
  main(__filename, process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error) => {
      console.error(error);
      process.exitCode = 3;
    },
  );
}
