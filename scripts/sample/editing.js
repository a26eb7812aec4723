// Edits as the editor reports them, told to the tracker that the editor uses, and journalled as a save does.
const fs = require('node:fs');
const path = require('node:path');
const { DocumentTracker } = require('../../src/core/tracking/documentTracker.ts');
const { liveFile } = require('../../src/core/tracking/claims.ts');
const { nodeHash } = require('../../src/node/hash.ts');
const { appendLive } = require('../../src/node/journal.ts');

const SOURCES = {
  typing: { origin: 'human', via: 'typing', evidence: 'observed' },
  completion: { origin: 'ai', via: 'completion', evidence: 'observed', actor: { tool: 'assistant' } },
  agent: { origin: 'ai', via: 'agent', evidence: 'reported', actor: { tool: 'agent' } },
  paste: { origin: 'paste', via: 'paste', evidence: 'observed' },
};

/** Makes the edits in the work tree and writes down who made which. All of a file's committed lines are neutral. */
function editFiles(folder, edits) {
  for (const file of new Set(edits.map((edit) => edit.path))) {
    const absolute = path.join(folder, file);
    const before = fs.existsSync(absolute) ? fs.readFileSync(absolute, 'utf8') : '';
    const tracker = new DocumentTracker(before);
    tracker.setInitial(before.split('\n').map(() => ({ kind: 'neutral' })));
    for (const edit of edits.filter((each) => each.path === file)) apply(tracker, edit);
    fs.writeFileSync(absolute, tracker.text());
    appendLive(path.join(folder, '.git'), liveFile(tracker, file, nodeHash));
  }
}

function apply(tracker, { path: file, by, after, replace, text }) {
  const anchor = replace ?? after;
  const found = anchor === undefined ? tracker.length : tracker.text().indexOf(anchor);
  if (found < 0) throw new Error(`expected ${JSON.stringify(anchor)} in ${file}`);
  const offset = replace === undefined ? found + (after ?? '').length : found;
  const how = { kind: 'edit', source: SOURCES[by] };
  if (by !== 'typing' || replace !== undefined) {
    tracker.apply([{ offset, removed: replace?.length ?? 0, text }], how);
    return;
  }
  for (let at = 0; at < text.length; at += 1) {
    tracker.apply([{ offset: offset + at, removed: 0, text: text.charAt(at) }], how);
  }
}

module.exports = { editFiles };
