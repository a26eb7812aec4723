// `npm run test:differential`: mutated signatures, sign-offs, allowed_signers and revocations, each judged by us and by
// `ssh-keygen -Y verify` (docs/signoff-format.md §9). `-- --count N --seed N --json`
require('tsx/cjs');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { compare } = require('../test/differential/compare.ts');
const { DIFFERENCES } = require('../test/differential/differences.ts');

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '6000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-differential-'));
  const [count, seed] = [Number(values.count), Number(values.seed)];
  try {
    const result = await compare({ folder, seed, count, rsa: true }, (done) => {
      if (done % 500 === 0) console.error(`${done} of ${count}`);
    });
    console.log(values.json ? JSON.stringify({ seed, ...result }, undefined, 2) : report(seed, result));
    process.exitCode = result.unexplained.length > 0 ? 1 : 0;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function report(seed, { total, bothAccept, bothRefuse, differences, unexplained }) {
  const listed = DIFFERENCES.filter(({ name }) => differences[name] !== undefined).map(
    ({ name, weAccept, reason }) =>
      `${String(differences[name]).padStart(6)}  ${weAccept ? 'only we accept' : 'only ssh-keygen accepts'}: ${name} (${reason})`,
  );
  const faults = unexplained
    .slice(0, 20)
    .map(
      ({ number, mutation, ours, theirs }) =>
        `\n${number} ${mutation.name}\n  we: ${ours}\n  ssh-keygen: ${theirs}\n  ${JSON.stringify(mutation.question)}`,
    );
  return [
    `${total} mutations, seed ${seed}`,
    `${String(bothAccept).padStart(6)}  both accept`,
    `${String(bothRefuse).padStart(6)}  both refuse`,
    ...listed,
    `${String(unexplained.length).padStart(6)}  unexplained`,
    ...faults,
  ].join('\n');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 3;
});
