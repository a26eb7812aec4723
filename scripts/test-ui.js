// `npm run test:ui`: real keys in the real workbench. Further arguments go to Mocha (`-- --grep NAME`, file names).
// Each file runs in a process of its own, so that one that fails stops no other, and two at a time where there are two
// cores. A file that fails is run once more, alone: a browser on a busy machine misses a moment now and then; the end
// says which files that were.
require('tsx/cjs');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { withoutCertificates } = require('./environment.js');
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
  const env = { ...withoutCertificates(), COUNTERSIGN_VSIX: vsix, COUNTERSIGN_SIDELOAD_VSIX: sideload };
  const given = process.argv.slice(2);
  const named = given.filter((argument) => argument.endsWith('.test.ts'));
  const rest = given.filter((argument) => !named.includes(argument));
  const files = named.length > 0 ? named : allFiles();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const again = [];
  const alone = files.filter((file) => ALONE.includes(path.basename(file)));
  const others = files.filter((file) => !alone.includes(file));
  for (const file of alone) take(file, await run(file, rest, env));
  const lane = async () => {
    for (let file = others.shift(); file !== undefined; file = others.shift()) take(file, await run(file, rest, env));
  };
  await Promise.all(Array.from({ length: lanes() }, lane));
  for (const file of again) {
    console.log(`${file} failed; once more:`);
    count(await run(file, rest, env));
  }
  if (again.length > 0) console.log(`Run a second time: ${again.join(', ')}.`);
  if (files.length > 1) console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  writeResults(total);
  process.exitCode = total.failed > 0 ? 1 : 0;

  function take(file, results) {
    if (results.failed > 0) again.push(file);
    else count(results);
  }

  function count(results) {
    for (const key of Object.keys(total)) total[key] += results[key];
  }
}

/** Builds `dist/` anew while the others read it. */
const ALONE = ['start.test.ts'];
/** The longest come first, so that no lane ends long before the other. */
const LONGEST = ['kill.test.ts', 'accuracy.test.ts', 'review.test.ts', 'chat.test.ts', 'documents.test.ts'];

function lanes() {
  const wanted = Number(process.env.COUNTERSIGN_TEST_LANES ?? 2);
  return Math.max(1, Math.min(wanted, os.availableParallelism()));
}

function allFiles() {
  const folder = path.join(project, 'test', 'ui');
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const rank = (name) => (LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length);
  return names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)).map((name) => path.posix.join('test/ui', name));
}

/** The counts of one file's tests, whose output comes in one piece. A run that ends without counts has failed. */
async function run(file, rest, env) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-ui-results-'));
  const counts = path.join(scratch, 'results.json');
  const since = Date.now();
  const child = spawn(
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
    { cwd: project, stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, COUNTERSIGN_TEST_RESULTS: counts } },
  );
  const output = [];
  child.stdout.on('data', (piece) => output.push(piece));
  child.stderr.on('data', (piece) => output.push(piece));
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  console.log(`\n${file}: ${((Date.now() - since) / 1000).toFixed(0)} s\n${Buffer.concat(output).toString('utf8')}`);
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
