// Measures the budgets of the design on a production build and prints a table; `--json` prints one JSON document,
// `--quick` takes a smaller repository for verify, `--only WORD` runs the benchmarks whose group holds the word, `--trace
// FILE` replays a recorded editing session instead.
const esbuild = require('esbuild');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-bench-'));

/** Runs a script with this Node; its standard output goes where `stdout` says. */
function run(args, cwd, stdout) {
  const { status, error } = spawnSync(process.execPath, args, { cwd, stdio: ['ignore', stdout, 'inherit'] });
  if (error) throw error;
  return status ?? 1;
}

function main() {
  const options = process.argv.slice(2);
  const isReplay = options.some((option) => option === '--trace' || option.startsWith('--trace='));
  const built = isReplay ? 0 : build();
  if (built !== 0) return built;
  // The measured code runs as it ships, bundled: a loader's wrappers around every function would be measured with it.
  const bundle = path.join(folder, 'bench.js');
  esbuild.buildSync({
    entryPoints: [path.join(root, 'test/bench/main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node20',
    define: { __dirname: JSON.stringify(path.join(root, 'test/bench')) },
    logLevel: 'error',
  });
  // A trace is named as seen from where the command was typed, which npm tells.
  const cwd = isReplay ? (process.env.INIT_CWD ?? process.cwd()) : root;
  return run([bundle, '--dist', path.join(folder, 'dist'), ...options], cwd, 'inherit');
}

/** The bundles that ship, for the benchmarks that start them. */
function build() {
  // Built from a folder of its own, so that `dist/` stays as it is for whoever works with it.
  for (const name of ['src', 'node_modules', 'package.json', 'tsconfig.json']) {
    fs.symlinkSync(path.join(root, name), path.join(folder, name));
  }
  return run([path.join(root, 'esbuild.js'), '--production'], folder, 'ignore');
}

try {
  process.exitCode = main();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
