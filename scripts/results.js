// Counts of one test run, handed from the process that ran it to `npm test`.
const fs = require('node:fs');

/** Writes the counts to the file that COUNTERSIGN_TEST_RESULTS names, where it does. */
function writeResults({ passed, failed, skipped }) {
  const file = process.env.COUNTERSIGN_TEST_RESULTS;
  if (file !== undefined) fs.writeFileSync(file, JSON.stringify({ passed, failed, skipped }));
}

module.exports = { writeResults };
