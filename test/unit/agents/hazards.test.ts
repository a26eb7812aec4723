/** What goes wrong with agents' hooks in the field, each with the files and the git of a real repository. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../../src/core/model/origin';
import { contentDigest } from '../../../src/core/sidecar/lineHash';
import { contentLines } from '../../../src/core/text/lines';
import { hookLog, logFault, readFaults } from '../../../src/node/agents/faultLog';
import { blameFile } from '../../../src/node/blame';
import { nodeHash } from '../../../src/node/hash';
import { writeKnownLines } from '../../../src/node/knownLines';
import { writeUnsaved } from '../../../src/node/unsaved';
import { HUMAN, TestRepository, person as someone } from '../../support/repository';
import {
  Agent,
  commitAll,
  declare,
  faults,
  freshRepository,
  hook,
  journalText,
  letters,
  lines,
  person,
  tools,
} from './session';

const B = ['const base = openTheGate();', 'const other = countTheSheep();'];
const [B0 = '', B1 = ''] = B;
const A0 = 'const generated = byTheAgent();';
const S0 = 'const somebody = changedThis();';
const EXTERNAL: Source = { origin: 'external', via: 'disk', evidence: 'observed' };

describe('hazards of agents’ hooks', function () {
  this.timeout(60_000);
  const bo = someone('bo');
  const fresh = (): TestRepository => freshRepository(bo, { 'a.js': lines(...B) });
  const gitDir = (repository: TestRepository): string => join(repository.top, '.git');

  describe('the same edit fires two tools’ hooks', () => {
    it('with one call’s id: it counts once', async () => {
      const repository = fresh();
      const agent = new Agent(repository);
      const call = await agent.begin('Edit', agent.editInput('a.js', B0, `${B0}\n${A0}`));
      agent.applyEdit('a.js', B0, `${B0}\n${A0}`);
      assert.equal(await call.end(), 1);
      const journal = journalText(repository);
      assert.equal(await call.end(), 0);
      assert.equal(journalText(repository), journal);
    });

    it('with two sets of ids and names: the first has the word', async () => {
      const repository = fresh();
      const cursor = new Agent(repository, 'c-1', 'cursor');
      const claude = new Agent(repository, 's-1', 'claude-code');
      const first = await cursor.begin('StrReplace', { path: 'a.js', old_string: B0, new_string: `${B0}\n${A0}` });
      const second = await claude.begin('Edit', claude.editInput('a.js', B0, `${B0}\n${A0}`));
      cursor.applyEdit('a.js', B0, `${B0}\n${A0}`);
      assert.equal(await first.end(), 1);
      assert.equal(await second.end(), 0);
      const edits = [{ old_string: B0, new_string: `${B0}\n${A0}` }];
      const payload = { conversation_id: 'c-1', hook_event_name: 'afterFileEdit', file_path: 'a.js', edits };
      assert.equal(await hook(repository, 'cursor', payload), 0);
      assert.deepEqual(await tools(repository, 'a.js'), [undefined, 'cursor', undefined]);
    });

    it('at the same moment: nobody’s claim is lost', async () => {
      const repository = freshRepository(bo, Object.fromEntries(B.map((_, index) => [`${index}.js`, lines(B0)])));
      const agents = Array.from({ length: 6 }, (_, index) => new Agent(repository, `s-${index}`));
      repository.write('many.js', lines(...agents.map((_, index) => `// place ${index}`)));
      repository.git('add', '-A');
      repository.git('commit', '-qm', 'Places');
      const inputs = agents.map((agent, index) =>
        agent.editInput('many.js', `// place ${index}`, `// place ${index}\nconst made${index} = generated(${index});`),
      );
      const calls = await Promise.all(agents.map((agent, index) => agent.begin('Edit', inputs[index] ?? {})));
      for (const [index, agent] of agents.entries()) {
        agent.applyEdit('many.js', `// place ${index}`, `// place ${index}\nconst made${index} = generated(${index});`);
      }
      await Promise.all(calls.map((call) => call.end()));
      assert.equal(await letters(repository, 'many.js'), '?A'.repeat(6));
    });
  });

  describe('the after-hook fires before the file is written', () => {
    const later = (repository: TestRepository, text: string): NodeJS.Timeout =>
      setTimeout(() => repository.write('a.js', text), 300);

    it('then the announced content is waited for', async () => {
      const repository = fresh();
      const agent = new Agent(repository, 's', 'copilot');
      const input = { filePath: join(repository.top, 'a.js'), oldString: B0, newString: `${B0}\n${A0}` };
      const call = await agent.begin('replace_string_in_file', input);
      later(repository, lines(B0, A0, B1));
      assert.equal(await call.end(), 1);
      assert.equal(await letters(repository, 'a.js'), '?A?');
    });

    it('also by Copilot’s tools in a hook that is set up for Claude Code, and is Copilot’s', async () => {
      const repository = fresh();
      const file = join(repository.top, 'a.js');
      const input = ['*** Begin Patch', `*** Update File: ${file}`, '@@', ` ${B0}`, `+${A0}`, '*** End Patch'].join(
        '\n',
      );
      const call = await new Agent(repository).begin('apply_patch', { input, explanation: 'A line' });
      setTimeout(() => repository.write('a.js', lines(B0, A0, B1)), 700);
      assert.equal(await call.end(), 1);
      assert.equal(await letters(repository, 'a.js'), '?A?');
      assert.deepEqual(await tools(repository, 'a.js'), [undefined, 'copilot', undefined]);
    });

    it('a removal too, and without a before-hook, and a new file', async () => {
      const repository = fresh();
      const agent = new Agent(repository, 's', 'copilot');
      const input = { filePath: join(repository.top, 'a.js'), oldString: `${B0}\n`, newString: '' };
      const call = await agent.begin('replace_string_in_file', input);
      later(repository, lines(B1));
      assert.equal(await call.end(), 1);
      setTimeout(() => repository.write('new.js', lines(A0)), 300);
      const created = { filePath: join(repository.top, 'new.js'), content: lines(A0) };
      assert.equal(await hook(repository, 'copilot', agent.payload('PostToolUse', 'create_file', created, '')), 1);
    });

    it('and when it never comes nothing is claimed', async () => {
      const repository = fresh();
      const agent = new Agent(repository, 's', 'copilot');
      const input = { filePath: join(repository.top, 'a.js'), oldString: B0, newString: A0 };
      const call = await agent.begin('replace_string_in_file', input);
      assert.equal(await call.end(), 0);
      assert.equal(journalText(repository), '');
      repository.write('a.js', lines(A0, B1));
      assert.equal(await letters(repository, 'a.js'), '??');
    });
  });

  describe('two agents at work at once', () => {
    it('an agent’s command does not claim what another’s open call announced', async () => {
      const repository = fresh();
      const one = new Agent(repository, 's-1');
      const two = new Agent(repository, 's-2', 'cursor');
      const shell = await one.begin('Bash', { command: 'make' });
      const edit = await two.begin('StrReplace', { path: 'a.js', old_string: B1, new_string: `${B1}\n${A0}` });
      two.applyEdit('a.js', B1, `${B1}\n${A0}`);
      repository.write('a.js', `${S0}\n${repository.read('a.js')}`);
      await shell.end();
      await edit.end();
      assert.deepEqual(await tools(repository, 'a.js'), ['claude-code', undefined, undefined, 'cursor']);
    });

    it('what else changed in the window stays unexplained', async () => {
      const repository = fresh();
      const agent = new Agent(repository);
      for (const tool of ['Edit', 'Write']) {
        const before = repository.read('a.js');
        const content = before.replace(B0, `${B0}\n${A0}${tool}`);
        const input =
          tool === 'Edit' ? agent.editInput('a.js', B0, `${B0}\n${A0}${tool}`) : { file_path: 'a.js', content };
        const call = await agent.begin(tool, input);
        repository.write('a.js', `${S0}${tool}\n${content}`);
        assert.equal(await call.end(), 1, tool);
      }
      assert.equal(await letters(repository, 'a.js'), '???AA?');
    });
  });

  it('a session that only reads claims nothing, whatever changes meanwhile', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    for (const tool of ['Read', 'Grep', 'view', 'WebFetch', 'mcp__files__read_file']) {
      const call = await agent.begin(tool, { file_path: 'a.js', path: 'a.js', content: lines(B0, S0, B1) });
      repository.write('a.js', lines(B0, S0, B1));
      assert.equal(await call.end(), 0);
    }
    repository.git('checkout', '-q', '.');
    assert.equal(await agent.shell('cat a.js; git status; git log'), 0);
    assert.equal(journalText(repository), '');
  });

  describe('a session that never ends', () => {
    it('claims nothing that comes after its last call began', async () => {
      const repository = fresh();
      const agent = new Agent(repository);
      await agent.begin('Bash', { command: 'sleep 9999' });
      await agent.begin('Write', { file_path: 'a.js', content: lines(A0) });
      repository.write('a.js', lines(B0, S0, B1));
      await new Agent(repository, 's-2').edit('a.js', B1, `${B1}\n${A0}`);
      await declare(repository, { origin: 'external', via: 'disk' }, 'a.js');
      assert.equal(await letters(repository, 'a.js'), '???A');
    });

    it('and its late after-hook finds a window that is too old', async () => {
      const repository = fresh();
      const call = await new Agent(repository).begin('Bash', { command: 'sleep 9999' });
      const folder = join(gitDir(repository), 'countersign/calls');
      for (const name of readdirSync(folder)) utimesSync(join(folder, name), 1, 1);
      repository.write('a.js', lines(B0, S0, B1));
      assert.equal(await call.end(), 0);
    });

    it('and one that does end leaves nothing open', async () => {
      const repository = fresh();
      const agent = new Agent(repository);
      const call = await agent.begin('Bash', { command: 'sleep 9999' });
      await hook(repository, 'claude-code', { session_id: 's-1', cwd: repository.top, hook_event_name: 'SessionEnd' });
      repository.write('a.js', lines(B0, S0, B1));
      assert.equal(await call.end(), 0);
    });

    it('windows are few, however many calls break off', async () => {
      const repository = fresh();
      const agent = new Agent(repository);
      const folder = join(gitDir(repository), 'countersign/calls');
      await agent.begin('Write', { file_path: 'a.js', content: 'x' });
      for (let index = 0; index < 300; index++) {
        writeFileSync(join(folder, `${'a'.repeat(12)}-${String(index).padStart(32, '0')}`), '');
      }
      await agent.begin('Write', { file_path: 'a.js', content: 'y' });
      assert.ok(readdirSync(join(gitDir(repository), 'countersign/calls')).length <= 201);
    });
  });

  it('what a person typed between two calls is not the agent’s', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    await agent.edit('a.js', B0, `${B0}\n${A0}`);
    await repository.save('a.js', lines(B0, A0, S0, B1), [undefined, undefined, HUMAN, undefined]);
    repository.write('a.js', lines(B0, A0, S0, 'const unseen = byNobody();', B1));
    await agent.write('a.js', lines(B0, A0, S0, 'const unseen = byNobody();', `${A0}2`, B1));
    assert.equal(await letters(repository, 'a.js'), '??H?A?');
  });

  it('what the editor saves between before and after is not human by the hook, nor the agent’s', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    for (const tool of ['Edit', 'Bash']) {
      const before = repository.read('a.js');
      const call = await agent.begin(
        tool,
        tool === 'Edit' ? agent.editInput('a.js', B1, `${B1}\n${A0}`) : { command: 'make' },
      );
      // The editor saves a line that it can't explain, and one that was typed.
      const saved = `${S0}${tool}\nconst typed${tool} = byHand();\n${before}`;
      const known = contentLines(saved);
      await repository.save(
        'a.js',
        saved,
        known.map((_, line) => (line === 1 ? HUMAN : undefined)),
      );
      const digest = contentDigest(nodeHash, known);
      writeKnownLines(gitDir(repository), { path: 'a.js', digest, lines: known.map(nodeHash.hash96) });
      repository.write('a.js', saved.replace(B1, `${B1}\n${A0}${tool === 'Edit' ? '' : tool}`));
      assert.equal(await call.end(), 1, tool);
      assert.equal((await letters(repository, 'a.js')).slice(0, 2), '?H', tool);
      repository.git('checkout', '-q', '.');
    }
  });

  describe('tools that run commands', () => {
    it('what changes in tracked, changed and new files between the hooks is theirs, and nothing else', async () => {
      const repository = freshRepository(bo, { 'a.js': lines(...B), 'b.js': lines(...B), 'c.js': lines(...B) });
      repository
        .write('b.js', lines(B0, S0, B1))
        .write('dirty.js', lines(S0))
        .write('new/dirty.js', lines(S0));
      const agent = new Agent(repository);
      await agent.shell(
        `echo '${A0}' >> a.js; echo '${A0}' >> b.js; echo '${A0}' >> dirty.js; mkdir -p gen; echo '${A0}' > gen/x.js`,
      );
      const seen = ['a.js', 'b.js', 'c.js', 'dirty.js', 'new/dirty.js', 'gen/x.js'].map((path) =>
        letters(repository, path),
      );
      assert.deepEqual(await Promise.all(seen), ['??A', '???A', '??', '?A', '?', 'A']);
      await commitAll(repository);
      assert.equal(await letters(repository, 'dirty.js', 'HEAD'), '?A');
    });

    it('a file that is rewritten within one tick of the clock, at the same size, is seen to change', async () => {
      const repository = fresh();
      repository.write('d.js', lines('const value = 1111;'));
      await new Agent(repository).shell("sed -i 's/1111/2222/' d.js");
      assert.equal(await letters(repository, 'd.js'), 'A');
    });

    it('a move keeps the origins, by git or not, with an edited line or without', async () => {
      const repository = freshRepository(bo, { 'old.js': lines(...B), 'readme.md': '' });
      const agent = new Agent(repository);
      await person(repository, 'mine.js', lines(B0, S0, B1));
      await agent.shell('mkdir lib; git mv old.js lib/new.js');
      assert.equal(await letters(repository, 'lib/new.js'), '??');
      await agent.shell(`mv mine.js lib/mine.js; echo '${A0}' >> lib/mine.js`);
      assert.equal(await letters(repository, 'lib/mine.js'), 'HHHA');
    });

    it('what git brings is not theirs: a reset, another branch, a cherry-pick, a conflict', async () => {
      const repository = fresh();
      const agent = new Agent(repository);
      await person(repository, 'a.js', lines(B0, S0, B1));
      await commitAll(repository);
      const journal = journalText(repository);
      await agent.shell('git reset -q HEAD~1');
      assert.equal(await letters(repository, 'a.js'), '?H?');
      await agent.shell('git add -A && git commit -qm again && git checkout -q -b side HEAD~1');
      repository.write('a.js', lines(`${B0} // side`, B1));
      repository.git('commit', '-qam', 'Side');
      assert.equal(await agent.shell('git cherry-pick main || true'), 0);
      assert.equal(journalText(repository), journal);
    });

    it('a link, a folder, a binary, a huge file and a name that git quotes end nothing', async () => {
      const repository = fresh();
      const agent = new Agent(repository);
      await agent.shell(
        "ln -s /etc/passwd link; ln -s . loop; printf 'a\\0b' > bin; head -c 9000000 /dev/zero | tr '\\0' x > huge; " +
          `echo '${A0}' > 'näme "q" x.js'`,
      );
      assert.equal(await letters(repository, 'näme "q" x.js'), 'A');
      assert.deepEqual(faults(repository), []);
    });

    it('without a before-hook nothing can be told', async () => {
      const repository = fresh();
      repository.write('a.js', lines(B0, A0, B1));
      const agent = new Agent(repository);
      assert.equal(
        await hook(repository, 'claude-code', agent.payload('PostToolUse', 'Bash', { command: 'x' }, 'z')),
        0,
      );
    });
  });

  describe('paths', () => {
    const write = (repository: TestRepository, name: string, more: object = {}): Promise<number> => {
      const agent = new Agent(repository);
      const input = { file_path: name, content: lines(A0) };
      return hook(repository, 'claude-code', { ...agent.payload('PostToolUse', 'Write', input, ''), ...more });
    };

    it('absolute, relative to cwd, as a URI, below a workspace root', async () => {
      const repository = fresh();
      const top = repository.top;
      mkdirSync(join(top, 'src'));
      for (const name of ['1.js', '2.js', '3 3.js', '4.js']) repository.write(`src/${name}`, lines(A0));
      assert.equal(await write(repository, join(top, 'src/1.js')), 1);
      assert.equal(await write(repository, '2.js', { cwd: join(top, 'src') }), 1);
      assert.equal(await write(repository, `file://${top}/src/3%203.js`), 1);
      assert.equal(await write(repository, 'src/4.js', { cwd: undefined, workspace_roots: [top] }), 1);
    });

    it('through links: the file that they lead to, in the repository that holds it', async () => {
      const repository = fresh();
      const outside = mkdtempSync(join(tmpdir(), 'countersign-link-'));
      try {
        repository.write('real/x.js', lines(A0)).write('real/y.js', lines(A0));
        symlinkSync(join(repository.top, 'real'), join(outside, 'way-in'));
        symlinkSync(join(repository.top, 'real/y.js'), join(repository.top, 'link.js'));
        assert.equal(await write(repository, join(outside, 'way-in/x.js')), 1);
        assert.equal(await write(repository, join(repository.top, 'link.js')), 1);
        assert.deepEqual(await tools(repository, 'real/y.js'), ['claude-code']);
        // And one that leads out.
        writeFileSync(join(outside, 'secret.js'), lines(A0));
        symlinkSync(join(outside, 'secret.js'), join(repository.top, 'out.js'));
        assert.equal(await write(repository, join(repository.top, 'out.js')), 0);
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
    });

    it('outside any repository, in one without a policy, in git’s own folder and the sidecar: nothing, and no trace', async () => {
      const repository = fresh();
      const other = new TestRepository().as(bo);
      other.write('a.js', lines(A0));
      for (const name of [
        join(other.top, 'a.js'),
        '/etc/passwd',
        '../../x.js',
        '.git/config',
        '.countersign/v1/provenance/aa/x',
      ]) {
        assert.equal(await write(repository, name), 0, name);
      }
      assert.equal(existsSync(join(other.top, '.git/countersign')), false);
      assert.equal(journalText(repository), '');
      assert.deepEqual(faults(repository), []);
    });

    it('in a submodule, a further work tree, another repository: their own', async () => {
      const repository = fresh();
      const inner = fresh();
      repository.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', inner.top, 'sub');
      const sub = new TestRepository(join(repository.top, 'sub')).as(bo);
      const tree = join(repository.top, '..', `tree-${process.pid}`);
      repository.git('worktree', 'add', '-q', tree);
      const linked = new TestRepository(tree).as(bo);
      for (const each of [sub, linked, inner]) {
        each.write('new.js', lines(A0));
        assert.equal(await write(repository, join(each.top, 'new.js')), 1);
        assert.deepEqual(await tools(each, 'new.js'), ['claude-code']);
      }
      assert.equal(journalText(repository), '');
    });

    it('one patch over several repositories', async () => {
      const repository = fresh();
      const other = fresh();
      const agent = new Agent(repository, 's', 'copilot');
      const patch = `*** Begin Patch\n*** Update File: a.js\n@@\n ${B0}\n+${A0}\n*** Add File: ${other.top}/n.js\n+${A0}\n*** End Patch`;
      const call = await agent.begin('apply_patch', { input: patch });
      repository.write('a.js', lines(B0, A0, B1));
      other.write('n.js', lines(A0));
      assert.equal(await call.end(), 2);
      assert.equal(await letters(repository, 'a.js'), '?A?');
      assert.equal(await letters(other, 'n.js'), 'A');
    });
  });

  describe('a patch', () => {
    it('that renames with a change: the origins follow, the change is the agent’s', async () => {
      const repository = fresh();
      await person(repository, 'mine.js', lines(B0, S0, B1));
      const agent = new Agent(repository, 's', 'copilot');
      const patch = `*** Begin Patch\n*** Update File: mine.js\n*** Move to: lib/yours.js\n@@\n ${S0}\n+${A0}\n ${B1}\n*** Delete File: a.js\n*** End Patch\n`;
      const call = await agent.begin('apply_patch', { input: patch });
      rmSync(join(repository.top, 'mine.js'));
      rmSync(join(repository.top, 'a.js'));
      repository.write('lib/yours.js', lines(B0, S0, A0, B1));
      await call.end();
      assert.equal(await letters(repository, 'lib/yours.js'), 'HHAH');
      await commitAll(repository);
      assert.equal(await letters(repository, 'lib/yours.js', 'HEAD'), 'HHAH');
    });

    it('that changes one file twice', async () => {
      const repository = fresh();
      const agent = new Agent(repository, 's', 'copilot');
      const part = (at: string, text: string): string => `*** Update File: a.js\n@@\n ${at}\n+${text}\n`;
      const call = await agent.begin('apply_patch', {
        input: `*** Begin Patch\n${part(B0, A0)}${part(B1, `${A0}2`)}*** End Patch`,
      });
      repository.write('a.js', lines(B0, A0, B1, `${A0}2`));
      await call.end();
      assert.equal(await letters(repository, 'a.js'), '?A?A');
    });

    it('a rename alone', async () => {
      const repository = fresh();
      await person(repository, 'mine.js', lines(B0, S0));
      const agent = new Agent(repository, 's', 'copilot');
      const call = await agent.begin('rename_file', { old_path: 'mine.js', new_path: 'yours.js' });
      repository.write('yours.js', repository.read('mine.js'));
      rmSync(join(repository.top, 'mine.js'));
      await call.end();
      assert.equal(await letters(repository, 'yours.js'), 'HH');
    });
  });

  describe('without a before-hook', () => {
    const after = (repository: TestRepository, tool: string, input: object, more: object = {}): Promise<number> => {
      const payload = new Agent(repository).payload('PostToolUse', tool, input as Record<string, unknown>, '');
      return hook(repository, 'claude-code', { ...payload, ...more });
    };

    it('the payload’s own content is enough', async () => {
      const repository = fresh();
      repository.write('a.js', lines(S0, B0, A0, B1));
      assert.equal(
        await after(repository, 'Edit', { file_path: 'a.js', old_string: B0, new_string: `${B0}\n${A0}` }),
        1,
      );
      assert.equal(await letters(repository, 'a.js'), '??A?');
    });

    it('a word in the middle of a line, a deletion, several edits', async () => {
      const repository = freshRepository(bo, { 'a.txt': lines('The quick brown fox!', 'A lazy dog', 'The end of it') });
      repository.write('a.txt', lines('The quick red fox', 'A lazy dog', 'The end'));
      const edits = [
        { old_string: 'brown', new_string: 'red' },
        { old_string: '!', new_string: '' },
        { old_string: ' of it', new_string: '' },
      ];
      await after(repository, 'MultiEdit', { file_path: 'a.txt', edits });
      assert.equal(await letters(repository, 'a.txt'), 'A?A');
    });

    it('the content before, where the payload has it, keeps what stood there', async () => {
      const repository = fresh();
      repository.write('a.js', lines(B0, S0, A0, B1));
      const input = { file_path: 'a.js', content: lines(B0, S0, A0, B1) };
      assert.equal(await after(repository, 'Write', input, { tool_response: { originalFile: lines(B0, S0, B1) } }), 1);
      assert.equal(await letters(repository, 'a.js'), '??A?');
    });

    it('a file that changed otherwise since claims only what still stands as announced', async () => {
      const repository = fresh();
      repository.write('n.js', lines(A0, S0));
      await after(repository, 'Write', { file_path: 'n.js', content: lines(A0, 'const gone = already();') });
      assert.equal(await letters(repository, 'n.js'), 'A?');
    });
  });

  it('a call that failed, or of a tool that says nothing, claims nothing without need', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    const call = await agent.begin('Edit', agent.editInput('a.js', B0, `${B0}\n${A0}`));
    repository.write('a.js', lines(B0, A0, B1));
    assert.equal(await call.end({ success: false }), 0);
    const unsaid = await agent.begin('edit_file', { path: 'a.js', instructions: 'do it' });
    assert.equal(await unsaid.end(), 0);
    const said = await agent.begin('edit_file', { path: 'a.js', instructions: 'do it' });
    repository.write('a.js', lines(B0, A0, S0, B1));
    assert.equal(await said.end(), 1);
    assert.equal(await letters(repository, 'a.js'), '??A?');
  });

  it('lines of an unsaved buffer are never claimed, but for those that it took from disk', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    const buffer = contentLines(lines(B0, S0, A0, B1));
    const hash = nodeHash.hash96;
    const line = (text: string): object => ({ exact: hash(text), loose: hash(text), counts: { external: 20 } });
    const hunk = { side: 'added', start: 2, lines: [line(A0)], before: [], after: [], ...EXTERNAL } as never;
    writeUnsaved(gitDir(repository), { path: 'a.js', digest: 'x', lines: buffer.map(hash), hunks: [hunk] });
    await agent.write('a.js', lines(B0, S0, A0, `${A0}2`, B1));
    assert.equal(await letters(repository, 'a.js'), '??AA?');
    await declare(repository, { origin: 'human' }, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '??AA?');
  });

  it('a formatter that runs on the agent’s lines before its hook leaves them AI', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    const call = await agent.begin('Edit', agent.editInput('a.js', B0, `${B0}\nif (x) {\n${A0}\n}`));
    repository.write('a.js', lines(B0, 'if (x) {', `    ${A0}`, '}', B1));
    await call.end();
    assert.equal(await letters(repository, 'a.js'), '?AAA?');
  });

  it('a cell of a notebook', async () => {
    const cell = (source: readonly string[]): string =>
      JSON.stringify({ cells: [{ cell_type: 'code', source }], nbformat: 4 }, null, 1);
    const repository = freshRepository(bo, { 'n.ipynb': cell(['import os\n', 'print(os.name)']) });
    const agent = new Agent(repository);
    const call = await agent.begin('NotebookEdit', {
      notebook_path: 'n.ipynb',
      new_source: 'import sys\nprint(sys.path)',
    });
    repository.write('n.ipynb', cell(['import sys\n', 'print(sys.path)']));
    assert.equal(await call.end(), 2);
  });

  it('the model is taken from the transcript’s end, and a transcript that blocks is left alone', async () => {
    const repository = fresh();
    const folder = mkdtempSync(join(tmpdir(), 'countersign-transcript-'));
    try {
      const file = join(folder, 's.jsonl');
      writeFileSync(
        file,
        '{"message":{"model":"old-1"}}\n{"message":{"model":"m-2.1"}}\n{"message":{"model":"<synthetic>"}}\n',
      );
      execFileSync('mkfifo', [join(folder, 'pipe.jsonl')]);
      const agent = new Agent(repository);
      for (const [index, path] of [file, join(folder, 'pipe.jsonl'), join(folder, 'none.jsonl')].entries()) {
        repository.write(`${index}.js`, lines(A0));
        const payload = agent.payload('PostToolUse', 'Write', { file_path: `${index}.js`, content: lines(A0) }, '');
        assert.equal(await hook(repository, 'claude-code', { ...payload, transcript_path: path }), 1);
      }
      const { lines: seen } = await blameFile(await repository.open(), repository.top, '0.js');
      assert.deepEqual([seen[0]?.model, seen[0]?.evidence, seen[0]?.via], ['m-2.1', 'reported', 'agent']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  describe('whatever goes wrong ends in the log', () => {
    const edit = async (repository: TestRepository): Promise<void> => {
      const agent = new Agent(repository);
      await agent.edit('a.js', B0, `${B0}\n${A0}`);
      await agent.shell(`echo '${A0}' >> a.js`);
    };

    it('a payload that is none', async () => {
      const repository = fresh();
      for (const text of ['', '{"a":', 'null', '[]', 'x'.repeat(100_000)]) await hook(repository, 'cursor', text);
      assert.deepEqual(new Set(faults(repository)), new Set(['payload-malformed']));
    });

    it('a state folder that can’t be made, a full disk, a broken window', async () => {
      const blocked = fresh();
      writeFileSync(join(gitDir(blocked), 'countersign'), '');
      await edit(blocked);

      const full = fresh();
      mkdirSync(join(gitDir(full), 'countersign'));
      symlinkSync('/dev/full', join(gitDir(full), 'countersign/journal'));
      await edit(full);
      assert.ok(readFaults(gitDir(full)).every(({ message }) => /ENOSPC/.test(message)));
      assert.equal(faults(full).length, 2);

      const broken = fresh();
      const agent = new Agent(broken);
      const call = await agent.begin('Edit', agent.editInput('a.js', B0, `${B0}\n${A0}`));
      const folder = join(gitDir(broken), 'countersign/calls');
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"call":1,"files":');
      agent.applyEdit('a.js', B0, `${B0}\n${A0}`);
      assert.equal(await call.end(), 1);
    });

    it('a repository that git can’t read', async () => {
      const repository = fresh();
      writeFileSync(join(gitDir(repository), 'config'), '[core');
      await edit(repository);
      assert.ok(faults(repository).includes('git-failed'));
    });

    it('holds nothing of the payload, and stays small', async () => {
      const repository = fresh();
      await hook(repository, 'cursor', '{"prompt":"my secret",');
      for (let index = 0; index < 2000; index++) {
        logFault(gitDir(repository), 'cursor', { code: 'x', message: 'y'.repeat(1000) });
      }
      const { size } = statSync(hookLog(gitDir(repository)));
      assert.ok(size < 100_000);
      assert.doesNotMatch(JSON.stringify(readFaults(gitDir(repository))), /secret/);
    });

    it('a lock that somebody left behind', async () => {
      const repository = fresh();
      const file = join(gitDir(repository), 'countersign/lock');
      mkdirSync(join(gitDir(repository), 'countersign'));
      writeFileSync(file, '');
      utimesSync(file, 1, 1);
      await edit(repository);
      assert.equal(await letters(repository, 'a.js'), '?A?A');
      assert.equal(existsSync(file), false);
    });
  });
});
