// `npm run fuzz:model` and `npm run fuzz:git`: random edits and random git operations, every line held against an oracle
// (docs/accuracy.md). `-- --seed N --sequences N --steps N --json --fresh`; a run that was stopped goes on where it was.
require('tsx/cjs');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { fuzz, report, shrink } = require('../test/fuzz/main.ts');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    sequences: { type: 'string' },
    steps: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
  },
});
const kind = positionals[0] === 'git' ? 'git' : 'model';
const seed = Number(values.seed);
const steps = Number(values.steps);
const sequences = Number(values.sequences ?? (kind === 'git' ? 300 : 20_000));
const state = path.resolve(__dirname, '..', 'out', `fuzz-${kind}-${seed}-${steps}.json`);

async function main() {
  const worlds =
    kind === 'git'
      ? require('../test/fuzz/gitWorld.ts').gitWorlds()
      : { make: require('../test/fuzz/modelWorld.ts').modelWorld, close: () => undefined };
  const before = !values.fresh && fs.existsSync(state) ? JSON.parse(fs.readFileSync(state, 'utf8')) : undefined;
  if (before !== undefined) console.error(`Going on after ${before.done} sequences; --fresh starts anew.`);
  const spent = before?.seconds ?? 0;
  const began = Date.now();
  const seconds = () => spent + (Date.now() - began) / 1000;
  const keep = (summary, done) => {
    fs.mkdirSync(path.dirname(state), { recursive: true });
    fs.writeFileSync(state, JSON.stringify({ done, seconds: seconds(), tally: summary.tally, failed: summary.failed }));
  };
  const every = kind === 'git' ? 1 : 1000;
  const summary = await fuzz({
    make: worlds.make,
    seed,
    sequences,
    steps,
    from: before?.done ?? 0,
    tally: before?.tally,
    failed: before?.failed,
    progress: (now, done) => {
      if (done % every === 0 || done === sequences) keep(now, done);
      if (done % (every * 10) === 0) console.error(`${done} of ${sequences}, ${Math.round(seconds())} s`);
    },
  });
  if (values.json) console.log(JSON.stringify({ kind, ...summary, seconds: Math.round(seconds()) }, undefined, 2));
  else console.log(report(kind, summary, seconds()));
  const [first] = summary.failed;
  if (first !== undefined && !values.json) {
    console.log('Shrinking the first of them …');
    const least = await shrink(worlds.make, first);
    console.log(
      JSON.stringify(least.actions),
      `\n${least.story.join('\n')}\n${least.faults.map((each) => each.detail).join('\n')}`,
    );
  }
  worlds.close();
  fs.rmSync(state, { force: true });
  process.exitCode = summary.failed.length > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 3;
});
