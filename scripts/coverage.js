// `npm run coverage`: the branches of core/signing and core/verify that the tests take; fails under 100 %. Whatever
// follows `--` is mocha's, such as `-- --grep NAME`; all tests of `npm test` that need no build are looked at.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { transformSync } = require('esbuild');

const FOLDERS = ['src/core/signing', 'src/core/verify'];
const top = path.resolve(__dirname, '..');

/** Coverage of each file, as istanbul writes it. */
function measure(mochaArgs) {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-coverage-'));
  try {
    const c8 = [require.resolve('c8/bin/c8.js'), '--all', '--reporter=json', `--reports-dir=${out}`];
    const raw = `--temp-directory=${path.join(out, 'raw')}`;
    const include = FOLDERS.map((folder) => `--include=${folder}/**`);
    // Mocha stops its workers before they write down what they took.
    const serial = ['--no-parallel', '--reporter=dot'];
    const mocha = [process.execPath, require.resolve('mocha/bin/mocha.js'), ...serial, ...mochaArgs];
    const { status } = spawnSync(process.execPath, [...c8, raw, ...include, ...mocha], { cwd: top, stdio: 'inherit' });
    if (status !== 0) throw new Error('the tests failed: what they take says nothing');
    return JSON.parse(fs.readFileSync(path.join(out, 'coverage-final.json'), 'utf8'));
  } finally {
    fs.rmSync(out, { recursive: true, force: true });
  }
}

/**
 * What compiles the sources adds helpers at the top and a list of exports at the end that nothing reads. They are mapped to
 * line 1, and to the name of the last function: no branch of ours begins there.
 */
function isAdded(lines, { line, column }) {
  return line === 1 || /\bfunction $/.test((lines[line - 1] ?? '').slice(0, column));
}

/** Taken and all branches of a file, and where the others begin. */
function branchesOf(file) {
  const source = fs.readFileSync(file.path, 'utf8');
  // No test loads it: c8 knows nothing of it. Types alone are no code.
  const loaded = Object.values(file.s).some((count) => count > 0);
  const isCode = transformSync(source, { loader: 'ts' }).code.trim() !== '';
  if (!loaded) return { all: isCode ? 1 : 0, taken: 0, places: isCode ? ['1:1'] : [] };
  const lines = source.split('\n');
  const own = Object.entries(file.branchMap).filter(([, { loc }]) => !isAdded(lines, loc.start));
  const missed = own.filter(([id]) => file.b[id].every((count) => count === 0));
  const places = missed.map(([, { loc }]) => `${loc.start.line}:${loc.start.column + 1}`);
  return { all: own.length, taken: own.length - missed.length, places };
}

function main() {
  const files = Object.entries(measure(process.argv.slice(2)))
    .map(([file, coverage]) => ({ name: path.relative(top, file), ...branchesOf(coverage) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const share = (taken, all) => `${all === 0 ? '100' : ((100 * taken) / all).toFixed(1)} %`;
  for (const folder of FOLDERS) {
    const own = files.filter(({ name }) => name.startsWith(`${folder}/`));
    const [taken, all] = [own.reduce((sum, each) => sum + each.taken, 0), own.reduce((sum, each) => sum + each.all, 0)];
    console.log(`\n${folder}: ${taken} of ${all} branches (${share(taken, all)})`);
    for (const { name, places, ...each } of own) {
      if (places.length > 0) console.log(`  ${name}: ${each.taken} of ${each.all}, not ${places.join(', ')}`);
    }
  }
  process.exitCode = files.some(({ places }) => places.length > 0) ? 1 : 0;
}

main();
