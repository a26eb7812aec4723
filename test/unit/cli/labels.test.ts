/** Nobody is labelled: only whoever the policy lists is called by a level. */
import assert from 'node:assert/strict';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';
import { cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];

describe('an author whom the policy does not list', () => {
  it('is below what is asked for, in every format, and else has no level', async () => {
    const repository = new TestRepository().as(ana).adopt([ana]).write('a.js', 'one();\n');
    repository.commit('Start');
    repository.as(bo).git('switch', '-q', '-c', 'work');
    await repository.save('a.js', 'const added = byAnAssistant();\none();\n', [AI, undefined]);
    await repository.save('b.js', 'const typed = byThePerson();\n', [HUMAN]);
    repository.git('add', '.');
    await cli(repository.top, ['stage']);
    repository.git('commit', '-q', '-m', 'Add');
    const verify = ['verify', '--base', 'main'];
    const text = await cli(repository.top, [...verify, '--all']);
    assert.match(text.stdout, /a\.js:1 {2}ai .* · bo@example\.com, below senior/);
    assert.match(text.stdout, /b\.js:1 {2}human \(observed\) · bo@example\.com$/m);
    const outputs = [text.stdout];
    for (const format of ['github', 'sarif']) {
      const { stdout } = await cli(repository.top, [...verify, '--format', format]);
      assert.match(stdout, /bo@example\.com, below senior/, format);
      outputs.push(stdout);
    }
    outputs.push((await cli(repository.top, ['status'])).stdout);
    for (const output of outputs) assert.doesNotMatch(output, /junior/);
  });
});
