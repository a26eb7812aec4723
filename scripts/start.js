// `npm start`: Countersign in a workbench on a sample repository. Desktop VS Code where there is one, else a workbench
// in the browser, from npm packages alone. COUNTERSIGN_HOST=desktop|npm decides; `-- --port N` fixes the address.
console.log('Countersign: building the extension and a sample repository, then opening a workbench on it.');
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

async function openDesktop(command, folder, dir) {
  const args = [
    '--new-window',
    '--wait',
    '--disable-workspace-trust',
    `--user-data-dir=${path.join(dir, 'data')}`,
    `--extensions-dir=${path.join(dir, 'extensions')}`,
    `--extensionDevelopmentPath=${project}`,
    `--extensionDevelopmentPath=${assistant}`,
    folder,
  ];
  say('Opening VS Code. Close its window, or press Ctrl+C here, to end.');
  const child = spawn(command, args, { stdio: 'ignore', shell: process.platform === 'win32' });
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    }),
    close: async () => child.kill(),
  };
}

async function openInBrowser(folder, dir, port) {
  const host = await ensureHost(say);
  say('Packing the extension …');
  const vsix = path.join(dir, 'countersign.vsix');
  packageExtension(vsix);
  const assistantVsix = path.join(dir, 'assistant.vsix');
  packageAssistant(assistantVsix);
  say('Starting the workbench …');
  const server = await startServer(host, { install: [vsix, assistantVsix], say, port });
  say(`\n  ${server.url}/?folder=${encodeURI(folder)}\n`);
  say('Open this address in a browser on this machine. Press Ctrl+C here to end.');
  return { ended: new Promise(() => {}), close: server.close };
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
  try {
    execFileSync(process.execPath, ['esbuild.js'], { cwd: project, stdio: 'inherit' });
    say('Making the sample repository …');
    const sampleDir = path.join(dir, 'sample');
    fs.mkdirSync(sampleDir);
    const { folder, notes } = await createSample(sampleDir);
    const code = hasDisplay() && process.env.COUNTERSIGN_HOST !== 'npm' ? installedCode() : undefined;
    const choice = code === undefined ? await chooseHost() : { kind: 'desktop' };
    if (choice.kind === 'npm') {
      say(`Workbench in the browser (${choice.reason}).`);
      opened = await openInBrowser(folder, dir, Number(values.port ?? 0));
    } else {
      const command = code ?? (await require('@vscode/test-electron').downloadAndUnzipVSCode());
      opened = await openDesktop(command, folder, dir);
    }
    for (const note of notes) say(note);
    await opened.ended;
    await end(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    await end(1);
  }
}

void main();
