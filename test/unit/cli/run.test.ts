import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { COMMANDS } from '../../../src/cli/commands';
import { AI, TestRepository, person } from '../../support/repository';
import { bundle, cli, program } from './harness';

describe('the command line', () => {
  const outside = mkdtempSync(join(tmpdir(), 'countersign-outside-'));
  after(() => rmSync(outside, { recursive: true, force: true }));

  it('shows help with an example for every command, from anywhere', async () => {
    const overview = await cli(outside, ['--help']);
    assert.equal(overview.exit, 0);
    for (const name of Object.keys(COMMANDS)) {
      assert.match(overview.stdout, new RegExp(`^  ${name} `, 'm'));
      const help = await cli(outside, [name, '--help']);
      assert.equal(help.exit, 0);
      assert.match(help.stdout, new RegExp(`Usage: countersign ${name}[^]*Example:\n  countersign ${name}`));
      assert.match(help.stdout, /--json/);
      assert.equal(help.stderr, '');
    }
    assert.doesNotMatch(overview.stdout, /settle/);
    const page = readFileSync('docs/commands.md', 'utf8');
    const told = [...page.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell = '']) => cell.match(/(?<=`)[a-z]+/g) ?? []);
    assert.deepEqual(
      Object.keys(COMMANDS).filter((name) => !told.includes(name)),
      [],
    );
    assert.deepEqual(await cli(outside, []), overview);
    assert.match((await cli(outside, ['help', 'verify'])).stdout, /countersign verify --base/);
  });

  it('names every option of a command in its usage, and in a page', async () => {
    const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
    const text = ['README.md', ...pages.map((name) => `docs/${name}`)].map((file) => readFileSync(file, 'utf8')).join();
    const global = ['json', 'cwd', 'help'];
    for (const name of Object.keys(COMMANDS)) {
      const { stdout } = await cli(outside, [name, '--help']);
      const usage = /^Usage: (.*)$/m.exec(stdout)?.[1] ?? '';
      for (const [, short, option = ''] of stdout.matchAll(/^ {2}(?:(-\w), )?--([\w-]+)/gm)) {
        if (global.includes(option)) continue;
        const form = new RegExp(`(?:--${option}${short === undefined ? '' : `|${short}`})(?![\\w-])`);
        assert.match(usage, form, `usage of ${name}`);
        assert.match(text, form, `pages, of ${name}`);
      }
    }
  });

  it('answers wrong usage with exit 2 and what was probably meant', async () => {
    const cases: readonly [readonly string[], RegExp][] = [
      [['verfy'], /expected a command, found verfy; did you mean verify\?/],
      [['constructor'], /expected a command/],
      [['verify', '--bsae', 'main'], /unknown option --bsae; did you mean --base\?/],
      [['verify'], /expected --base/],
      [['verify', '--base'], /--base/],
      [['verify', '--base', 'main', 'more'], /unexpected argument more/],
      [['verify', '--base', 'main', '--format', 'xml'], /text\|json\|sarif\|github/],
      [['verify', '--base', 'main', '--json', '--format', 'text'], /one format/],
      [['record', 'a.ts'], /expected --origin ai\|human\|tool\|external/],
      [['record', '--origin', 'me', 'a.ts'], /found me/],
      [['record', '--origin', 'ai', '--via', 'agnet', 'a.ts'], /did you mean agent\?/],
      [['record', '--origin', 'ai', '--tool', 'a\nb', 'a.ts'], /printable/],
      [['record', '--origin', 'ai'], /at least one file/],
      [['reject', '--yes'], /--note/],
      [['approve'], /--yes/],
      [['blame'], /a file/],
      [['policy', 'chekc'], /policy check/],
      [['--cwd', '/tmp'], /expected a command/],
      ...[
        ['blame', 'f.js'],
        ['verify', '--base', 'main'],
        ['doctor'],
        ['init'],
        ['show', '0000'],
        ['run', 'true'],
      ].flatMap(([command = '', ...args]): [string[], RegExp][] => [
        [[command, '--cwd', 'f.js', ...args], /expected a folder behind --cwd, found f\.js/],
        [[command, '--cwd', 'nowhere', '--json', ...args], /expected a folder behind --cwd, found nowhere/],
      ]),
      ...['f.js/x', 'x'.repeat(300)].flatMap((path): [string[], RegExp][] => [
        [['blame', path], /expected a text file, found none/],
        [['why', `${path}:1`], /expected a text file, found none/],
      ]),
    ];
    const { top } = new TestRepository().write('f.js', 'one\n');
    for (const [args, said] of cases) {
      const answer = await cli(top, args);
      assert.equal(answer.exit, 2, args.join(' '));
      assert.match(answer.stderr, said);
      if (!args.includes('--json')) assert.equal(answer.stdout, '');
      assert.doesNotMatch(answer.stderr, /\n./);
    }
  });

  it('never breaks the agent whose hook it is: exit 0 and a silent stdout, also when used wrongly', async () => {
    const { top } = new TestRepository();
    const cases: readonly [readonly string[], RegExp][] = [
      [['record', '--agent', 'claude-cod'], /did you mean claude-code\?/],
      [['record', '--agent=nobody', '--json'], /claude-code, copilot, cursor/],
      [['record', '--agent'], /--agent/],
      [['record', '--agent', 'cursor', '--verbose'], /unknown option/],
      [['--cwd', '/nowhere/at/all', 'record', '--agent', 'cursor'], /^$/],
      [['record', '--agent', 'copilot'], /^$/],
    ];
    for (const [args, said] of cases) {
      const answer = await cli(top, args);
      assert.deepEqual([answer.exit, answer.stdout], [0, ''], args.join(' '));
      assert.match(answer.stderr, said);
    }
  });

  it('takes what can’t be there for a file that is not there', async () => {
    const { top } = new TestRepository().as(person('bo')).write('f.js', 'one\n');
    for (const path of ['f.js/x', 'x'.repeat(300)]) {
      const answer = await cli(top, ['record', '--origin', 'ai', path]);
      assert.equal(answer.exit, 0, answer.stderr);
      assert.match(answer.stdout, /not recorded: there is no such file/);
    }
  });

  it('escapes what it was given', async () => {
    const answer = await cli(outside, ['\u001b[2J\n::error::x']);
    assert.equal(answer.exit, 2);
    assert.ok(answer.stderr.includes('\\u{1b}[2J\\n'));
    assert.equal(answer.stderr.split('\n').length, 2);
  });

  it('says in a sentence what the environment lacks, with exit 3 and no stack', async () => {
    for (const args of [['status'], ['blame', 'x'], ['verify', '--base', 'main'], ['init'], ['policy', 'check']]) {
      const answer = await cli(outside, args);
      assert.equal(answer.exit, 3, args.join(' '));
      assert.match(answer.stderr, /^countersign: expected a git repository/);
      assert.doesNotMatch(answer.stderr, / {4}at /);
      const json = await cli(outside, [...args, '--json']);
      assert.equal(json.exit, 3);
      assert.equal((JSON.parse(json.stdout) as { problems: { code: string }[] }).problems[0]?.code, 'no-repository');
    }
  });

  it('turns what nobody foresaw into exit 3, with the stack only when asked for', async () => {
    const { top } = new TestRepository().as(person('bo'));
    const broken = { env: {}, self: { runtime: '', file: '/nowhere/cli.js' } };
    const key = person('ana').key;
    const answer = await cli(top, ['init', '--key', key], broken);
    assert.equal(answer.exit, 3);
    assert.match(answer.stderr, /^countersign: unexpected failure: ENOENT[^\n]*COUNTERSIGN_DEBUG=1[^\n]*\n$/);
    const again = new TestRepository().as(person('cy')).top;
    const loud = await cli(again, ['init', '--key', key], { ...broken, env: { COUNTERSIGN_DEBUG: '1' } });
    assert.match(loud.stderr, /\n {4}at /);
  });

  it('works in the folder that --cwd names', async () => {
    const ana = person('ana');
    const repository = new TestRepository().as(ana).adopt([ana]);
    for (const args of [
      ['--cwd', repository.top, 'policy', 'check'],
      ['policy', 'check', '--cwd', repository.top],
    ]) {
      const answer = await cli(outside, args);
      assert.equal(answer.exit, 0, answer.stderr);
      assert.match(answer.stdout, /mode enforce, 4 rules, 1 listed/);
    }
  });
});

describe('the bundle', () => {
  it('runs in a folder without node_modules, and knows its version', () => {
    assert.ok(!dirname(bundle()).includes('node_modules'));
    assert.deepEqual(program(dirname(bundle()), ['--version']), { exit: 0, stdout: '9.8.7\n', stderr: '' });
    assert.match(program(dirname(bundle()), ['verify', '--help']).stdout, /Usage: countersign verify/);
  });

  it('gives the exit codes 0, 1, 2 and 3', async () => {
    const [ana, bo] = [person('ana'), person('bo')];
    const repository = new TestRepository().as(ana).adopt([ana]).write('a.js', 'one();\n');
    repository.commit('Start');
    repository.git('switch', '-q', '-c', 'work');
    const gate = ['verify', '--base', 'main'];
    assert.equal(program(repository.top, gate).exit, 0);
    repository.as(bo);
    await repository.save('a.js', 'one();\nconst added = byAnAssistant();\n', [undefined, AI]);
    repository.git('add', 'a.js');
    assert.match(program(repository.top, ['stage']).stderr, /recorded 1 line of 1 file/);
    repository.git('commit', '-q', '-m', 'Add');
    const held = program(repository.top, gate);
    assert.equal(held.exit, 1);
    assert.match(
      held.stdout,
      /^✗ a\.js:2 {2}ai \(assistant, observed\) · bo@example\.com, below senior · rule ai-needs-a-senior$/m,
    );
    assert.match(held.stdout, /^ {2}→ countersign request --to ana$/m);
    assert.match(held.stdout, /^1 of 1 block needs a sign-off$/m);
    assert.equal(program(repository.top, ['verify', '--base', repository.git('rev-parse', 'main')]).exit, 2);
    assert.equal(program(repository.top, ['verify', '--base', 'nowhere']).exit, 3);
  });
});
