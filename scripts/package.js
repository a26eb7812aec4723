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
  const packed = spawnSync(
    process.execPath,
    [
      require.resolve('@vscode/vsce/vsce'),
      'package',
      '--no-dependencies',
      ...(manifest.repository === undefined ? withoutAddress : []),
      '--out',
      file,
    ],
    { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const output = `${packed.stdout}${packed.stderr}`;
  process.stdout.write(output);
  if (packed.status !== 0) throw new Error('vsce could not pack the extension; it says why above.');
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

module.exports = { packageExtension };
