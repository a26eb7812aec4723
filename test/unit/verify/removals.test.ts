/** Whose lines were removed, and by whom: in the record, at the gate, and in what a rule may ask. */
import assert from 'node:assert/strict';
import type { ReportHunk } from '../../../src/core/model/report';
import type { InitialLine } from '../../../src/core/tracking/initialText';
import { liveFile } from '../../../src/core/tracking/claims';
import { runGate } from '../../../src/node/gate';
import { nodeHash } from '../../../src/node/hash';
import { initialLines } from '../../../src/node/initialLines';
import { changeStart } from '../../../src/node/changeStart';
import { appendLive, readJournal } from '../../../src/node/journal';
import { stageRecord } from '../../../src/node/stage';
import { HUMAN, TestRepository, person } from '../../support/repository';
import { AI, H, Session } from '../tracking/session';

const RECORDER = { id: 'test', version: '1' };
const ana = person('ana');
const bo = person('bo');
const FILE = 'src/pay.js';
const TOP = 'export const top = start();\n';
const GUARD = 'export function guard(amount) {\n  if (amount < 0) throw new RangeError("amount");\n}\n';
const END = 'export const end = finish();\n';
const SIX = Array.from({ length: 6 }, (_, index) => `export const value${index} = compute(${index});\n`).join('');

/** What an editor does with a file: it opens it, these edits happen, and it is saved. */
async function edit(repo: TestRepository, work: (session: Session) => void): Promise<void> {
  const repository = await repo.open();
  const text = repo.read(FILE);
  const { lines } = await initialLines(repository, await changeStart(repository), FILE, text);
  const session = new Session(text, lines satisfies readonly InitialLine[]);
  work(session);
  repo.write(FILE, session.text);
  appendLive(repository.gitDir, liveFile(session.tracker, FILE, nodeHash));
}

async function commit(repo: TestRepository): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), RECORDER);
  repo.git('commit', '-q', '-m', 'Change');
}

async function hunks(repo: TestRepository): Promise<readonly ReportHunk[]> {
  const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
  return (report?.hunks ?? []).filter(({ path }) => path === FILE);
}

function told(all: readonly ReportHunk[]): string[] {
  return all.map(
    ({ side, start, end, origin, whose, status }) =>
      `${side} ${start}-${end} ${origin}${whose === undefined ? '' : ` of ${whose.join(',')}`} ${status}`,
  );
}

describe('removed lines at the gate', () => {
  const removals = {
    id: 'an-ai-deletes-nothing-alone',
    when: { origin: ['ai'], sides: ['removed'] },
    require: { tier: 'approve', count: 1, level: 'senior' },
  };
  const start = async (text: string): Promise<TestRepository> => {
    const repo = new TestRepository()
      .as(ana)
      .adopt([ana], { rules: [removals] })
      .write(FILE, text);
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    return repo;
  };

  it('scenario 7: an AI that deletes a function of the base adds no line, and has to be signed for', async () => {
    const repo = await start(TOP + GUARD + END);
    await edit(repo, (session) => void session.replace(AI, GUARD, ''));
    await commit(repo);
    assert.deepEqual(told(await hunks(repo)), ['removed 2-4 ai missing']);
  });

  it('the same by a person needs nothing under that rule', async () => {
    const repo = await start(TOP + GUARD + END);
    await edit(repo, (session) => void session.replace(H, GUARD, ''));
    await commit(repo);
    assert.deepEqual(told(await hunks(repo)), ['removed 2-4 human not-required']);
  });

  it('scenario 6: of six AI lines a person deletes two: four are left, and the record says whose the two were', async () => {
    const repo = await start(TOP + END);
    await edit(repo, (session) => void session.before(AI, END, SIX));
    await commit(repo);
    const two = SIX.split('\n').slice(2, 4).join('\n') + '\n';
    await edit(repo, (session) => void session.replace(H, two, ''));
    await commit(repo);
    assert.deepEqual(told(await hunks(repo)), ['added 2-5 ai not-required']);
    const files = repo.git('show', '--format=', '--name-only', 'HEAD').split('\n');
    const record = files.find((each) => each.endsWith('.prov')) ?? '';
    const removed = repo
      .read(record)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { removed?: number; origin?: string; whose?: string; lines?: unknown[] })
      .filter((line) => line.removed !== undefined);
    assert.deepEqual(
      removed.map((line) => [line.removed, line.origin, line.whose, line.lines?.length]),
      [[3, 'human', 'ai', 2]],
    );
  });

  it('says whose old lines were, by the records that they were merged with, squashed or not', async () => {
    for (const merge of [
      ['merge', '-q', '--no-ff', '-m', 'Merge'],
      ['merge', '-q', '--squash'],
      ['merge', '-q', '--ff-only'],
    ]) {
      const repo = await start(TOP + END);
      await edit(repo, (session) => void session.before(H, END, GUARD).before(AI, END, SIX));
      await commit(repo);
      repo.as(ana).git('switch', '-q', 'main');
      repo.git(...merge, 'feature');
      repo.commit('Landed');
      repo.as(bo).git('switch', '-q', '-c', 'second');
      await edit(repo, (session) => void session.replace(AI, GUARD + SIX, ''));
      await commit(repo);
      assert.deepEqual(told(await hunks(repo)), ['removed 2-10 ai of ai,human missing'], merge.join(' '));
    }
  });

  it('whose the lines were changes nothing that is asked, and cuts no hunk', async () => {
    const repo = await start(TOP + GUARD + END);
    await edit(repo, (session) => void session.replace(AI, GUARD, ''));
    const repository = await repo.open();
    const live = readJournal(repository.gitDir).get(FILE)?.at(-1);
    assert.ok(live !== undefined);
    const cut = live.hunks.flatMap((hunk) =>
      hunk.lines.map((line, index) => ({
        ...hunk,
        lines: [line],
        before: [...hunk.before, ...hunk.lines.slice(0, index).map(({ exact }) => exact)].slice(-3),
        after: [...hunk.lines.slice(index + 1).map(({ exact }) => exact), ...hunk.after].slice(0, 3),
        whose: index === 1 ? ('human' as const) : ('ai' as const),
      })),
    );
    appendLive(repository.gitDir, { ...live, hunks: cut });
    await commit(repo);
    assert.deepEqual(told(await hunks(repo)), ['removed 2-4 ai of ai,human missing']);
  });

  it('what is said of added lines cuts no hunk either, so that a rule about sizes holds', async () => {
    const large = {
      id: 'large-pastes',
      when: { origin: ['paste'], minLines: 6 },
      require: { tier: 'approve', count: 1, level: 'senior' },
    };
    const repo = new TestRepository()
      .as(ana)
      .adopt([ana], { rules: [large] })
      .write(FILE, TOP);
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    const paste = { ...HUMAN, origin: 'paste', via: 'paste' } as const;
    await edit(repo, (session) => {
      session.append(paste, SIX);
      session.tracker.declare(2, 4, { kind: 'from', from: 'documentation' });
      session.tracker.declare(5, 5, { kind: 'from', from: 'own' });
    });
    await commit(repo);
    const [hunk, ...rest] = await hunks(repo);
    assert.deepEqual([hunk?.start, hunk?.end, hunk?.status, hunk?.from], [2, 7, 'missing', ['own', 'documentation']]);
    assert.deepEqual(rest, []);
  });
});
