// Builds the three bundles that ship: the extension, the command line and the panel's summary view.
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');
const { minify } = require('terser');
const { version } = require('./package.json');

const watch = process.argv.includes('--watch');
/** A development build keeps names readable and carries source maps; `--production` is what ships. */
const production = process.argv.includes('--production');

const STRICT = '"use strict";';

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  define: { __VERSION__: JSON.stringify(version) },
  legalComments: 'none',
  charset: 'utf8',
  // The whole file is strict: TypeScript would have each of its 250 modules say so again, 3 kB in all.
  banner: { js: STRICT },
  tsconfigRaw: { compilerOptions: { target: 'ES2023', alwaysStrict: false } },
  logLevel: 'warning',
  metafile: true,
};

/**
 * Short names for what the minifier can't rename and the bundles say most often: `undefined`, minified `void 0`, stands 1,400
 * times in the command line. 10 kB in all. A function is here only if it needs no `this`.
 */
const SHORT = {
  undefined: 'U',
  Set: 'H',
  Map: 'M',
  'JSON.stringify': 'S',
  'Array.isArray': 'A',
  'Object.keys': 'K',
  'Math.min': 'N',
  'Math.max': 'X',
  'Buffer.from': 'B',
  'Object.entries': 'E',
  'JSON.parse': 'P',
  'Number.isSafeInteger': 'I',
  'process.env': 'V',
};
const NAMES = `${STRICT}var ${Object.entries(SHORT)
  .map(([of, name]) => `${name}=${of}`)
  .join()};`;

const ON_NODE = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  ...(production ? { define: { ...shared.define, ...SHORT }, banner: { js: NAMES } } : {}),
};

/** By its real name, as esbuild names folders: the benchmarks build through a link to the sources. */
const LIBRARY = fs.realpathSync('src/node/library.ts');

/** Puts one module, made of what `contents` gives, in the place of all that `src/node/library.ts` exports. */
function replaceLibrary(build, contents) {
  const specifiers = [...fs.readFileSync(LIBRARY, 'utf8').matchAll(/^export \* from '(.+)';$/gm)].map(
    ([, each]) => each,
  );
  const modules = new Set(specifiers.map((each) => path.resolve(path.dirname(LIBRARY), each)));
  const namespace = 'command-line';
  build.onResolve({ filter: /^\./ }, ({ path: specifier, resolveDir, namespace: from }) => {
    if (from === namespace) return { path: './cli.js', external: true };
    return modules.has(path.resolve(resolveDir, specifier)) ? { path: 'library', namespace } : undefined;
  });
  build.onLoad({ filter: /./, namespace }, async () => ({ contents: await contents() }));
}

/**
 * What the extension takes from the command line's bundle. It is loaded when the first of its names is used, not while the
 * extension is activated.
 */
const fromCommandLine = {
  name: 'from-command-line',
  setup: (build) =>
    replaceLibrary(
      build,
      async () => `for (const name of ${JSON.stringify(await usedNames())})
        Object.defineProperty(exports, name, { enumerable: true, get: () => require('./cli.js')[name] });`,
    ),
};

/** The command line exports what the extension uses. Another name would cost both of them, and keep what nobody calls. */
const forExtension = {
  name: 'for-extension',
  setup(build) {
    const namespace = 'library';
    if (watch) build.onStart(() => void (used = undefined));
    build.onResolve({ filter: /\/library$/ }, ({ namespace: from }) =>
      from === namespace ? undefined : { path: LIBRARY, namespace },
    );
    build.onLoad({ filter: /./, namespace }, async () => ({
      contents: `export { ${(await usedNames()).join()} } from './library';`,
      resolveDir: path.dirname(LIBRARY),
    }));
  },
};

let used;

function usedNames() {
  return (used ??= findUsedNames());
}

/** The names whose marks are left when the extension is bundled with a mark for each. */
async function findUsedNames() {
  const names = await exportsOf(LIBRARY);
  const mark = (name) => `@@${name}@@`;
  const marks = names.map((name) => `export const ${name} = /* @__PURE__ */ String('${mark(name)}');`).join('\n');
  const probe = { name: 'probe', setup: (build) => replaceLibrary(build, () => marks) };
  const options = { ...shared, ...ON_NODE, entryPoints: ['src/extension.ts'], external: ['vscode'], sourcemap: false };
  const { outputFiles } = await esbuild.build({ ...options, plugins: [probe], outdir: 'out', write: false });
  return names.filter((name) => outputFiles[0].text.includes(mark(name)));
}

async function exportsOf(file) {
  const options = { entryPoints: [file], bundle: true, format: 'esm', platform: 'node' };
  const { metafile } = await esbuild.build({ ...options, outdir: 'out', write: false, metafile: true });
  return Object.values(metafile.outputs)[0].exports;
}

/**
 * Each of Node's own modules once, and each function of theirs under a name of its own: left to itself esbuild has every one
 * of our modules require them again, and calls `(0,fs.statSync)(…)`. 6 kB in all.
 */
const builtins = {
  name: 'builtins',
  setup(build) {
    const namespace = 'builtin';
    build.onResolve({ filter: /^node:/ }, ({ path: name, kind, namespace: from }) =>
      kind === 'import-statement' && from !== namespace ? { path: name, namespace } : { path: name, external: true },
    );
    build.onLoad({ filter: /./, namespace }, ({ path: name }) => {
      const names = Object.keys(require(name)).filter((each) => /^[A-Za-z]\w*$/.test(each) && each !== 'default');
      const imports = names.map((each, index) => `${each} as own${index}`).join();
      const exported = names.map((each, index) => `${each} = own${index}`).join();
      return { contents: `import { ${imports} } from '${name}'; export const ${exported};` };
    });
  },
};

const bundles = [
  {
    ...shared,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    ...ON_NODE,
    external: ['vscode'],
    plugins: [fromCommandLine, builtins],
  },
  {
    ...shared,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    ...ON_NODE,
    plugins: [forExtension, builtins],
    banner: { js: `#!/usr/bin/env node\n${(ON_NODE.banner ?? shared.banner).js}` },
  },
  {
    ...shared,
    entryPoints: ['src/webview/summary.ts'],
    outfile: 'dist/webview/summary.js',
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
  },
];

/** What esbuild's minifier leaves on the table, as it looks at each expression once: 5 kB of the command line. */
async function shrink(file) {
  const { code } = await minify(fs.readFileSync(file, 'utf8'), { ecma: 2020, toplevel: true, compress: { passes: 2 } });
  fs.writeFileSync(file, code);
}

async function main() {
  fs.rmSync('dist', { recursive: true, force: true });
  if (watch) {
    const contexts = await Promise.all(bundles.map((bundle) => esbuild.context(bundle)));
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  for (const bundle of bundles) {
    await esbuild.build(bundle);
    if (production && bundle.platform === 'node') await shrink(bundle.outfile);
    const kilobytes = (fs.statSync(bundle.outfile).size / 1000).toFixed(1);
    console.log(`${bundle.outfile}  ${kilobytes} kB`);
  }
  fs.chmodSync('dist/cli.js', 0o755);
}

main().catch((error) => {
  console.error(error.message ?? error);
  process.exitCode = 1;
});
