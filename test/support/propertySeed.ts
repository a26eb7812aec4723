/**
 * One seed for all property tests, so that a run can be repeated. `COUNTERSIGN_SEED=N` takes another, and
 * `COUNTERSIGN_SEED=random` a new one each time; a failure prints the seed either way.
 */
import { configureGlobal } from 'fast-check';

const asked = process.env['COUNTERSIGN_SEED'];
if (asked !== 'random') configureGlobal({ seed: asked === undefined ? 20_261_121 : Number(asked) });
