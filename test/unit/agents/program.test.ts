/** The command line as it ships, started as an agent starts it. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_PAYLOAD } from '../../../src/node/agents/payload';
import { writeLauncher } from '../../../src/node/launcher';
import type { TestRepository } from '../../support/repository';
import { person as someone } from '../../support/repository';
import { bundle } from '../cli/harness';
import { Agent, faults, freshRepository, letters, lines } from './session';

const B0 = 'const base = openTheGate();';
const A0 = 'const generated = byTheAgent();';

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(cwd: string, agent: string, payload: string): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle(), 'record', '--agent', agent], {
    cwd,
    input: payload,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

const SILENT: Outcome = { status: 0, stdout: '', stderr: '' };

describe('record --agent as a program', function () {
  this.timeout(60_000);
  const bo = someone('bo');
  const fresh = (): TestRepository => freshRepository(bo, { 'a.js': lines(B0) });

  it('takes both hooks of a call, and says nothing', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    const input = agent.editInput('a.js', B0, `${B0}\n${A0}`);
    const payload = (event: string): string => JSON.stringify(agent.payload(event, 'Edit', input, 't-1'));
    assert.deepEqual(run(repository.top, 'claude-code', payload('PreToolUse')), SILENT);
    agent.applyEdit('a.js', B0, `${B0}\n${A0}`);
    assert.deepEqual(run(repository.top, 'claude-code', payload('PostToolUse')), SILENT);
    assert.equal(await letters(repository, 'a.js'), '?A');
  });

  it('ends with 0 and in silence whatever it is given, inside a repository and outside of any', () => {
    const repository = fresh();
    const outside = mkdtempSync(join(tmpdir(), 'countersign-outside-'));
    try {
      for (const cwd of [repository.top, outside]) {
        for (const payload of ['', 'no json', '{"tool_name":', '[]', '\u0000', `{"cwd":"${'x/'.repeat(5000)}"}`]) {
          assert.deepEqual(run(cwd, 'copilot', payload), SILENT);
        }
      }
      // Larger than is read: the sender must be able to finish all the same.
      assert.deepEqual(run(repository.top, 'cursor', 'x'.repeat(MAX_PAYLOAD + 1)), SILENT);
      assert.equal(faults(repository).length, 6);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('does not wait for ever for a sender that never ends', async () => {
    const repository = fresh();
    const child = spawn(process.execPath, [bundle(), 'record', '--agent', 'cursor'], { cwd: repository.top });
    child.stdin.write('{"tool_name":');
    const code = await new Promise((resolve) => child.on('exit', resolve));
    assert.equal(code, 0);
  });

  it('works as docs/agents.md sets it up, and is silent where there is no launcher', async () => {
    const text = readFileSync(join(__dirname, '../../../docs/agents.md'), 'utf8');
    const samples = [...text.matchAll(/```json\n([^]*?)```/g)].map(([, json = '']): unknown => JSON.parse(json));
    assert.equal(samples.length, 3);
    const script = /```sh\n([^]*?)```/.exec(text)?.[1] ?? '';
    const commands = new Set(samples.flatMap(commandsIn).filter((command) => command.startsWith('l=')));
    assert.equal(commands.size, 2);
    for (const command of [...commands, script]) {
      const repository = fresh();
      const agent = new Agent(repository, 's-1');
      const hook = (event: string): void => {
        const payload = agent.payload(event, 'Write', { file_path: 'new.js', content: lines(A0) }, 't-1');
        const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
          cwd: repository.top,
          input: JSON.stringify(payload),
          encoding: 'utf8',
        });
        assert.deepEqual({ status, stdout, stderr }, SILENT);
      };
      hook('PreToolUse');
      assert.equal(existsSync(join(repository.top, '.git/countersign')), false);
      writeLauncher(join(repository.top, '.git'), { runtime: process.execPath, cliSource: bundle() });
      hook('PreToolUse');
      repository.write('new.js', lines(A0));
      hook('PostToolUse');
      assert.equal(await letters(repository, 'new.js'), 'A');
    }
  });
});

/** All commands for a POSIX shell in a configuration. */
function commandsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' ? (key === 'command' || key === 'bash' ? [each] : []) : commandsIn(each),
  );
}
