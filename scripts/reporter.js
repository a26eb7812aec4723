// Mocha's own `spec` reporter, which also hands its counts to `npm test`.
const Mocha = require('mocha');
const { writeResults } = require('./results.js');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      writeResults({
        passed: this.stats.passes,
        failed: this.stats.failures,
        skipped: this.stats.pending,
      });
    });
  }
};
