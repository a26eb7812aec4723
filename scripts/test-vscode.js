// `npm run test:vscode`: Mocha inside a real extension host. COUNTERSIGN_TEST_GREP picks tests by name.
require('tsx/cjs');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { bundleTests } = require('./bundle-tests.js');
const { writeResults } = require('./results.js');
const { runVscodeSuite } = require('../test/support/host/suite.ts');

async function main() {
  console.log('Building the extension and the suite …');
  execFileSync(process.execPath, ['esbuild.js'], { cwd: path.resolve(__dirname, '..'), stdio: 'inherit' });
  await bundleTests();
  const counts = await runVscodeSuite((line) => console.log(line));
  writeResults(counts);
  const ran = counts.passed + counts.failed;
  if (!counts.ended) console.error('The suite did not come to its end.');
  if (ran === 0) console.error('No test ran.');
  console.log(`${counts.passed} passing, ${counts.failed} failing, ${counts.skipped} skipped`);
  process.exitCode = counts.ended && ran > 0 && counts.failed === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
