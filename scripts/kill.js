// `npm run test:kill`: kills the extension host at random moments of a scripted session, and looks after each restart
// whether a saved line was weakened or became human. `-- --rounds N --seed N`.
require('tsx/cjs');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { parseArgs } = require('node:util');

const project = path.resolve(__dirname, '..');
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '50' }, seed: { type: 'string', default: '30' } },
});

async function main() {
  const built = spawnSync(process.execPath, ['esbuild.js', '--production'], { cwd: project, stdio: 'inherit' });
  if (built.status !== 0) return built.status ?? 1;
  const { playKills } = require('../test/ui/killRounds.ts');
  const began = Date.now();
  const options = { rounds: Number(values.rounds), seed: Number(values.seed) };
  const summary = await playKills(options, (line) =>
    console.log(`${line}, ${Math.round((Date.now() - began) / 1000)} s`),
  );
  const { rounds, seed, actions, saves, lines, unknown, dirty } = summary;
  console.log(
    `${rounds} kills (${dirty} with unsaved text), seed ${seed}: ${actions} actions, ${saves} saves, ${lines} saved lines, ` +
      `0 weakened, 0 made human; ${unknown} were unsaved when a kill came and are unknown; ` +
      `${Math.round((Date.now() - began) / 1000)} s`,
  );
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
