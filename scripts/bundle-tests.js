// Bundles the tests that run inside the extension host: it has no TypeScript of its own.
const fs = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const project = path.resolve(__dirname, '..');

async function bundleTests() {
  const source = path.join(project, 'test/vscode');
  const target = path.join(project, 'out/test/vscode');
  const files = fs
    .readdirSync(source, { recursive: true })
    .filter((name) => name === 'index.ts' || name.endsWith('.test.ts'))
    .map((name) => path.join(source, name));
  fs.rmSync(target, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: files,
    outdir: target,
    outbase: source,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha', 'esbuild', 'playwright-core'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

module.exports = { bundleTests };
