/**
 * `describe` and `it` as the tests know them, for running chosen tests again and again in one process, each under another
 * mutant. Mocha itself keeps too much between two runs.
 */
export interface Test {
  readonly title: string;
  readonly suites: readonly Suite[];
  readonly body: Body;
}

interface Suite {
  readonly title: string;
  readonly before: Body[];
  readonly after: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
}

type Body = (this: object) => unknown;

class Skipped extends Error {}

const CONTEXT = {
  timeout: (): object => CONTEXT,
  slow: (): object => CONTEXT,
  retries: (): object => CONTEXT,
  skip: (): never => {
    throw new Skipped();
  },
};

/** Evaluates a test file, and gives the tests that it declares. */
export function collect(evaluate: () => void): Test[] {
  const tests: Test[] = [];
  let open: Suite[] = [];
  const describe = (title: string, body: Body): void => {
    const suite: Suite = { title, before: [], after: [], beforeEach: [], afterEach: [] };
    const outer = open;
    open = [...outer, suite];
    body.call(CONTEXT);
    open = outer;
  };
  const it = (title: string, body?: Body): void => {
    if (body === undefined) return;
    const name = [...open.map((suite) => suite.title), title].join(' › ');
    tests.push({ title: name, suites: open, body });
  };
  const skip = (): void => undefined;
  const hook = (name: 'before' | 'after' | 'beforeEach' | 'afterEach') => (first: string | Body, second?: Body) => {
    const body = typeof first === 'string' ? second : first;
    const suite = open.at(-1);
    if (body !== undefined && suite !== undefined) suite[name].push(body);
  };
  Object.assign(globalThis, {
    describe: Object.assign(describe, { skip, only: describe }),
    context: Object.assign(describe, { skip, only: describe }),
    it: Object.assign(it, { skip, only: it }),
    before: hook('before'),
    after: hook('after'),
    beforeEach: hook('beforeEach'),
    afterEach: hook('afterEach'),
  });
  evaluate();
  return tests;
}

/** Runs these tests in order until one fails; gives its title. */
export async function failing(tests: readonly Test[]): Promise<string | undefined> {
  let found: string | undefined;
  await runTests(tests, (test, failed) => {
    if (failed) found = test.title;
    return !failed;
  });
  return found;
}

/** Runs these tests in order. `seen` is told how each ended, and says whether to go on. */
export async function runTests(
  tests: readonly Test[],
  seen: (test: Test, failed: boolean, milliseconds: number) => boolean,
): Promise<void> {
  const opened: Suite[] = [];
  try {
    for (const test of tests) {
      const began = performance.now();
      const failed = await runOne(test, opened);
      if (!seen(test, failed, performance.now() - began)) return;
    }
  } finally {
    for (const suite of opened.toReversed()) await allOf(suite.after).catch(() => undefined);
  }
}

async function runOne(test: Test, opened: Suite[]): Promise<boolean> {
  try {
    for (const suite of test.suites) {
      if (opened.includes(suite)) continue;
      opened.push(suite);
      await allOf(suite.before);
    }
    for (const suite of test.suites) await allOf(suite.beforeEach);
    try {
      await test.body.call(CONTEXT);
    } finally {
      for (const suite of test.suites.toReversed()) await allOf(suite.afterEach);
    }
    return false;
  } catch (error) {
    return !(error instanceof Skipped);
  }
}

async function allOf(bodies: readonly Body[]): Promise<void> {
  for (const body of bodies) await body.call(CONTEXT);
}
