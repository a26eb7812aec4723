/** The mutator: what it changes, and that the text with all mutants in it behaves as before until one is switched on. */
import assert from 'node:assert/strict';
import { transformSync } from 'esbuild';
import { Script } from 'node:vm';
import { knownEquivalents } from '../../mutation/equivalents';
import { SWITCH, instrument } from '../../mutation/instrument';
import { changesOf } from '../../mutation/mutants';
import { collect, failing } from '../../mutation/suite';
import { parseSource } from '../../mutation/syntax';

const SOURCE = `
export { helper } from './helper';
/** A comment with a "string" in it. */
export function judge(lines: readonly string[], options: { readonly most?: number } = {}): string | undefined {
  const { most = 2 } = options;
  let count = 0;
  for (const line of lines) {
    if (line.startsWith('#') || !line.includes('x')) continue;
    if (count >= most) return 'too-many';
    else count++;
  }
  return count > 0 ? 'some' : undefined;
}
`;

const program = parseSource('judge.ts', SOURCE);
const changes = changesOf(program, SOURCE).map((change, index) => ({ id: index + 1, change }));
const told = changes.map(({ change: { node, kind, text } }) => {
  const from = SOURCE.slice(...node.range);
  return kind === 'removal' ? `${from} left out` : `${from} → ${text}`;
});

type Judge = (lines: readonly string[], options?: { readonly most?: number }) => string | undefined;

/** The function with this mutant on; 0 for none. */
function judgeUnder(active: number): Judge {
  const { code } = transformSync(instrument(program, SOURCE, changes), { loader: 'ts', format: 'cjs' });
  const module = { exports: {} as { judge?: Judge } };
  const evaluate = new Script(`(function (module, exports, require, ${SWITCH}) {${code}\n})`).runInThisContext() as (
    ...given: readonly unknown[]
  ) => void;
  evaluate(
    module,
    module.exports,
    () => ({}),
    (id: number) => id === active,
  );
  assert.ok(module.exports.judge !== undefined);
  return module.exports.judge;
}

describe('the mutator', () => {
  it('changes operators, conditions, statements, constants and returned values, and no names, types and comments', () => {
    assert.deepEqual(told, [
      '2 → 3',
      '0 → 1',
      "line.startsWith('#') || !line.includes('x') → !(line.startsWith('#') || !line.includes('x'))",
      "line.startsWith('#') || !line.includes('x') → (line.startsWith('#')) && (!line.includes('x'))",
      "line.startsWith('#') → line.endsWith('#')",
      "'#' → ''",
      "!line.includes('x') → line.includes('x')",
      "'x' → ''",
      'continue; left out',
      'count >= most → count > most',
      'count >= most → count < most',
      "'too-many' → ''",
      'count++; left out',
      "count > 0 ? 'some' : undefined → undefined",
      'count > 0 → count >= 0',
      'count > 0 → count <= 0',
      '0 → 1',
      "'some' → ''",
    ]);
  });

  it('leaves everything as it was while no mutant is on', () => {
    const judge = judgeUnder(0);
    assert.deepEqual(
      [judge([]), judge(['x']), judge(['#x', 'y']), judge(['x', 'x', 'x']), judge(['x', 'x'], { most: 1 })],
      [undefined, 'some', undefined, 'too-many', 'too-many'],
    );
  });

  it('makes the one change that is on', () => {
    const under = (change: string): Judge => judgeUnder(told.indexOf(change) + 1);
    assert.equal(under('2 → 3')(['x', 'x', 'x']), 'some');
    assert.equal(under('continue; left out')(['#']), 'some');
    assert.equal(under("line.startsWith('#') → line.endsWith('#')")(['x#']), undefined);
    assert.equal(under('count >= most → count > most')(['x', 'x', 'x']), 'some');
    assert.equal(under('count++; left out')(['x']), undefined);
    assert.equal(under("'too-many' → ''")(['x'], { most: 0 }), '');
  });
});

describe('the runner of tests under a mutant', () => {
  it('runs hooks around the chosen tests, stops at the first that fails, and skips what skips itself', async () => {
    const own = { describe, it, before, after, beforeEach, afterEach, context };
    const log: string[] = [];
    let tests;
    try {
      tests = collect(() => {
        const { describe, it, before, after, beforeEach } = globalThis as unknown as typeof own;
        describe('a', () => {
          before(() => void log.push('before'));
          beforeEach(async () => void log.push('each'));
          after(() => void log.push('after'));
          it('passes', () => void log.push('passes'));
          it('skips', function () {
            this.skip();
          });
          it('fails', () => assert.fail());
          it('is not run', () => void log.push('never'));
        });
      });
    } finally {
      Object.assign(globalThis, own);
    }
    assert.equal(await failing(tests), 'a › fails');
    assert.deepEqual(log, ['before', 'each', 'passes', 'each', 'each', 'after']);
  });
});

it('a mutant that is listed as changing nothing is known by its file, its line and its change', () => {
  const mutant = { id: 7, file: 'judge.ts', line: 8, operator: 'constant', change: '0 → 1' };
  const entry = { file: 'judge.ts', line: 'let count', change: '0 → 1', reason: '' };
  const ask = (more: Partial<typeof entry>): readonly number[] => {
    const { ids, outdated } = knownEquivalents([mutant], () => '  let count = 0;', [{ ...entry, ...more }]);
    assert.equal(outdated.length, ids.size === 0 ? 1 : 0);
    return [...ids];
  };
  assert.deepEqual(ask({}), [7]);
  for (const other of [{ file: 'other.ts' }, { line: 'let other' }, { change: '0 → 2' }])
    assert.deepEqual(ask(other), []);
});
