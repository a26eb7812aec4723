/**
 * `npm run bench:history -- CLONE…`: how much of what was signed on a branch still stands when the branch is merged into a
 * target that has moved on, over the real history of any repository.
 */
import { parseArgs } from 'node:util';
import { initialPolicy } from '../../src/core/policy/initial';
import type { Policy } from '../../src/core/policy/policy';
import { parsePolicy } from '../../src/core/policy/policy';
import type { Judgement, Loss } from './judge';
import { judge } from './judge';
import type { Clone } from './merges';
import { changeBetween, forkOf, isAutomatic, mergesOf, openClone } from './merges';
import { percent, table } from './table';

const USAGE = 'usage: npm run bench:history -- [--limit N] [--losses] [--json] CLONE…';

interface Tally {
  merges: number;
  spans: number;
  valid: number;
  moot: number;
  blocks: number;
  covered: number;
  readonly lost: Record<string, number>;
}

interface Result {
  readonly repository: string;
  readonly tip: string;
  /** Merge commits on the first-parent line. */
  readonly merges: number;
  /** Those whose target had moved: as git merges by itself, and the others. */
  readonly moved: Tally;
  readonly byHand: Tally;
  readonly losses: readonly (Loss & { readonly merge: string })[];
  readonly seconds: number;
}

export async function main(args: readonly string[]): Promise<number> {
  const options = read(args);
  if (options === undefined) return 2;
  const { clones, limit, json, losses } = options;
  const policy = policyOfInit();
  const results: Result[] = [];
  for (const folder of clones) {
    const clone = await openClone(folder);
    try {
      results.push(await measure(clone, policy, limit));
    } finally {
      clone.close();
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ node: process.version, results }, null, 2)}\n`);
  else process.stdout.write(text(results, losses));
  return 0;
}

function read(
  args: readonly string[],
): { clones: readonly string[]; limit: number; json: boolean; losses: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { limit: { type: 'string' }, json: { type: 'boolean' }, losses: { type: 'boolean' } },
    });
    const limit = values.limit === undefined ? Infinity : Number(values.limit);
    if (positionals.length === 0) throw new Error('expected at least one clone');
    if (!(limit > 0)) throw new Error(`expected a number above 0 after --limit, found ${values.limit}`);
    return { clones: positionals, limit, json: values.json === true, losses: values.losses === true };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return undefined;
  }
}

/** What is taken as a whole is what `countersign init` says. */
function policyOfInit(): Policy {
  const owner = { id: 'ana', email: 'ana@example.com' };
  const repo = '7c0e1f6a-0000-4000-8000-000000000001';
  const parsed = parsePolicy(initialPolicy({ repo, owner, mode: 'enforce', targets: ['main'] }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

async function measure(clone: Clone, policy: Policy, limit: number): Promise<Result> {
  const began = Date.now();
  const merges = await mergesOf(clone);
  const [moved, byHand] = [emptyTally(), emptyTally()];
  const losses: (Loss & { merge: string })[] = [];
  for (const [index, merge] of merges.entries()) {
    if (moved.merges >= limit) break;
    if (index % 100 === 99) process.stderr.write(`${clone.name}: ${index + 1} of ${merges.length} merges\n`);
    const fork = await forkOf(clone, merge);
    if (fork === undefined || fork === merge.base) continue;
    const automatic = await isAutomatic(clone, merge);
    const signed = await changeBetween(clone, policy, fork, merge.head);
    const landing = await changeBetween(clone, policy, merge.base, merge.oid);
    const judged = judge(policy, signed, landing);
    count(automatic ? moved : byHand, judged);
    if (automatic) losses.push(...judged.losses.map((loss) => ({ merge: merge.oid, ...loss })));
  }
  const seconds = (Date.now() - began) / 1000;
  return { repository: clone.name, tip: clone.tip, merges: merges.length, moved, byHand, losses, seconds };
}

function emptyTally(): Tally {
  return { merges: 0, spans: 0, valid: 0, moot: 0, blocks: 0, covered: 0, lost: {} };
}

function count(tally: Tally, judged: Judgement): void {
  tally.merges++;
  tally.spans += judged.spans;
  tally.valid += judged.valid;
  tally.moot += judged.moot;
  tally.blocks += judged.blocks;
  tally.covered += judged.covered;
  for (const { code } of judged.losses) tally.lost[code] = (tally.lost[code] ?? 0) + 1;
}

function text(results: readonly Result[], withLosses: boolean): string {
  const head = ['repository', 'merges', 'base moved', 'spans', 'valid', 'moot', 'lost', 'stay valid', 'blocks covered'];
  const rows = results.flatMap(({ repository, merges, moved, byHand, seconds }) => [
    [repository, String(merges), ...cells(moved), `${seconds.toFixed(0)} s`],
    ['  merged by hand', '', ...cells(byHand), ''],
  ]);
  const kinds = results.map(
    ({ repository, moved }) =>
      `${repository}: ${
        Object.entries(moved.lost)
          .sort(([, a], [, b]) => b - a)
          .map(([code, times]) => `${times} ${code}`)
          .join(', ') || 'nothing lost'
      }`,
  );
  const list = withLosses
    ? results.flatMap(({ losses }) =>
        losses.map((loss) => `${loss.merge.slice(0, 12)} ${loss.code} k=${loss.k ?? '-'} ${loss.path} ${loss.at}`),
      )
    : [];
  return `${table([[...head, 'time'], ...rows])}\n${[...kinds, ...list].join('\n')}\n`;
}

function cells({ merges, spans, valid, moot, blocks, covered }: Tally): string[] {
  const lost = spans - valid - moot;
  return [merges, spans, valid, moot, lost].map(String).concat(percent(valid, spans - moot), percent(covered, blocks));
}
