import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';
import { cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];
const GATE = ['verify', '--base', 'main'];

/** A branch of bo's with one block of an AI, recorded and committed. */
async function withAiBlock(): Promise<TestRepository> {
  const repository = new TestRepository().as(ana).adopt([ana]).write('a.js', 'one();\n');
  repository.commit('Start');
  repository.git('switch', '-q', '-c', 'work');
  repository.as(bo);
  const lines = 'one();\nconst added = byAnAssistant();\nconst typed = byThePerson();\n';
  await repository.save('a.js', lines, [undefined, AI, HUMAN]);
  repository.git('add', 'a.js');
  assert.equal((await cli(repository.top, ['stage'])).exit, 0);
  repository.git('commit', '-q', '-m', 'Add');
  return repository;
}

interface Problems {
  readonly ok: boolean;
  readonly problems: readonly { code: string; path: string; field: string; message: string }[];
}

describe('a change from record to verdict on the command line', () => {
  it('fails, is asked about, signed, passes, changes by one byte, and fails', async () => {
    const repository = await withAiBlock();
    const { top } = repository;
    assert.equal((await cli(top, GATE)).exit, 1);
    const asked = await cli(top, ['request', '--to', 'ana', '--note', 'Please']);
    assert.equal(asked.exit, 0, asked.stderr);
    assert.match(asked.stdout, /asked ana to look at 1 block/);
    assert.match((await cli(top, GATE)).stdout, /→ ana signs with: countersign approve/);
    repository.as(ana);
    const signed = await cli(top, ['approve', '--yes', '--commit', '--key', ana.key]);
    assert.equal(signed.exit, 0, signed.stderr);
    const id = /\(([0-9a-f]{12})\)/.exec(signed.stdout)?.[1] ?? 'none';
    const passed = await cli(top, GATE);
    assert.deepEqual([passed.exit, passed.stdout], [0, 'the block is fine; signed off by ana\n']);
    repository.as(bo).write('a.js', repository.read('a.js').replace('byAnAssistant', 'byAnAssistanT'));
    repository.commit('One byte');
    const stale = await cli(top, GATE);
    assert.equal(stale.exit, 1);
    assert.match(stale.stdout, new RegExp(`sign-off ${id} by ana went stale`));
  });

  it('says beforehand that a signature would not count, and why it does not', async () => {
    const repository = await withAiBlock();
    const own = await cli(repository.top, ['approve', '--yes', '--commit', '--key', bo.key]);
    assert.match(own.stderr, /this would not count: a\.js: block 1: /);
    const held = await cli(repository.top, GATE);
    assert.equal(held.exit, 1);
    assert.match(held.stdout, /does not count/);
  });

  it('asks on a terminal, shows what is signed, and signs nothing without a yes', async () => {
    const repository = await withAiBlock();
    repository.as(ana);
    const terminal = { interactive: true, ask: async () => 'n' };
    const answer = await cli(repository.top, ['approve', '--key', ana.key], terminal);
    assert.match(answer.stderr, /\+ const added = byAnAssistant\(\);/);
    assert.match(answer.stderr, /nothing was signed/);
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('holds a veto until it is withdrawn', async () => {
    const repository = await withAiBlock();
    const { top } = repository;
    repository.as(ana);
    const rejected = await cli(top, ['reject', '--note', 'Not so', '--yes', '--commit', '--key', ana.key]);
    assert.equal(rejected.exit, 0, rejected.stderr);
    const id = /\(([0-9a-f]{12})\)/.exec(rejected.stdout)?.[1] ?? '';
    assert.match((await cli(top, GATE)).stdout, /rejected|reject/);
    assert.equal((await cli(top, ['withdraw', '--note', 'x', '--yes', '--key', ana.key, 'ffff'])).exit, 2);
    const args = ['withdraw', '--note', 'Settled', '--yes', '--commit', '--key', ana.key, id];
    const withdrawn = await cli(top, args);
    assert.equal(withdrawn.exit, 0, withdrawn.stderr);
    assert.equal((await cli(top, ['approve', '--yes', '--commit', '--key', ana.key])).exit, 0);
    assert.equal((await cli(top, GATE)).exit, 0);
  });

  it('prints nothing but one JSON document under --json', async () => {
    const repository = await withAiBlock();
    const { top } = repository;
    const json = async (...args: string[]): Promise<Record<string, unknown>> => {
      const answer = await cli(top, [...args, '--json']);
      return JSON.parse(answer.stdout) as Record<string, unknown>;
    };
    assert.equal((await json(...GATE))['ok'], false);
    assert.equal((await json('status'))['ok'], false);
    const { lines } = await json('blame', 'a.js', '--rev', 'HEAD');
    const [base, added, typed] = lines as Record<string, unknown>[];
    assert.deepEqual(base, { line: 1, origin: 'unknown' });
    const { record, ...rest } = added ?? {};
    assert.match(String(record), /^[0-9a-f]{64}$/);
    const source = { origin: 'ai', via: 'completion', evidence: 'observed', tool: 'assistant', model: 'm-1' };
    assert.deepEqual(rest, { line: 2, ...source, author: 'bo@example.com' });
    assert.deepEqual([typed?.['origin'], typed?.['via']], ['human', 'typing']);
    repository.write('b.js', 'const more = fromSomewhere();\n');
    assert.deepEqual((await json('record', '--origin', 'ai', 'b.js'))['files'], [
      { path: 'b.js', added: 1, removed: 0 },
    ]);
    repository.git('add', 'b.js');
    assert.equal((await json('stage'))['files'], 1);
    assert.deepEqual(await json('settle'), { staged: [] });
    assert.equal((await json('policy', 'check'))['ok'], true);
    assert.equal((await json('policy', 'explain', 'a.js'))['level'], 'junior');
    assert.deepEqual((await json('init'))['written'], []);
    assert.deepEqual((await json('request', '--to', 'ana'))['to'], ['ana']);
    repository.as(ana);
    assert.equal((await json('approve', '--yes', '--key', ana.key))['decision'], 'approve');
  });

  it('prints SARIF and annotations', async () => {
    const { top } = await withAiBlock();
    const sarif = await cli(top, [...GATE, '--format', 'sarif']);
    assert.equal(sarif.exit, 1);
    const log = JSON.parse(sarif.stdout) as { runs: { results: { ruleId: string }[] }[] };
    assert.equal(log.runs[0]?.results[0]?.ruleId, 'ai-needs-a-senior');
    const github = await cli(top, [...GATE, '--format', 'github']);
    assert.match(github.stdout, /^::error file=a\.js,line=2,endLine=3,title=/);
  });
});

describe('what a person is told', () => {
  it('status shows work that nobody has committed yet', async () => {
    const repository = await withAiBlock();
    await repository.save('b.js', 'const more = byAnAssistant();\n', [AI]);
    repository.write('c.js', 'const nobody = knows();\n').git('add', 'c.js');
    const { exit, stdout } = await cli(repository.top, ['status']);
    assert.equal(exit, 0);
    assert.match(stdout, /^compared with main \([0-9a-f]{12}\)$/m);
    assert.match(stdout, /^✗ a\.js:2-3 {2}ai \(assistant, observed\)/m);
    assert.match(stdout, /^✗ b\.js:1 {2}ai \(assistant, observed\) · bo@example\.com, below senior/m);
    assert.match(stdout, /^✗ c\.js:1 {2}unknown · .*rule unexplained-needs-a-senior/m);
    const committed = await cli(repository.top, ['status', '--committed']);
    assert.doesNotMatch(committed.stdout, /b\.js|c\.js/);
  });

  it('blame shows each line with its origin', async () => {
    const { top } = await withAiBlock();
    const { stdout } = await cli(top, ['blame', 'a.js', '--rev', 'HEAD']);
    const rows = stdout.trimEnd().split('\n');
    assert.match(rows[0] ?? '', /^1 {2}unknown +│ one\(\);$/);
    assert.match(
      rows[1] ?? '',
      /^2 {2}ai +completion, observed, assistant {2}bo@example\.com │ const added = byAnAssistant\(\);$/,
    );
    assert.match(rows[2] ?? '', /^3 {2}human +typing, observed +bo@example\.com │ const typed/);
    assert.equal((await cli(top, ['blame', 'missing.js'])).exit, 2);
    assert.equal((await cli(top, ['blame', 'a.js', '--rev', 'nowhere'])).exit, 3);
  });

  it('policy explain says what would be asked for', async () => {
    const { top } = await withAiBlock();
    const { stdout } = await cli(top, ['policy', 'explain', 'a.js']);
    assert.match(stdout, /^a\.js, by an author of level junior:$/m);
    assert.match(stdout, /^ {2}ai, mixed \(.*\): 1 sign-off by senior or above {2}rule ai-needs-a-senior$/m);
    assert.match(stdout, /^ {2}tool, human \(reported, observed\): no sign-off$/m);
    const senior = await cli(top, ['policy', 'explain', '.countersign/policy.jsonc', '--level', 'senior']);
    assert.match(senior.stdout, /human.*: 1 sign-off by senior or above {2}rule rules-need-an-owner/);
    assert.equal((await cli(top, ['policy', 'explain', 'a.js', '--level', 'boss'])).exit, 2);
  });

  it('a key that asks for a passphrase where nobody can answer', async () => {
    const locked = person('locked', 'ed25519', 'secret');
    const repository = await withAiBlock();
    const environment = { ...process.env };
    delete process.env['SSH_AUTH_SOCK'];
    delete process.env['SSH_ASKPASS'];
    try {
      const answer = await cli(repository.top, ['approve', '--yes', '--key', locked.key]);
      assert.equal(answer.exit, 3);
      assert.match(answer.stderr, /asks for a passphrase.*ssh-add/);
      assert.equal(answer.stdout, '');
    } finally {
      Object.assign(process.env, environment);
    }
  });

  it('there is nothing to request or to sign', async () => {
    const repository = new TestRepository().as(ana).adopt([ana]);
    repository.commit('Start');
    repository.git('switch', '-q', '-c', 'work');
    const asked = await cli(repository.top, ['request']);
    assert.deepEqual([asked.exit, asked.stdout], [1, '']);
    assert.match(asked.stderr, /no committed block needs a sign-off/);
    const unknown = await withAiBlock();
    assert.match((await cli(unknown.top, ['request', '--to', 'nobody'])).stderr, /--to: expected one of ana/);
    for (const args of [['request'], ['approve', '--yes']]) {
      const lost = await cli(unknown.top, [...args, 'a.js', 'nosuch.js']);
      assert.deepEqual([lost.exit, lost.stdout], [1, '']);
      assert.match(lost.stderr, /^countersign: nosuch\.js: no committed block of this change is here/);
    }
  });
});

describe('malformed files', () => {
  async function refused(repository: TestRepository, path: RegExp, field: RegExp): Promise<void> {
    const answer = await cli(repository.top, [...GATE, '--json']);
    assert.equal(answer.exit, 2);
    const { ok, problems } = JSON.parse(answer.stdout) as Problems;
    assert.equal(ok, false);
    assert.match(problems[0]?.path ?? '', path);
    assert.match(`${problems[0]?.field ?? ''}: ${problems[0]?.message ?? ''}`, field);
    const text = await cli(repository.top, GATE);
    assert.match(text.stdout + text.stderr, new RegExp(path.source.replace('$', ': ')));
    assert.doesNotMatch(text.stderr, / {4}at /);
  }

  it('a policy in the base', async () => {
    const repository = await withAiBlock();
    repository.git('switch', '-q', 'main');
    repository.write(
      '.countersign/policy.jsonc',
      repository.read('.countersign/policy.jsonc').replace('"count":1', '"count":0'),
    );
    repository.commit('Break it');
    repository.git('switch', '-q', 'work');
    await refused(repository, /policy\.jsonc$/, /^rules\[0\]\.require\.count: /);
  });

  it('a record', async () => {
    const repository = await withAiBlock();
    const [path = ''] = repository.git('ls-files', '*.prov').split('\n');
    repository.write(path, repository.read(path).replace('"ai"', '"human"'));
    repository.commit('Forge it');
    await refused(repository, /\.prov$/, /./);
  });

  it('a sign-off', async () => {
    const repository = await withAiBlock();
    repository.as(ana);
    await cli(repository.top, ['approve', '--yes', '--commit', '--key', ana.key]);
    const [path = ''] = repository.git('ls-files', '*.dsse').split('\n');
    const text = readFileSync(join(repository.top, path), 'utf8');
    repository.write(path, text.replace('"payloadType":"', '"payloadType":"x'));
    repository.commit('Damage it');
    await refused(repository, /\.dsse$/, /./);
  });

  it('a policy in the work tree, for `policy check`', async () => {
    const repository = new TestRepository().as(ana).adopt([ana]);
    repository.write(
      '.countersign/policy.jsonc',
      repository.read('.countersign/policy.jsonc').replace('"level":"senior"', '"level":"seniro"'),
    );
    const answer = await cli(repository.top, ['policy', 'check']);
    assert.equal(answer.exit, 2);
    assert.match(
      answer.stderr,
      /^countersign: \.countersign\/policy\.jsonc: people\[0\]\.level: .*did you mean "senior"\?/m,
    );
    repository.adopt([ana]).write('.countersign/allowed_signers', '');
    const keyless = await cli(repository.top, ['policy', 'check']);
    assert.equal(keyless.exit, 1);
    assert.match(keyless.stderr, /add the key of ana/);
  });

  it('never stop a commit: the hook says one line and exits with 0', async () => {
    const repository = new TestRepository().as(ana).adopt([ana]).write('.countersign/policy.jsonc', '{');
    repository.git('add', '.');
    const answer = await cli(repository.top, ['stage', '--hook']);
    assert.equal(answer.exit, 0);
    assert.match(answer.stderr, /^countersign: this commit goes unrecorded: \.countersign\/policy\.jsonc: [^\n]+\n$/);
  });
});

describe('stage, as a hook', () => {
  it('is silent when all is explained, and says what is not', async () => {
    const repository = new TestRepository().as(bo).adopt([ana]);
    repository.commit('Start');
    await repository.save('a.js', 'const added = byAnAssistant();\n', [AI]);
    repository.git('add', 'a.js');
    assert.deepEqual(await cli(repository.top, ['stage', '--hook']), { exit: 0, stdout: '', stderr: '' });
    repository.write('b.js', 'const nobody = knows();\n').git('add', 'b.js');
    const answer = await cli(repository.top, ['stage', '--hook']);
    assert.equal(answer.stderr, 'countersign: recorded 1 line of 1 file; 1 line is unexplained\n');
  });
});

describe('demo', () => {
  it('tells its story with the commands one would type, and leaves nothing behind', async () => {
    const environment = { ...process.env };
    const answer = await cli('/', ['demo']);
    assert.equal(answer.exit, 0, answer.stderr);
    const verdicts = [...answer.stdout.matchAll(/^\$ countersign verify[^]*?^exit (\d)$/gm)].map((match) => match[1]);
    assert.deepEqual(verdicts, ['1', '0', '1']);
    assert.match(answer.stdout, /✗ price\.js:6-12 {2}ai/);
    assert.match(answer.stdout, /by ana went stale/);
    assert.deepEqual({ ...process.env }, environment);
    const told = await cli('/', ['demo', '--json']);
    assert.equal((JSON.parse(told.stdout) as { ok: boolean }).ok, true);
  });
});
