import { openWorkbenches } from './driver';

/** A failed test leaves a picture of every window that is open then. */
export const mochaHooks: Mocha.RootHookObject = {
  async afterEach(this: Mocha.Context) {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    const name = test
      .fullTitle()
      .replaceAll(/[^\w]+/g, '-')
      .slice(0, 80);
    for (const [index, workbench] of [...openWorkbenches].entries()) {
      const file = await workbench.screenshot(`failed-${name}-${index}`);
      console.log(`      what the window shows: ${file}`);
    }
  },
};
