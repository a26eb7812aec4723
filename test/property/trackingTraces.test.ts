/**
 * Recorded editing sessions against what is plainly true of them. Spans are checked after each edit; the whole text, all
 * lines and the oracle after every so many, after each of all edits with `COUNTERSIGN_TRACE_CHECKS=all` (many minutes).
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { sameSource } from '../../src/core/model/origin';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import { readTrace } from '../bench/trace';
import { H } from '../unit/tracking/session';
import { Oracle, SOURCES } from './trackingOracle';

const TRACES = join(__dirname, '../fixtures/traces');
const IS_FULL = process.env['COUNTERSIGN_TRACE_CHECKS'] === 'all';
const EVERY = IS_FULL ? 1 : 397;
/** The oracle copies everything with every edit. */
const MOST_FOR_ORACLE = IS_FULL ? Infinity : 8_000;

describe('tracking of recorded sessions', function () {
  this.timeout(IS_FULL ? 0 : 120_000);

  for (const name of ['rustcode', 'sveltecomponent']) {
    const { edits, endContent } = readTrace(join(TRACES, `${name}.json.gz`));

    it(`${name}, as a person’s typing, is one span of a person’s after each edit`, () => {
      const tracker = new DocumentTracker('');
      let text = '';
      for (const [index, edit] of edits.entries()) {
        const { offset, removed, text: inserted } = edit;
        tracker.apply([edit], { kind: 'edit', source: H });
        text = text.slice(0, offset) + inserted + text.slice(offset + removed);
        let spans = 0;
        for (const span of tracker.runs()) {
          spans++;
          assert.ok(
            span.offset === 0 &&
              span.length === text.length &&
              typeof span.origin === 'object' &&
              sameSource(span.origin, H),
          );
        }
        assert.equal(spans, text === '' ? 0 : 1);
        assert.equal(tracker.slice(offset - 40, offset + 40), text.slice(Math.max(0, offset - 40), offset + 40));
        if (index % EVERY > 0) continue;
        assert.equal(tracker.text(), text);
        for (const { origin } of tracker.lineStates()) assert.equal(origin, 'human');
      }
      assert.equal(tracker.text(), endContent);
    });

    it(`${name}, with its edits by several sources in turn, is as the oracle says`, () => {
      const tracker = new DocumentTracker('');
      const oracle = new Oracle([]);
      let random = 1;
      let letter: 'h' | 'a' | 'p' | 'u' | 't' = 'h';
      for (const [index, edit] of edits.slice(0, MOST_FOR_ORACLE).entries()) {
        random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
        // Somebody else takes over after ten edits or so, as in a session with an assistant.
        if (random >>> 24 < 26) letter = (['h', 'a', 'h', 'p', 'h', 'u', 't'] as const)[(random >>> 8) % 7] ?? 'h';
        tracker.apply([edit], { kind: 'edit', source: SOURCES[letter] });
        oracle.edit([edit], letter);
        oracle.forget();
        assert.equal(tracker.length, oracle.text.length);
        if (index % EVERY === 0) oracle.check(tracker);
      }
      oracle.check(tracker);
    });
  }
});
