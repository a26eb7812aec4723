/** A world of real git: three clones and a bare repository in a folder of their own, with the product's own commands. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { blameFile } from '../../src/node/blame';
import { appendLive } from '../../src/node/journal';
import { openRepository } from '../../src/node/repository';
import type { Repository } from '../../src/node/repository';
import { settleRecords } from '../../src/node/settle';
import { stageRecord } from '../../src/node/stage';
import { liveState } from './modelSidecar';
import type { World } from './play';
import type { Blamed, Claim, Clone, GitOperation, Outcome } from './world';

const DONE: Outcome = { kind: 'done' };
const NOTHING: Outcome = { kind: 'nothing' };
const RECORDER = { id: 'fuzz', version: '1' };
const POLICY = {
  version: 1,
  repo: 'r-1',
  mode: 'observe',
  targets: ['main'],
  levels: ['junior', 'senior'],
  others: 'junior',
  people: [],
  identity: 'asserted',
  atomic: [],
  rules: [],
};

/** Makes worlds that start alike; the first costs more than the others. */
export function gitWorlds(): { make: (files: ReadonlyMap<string, string>) => World; close(): void } {
  const root = mkdtempSync(join(tmpdir(), 'countersign-fuzz-'));
  let template: string | undefined;
  let count = 0;
  const make = (files: ReadonlyMap<string, string>): World => {
    template ??= makeTemplate(root, files);
    const folder = join(root, `w${++count}`);
    cpSync(template, folder, { recursive: true, preserveTimestamps: true });
    const clock = { now: 1_700_000_000 };
    const clones = ['ana', 'bo', 'forge'].map(
      (name) => new GitClone(join(folder, name), name, name !== 'forge', clock),
    );
    return { clones, close: () => rmSync(folder, { recursive: true, force: true }) };
  };
  return { make, close: () => rmSync(root, { recursive: true, force: true }) };
}

const CLEAN: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('GIT_'))),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_EDITOR: 'true',
  GIT_SEQUENCE_EDITOR: 'true',
  GIT_MERGE_AUTOEDIT: 'no',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};

function makeTemplate(root: string, files: ReadonlyMap<string, string>): string {
  const folder = join(root, 'template');
  const run = (cwd: string, ...args: readonly string[]): void => {
    const dates = { GIT_AUTHOR_DATE: '1700000000 +0000', GIT_COMMITTER_DATE: '1700000000 +0000' };
    execFileSync('git', [...args], { cwd, env: { ...CLEAN, ...dates }, stdio: 'pipe' });
  };
  mkdirSync(join(folder, 'bare.git'), { recursive: true });
  run(join(folder, 'bare.git'), 'init', '-q', '--bare', '-b', 'main');
  for (const name of ['ana', 'bo', 'forge']) {
    const top = join(folder, name);
    mkdirSync(top);
    run(top, 'init', '-q', '-b', 'main');
    run(top, 'config', 'user.name', name);
    run(top, 'config', 'user.email', `${name}@example.com`);
    run(top, 'config', 'core.autocrlf', 'false');
    run(top, 'config', 'advice.detachedHead', 'false');
    run(top, 'config', 'gc.auto', '0');
    // Relative, so that a copy of the whole folder works.
    run(top, 'remote', 'add', 'origin', '../bare.git');
    if (name === 'ana') {
      const all = [
        ...files,
        ['.countersign/policy.jsonc', JSON.stringify(POLICY)],
        ['.gitattributes', '/.countersign/v1/** -text -filter -ident linguist-generated\n'],
      ] as const;
      for (const [path, text] of all) {
        mkdirSync(dirname(join(top, path)), { recursive: true });
        writeFileSync(join(top, path), text, 'latin1');
      }
      run(top, 'add', '-A');
      run(top, 'commit', '-q', '-m', 'Start');
      run(top, 'push', '-q', 'origin', 'main');
    }
    run(top, 'fetch', '-q', 'origin');
    run(top, 'reset', '-q', '--hard', 'origin/main');
    run(top, 'remote', 'set-head', 'origin', 'main');
  }
  return folder;
}

class GitClone implements Clone {
  readonly name: string;
  readonly records: boolean;
  private readonly top: string;
  private readonly clock: { now: number };
  private opened: Promise<Repository> | undefined;
  /** What was said of files, by path, with what it rests on. */
  private readonly said = new Map<string, { readonly on: string; readonly blamed: Blamed }>();

  constructor(top: string, name: string, records: boolean, clock: { now: number }) {
    this.top = top;
    this.name = name;
    this.records = records;
    this.clock = clock;
  }

  private try(...args: readonly string[]): { code: number; out: string; err: string } {
    const date = `${++this.clock.now} +0000`;
    const env = { ...CLEAN, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    const { status, stdout, stderr } = spawnSync('git', [...args], { cwd: this.top, env, encoding: 'latin1' });
    return { code: status ?? -1, out: stdout.trimEnd(), err: stderr };
  }

  private must(...args: readonly string[]): string {
    const { code, out, err } = this.try(...args);
    if (code !== 0) throw new Error(`git ${args.join(' ')} in ${this.name}: ${code}\n${out}\n${err}`);
    return out;
  }

  private repository(): Promise<Repository> {
    return (this.opened ??= openRepository(this.top));
  }

  paths(): string[] {
    const found: string[] = [];
    const walk = (folder: string): void => {
      for (const entry of readdirSync(join(this.top, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && entry.name !== '.git' && entry.name !== '.countersign') walk(path);
        else if (entry.isFile() && /\.(ts|py)$/.test(entry.name)) found.push(path);
      }
    };
    walk('');
    return found.sort();
  }

  read(path: string): string {
    return readFileSync(join(this.top, path), 'latin1');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.top, path), text, 'latin1');
  }

  move(from: string, to: string): void {
    mkdirSync(dirname(join(this.top, to)), { recursive: true });
    if (this.try('mv', from, to).code !== 0) renameSync(join(this.top, from), join(this.top, to));
  }

  journal(path: string, text: string, claims: readonly (Claim | undefined)[]): void {
    appendLive(join(this.top, '.git'), liveState(path, text, claims));
  }

  isDirty(): boolean {
    return this.must('status', '--porcelain', '-uall') !== '';
  }

  branch(): string {
    return this.must('rev-parse', '--abbrev-ref', 'HEAD');
  }

  branches(): string[] {
    return this.refs('refs/heads');
  }

  remotes(): string[] {
    return this.refs('refs/remotes').filter((name) => name !== 'origin/HEAD' && name !== 'origin');
  }

  private refs(under: string): string[] {
    return this.must('for-each-ref', '--format=%(refname:lstrip=2)', under)
      .split('\n')
      .filter((name) => name !== '');
  }

  head(): string {
    return this.must('rev-parse', 'HEAD');
  }

  committed(): string[] {
    return [this.try('grep', '-h', '-e', '', 'HEAD', '--', '*.ts', '*.py').out];
  }

  /** The text files of HEAD that differ from what was compared last, by the function that `blame --rev HEAD` calls. */
  async blame(): Promise<Blamed[]> {
    const repository = await this.repository();
    const records = this.try('rev-parse', '-q', '--verify', 'HEAD:.countersign/v1/provenance').out;
    const changed: Blamed[] = [];
    for (const line of this.must('ls-tree', '-r', 'HEAD').split('\n')) {
      const [entry = '', path = ''] = line.split('\t');
      if (!/\.(ts|py)$/.test(path)) continue;
      const on = `${records} ${entry}`;
      if (this.said.get(path)?.on === on) continue;
      const { lines, text, problems } = await blameFile(repository, this.top, path, 'HEAD');
      if (problems.length > 0) throw new Error(`blame says ${JSON.stringify(problems)}`);
      const blamed = {
        path,
        text: text.map((each) => `${each}\n`).join(''),
        origins: lines.map(({ origin }) => origin),
      };
      this.said.set(path, { on, blamed });
      changed.push(blamed);
    }
    return changed;
  }

  hookRuns(): boolean {
    return !existsSync(join(this.top, '.git', 'rebase-merge'));
  }

  /** What the hook before a commit does. */
  private async stage(): Promise<void> {
    if (this.records) await stageRecord(await this.repository(), RECORDER);
  }

  async git(operation: GitOperation): Promise<Outcome> {
    switch (operation.kind) {
      case 'commit':
        return this.commit(operation);
      case 'branch':
        return this.told(this.try('switch', '-q', '-c', operation.name));
      case 'switch':
        return this.told(this.try('switch', '-q', operation.name.replace(/^origin\//, '')));
      case 'merge':
        return this.stops(this.try('merge', '-q', '--no-edit', operation.from));
      case 'squash': {
        const outcome = this.stops(this.try('merge', '-q', '--squash', operation.from));
        return outcome.kind === 'done' ? this.commitStaged() : outcome;
      }
      case 'rebase':
        return this.stops(
          this.try('rebase', '-q', '-i', ...(operation.autosquash ? ['--autosquash'] : []), operation.onto),
        );
      case 'pick':
        return this.stops(this.try('cherry-pick', `${operation.from}~${operation.back}`));
      case 'revert':
        // The start itself holds the policy.
        if (this.try('rev-parse', '-q', '--verify', `HEAD~${operation.back + 1}`).code !== 0) return NOTHING;
        return this.stops(this.try('revert', '--no-edit', `HEAD~${operation.back}`));
      case 'stash':
        return this.isDirty() ? this.told(this.try('stash', 'push', '-q', '-u')) : NOTHING;
      case 'pop':
        return this.isDirty() || this.try('rev-parse', '-q', '--verify', 'stash').code !== 0
          ? NOTHING
          : this.stops(this.try('stash', 'pop', '-q'));
      case 'continue':
        return this.goOn();
      case 'abort':
        return this.abort();
      case 'reset':
        return this.told(this.try('reset', '-q', `--${operation.mode}`, operation.to));
      case 'fetch':
        return this.told(this.try('fetch', '-q', '--prune', 'origin'));
      case 'push': {
        const branch = this.branch();
        return this.told(this.try('push', '-q', ...(branch === 'main' ? [] : ['--force']), 'origin', branch));
      }
      case 'prune':
        return this.prune();
    }
  }

  private told({ code }: { code: number }): Outcome {
    return code === 0 ? DONE : NOTHING;
  }

  private async commit({ amend = false, only, message }: GitOperation & { kind: 'commit' }): Promise<Outcome> {
    if (only !== undefined) {
      // The hook sees an index with this path alone, and `settle` puts the record into the real one.
      const index = join(this.top, '.git', 'only-index');
      const repository = await openRepository(this.top);
      const env = { ...repository.env, GIT_INDEX_FILE: index };
      if (this.try('diff', '--quiet', 'HEAD', '--', only).code === 0) return NOTHING;
      const own = (...args: readonly string[]): string =>
        execFileSync('git', [...args], { cwd: this.top, env: { ...CLEAN, GIT_INDEX_FILE: index }, encoding: 'latin1' });
      own('read-tree', 'HEAD');
      own('add', only);
      await stageRecord({ ...repository, env }, RECORDER);
      const date = `${++this.clock.now} +0000`;
      const tree = own('write-tree').trim();
      const made = execFileSync('git', ['commit-tree', tree, '-p', 'HEAD', '-m', `Change ${only}`], {
        cwd: this.top,
        env: { ...CLEAN, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
        encoding: 'latin1',
      });
      this.must('update-ref', 'HEAD', made.trim());
      this.must('add', only);
      rmSync(index, { force: true });
      await settleRecords(repository);
      return DONE;
    }
    if (!this.isDirty()) return NOTHING;
    const isFirst = this.try('rev-parse', '-q', '--verify', 'HEAD~1').code !== 0;
    if (amend && isFirst) return NOTHING;
    this.must('add', '-A');
    await this.stage();
    if (amend) return this.told(this.try('commit', '-q', '--amend', '--no-edit', '--allow-empty'));
    const subject = message === 'fixup! ' ? ['--fixup=HEAD'] : ['-m', `Change ${this.clock.now}`];
    return this.told(this.try('commit', '-q', ...subject));
  }

  private async commitStaged(): Promise<Outcome> {
    await this.stage();
    const isEmpty = this.try('diff', '--cached', '--quiet', 'HEAD').code === 0;
    if (isEmpty && !existsSync(join(this.top, '.git', 'MERGE_HEAD'))) {
      rmSync(join(this.top, '.git', 'SQUASH_MSG'), { force: true });
      return NOTHING;
    }
    return this.told(this.try('commit', '-q', '--no-edit', '--allow-empty-message'));
  }

  /** What became of an operation that may stop: conflicts, or nothing to commit any more. */
  private stops({ code }: { code: number }): Outcome {
    if (code === 0) return DONE;
    const names = this.must('-c', 'core.quotePath=false', 'diff', '--name-only', '--diff-filter=U');
    const paths = names.split('\n').filter((name) => name !== '');
    if (paths.length > 0) return { kind: 'conflict', paths: [...new Set(paths)] };
    if (existsSync(join(this.top, '.git', 'rebase-merge'))) return { kind: 'conflict', paths: [] };
    const isOpen = ['CHERRY_PICK_HEAD', 'REVERT_HEAD'].some((name) => existsSync(join(this.top, '.git', name)));
    if (isOpen) this.abort();
    return NOTHING;
  }

  private async goOn(): Promise<Outcome> {
    this.must('add', '-A');
    const isThere = (name: string): boolean => existsSync(join(this.top, '.git', name));
    if (isThere('rebase-merge')) {
      const empty = this.try('diff', '--cached', '--quiet', 'HEAD').code === 0;
      return this.stops(this.try('rebase', empty ? '--skip' : '--continue'));
    }
    for (const [file, command] of [
      ['CHERRY_PICK_HEAD', 'cherry-pick'],
      ['REVERT_HEAD', 'revert'],
    ] as const) {
      if (!isThere(file)) continue;
      await this.stage();
      const empty = this.try('diff', '--cached', '--quiet', 'HEAD').code === 0;
      return this.stops(this.try(command, empty ? '--skip' : '--continue'));
    }
    if (isThere('MERGE_HEAD') || isThere('SQUASH_MSG')) return this.commitStaged();
    // A stash that was popped: its changes stay uncommitted.
    this.must('reset', '-q');
    this.must('stash', 'drop', '-q');
    return DONE;
  }

  private abort(): Outcome {
    for (const command of ['rebase', 'merge', 'cherry-pick', 'revert']) this.try(command, '--abort');
    this.must('reset', '-q', '--hard');
    this.must('clean', '-fdq');
    rmSync(join(this.top, '.git', 'SQUASH_MSG'), { force: true });
    return DONE;
  }

  /** Deletes the records on this branch; each shard keeps a placeholder. */
  private prune(): Outcome {
    const own = this.must('ls-files', '.countersign/v1/provenance').split('\n');
    const records = own.filter((path) => path.endsWith('.prov'));
    if (records.length === 0) return NOTHING;
    this.must('rm', '-q', ...records);
    for (const path of records) {
      const keep = path.replace(/[^/]+$/, '.keep');
      mkdirSync(dirname(join(this.top, keep)), { recursive: true });
      this.write(keep, '');
    }
    this.must('add', '-A');
    return this.told(this.try('commit', '-q', '-m', 'Prune'));
  }
}
