import { parseArgs } from 'node:util';
import { runSession } from './session';
import { ALL_KINDS } from './kinds';
import type { Kind } from './kinds';
async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      actions: { type: 'string', default: '40' },
      kinds: { type: 'string' },
    },
  });
  const kinds = values.kinds?.split(';').map((each) => {
    const found = ALL_KINDS.find((kind) => kind === each);
    if (!found) throw new Error(each);
    return found;
  }) as Kind[] | undefined;
  const result = await runSession({
    seed: Number(values.seed),
    actions: kinds?.length ?? Number(values.actions),
    say: console.error,
    ...(kinds ? { kinds } : {}),
  });
  console.log(JSON.stringify({ ...result, mistakes: result.mistakes.length }, undefined, 1));
  for (const each of result.mistakes) console.log(JSON.stringify(each));
}
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
