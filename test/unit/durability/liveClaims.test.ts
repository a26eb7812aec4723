/** What earlier states of a content still say when the newest leaves some of its lines open. */
import assert from 'node:assert/strict';
import { attribute } from '../../../src/core/attribution/attribute';
import { fileLines } from '../../../src/core/attribution/fileLines';
import type { LiveFile } from '../../../src/core/model/live';
import type { Source } from '../../../src/core/model/origin';
import { liveFile } from '../../../src/core/tracking/claims';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { nodeHash } from '../../../src/node/hash';
import { liveClaims } from '../../../src/node/liveClaims';
import { OpenFile } from '../../support/openFile';
import { AI, HUMAN, PASTE, person } from '../../support/repository';
import { commitAll, freshRepository, letters } from '../agents/session';

const DISK: Source = { origin: 'external', via: 'disk', evidence: 'observed' };
const LINE = 'export const made = compute(base, 2, 3);\n';
const BASE = 'export const base = 1;\n';
const ana = person('ana');

function state(source: Source | 'unknown', text = LINE): LiveFile {
  const tracker = new DocumentTracker('');
  tracker.apply([{ offset: 0, removed: 0, text }], { kind: 'edit', source });
  return liveFile(tracker, 'a.ts', nodeHash);
}

/** The line's origin, from states of its content, oldest first. */
function told(...sources: readonly (Source | 'unknown')[]): string {
  const states = sources.map((source) => state(source));
  const [line] = attribute(fileLines(nodeHash, LINE), 'a.ts', 'added', liveClaims(states, LINE, 'ana'));
  return line?.origin ?? '?';
}

describe('an earlier state of the very same content', () => {
  it('says that an AI wrote what the newest leaves open', () => {
    assert.equal(told(AI, 'unknown'), 'ai');
    assert.equal(told(AI, DISK), 'ai');
    assert.equal(told(AI, DISK, 'unknown', DISK), 'ai');
  });

  it('makes nothing a person’s that the newest leaves open', () => {
    assert.equal(told(HUMAN, 'unknown'), '?');
    assert.equal(told(PASTE, 'unknown'), '?');
    assert.equal(told(HUMAN, DISK), 'external');
  });

  it('is silent where somebody wrote the line anew since', () => {
    assert.equal(told(AI, HUMAN), 'human');
    assert.equal(told(AI, HUMAN, 'unknown'), '?');
    assert.equal(told(AI, HUMAN, DISK), 'external');
  });

  it('is silent about another content', () => {
    const states = [state(AI), state('unknown', `${LINE}more();\n`)];
    const [line] = attribute(fileLines(nodeHash, LINE + BASE), 'a.ts', 'added', liveClaims(states, LINE + BASE, 'ana'));
    assert.equal(line, undefined);
  });
});

describe('an AI’s text that comes back by an undo in a document that was opened anew', () => {
  it('is the AI’s; typed again it is the person’s', async () => {
    const repository = freshRepository(ana, { 'a.ts': BASE });
    const first = await OpenFile.of(repository, 'a.ts');
    first.accept(LINE, AI);
    first.save();
    assert.equal(await letters(repository, 'a.ts'), '?A');
    first.replace(LINE, '');
    first.save();
    first.close();
    const second = await OpenFile.of(repository, 'a.ts');
    second.put(LINE, { reason: 'undo' });
    second.save();
    assert.equal(await letters(repository, 'a.ts'), '?A');
    second.replace(LINE, '');
    second.save();
    second.type(LINE);
    second.save();
    assert.equal(await letters(repository, 'a.ts'), '?H');
    second.close();
    await commitAll(repository);
    assert.equal(await letters(repository, 'a.ts', 'HEAD'), '?H');
  });
});
