import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LogOutputChannel } from 'vscode';
import type { JournalKeeper } from '../../../src/editor/capture/journalKeeper';
import { KeptDocument } from '../../../src/editor/capture/keptDocument';
import type { Source } from '../../../src/core/model/origin';
import { liveFile } from '../../../src/core/tracking/claims';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { nodeHash } from '../../../src/node/hash';
import { appendLive } from '../../../src/node/journal';

const AI: Source = {
  origin: 'ai',
  via: 'completion',
  evidence: 'observed',
  actor: { version: '1', tool: 'assistant' },
};
const DISK: Source = { origin: 'external', via: 'disk', evidence: 'observed' };

describe('The journal’s news of a file', () => {
  it('are what others journalled, never what this window did: else two windows, or files, answer each other for ever', () => {
    const gitDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-kept-'));
    try {
      // Only what it appends matters here; a fault would throw.
      const keeper = { append: appendLive } as unknown as JournalKeeper;
      const kept = new KeptDocument('a.ts', keeper, {} as LogOutputChannel);
      kept.isNews(gitDir);
      const tracker = new DocumentTracker('first\nsecond\n');
      tracker.setInitial([{ kind: 'neutral' }, { kind: 'neutral' }]);
      tracker.apply([{ offset: 6, removed: 0, text: 'made();\n' }], { kind: 'edit', source: AI });
      tracker.apply([{ offset: 0, removed: 0, text: 'outside\n' }], { kind: 'edit', source: DISK });
      kept.append(gitDir, liveFile(tracker, 'a.ts', nodeHash));
      assert.equal(kept.isNews(gitDir), false);
      tracker.apply([{ offset: 0, removed: 0, text: 'claimed\n' }], { kind: 'edit', source: AI });
      appendLive(gitDir, liveFile(tracker, 'a.ts', nodeHash));
      assert.equal(kept.isNews(gitDir), true);
      assert.equal(kept.isNews(gitDir), false);
      // A save of ours does not hide what an agent's hook wrote before it.
      appendLive(gitDir, { ...liveFile(tracker, 'a.ts', nodeHash), digest: 'theirs' });
      kept.append(gitDir, liveFile(tracker, 'a.ts', nodeHash));
      assert.equal(kept.isNews(gitDir), true);
      assert.deepEqual(
        kept.news.map(({ digest }) => digest === 'theirs'),
        [false, true],
      );
      kept.heard();
      assert.deepEqual([...kept.news], []);
    } finally {
      fs.rmSync(gitDir, { recursive: true });
    }
  });
});
