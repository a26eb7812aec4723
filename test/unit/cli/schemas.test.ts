/** The published JSON Schemas say what the commands really print. */
import assert from 'node:assert/strict';
import { closed, schema } from '../../support/jsonSchema';
import type { TestRepository } from '../../support/repository';
import { AI, HUMAN, PASTE, person } from '../../support/repository';
import { aiChange, onlyDigest, recordAndCommit } from './aiChange';
import { cli, program } from './harness';

const [ana, bo] = [person('ana'), person('bo')];

describe('the JSON Schema of', function () {
  this.timeout(60_000);
  let repository: TestRepository;

  before(async () => {
    repository = await aiChange(ana, bo);
    const { top } = repository;
    await cli(top, ['request', '--to', 'ana', '--note', 'Please']);
    repository.as(ana);
    await cli(top, ['approve', '--yes', '--commit', '--key', ana.key]);
    repository.git('switch', '-q', 'main');
    repository.git('merge', '-q', '--no-ff', '-m', 'Land', 'work');
  });

  async function told(name: string, ...args: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await cli(repository.top, [...args, '--json']);
    const value = JSON.parse(stdout) as Record<string, unknown>;
    const checked = closed(name).safeParse(value);
    assert.ok(checked.success, `${args.join(' ')}: ${JSON.stringify(checked.error?.issues, null, 1)}`);
    const [field = ''] = Object.keys(value);
    assert.ok(!schema(name).safeParse({ ...value, [field]: { wrong: true } }).success, name);
    return value;
  }

  it('blame, in the work tree and at a revision', async () => {
    await told('blame', 'blame', 'a.js');
    await told('blame', 'blame', 'a.js', '--rev', 'HEAD', '-L2,2');
    const own = { ...PASTE, from: 'own' } as const;
    await repository.save('p.js', 'const pasted = fromMyOtherProject();\n', [own]);
    const { lines } = await told('blame', 'blame', 'p.js');
    assert.equal((lines as { from: string }[])[0]?.from, 'own');
  });

  it('show, of all three kinds', async () => {
    for (const [extension, kind] of [
      ['prov', 'record'],
      ['req', 'request'],
      ['dsse', 'signoff'],
    ] as const) {
      assert.equal((await told('show', 'show', onlyDigest(repository, extension)))['kind'], kind);
    }
  });

  it('why, of lines that landed, are open, and are not committed', async () => {
    assert.ok('review' in (await told('why', 'why', 'a.js:2')));
    assert.ok('unjudged' in (await told('why', 'why', 'a.js:1')));
    repository.git('switch', '-q', '-c', 'more');
    await repository.save('c.js', 'const more = byAnAssistant();\nconst typed = byHand();\n', [AI, HUMAN]);
    assert.ok(!('broughtBy' in (await told('why', 'why', 'c.js:1'))));
    await recordAndCommit(repository, 'More');
    assert.ok('recordedBy' in (await told('why', 'why', 'c.js:1')));
    repository.git('switch', '-q', 'main');
  });

  it('prune, doctor and run', async () => {
    await told('prune', 'prune', '--dry-run');
    assert.ok('commit' in (await told('prune', 'prune')));
    await told('doctor', 'doctor');
    const script = `require('fs').writeFileSync('made.js', 'const made = byTheGenerator();\\n')`;
    const { stdout } = program(repository.top, ['run', '--json', '--', 'node', '-e', script]);
    const value = JSON.parse(stdout) as unknown;
    assert.ok(closed('run').safeParse(value).success, stdout);
    assert.match(stdout, /"path": "made\.js"/);
  });
});
