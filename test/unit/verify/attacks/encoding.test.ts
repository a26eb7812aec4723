/** A commit says that it is in an encoding in which its own author's name reads as something else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { TestRepository } from '../../../support/repository';
import { ana, bo, code, dan, gate, hunk, refusals, sign, start } from './trial';

const WHOEVER_WROTE_IT = {
  rules: [
    {
      id: 'unrecorded',
      when: { origin: ['ai', 'mixed', 'unknown'] },
      require: { tier: 'approve', count: 1, level: 'senior' },
    },
  ],
};
const TEXT = 'const setting = readConfiguration();\nconst limit = setting.limit;\n';

/** The last commit again, under a header that names an encoding, and with another message. */
function encode(repo: TestRepository, encoding: string, message?: string): void {
  const object = execFileSync('git', ['cat-file', 'commit', 'HEAD'], { cwd: repo.top, encoding: 'latin1' });
  const end = object.indexOf('\n\n');
  // git reads two bytes at a time in some encodings, and leaves a commit as it is that ends within one.
  for (const pad of ['', ' ']) {
    const bytes = `${object.slice(0, end)}\nencoding ${encoding}\n\n${message ?? object.slice(end + 2)}${pad}`;
    const input = Buffer.from(bytes, 'latin1');
    const args = ['hash-object', '-w', '-t', 'commit', '--stdin'];
    const id = execFileSync('git', args, { cwd: repo.top, input, encoding: 'latin1' }).trim();
    repo.git('update-ref', 'HEAD', id);
    if (!repo.git('log', '-1', '--format=%ae').includes('@example.com')) return;
  }
}

describe('attack 24: a commit hides its author behind an encoding', () => {
  for (const encoding of ['UTF-16', 'UTF-16LE', 'UCS-4', 'IBM037', 'UTF-7', 'ISO-8859-1']) {
    it(`the author of unrecorded lines signs for them, in ${encoding}`, async () => {
      const repo = start(WHOEVER_WROTE_IT, [ana, dan]);
      repo.as(ana).write('src/e.js', TEXT).commit('Settings');
      encode(repo, encoding);
      await sign(repo, ana);
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 1);
      assert.equal(hunk(outcome, 'src/e.js').author, ana.email);
      assert.deepEqual(refusals(outcome, 'src/e.js'), ['own-lines']);
      await sign(repo, dan);
      assert.equal((await gate(repo)).exit, 0);
    });
  }

  it('one whom a trailer names signs for the lines', async () => {
    const repo = start(WHOEVER_WROTE_IT, [ana, dan]);
    repo.as(bo).write('src/e.js', TEXT).commit('Settings');
    encode(repo, 'IBM037', `Settings\n\nCo-Authored-By: Ana\n <${ana.email}>\n`);
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo), 'src/e.js'), ['own-lines']);
  });

  it('the committer signs for the lines', async () => {
    const repo = start(WHOEVER_WROTE_IT, [ana, dan]);
    repo.as(ana).write('src/e.js', TEXT).git('add', '-A');
    repo.git('commit', '-q', '--author', `Bo <${bo.email}>`, '-m', 'Settings');
    encode(repo, 'IBM037');
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo), 'src/e.js'), ['own-lines']);
  });

  it('a commit that is too large to be read', async () => {
    const repo = start(WHOEVER_WROTE_IT, [ana, dan]);
    repo.as(ana).write('src/e.js', TEXT).commit('Settings');
    encode(repo, 'IBM037', 'x'.repeat(1024 * 1024));
    const outcome = await gate(repo);
    assert.equal(code(outcome), '2 commit-encoding');
    assert.match(outcome.problems[0]?.message ?? '', /names an encoding, found a larger one/);
  });
});
