// `npm run accuracy`: random edits in the real workbench, judged beside a naive account of them (docs/accuracy.md).
require('tsx/cjs');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { ensureHost } = require('../test/support/host/install.ts');

const project = path.resolve(__dirname, '..');

async function main() {
  // Standard output belongs to the report.
  await ensureHost((line) => console.error(line));
  execFileSync(process.execPath, ['esbuild.js', '--production'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  require('../test/accuracy/main.ts');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 3;
});
