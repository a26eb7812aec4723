// `npm run package`: the production build, packed as countersign-VERSION.vsix for the Marketplace, which takes no proposed
// API, and as countersign-VERSION-sideload.vsix with it (docs/assistants.md). One code, two manifests. A warning is a
// failure. `-- FILE` packs the first alone, to FILE.
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const manifest = require('../package.json');

const project = path.resolve(__dirname, '..');
const vsceProgram = require.resolve('@vscode/vsce/vsce');

/** Without a public address there is none to name, and relative links in the README stay as they are. */
const withoutAddress = ['--allow-missing-repository', '--no-rewrite-relative-links'];

/** Builds and packs the extension into a file; gives what vsce said of it. Throws when it can't be packed. */
function packageExtension(file, { sideload = false } = {}) {
  execFileSync(process.execPath, ['esbuild.js', '--production'], { cwd: project, stdio: 'inherit' });
  if (sideload) return packageSideload(file);
  const output = vsce(project, file, manifest.repository === undefined ? withoutAddress : []);
  process.stdout.write(output);
  return output;
}

/** What the side-loaded package may ask the editor for, where an organisation lets it. */
const PROPOSALS = ['textDocumentChangeReason'];

/** Packs what is built once more, with the proposed API in its manifest; gives what vsce said of it. */
function packageSideload(file) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-package-'));
  try {
    for (const name of shipped()) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.copyFileSync(path.join(project, name), path.join(folder, name));
    }
    fs.copyFileSync(path.join(project, '.vscodeignore'), path.join(folder, '.vscodeignore'));
    const sideload = { ...manifest, enabledApiProposals: PROPOSALS };
    fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(sideload, undefined, 2)}\n`);
    const output = vsce(folder, file, manifest.repository === undefined ? withoutAddress : []);
    process.stdout.write(output);
    return output;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The files that vsce takes, from the top of the project. */
function shipped() {
  const listed = execFileSync(process.execPath, [vsceProgram, 'ls', '--no-dependencies'], {
    cwd: project,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((name) => name !== '');
}

/** Packs the tests' assistant, which `npm start` needs where no other assistant can be had. */
function packageAssistant(file) {
  vsce(path.join(project, 'test/fixtures/assistant'), file, [...withoutAddress, '--skip-license']);
}

function vsce(folder, file, flags) {
  const packed = spawnSync(process.execPath, [vsceProgram, 'package', '--no-dependencies', ...flags, '--out', file], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = `${packed.stdout}${packed.stderr}`;
  if (packed.status !== 0) throw new Error(`vsce could not pack ${folder}:\n${output}`);
  return output;
}

if (require.main === module) {
  const [file] = process.argv.slice(2);
  const named = path.join(project, `countersign-${manifest.version}`);
  try {
    const outputs = [packageExtension(file ?? `${named}.vsix`)];
    if (file === undefined) outputs.push(packageSideload(`${named}-sideload.vsix`));
    if (outputs.some((output) => /warning/i.test(output))) {
      console.error('vsce warns, see above: the packages are to be free of warnings.');
      process.exitCode = 1;
    }
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

module.exports = { packageAssistant, packageExtension, packageSideload };
