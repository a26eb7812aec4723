// `npm run test:ui`: real keys in the real workbench. Further arguments go to Mocha (`-- --grep NAME`, file names).
// Each file runs in a process of its own, so that one that fails stops no other. A file that fails is run once more: a
// browser on a busy machine misses a moment now and then; the end says which files that were.
require('tsx/cjs');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { packageExtension, packageSideload } = require('./package.js');
const { writeResults } = require('./results.js');
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
  const env = { ...process.env, COUNTERSIGN_VSIX: vsix, COUNTERSIGN_SIDELOAD_VSIX: sideload };
  const given = process.argv.slice(2);
  const named = given.filter((argument) => argument.endsWith('.test.ts'));
  const rest = given.filter((argument) => !named.includes(argument));
  const files = named.length > 0 ? named : allFiles();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const again = [];
  for (const file of files) {
    let results = run(file, rest, env);
    if (results.failed > 0) {
      console.log(`${file} failed; once more:`);
      again.push(file);
      results = run(file, rest, env);
    }
    for (const key of Object.keys(total)) total[key] += results[key];
  }
  if (again.length > 0) console.log(`Run a second time: ${again.join(', ')}.`);
  if (files.length > 1) console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  writeResults(total);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

function allFiles() {
  const folder = path.join(project, 'test', 'ui');
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return names.sort().map((name) => path.posix.join('test/ui', name));
}

/** The counts of one file's tests. A run that ends without counts has failed. */
function run(file, rest, env) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-ui-results-'));
  const counts = path.join(scratch, 'results.json');
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
      file,
      ...rest,
    ],
    { cwd: project, stdio: 'inherit', env: { ...env, COUNTERSIGN_TEST_RESULTS: counts } },
  );
  const results = fs.existsSync(counts)
    ? JSON.parse(fs.readFileSync(counts, 'utf8'))
    : { passed: 0, failed: 1, skipped: 0 };
  fs.rmSync(scratch, { recursive: true, force: true });
  return status === 0 ? results : { ...results, failed: Math.max(results.failed, 1) };
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
