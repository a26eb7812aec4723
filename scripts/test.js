// `npm test`: everything, fast stages first. Stops at the first stage that fails and says what it left out.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { withoutCertificates } = require('./environment.js');

const project = path.resolve(__dirname, '..');

/** A program of a development dependency, started without a shell so that it works the same everywhere. */
function tool(name) {
  const shim = path.join(project, 'node_modules', '.bin', name);
  return fs.existsSync(`${shim}.cmd`) ? `${shim}.cmd` : shim;
}

const node = process.execPath;
const reporter = path.join(__dirname, 'reporter.js');
const forbidOnly = process.env.CI === undefined ? [] : ['--forbid-only'];

/**
 * Each stage: commands that must all end with 0; `counts` says that tests run in it, and that some must; `offline`, that
 * none needs the network.
 */
const stages = [
  {
    name: 'types',
    commands: [
      [tool('tsc'), '--noEmit', '-p', '.'],
      [tool('tsc'), '--noEmit', '-p', 'src/webview'],
    ],
  },
  {
    name: 'lint',
    commands: [
      [tool('oxlint'), '--type-aware', '--deny-warnings'],
      [tool('prettier'), '--check', '--log-level', 'warn', '.'],
      [tool('knip')],
    ],
  },
  {
    name: 'unit, property, golden and manifest tests',
    // The manifest tests and those of the command line look at what is built.
    commands: [
      [node, 'esbuild.js'],
      [node, require.resolve('mocha/bin/mocha.js'), `--reporter=${reporter}`, ...forbidOnly],
    ],
    counts: true,
    offline: true,
  },
  { name: 'tests inside VS Code', commands: [[node, 'scripts/test-vscode.js']], counts: true },
  { name: 'tests of the user interface', commands: [[node, 'scripts/test-ui.js']], counts: true },
];

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-test-'));
const total = { passed: 0, failed: 0, skipped: 0 };
const start = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

function run(stage, index) {
  console.log(`\n▶ ${index + 1}/${stages.length} ${stage.name}`);
  const since = Date.now();
  const results = path.join(scratch, `${index}.json`);
  let ok = stage.commands.every(([command, ...args]) => {
    const { status, error } = spawnSync(command, args, {
      cwd: project,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: command.endsWith('.cmd'),
      env: { ...(stage.offline ? withoutCertificates() : process.env), COUNTERSIGN_TEST_RESULTS: results },
    });
    if (error !== undefined) console.error(error.message);
    return status === 0;
  });
  if (stage.counts === true) {
    const counts = fs.existsSync(results)
      ? JSON.parse(fs.readFileSync(results, 'utf8'))
      : { passed: 0, failed: 0, skipped: 0 };
    for (const key of Object.keys(total)) total[key] += counts[key];
    if (ok && counts.passed + counts.failed === 0) {
      console.error('No test ran in this stage.');
      ok = false;
    }
  }
  console.log(`${ok ? '✔' : '✖'} ${stage.name}: ${seconds(since)}`);
  return ok;
}

console.log(`Running ${stages.length} stages: ${stages.map((stage) => stage.name).join('; ')}.`);
const failed = stages.findIndex((stage, index) => !run(stage, index));
fs.rmSync(scratch, { recursive: true, force: true });

console.log(`\nAfter ${seconds(start)}:`);
if (failed >= 0) {
  console.log(`Failed: ${stages[failed].name}.`);
  const left = stages.slice(failed + 1).map((stage) => stage.name);
  if (left.length > 0) console.log(`Not run: ${left.join('; ')}.`);
  // A stage can fail without a failed test: the line below must not look like success.
  if (total.failed === 0) total.failed = 1;
  process.exitCode = 1;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
