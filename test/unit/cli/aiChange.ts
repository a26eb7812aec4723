/** A branch with a change by an AI and a person, recorded as the hook does it. */
import assert from 'node:assert/strict';
import type { Person } from '../../support/repository';
import { AI, HUMAN, TestRepository } from '../../support/repository';
import { cli } from './harness';

/** On branch `work`, by `author`: `a.js` with a neutral line, one of an AI and one of a person. */
export async function aiChange(
  owner: Person,
  author: Person,
  seniors = [owner],
  format: 'sha1' | 'sha256' = 'sha1',
): Promise<TestRepository> {
  const repository = new TestRepository(undefined, format).as(owner).adopt(seniors).write('a.js', 'one();\n');
  repository.commit('Start');
  repository.git('switch', '-q', '-c', 'work');
  repository.as(author);
  const lines = 'one();\nconst added = byAnAssistant();\nconst typed = byThePerson();\n';
  await repository.save('a.js', lines, [undefined, AI, HUMAN]);
  await recordAndCommit(repository, 'Add');
  return repository;
}

/** Commits everything with its record. */
export async function recordAndCommit(repository: TestRepository, message: string): Promise<void> {
  repository.git('add', '-A');
  const staged = await cli(repository.top, ['stage']);
  assert.equal(staged.exit, 0, staged.stderr);
  repository.git('commit', '-q', '-m', message);
}

/** The digest of the one file of a kind that HEAD holds. */
export function onlyDigest(repository: TestRepository, extension: 'prov' | 'req' | 'dsse'): string {
  const paths = repository.git('ls-files', `*.${extension}`).split('\n');
  assert.equal(paths.length, 1);
  return /([0-9a-f]{64})\.\w+$/.exec(paths[0] ?? '')?.[1] ?? '';
}
