import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { cleanEnvironment, runStep, type Say } from './steps';

/** An installed test host: VS Code's workbench and extension host from npm packages, and a browser to open it in. */
export type Host = {
  readonly root: string;
  readonly node: string;
  readonly server: string;
  readonly playwright: string;
  /** Undefined where no Chromium comes from npm: then the installed Chrome is used. */
  readonly browser: { readonly executable: string; readonly env: NodeJS.ProcessEnv } | undefined;
};

const SOURCE = path.resolve(__dirname, '../../host');
const STAMP = '.installed';
/** Another process's installation is waited for this long; it takes a minute on a slow line. */
const LOCK_LIMIT = 15 * 60_000;

/**
 * The test host, installed when it isn't there yet or when its lock file changed. `COUNTERSIGN_HOST_DIR` names a folder
 * to keep it in (and share between clones); the default is `test/host`. No package's own script runs: what they would
 * compile or download is either prebuilt in a package or replaced (`spdlog.js`), so neither a compiler nor npm's
 * script permissions matter.
 */
export async function ensureHost(say: Say): Promise<Host> {
  const root = path.resolve(process.env['COUNTERSIGN_HOST_DIR'] ?? SOURCE);
  const key = installationKey();
  const stamp = path.join(root, 'node_modules', STAMP);
  const installed = (): boolean => fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === key;
  if (!installed()) {
    fs.mkdirSync(root, { recursive: true });
    await underLock(path.join(root, '.installing'), say, async () => {
      if (installed()) return;
      await install(root, say);
      fs.writeFileSync(stamp, key);
    });
  }
  return describeHost(root);
}

function installationKey(): string {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
  for (const file of ['package-lock.json', 'spdlog.js']) hash.update(fs.readFileSync(path.join(SOURCE, file)));
  return hash.update(fs.readFileSync(__filename)).digest('hex');
}

async function install(root: string, say: Say): Promise<void> {
  say(`Installing the test host into ${root} (once; about 300 MB to fetch, a minute or two):`);
  if (root !== SOURCE) {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      fs.copyFileSync(path.join(SOURCE, file), path.join(root, file));
    }
  }
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const env = cleanEnvironment();
  const quiet = ['--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error'];
  await runStep('packages', npm, ['ci', ...quiet], { cwd: root, say, env });

  // What code-server's postinstall does, less the compiling.
  const vscode = path.join(root, 'node_modules/code-server/lib/vscode');
  const production = ['install', '--omit=dev', '--no-save', ...quiet];
  await runStep('the workbench’s own packages', npm, production, { cwd: vscode, say, env });
  await runStep('TypeScript for the workbench', npm, production, {
    cwd: path.join(vscode, 'extensions'),
    say,
    env,
  });
  fs.copyFileSync(path.join(SOURCE, 'spdlog.js'), path.join(vscode, 'node_modules/@vscode/spdlog/index.js'));
  await unpackBrowser(root, say, env);
}

async function unpackBrowser(root: string, say: Say, env: NodeJS.ProcessEnv): Promise<void> {
  if (!hasPackagedBrowser()) return;
  const folder = browserFolder(root);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const unpack = "import('@sparticuz/chromium').then((m) => m.default.executablePath())";
  // The package unpacks its shared libraries only where it believes to run in a bare cloud function, which is what a
  // machine without desktop libraries is like; it unpacks into the temporary folder, so that is where we point it.
  await runStep('the browser', nodeBinary(root), ['-e', unpack], {
    cwd: root,
    say,
    env: { ...env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  writeFonts(root, folder);
}

/** Only fonts that come with the host, so that a screenshot looks the same on every machine. */
function writeFonts(root: string, folder: string): void {
  const fonts = path.join(folder, 'fonts/fonts');
  const dejavu = path.join(root, 'node_modules/dejavu-fonts-ttf/ttf');
  for (const name of fs.readdirSync(dejavu)) {
    if (/^DejaVuSans(Mono)?(-|\.)/.test(name)) fs.copyFileSync(path.join(dejavu, name), path.join(fonts, name));
  }
  const prefer = (family: string, font: string): string =>
    `<alias binding="strong"><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
  fs.writeFileSync(
    path.join(folder, 'fonts.conf'),
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>' +
      `<dir>${fonts}</dir><cachedir>${folder}/font-cache</cachedir>` +
      prefer('monospace', 'DejaVu Sans Mono') +
      ['sans-serif', 'serif', 'system-ui'].map((family) => prefer(family, 'Open Sans')).join('') +
      '<match target="pattern"><edit name="family" mode="append_last"><string>Open Sans</string></edit></match>' +
      '</fontconfig>\n',
  );
}

function describeHost(root: string): Host {
  const folder = browserFolder(root);
  return {
    root,
    node: nodeBinary(root),
    server: path.join(root, 'node_modules/code-server/out/node/entry.js'),
    playwright: path.join(root, 'node_modules/playwright-core'),
    browser: hasPackagedBrowser()
      ? {
          executable: path.join(folder, 'chromium'),
          env: {
            LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'),
            FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
          },
        }
      : undefined,
  };
}

function hasPackagedBrowser(): boolean {
  return process.platform === 'linux' && process.arch === 'x64' && process.env['COUNTERSIGN_BROWSER'] === undefined;
}

function browserFolder(root: string): string {
  return path.join(root, 'node_modules/.browser');
}

function nodeBinary(root: string): string {
  const binary = path.join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  return fs.existsSync(binary) ? binary : process.execPath;
}

/** Two runs in one checkout must not install over each other: the second waits for the first. */
async function underLock(lock: string, say: Say, work: () => Promise<void>): Promise<void> {
  const start = Date.now();
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!isAlive(lock)) {
      fs.rmSync(lock, { force: true });
      continue;
    }
    if (Date.now() - start > LOCK_LIMIT)
      throw new Error(`Another installation holds ${lock}. Remove the file if none runs.`);
    say('  another run installs the test host; waiting for it …');
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  try {
    await work();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

function isAlive(lock: string): boolean {
  try {
    process.kill(Number(fs.readFileSync(lock, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}
