// `npm start`: Countersign in a workbench on a sample repository. Desktop VS Code where there is one, else a workbench
// in the browser, from npm packages alone. COUNTERSIGN_HOST=desktop|npm decides; `-- --port N` fixes the address.
console.log(
  'Countersign: building the extension and a sample repository, then opening a workbench for two people on it.',
);
require('tsx/cjs');
const { execFileSync, spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { packageExtension, packageAssistant } = require('./package.js');
const { createSample } = require('./sample.js');
const { chooseHost, hasDisplay } = require('../test/support/host/choose.ts');
const { ensureHost } = require('../test/support/host/install.ts');
const { startServer } = require('../test/support/host/server.ts');

const project = path.resolve(__dirname, '..');
const assistant = path.join(project, 'test/fixtures/assistant');
const say = (line) => console.log(line);

/** A `code` that can open a window here; inside a remote session it could not load an extension from this folder. */
function installedCode() {
  const remote = process.env.VSCODE_IPC_HOOK_CLI !== undefined || process.env.SSH_CONNECTION !== undefined;
  const command = process.platform === 'win32' ? 'code.cmd' : 'code';
  const found = spawnSync(command, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  return !remote && found.status === 0 ? command : undefined;
}

/**
 * One VS Code per person, each with data of its own: a program that is running already would not take in an extension
 * under development twice.
 */
async function openDesktop(command, sample, dir) {
  const children = sample.windows.map(({ who, folder }) => {
    const own = path.join(dir, `vscode-${path.basename(folder)}`);
    const settings = path.join(own, 'data/User/settings.json');
    fs.mkdirSync(path.dirname(settings), { recursive: true });
    fs.writeFileSync(settings, JSON.stringify({ ...sample.settings, 'update.mode': 'none' }, undefined, 2));
    const args = [
      '--new-window',
      '--wait',
      '--disable-workspace-trust',
      `--user-data-dir=${path.join(own, 'data')}`,
      `--extensions-dir=${path.join(own, 'extensions')}`,
      `--extensionDevelopmentPath=${project}`,
      `--extensionDevelopmentPath=${assistant}`,
      folder,
    ];
    say(`  ${who}: ${folder}`);
    const env = { ...process.env, ...sample.env };
    return spawn(command, args, { stdio: 'ignore', shell: process.platform === 'win32', env });
  });
  const endOf = (child) =>
    new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  return {
    how: 'VS Code opens one window for each. Close both, or press Ctrl+C here, to end.',
    ended: Promise.all(children.map(endOf)),
    close: async () => {
      for (const child of children) child.kill();
    },
  };
}

async function openInBrowser(sample, dir, port) {
  const host = await ensureHost(say);
  say('Packing the extension …');
  const vsix = path.join(dir, 'countersign.vsix');
  // This host lets every extension have the proposed API: then the package that takes it is what one should see.
  packageExtension(vsix, { sideload: true });
  const assistantVsix = path.join(dir, 'assistant.vsix');
  packageAssistant(assistantVsix);
  say('Starting the workbench …');
  const { env, settings } = sample;
  const server = await startServer(host, { install: [vsix, assistantVsix], settings, env, say, port });
  say('');
  for (const { who, folder } of sample.windows) say(`  ${who}:\n  ${server.url}/?folder=${encodeURI(folder)}\n`);
  return {
    how: 'Open the first address in a browser on this machine. Press Ctrl+C here to end.',
    ended: new Promise(() => {}),
    close: server.close,
  };
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-start-')));
  let opened;
  const end = async (code) => {
    await opened?.close();
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    process.exit(code);
  };
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A second Ctrl+C means now.
      if (asked) process.exit(130);
      asked = true;
      say('\nEnding …');
      void end(0);
    });
  }
  // npm may be ended without a signal reaching us; then nobody is left who could end this.
  const starter = process.ppid;
  setInterval(() => {
    if (process.ppid !== starter && !asked) process.kill(process.pid, 'SIGTERM');
  }, 1000).unref();
  try {
    execFileSync(process.execPath, ['esbuild.js'], { cwd: project, stdio: 'inherit' });
    say('Making the sample repository …');
    const sampleDir = path.join(dir, 'sample');
    fs.mkdirSync(sampleDir);
    const sample = await createSample(sampleDir);
    const code = hasDisplay() && process.env.COUNTERSIGN_HOST !== 'npm' ? installedCode() : undefined;
    const choice = code === undefined ? await chooseHost() : { kind: 'desktop' };
    if (choice.kind === 'npm') {
      say(`Workbench in the browser (${choice.reason}).`);
      opened = await openInBrowser(sample, dir, Number(values.port ?? 0));
    } else {
      const command = code ?? (await require('@vscode/test-electron').downloadAndUnzipVSCode());
      opened = await openDesktop(command, sample, dir);
    }
    say(`${opened.how}\nFirst: ${sample.first}`);
    await opened.ended;
    await end(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

void main();
