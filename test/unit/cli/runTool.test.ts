import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';
import { recordAndCommit } from './aiChange';
import type { Answer } from './harness';
import { cli, program } from './harness';

const [ana, bo] = [person('ana'), person('bo')];
const OLD = 'const first = one();\nconst second = two();\n';

function start(): TestRepository {
  const repository = new TestRepository().as(ana).adopt([ana]).write('a.js', OLD).write('b.js', OLD);
  repository.commit('Start');
  repository.git('switch', '-q', '-c', 'work');
  return repository.as(bo);
}

/** A codemod in Node: `text` is the body of a function of `fs`. */
function codemod(repository: TestRepository, text: string, ...before: string[]): Answer {
  mkdirSync(join(repository.top, '.git', 'tools'), { recursive: true });
  writeFileSync(join(repository.top, '.git', 'tools', 'mod.cjs'), `const fs = require('fs');\n${text}\n`);
  return program(repository.top, ['run', ...before, '--', 'node', '.git/tools/mod.cjs']);
}

async function blame(repository: TestRepository, file: string): Promise<string> {
  const { stdout } = await cli(repository.top, ['blame', file, '--json']);
  return (JSON.parse(stdout) as { lines: { origin: string }[] }).lines.map(({ origin }) => origin).join(' ');
}

const ADD = `fs.appendFileSync('a.js', 'const third = generated(three);\\n'); fs.writeFileSync('new.js', 'const made = byTheGenerator();\\n');`;

describe('run', function () {
  this.timeout(60_000);
  it('records what the command changed as the tool’s, with the command as actor, into the commit too', async () => {
    const repository = start();
    const answer = codemod(repository, `${ADD} console.log('its own output')`);
    assert.deepEqual([answer.exit, answer.stdout], [0, 'its own output\n']);
    assert.match(answer.stderr, /^countersign: recorded 2 lines of 2 files as tool \(node \.git\/tools\/mod\.cjs\)$/m);
    assert.equal(await blame(repository, 'a.js'), 'unknown unknown tool');
    assert.equal(await blame(repository, 'new.js'), 'tool');
    assert.equal(await blame(repository, 'b.js'), 'unknown unknown');
    await recordAndCommit(repository, 'Generate');
    const clone = repository.clone();
    const { stdout } = await cli(clone.top, ['why', 'new.js:1']);
    assert.match(stdout, /^origin +tool \(generator, declared\)$/m);
    assert.match(stdout, /^actor +node \.git\/tools\/mod\.cjs$/m);
    // It was said, not seen: the rule for that asks about it.
    assert.match(stdout, /rule said-not-seen$/m);
  });

  it('says what became of lines that took the place of an AI’s, or of one that nobody explains, as record does', async () => {
    const repository = start();
    await repository.save('a.js', `${OLD}const made = byTheAgent();\n`, [undefined, undefined, AI]);
    await recordAndCommit(repository, 'Generate');
    repository.write('b.js', `${OLD}const unseen = byNobody();\n`).commit('Unexplained');
    const clone = repository.clone().as(bo);
    clone.write('a.js', clone.read('a.js').replace('made', 'Made')).write('b.js', `${OLD}const Unseen = byNobody();\n`);
    const { stdout } = await cli(clone.top, ['record', '--origin', 'human', 'a.js', 'b.js']);
    assert.equal(
      stdout,
      'a.js: 1 line removed recorded as human (declared); 1 line mixed, for what stood there\n' +
        'b.js: 1 line removed recorded as human (declared); 1 line unknown, for what stood there\n',
    );
    const other = repository.clone().as(bo);
    const { stderr } = program(other.top, ['run', '--', 'sed', '-i', 's/second/Second/;s/made/Made/', 'a.js', 'b.js']);
    assert.match(stderr, /^countersign: recorded 5 lines of 2 files as tool/m);
    assert.match(stderr, /^countersign: a\.js: 1 line, 2 lines removed .* as tool \(declared\); 1 line ai, for what/m);
    assert.equal(await blame(other, 'a.js'), 'unknown tool ai');
    const json = await cli(clone.top, ['record', '--origin', 'human', 'a.js', '--json']);
    assert.deepEqual((JSON.parse(json.stdout) as { files: unknown }).files, [{ path: 'a.js', added: 0, removed: 0 }]);
  });

  it('passes the exit code on, and what a failing command did is still its own', async () => {
    const repository = start();
    assert.equal(codemod(repository, `${ADD} process.exit(7)`).exit, 7);
    assert.equal(await blame(repository, 'new.js'), 'tool');
    assert.equal(codemod(repository, `process.kill(process.pid, 'SIGTERM')`).exit, 143);
    const none = program(repository.top, ['run', '--', 'no-such-program']);
    assert.equal(none.exit, 127);
    assert.match(none.stderr, /no-such-program could not be started/);
    assert.equal(program(repository.top, ['run']).exit, 2);
    assert.equal(program(repository.top, ['run', '--', 'node', 'x'.repeat(300)]).exit, 2);
    assert.equal(program('/', ['run', '--', 'node', '--version']).exit, 3);
  });

  it('leaves the origins that it finds, and makes nothing of changes that nobody explained before', async () => {
    const repository = start();
    await repository.save('a.js', `${OLD}const third = byAnAssistant();\nconst fourth = byHand();\n`, [
      undefined,
      undefined,
      AI,
      HUMAN,
    ]);
    repository.write('b.js', `${OLD}const nobody = knows();\n`);
    repository.write('c.js', 'const untracked = before();\n');
    const script = `for (const each of ['a.js', 'b.js', 'c.js']) fs.writeFileSync(each, '// by the generator\\n' + fs.readFileSync(each, 'utf8'))`;
    const answer = codemod(repository, script);
    assert.match(answer.stderr, /recorded 1 line of 1 file as tool/);
    assert.match(answer.stderr, /^countersign: b\.js: not recorded: it held changes that nobody explained/m);
    assert.equal(await blame(repository, 'a.js'), 'tool unknown unknown ai human');
    assert.equal(await blame(repository, 'b.js'), 'unknown unknown unknown unknown');
    assert.equal(await blame(repository, 'c.js'), 'unknown unknown');
  });

  it('records what has no lines as a whole: a binary, and a file that is gone', async () => {
    const repository = start();
    repository.write('old.bin', 'a\0b').commit('Binary');
    repository.write('dirty.bin', 'a\0x');
    const script = `fs.unlinkSync('b.js'); for (const each of ['new.bin', 'dirty.bin']) fs.writeFileSync(each, 'n\\0' + each)`;
    const answer = codemod(repository, script);
    assert.match(answer.stderr, /^countersign: recorded 0 lines of 2 files as tool/m);
    assert.match(answer.stderr, /^countersign: dirty\.bin: not recorded: it held changes/m);
    await recordAndCommit(repository, 'Without lines');
    const gate = await cli(repository.top, ['verify', '--base', 'main', '--json']);
    const { hunks } = JSON.parse(gate.stdout) as { hunks: { path: string; origin: string }[] };
    const told = hunks.map(({ path, origin }) => `${path} ${origin}`).sort();
    assert.deepEqual(told, ['b.js tool', 'dirty.bin unknown', 'new.bin tool', 'old.bin unknown']);
  });

  it('takes no line that an AI is on record for, and no file that an agent told of meanwhile', async () => {
    const repository = start();
    await repository.save('b.js', `${OLD}const copied = byAnAssistant();\n`, [undefined, undefined, AI]);
    codemod(repository, `fs.writeFileSync('new.js', 'const copied = byAnAssistant();\\nconst own = generated();\\n')`);
    assert.equal(await blame(repository, 'new.js'), 'unknown tool');
    const { gitDir } = await repository.open();
    const entry = `fs.copyFileSync('b.js', 'a.js'); fs.appendFileSync(${JSON.stringify(join(gitDir, 'countersign', 'journal'))}, said)`;
    // What another process journals while the command runs.
    const other = start();
    await other.save('a.js', `${OLD}const copied = byAnAssistant();\n`, [undefined, undefined, AI]);
    const journal = other.read('.git/countersign/journal');
    const answer = codemod(repository, `const said = ${JSON.stringify(journal)}; ${entry}`);
    assert.match(answer.stderr, /^countersign: a\.js: not recorded: an editor or an agent told of it/m);
    assert.equal(await blame(repository, 'a.js'), 'unknown unknown ai');
  });

  it('prints one JSON document under --json, whatever the command prints, and names the folder it ran in', () => {
    const repository = start();
    const answer = codemod(repository, `${ADD} console.log('noise')`, '--json');
    const { code, commandLine, files } = JSON.parse(answer.stdout) as {
      code: number;
      commandLine: string;
      files: unknown;
    };
    assert.deepEqual([code, commandLine], [0, 'node .git/tools/mod.cjs']);
    assert.deepEqual(files, [
      { path: 'a.js', added: 1, removed: 0 },
      { path: 'new.js', added: 1, removed: 0 },
    ]);
    assert.match(answer.stderr, /^noise$/m);
    mkdirSync(join(repository.top, 'sub dir'));
    const below = program(join(repository.top, 'sub dir'), ['run', '--json', '--', 'node', '-e', '"--json"']);
    assert.match(below.stdout, /"commandLine": "cd 'sub dir' && node -e '\\"--json\\"'"/);
  });
});
