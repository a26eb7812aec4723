// `npm run package [-- FILE]`: the production build, packed as countersign-VERSION.vsix. A warning is a failure.
const { execFileSync, spawnSync } = require('node:child_process');
const path = require('node:path');
const manifest = require('../package.json');

const project = path.resolve(__dirname, '..');

/** Without a public address there is none to name, and relative links in the README stay as they are. */
const withoutAddress = ['--allow-missing-repository', '--no-rewrite-relative-links'];

/** Builds and packs the extension into a file; gives what vsce said of it. Throws when it can't be packed. */
function packageExtension(file) {
  execFileSync(process.execPath, ['esbuild.js', '--production'], { cwd: project, stdio: 'inherit' });
  const output = vsce(project, file, manifest.repository === undefined ? withoutAddress : []);
  process.stdout.write(output);
  return output;
}

/** Packs the tests' assistant, which `npm start` needs where no other assistant can be had. */
function packageAssistant(file) {
  vsce(path.join(project, 'test/fixtures/assistant'), file, [...withoutAddress, '--skip-license']);
}

function vsce(folder, file, flags) {
  const packed = spawnSync(
    process.execPath,
    [require.resolve('@vscode/vsce/vsce'), 'package', '--no-dependencies', ...flags, '--out', file],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = `${packed.stdout}${packed.stderr}`;
  if (packed.status !== 0) throw new Error(`vsce could not pack ${folder}:\n${output}`);
  return output;
}

if (require.main === module) {
  const file = process.argv[2] ?? path.join(project, `countersign-${manifest.version}.vsix`);
  try {
    const output = packageExtension(file);
    if (/warning/i.test(output)) {
      console.error('vsce warns, see above: the package is to be free of warnings.');
      process.exitCode = 1;
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

module.exports = { packageAssistant, packageExtension };
