/** A coding agent at work in a real repository, with the hooks that it runs around each of its tools. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../../src/core/model/origin';
import type { AgentName } from '../../../src/node/agents/hookEvent';
import { recordAgent } from '../../../src/node/agents/recordAgent';
import { readFaults } from '../../../src/node/agents/faultLog';
import { blameFile } from '../../../src/node/blame';
import { checkpoint } from '../../../src/node/checkpoint';
import { stageRecord } from '../../../src/node/stage';
import type { Person } from '../../support/repository';
import { TestRepository } from '../../support/repository';

/** Letters for origins, as the scenarios write them; `-` is a line of the base, `?` one that nobody explains. */
const LETTERS: Readonly<Record<string, string>> = {
  human: 'H',
  ai: 'A',
  mixed: 'M',
  paste: 'P',
  external: 'X',
  tool: 'T',
  unknown: '?',
};

export const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/** Made once for each content, and copied: most of the time goes into starting git. */
const TEMPLATES = new Map<string, string>();

export function freshRepository(who: Person, base: Readonly<Record<string, string>>): TestRepository {
  const key = `${who.key}\0${JSON.stringify(base)}`;
  const template = TEMPLATES.get(key);
  if (template !== undefined) return TestRepository.copyOf(template);
  const repository = new TestRepository().as(who).adopt([]);
  for (const [path, text] of Object.entries(base)) repository.write(path, text);
  repository.commit('Start');
  TEMPLATES.set(key, repository.top);
  return TestRepository.copyOf(repository.top);
}

/** Hands a payload to the hook, in this process. */
export function hook(repository: TestRepository, agent: AgentName, payload: unknown): Promise<number> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return recordAgent({ agent, payload: text, cwd: repository.top });
}

export type ToolInput = Readonly<Record<string, unknown>>;

/** Calls of one agent's session, each with the hooks before and after it. */
export class Agent {
  readonly repository: TestRepository;
  readonly name: AgentName;
  readonly session: string;
  #calls = 0;

  constructor(repository: TestRepository, session = 's-1', name: AgentName = 'claude-code') {
    this.repository = repository;
    this.session = session;
    this.name = name;
  }

  payload(event: string, tool: string, input: ToolInput, id: string, more: ToolInput = {}): ToolInput {
    return {
      session_id: this.session,
      cwd: this.repository.top,
      hook_event_name: event,
      tool_name: tool,
      ...(id === '' ? {} : { tool_use_id: id }),
      tool_input: input,
      ...more,
    };
  }

  /** A call in three steps, for what happens in between. */
  async begin(tool: string, input: ToolInput): Promise<{ end: (answer?: ToolInput) => Promise<number> }> {
    const id = `${this.session}-${++this.#calls}`;
    await hook(this.repository, this.name, this.payload('PreToolUse', tool, input, id));
    const end = (answer: ToolInput = {}): Promise<number> =>
      hook(this.repository, this.name, this.payload('PostToolUse', tool, input, id, { tool_response: answer }));
    return { end };
  }

  async edit(path: string, old: string, now: string): Promise<number> {
    const call = await this.begin('Edit', this.editInput(path, old, now));
    this.applyEdit(path, old, now);
    return call.end();
  }

  editInput(path: string, old: string, now: string): ToolInput {
    return { file_path: join(this.repository.top, path), old_string: old, new_string: now };
  }

  applyEdit(path: string, old: string, now: string): void {
    const text = this.repository.read(path);
    if (!text.includes(old)) throw new Error(`${path} does not hold ${JSON.stringify(old)}`);
    this.repository.write(
      path,
      text.replace(old, () => now),
    );
  }

  async write(path: string, content: string): Promise<number> {
    const call = await this.begin('Write', { file_path: join(this.repository.top, path), content });
    this.repository.write(path, content);
    return call.end();
  }

  async shell(command: string): Promise<number> {
    const call = await this.begin('Bash', { command });
    execFileSync('sh', ['-c', command], { cwd: this.repository.top, stdio: 'pipe' });
    return call.end();
  }
}

/** `record --origin` over files as they stand. */
export async function declare(repository: TestRepository, source: Partial<Source>, ...files: string[]): Promise<void> {
  const full: Source = { origin: 'human', via: 'typing', evidence: 'declared', ...source };
  await checkpoint(await repository.open(), { source: full, files, cwd: repository.top });
}

/** A person's change that they declare: a checkpoint before, for what stood there, and one after. */
export async function person(repository: TestRepository, path: string, text: string): Promise<void> {
  if (existsSync(join(repository.top, path))) await declare(repository, { origin: 'external', via: 'disk' }, path);
  repository.write(path, text);
  await declare(repository, {}, path);
}

/** The letter of every line; lines as they stand in HEAD are `-`, as long as they were not in a commit made since. */
export async function letters(repository: TestRepository, path: string, rev?: string): Promise<string> {
  const { lines } = await blameFile(await repository.open(), repository.top, path, rev);
  return lines.map(({ origin }) => LETTERS[origin] ?? origin).join('');
}

export async function tools(repository: TestRepository, path: string, rev?: string): Promise<(string | undefined)[]> {
  const { lines } = await blameFile(await repository.open(), repository.top, path, rev);
  return lines.map(({ tool }) => tool);
}

/** Commits everything with its record, as the hook does. Gives the record's text. */
export async function commitAll(repository: TestRepository): Promise<string> {
  repository.git('add', '-A');
  const { records } = await stageRecord(await repository.open(), { id: 'test', version: '1' });
  repository.git('commit', '-q', '--allow-empty', '-m', 'Change');
  return records.map((path) => repository.read(path)).join('');
}

export function faults(repository: TestRepository): string[] {
  return readFaults(join(repository.top, '.git')).map(({ code }) => code);
}

export function journalText(repository: TestRepository): string {
  const file = join(repository.top, '.git/countersign/journal');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
