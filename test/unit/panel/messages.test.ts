/** Messages between editor and webview: what is not exactly one of ours is dropped. */
import assert from 'node:assert/strict';
import type { SummaryView } from '../../../src/panel/messages';
import { parseFromWebview, parseSummary, parseToWebview } from '../../../src/panel/messages';

const VIEW: SummaryView = {
  tone: 'todo',
  headline: '3 blocks',
  detail: '',
  counts: [{ state: 'open', value: 3, label: 'need sign-off' }],
  facts: [{ label: 'Branch', value: 'a → b' }],
  action: { id: 'sign', label: 'Sign off' },
};

describe('messages of the summary view', () => {
  it('are taken when they are ours', () => {
    assert.deepEqual(parseFromWebview({ type: 'ready' }), { type: 'ready' });
    assert.deepEqual(parseFromWebview({ type: 'act', action: 'sign' }), { type: 'act', action: 'sign' });
    assert.deepEqual(parseToWebview({ type: 'summary', view: VIEW }), { type: 'summary', view: VIEW });
    const { action: _none, ...still } = VIEW;
    assert.deepEqual(parseSummary(still), still);
  });

  const forged: readonly unknown[] = [
    undefined,
    null,
    'ready',
    [],
    { type: 'act' },
    { type: 'act', action: 'workbench.action.terminal.new' },
    { type: 'act', action: ['sign'] },
    { type: 'act', action: 'sign', blocks: [1] },
    { type: 'ready', action: 'sign' },
    { type: 'signOff' },
    { type: 'act', action: '__proto__' },
    JSON.parse('{"__proto__":{"type":"ready"}}'),
  ];
  for (const [index, message] of forged.entries()) {
    it(`are dropped when they are not: ${index}`, () => assert.equal(parseFromWebview(message), undefined));
  }

  it('are dropped whole when a part is not as it should be', () => {
    for (const broken of [
      { ...VIEW, tone: 'loud' },
      { ...VIEW, headline: 1 },
      { ...VIEW, counts: [{ state: 'open', value: '3', label: '' }] },
      { ...VIEW, facts: [null] },
      { ...VIEW, action: { id: 'shell', label: 'x' } },
      { ...VIEW, action: null },
    ]) {
      assert.equal(parseSummary(broken), undefined);
    }
  });
});
