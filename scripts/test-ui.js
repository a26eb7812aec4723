// `npm run test:ui`: real keys in the real workbench. Further arguments go to Mocha (`-- --grep NAME`, file names).
require('tsx/cjs');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { packageExtension, packageSideload } = require('./package.js');
const { ensureHost } = require('../test/support/host/install.ts');

const project = path.resolve(__dirname, '..');

async function main() {
  await ensureHost((line) => console.log(line));
  console.log('Packing the extension …');
  const vsix = path.join(project, 'out', 'countersign.vsix');
  fs.mkdirSync(path.dirname(vsix), { recursive: true });
  // What the tests load from source is the same production build that the package carries.
  packageExtension(vsix);
  const sideload = path.join(project, 'out', 'countersign-sideload.vsix');
  packageSideload(sideload);
  const given = process.argv.slice(2);
  const files = given.some((argument) => argument.endsWith('.test.ts')) ? [] : ['test/ui/**/*.test.ts'];
  const { status } = spawnSync(
    process.execPath,
    [
      require.resolve('mocha/bin/mocha.js'),
      '--no-config',
      '--require=tsx/cjs',
      '--require=./test/ui/hooks.ts',
      '--timeout=120000',
      `--reporter=${path.join(__dirname, 'reporter.js')}`,
      ...(process.env.CI === undefined ? [] : ['--forbid-only']),
      ...files,
      ...given,
    ],
    {
      cwd: project,
      stdio: 'inherit',
      env: { ...process.env, COUNTERSIGN_VSIX: vsix, COUNTERSIGN_SIDELOAD_VSIX: sideload },
    },
  );
  process.exitCode = status ?? 1;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
