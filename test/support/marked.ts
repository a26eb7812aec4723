/** Lines whose text names who wrote them, so that blame can be held against it after any history. */
import assert from 'node:assert/strict';
import { blameFile } from '../../src/node/blame';
import { stageRecord } from '../../src/node/stage';
import type { Source } from '../../src/core/model/origin';
import type { TestRepository } from './repository';
import { AI, HUMAN, PASTE } from './repository';

const SOURCES = { ai: AI, human: HUMAN, paste: PASTE } as const;
type Marked = keyof typeof SOURCES;

/** A line that says whose it is. */
export function marked(origin: Marked, id: string): string {
  return `  const ${origin}_line_${id} = compute(${origin}, ${id});`;
}

function toldBy(line: string): Source | undefined {
  const [, origin] = /\b(ai|human|paste)_line_/.exec(line) ?? [];
  return origin === undefined ? undefined : SOURCES[origin as Marked];
}

/** Saves a file as an editor that saw its marked lines being made. */
export async function saveMarked(repo: TestRepository, path: string, text: string): Promise<void> {
  await repo.save(path, text, text.split('\n').map(toldBy));
}

/** Commits as with our hook. */
export async function commitRecorded(repo: TestRepository, message: string): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), { id: 'test', version: '1' });
  repo.git('commit', '-q', '-m', message);
}

/** Every marked line has the origin that it names; others are unknown. Gives the number of marked lines. */
export async function assertMarked(
  repo: TestRepository,
  paths: readonly string[],
  isPruned: (line: string) => boolean = () => false,
): Promise<number> {
  const repository = await repo.open();
  let count = 0;
  for (const path of paths) {
    const { lines, text, problems } = await blameFile(repository, repo.top, path, 'HEAD');
    assert.deepEqual(problems, []);
    const wrong = lines.flatMap(({ line, origin }) => {
      const content = text[line - 1] ?? '';
      const expected = isPruned(content) ? 'unknown' : (toldBy(content)?.origin ?? 'unknown');
      if (expected !== 'unknown') count++;
      return origin === expected || content.trim().length < 2 ? [] : [`${path}:${line} ${origin}: ${content}`];
    });
    assert.deepEqual(wrong, []);
  }
  return count;
}
