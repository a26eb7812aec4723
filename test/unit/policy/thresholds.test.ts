/** The numbers that docs/policy.md rests the thresholds on, computed again from the data; and who folds with which. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DEFAULT_THRESHOLDS } from '../../../src/core/model/fold';
import { liveFile } from '../../../src/core/tracking/claims';
import { blameFile } from '../../../src/node/blame';
import { runGate } from '../../../src/node/gate';
import { nodeHash } from '../../../src/node/hash';
import { initialLines } from '../../../src/node/initialLines';
import { changeStart } from '../../../src/node/changeStart';
import { appendLive } from '../../../src/node/journal';
import { stageRecord } from '../../../src/node/stage';
import { TestRepository, person } from '../../support/repository';
import { H, PASTE, Session } from '../tracking/session';

interface Sized {
  readonly chars: number;
  readonly lines: number;
}

function sizes(name: string): readonly Sized[] {
  return (JSON.parse(readFileSync(`test/fixtures/data/${name}.json`, 'utf8')) as { rows: readonly Sized[] }).rows;
}

describe('the thresholds of a paste', () => {
  const completions = sizes('accepted-completions');
  const copies = sizes('chat-copies');
  const page = readFileSync('docs/policy.md', 'utf8');
  const below = (rows: readonly Sized[], limit: number): string => {
    const count = rows.filter(({ chars }) => chars < limit).length;
    return `${count} (${Math.round((100 * count) / rows.length)} %)`;
  };

  it('stand in docs/policy.md with what the data says of them', () => {
    const heads = `| shorter than | of ${completions.length} accepted completions | of ${copies.length} copies out of an AI chat |`;
    assert.ok(page.includes(heads), heads);
    for (const limit of [2, 8, DEFAULT_THRESHOLDS.pasteCharacters, 50, 120]) {
      const row = `| ${limit} characters | ${below(completions, limit)} | ${below(copies, limit)} |`;
      assert.ok(page.includes(row), row);
    }
    const small = copies.filter(({ chars }) => chars < DEFAULT_THRESHOLDS.pasteCharacters);
    const single = small.filter(({ lines }) => lines === 1);
    assert.ok(page.includes(`${single.length} of these ${small.length} are a single line`));
    assert.match(
      page,
      new RegExp(`\`paste\` \\| .*\\| ${DEFAULT_THRESHOLDS.pasteCharacters}, ${DEFAULT_THRESHOLDS.pasteShare} \\|`),
    );
  });
});

type Settings = Readonly<Record<string, unknown>>;

describe('a line with 10 typed and 9 pasted characters', () => {
  const ana = person('ana');
  const bo = person('bo');
  const TEXT = 'first();\ntypedtypedpastedbyb\n';

  /** A branch whose base asks for `base`, and which itself would ask for `own`, with the line in a record. */
  async function branch(base: Settings, own: Settings): Promise<TestRepository> {
    const repo = new TestRepository().as(ana).adopt([ana], base).write('a.ts', 'first();\n');
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    repo.adopt([ana], own);
    const session = new Session('first();\n').append(H, 'typedtyped').append(PASTE, 'pastedbyb').append(H, '\n');
    repo.write('a.ts', TEXT);
    assert.equal(session.text, TEXT);
    appendLive((await repo.open()).gitDir, liveFile(session.tracker, 'a.ts', nodeHash));
    repo.git('add', '-A');
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.git('commit', '-q', '-m', 'Line');
    return repo;
  }

  for (const [what, base, own, expected] of [
    ['the default', {}, { paste: { characters: 1 } }, 'human'],
    ['a stricter base', { paste: { characters: 9 } }, {}, 'paste'],
    [
      'a base that a change would loosen',
      { paste: { characters: 9 } },
      { paste: { characters: 400, share: 1 } },
      'paste',
    ],
  ] as const) {
    it(`is ${expected} by ${what}: at the gate, in blame, and where an editor begins`, async () => {
      const repo = await branch(base, own);
      const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
      assert.equal(report?.hunks.find(({ path }) => path === 'a.ts')?.origin, expected);
      const repository = await repo.open();
      assert.equal((await blameFile(repository, repo.top, 'a.ts', 'HEAD')).lines[1]?.origin, expected);
      const start = await changeStart(repository);
      const { lines } = await initialLines(repository, start, 'a.ts', TEXT);
      const session = new Session(TEXT, lines);
      session.tracker.setThresholds(start.thresholds);
      assert.equal([...session.tracker.lineStates()][0]?.origin, expected);
    });
  }
});
