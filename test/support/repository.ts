/** Real repositories for tests: git in a temporary folder, people with keys, commits as anyone. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Source } from '../../src/core/model/origin';
import type { LiveFile } from '../../src/core/model/live';
import { contentDigest } from '../../src/core/sidecar/lineHash';
import { buildHunks } from '../../src/core/attribution/buildHunks';
import { fileLines } from '../../src/core/attribution/fileLines';
import { hashesOf } from '../../src/core/attribution/recordFile';
import { countInk } from '../../src/core/text/lines';
import { appendLive } from '../../src/node/journal';
import { nodeHash } from '../../src/node/hash';
import { openRepository } from '../../src/node/repository';
import type { Repository } from '../../src/node/repository';

const root = mkdtempSync(join(tmpdir(), 'countersign-test-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

const TEST_ENV: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('GIT_'))),
  GIT_CONFIG_GLOBAL: join(root, 'gitconfig'),
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C',
};

export interface Person {
  readonly id: string;
  readonly email: string;
  /** Private key file; the public half is beside it as `.pub`. */
  readonly key: string;
  readonly publicKey: string;
}

// Each commit would start a process that looks whether to tidy up, and finds nothing.
writeFileSync(join(root, 'gitconfig'), '[maintenance]\n\tauto = false\n');

/** Someone with an ed25519 key. */
export function person(id: string, type = 'ed25519', passphrase = ''): Person {
  const folder = mkdtempSync(join(root, `${id}-`));
  const key = join(folder, `id_${type}`);
  const email = `${id}@example.com`;
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', email, '-f', key]);
  return { id, email, key, publicKey: readFileSync(`${key}.pub`, 'utf8').trim() };
}

export const REPO_ID = '7c0e1f6a-0000-4000-8000-000000000001';

/** The rules that `init` writes, for these people. */
export function policyText(seniors: readonly Person[], more: Readonly<Record<string, unknown>> = {}): string {
  const senior = { tier: 'approve', count: 1, level: 'senior' };
  return JSON.stringify({
    version: 1,
    repo: REPO_ID,
    mode: 'enforce',
    targets: ['main'],
    levels: ['junior', 'mid', 'senior', 'principal'],
    others: 'junior',
    people: seniors.map(({ id, email }) => ({ id, emails: [email], level: 'senior', teams: [] })),
    identity: 'asserted',
    atomic: ['**/package-lock.json'],
    rules: [
      { id: 'ai-needs-a-senior', when: { origin: ['ai', 'mixed'], authorBelow: 'senior' }, require: senior },
      {
        id: 'unexplained-needs-a-senior',
        when: { origin: ['paste', 'external', 'unknown'], authorBelow: 'senior' },
        require: senior,
      },
      {
        id: 'said-not-seen',
        when: {
          origin: ['human', 'tool'],
          evidence: ['declared', 'inferred', 'imported', 'none'],
          authorBelow: 'senior',
        },
        require: senior,
      },
      {
        id: 'rules-need-an-owner',
        when: { paths: ['.countersign/policy.jsonc', '.countersign/allowed_signers'] },
        require: senior,
      },
    ],
    ...more,
  });
}

export class TestRepository {
  readonly top: string;
  private who: Person | undefined;

  constructor(top?: string, objectFormat: 'sha1' | 'sha256' = 'sha1') {
    this.top = top ?? mkdtempSync(join(root, 'repo-'));
    if (top === undefined) this.git('init', '-q', '-b', 'main', `--object-format=${objectFormat}`);
  }

  /** A copy of a whole repository, which costs less than making one. */
  static copyOf(top: string): TestRepository {
    const copy = mkdtempSync(join(root, 'copy-'));
    cpSync(top, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    return new TestRepository(copy);
  }

  /** Everything from here on is done by this person. */
  as(who: Person): this {
    this.who = who;
    const set = {
      'user.name': who.id,
      'user.email': who.email,
      'user.signingkey': `${who.key}.pub`,
      'gpg.format': 'ssh',
    };
    // Four processes less, hundreds of times over; a work tree of its own has no such file.
    const file = join(this.top, '.git', 'config');
    const isPlain = Object.values(set).every((value) => /^[\w@./+-]*$/.test(value));
    if (isPlain && existsSync(file)) writeFileSync(file, withSettings(readFileSync(file, 'utf8'), set));
    else for (const [name, value] of Object.entries(set)) this.git('config', name, value);
    return this;
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', [...args], { cwd: this.top, env: TEST_ENV, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  }

  write(path: string, text: string): this {
    mkdirSync(dirname(join(this.top, path)), { recursive: true });
    writeFileSync(join(this.top, path), text);
    return this;
  }

  read(path: string): string {
    return readFileSync(join(this.top, path), 'utf8');
  }

  commit(message: string): string {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.headId() ?? this.git('rev-parse', 'HEAD');
  }

  /** What HEAD names, read as git has just written it; undefined in a work tree of its own. */
  private headId(): string | undefined {
    const folder = join(this.top, '.git');
    if (!existsSync(join(folder, 'HEAD'))) return undefined;
    const ref = /^ref: (.*)\n$/.exec(readFileSync(join(folder, 'HEAD'), 'utf8'))?.[1] ?? 'HEAD';
    return existsSync(join(folder, ref)) ? readFileSync(join(folder, ref), 'utf8').trim() : undefined;
  }

  /** A clone with its own work tree. */
  clone(): TestRepository {
    const top = mkdtempSync(join(root, 'clone-'));
    execFileSync('git', ['clone', '-q', this.top, top], { env: TEST_ENV, stdio: 'pipe' });
    const other = new TestRepository(top);
    if (this.who !== undefined) other.as(this.who);
    return other;
  }

  open(): Promise<Repository> {
    return openRepository(this.top);
  }

  /** Puts a policy and keys on the present branch. */
  adopt(seniors: readonly Person[], more: Readonly<Record<string, unknown>> = {}): this {
    this.write('.countersign/policy.jsonc', policyText(seniors, more));
    this.write(
      '.countersign/allowed_signers',
      seniors.map(({ email, publicKey }) => `${email} ${publicKey.split(' ').slice(0, 2).join(' ')}\n`).join(''),
    );
    return this;
  }

  /**
   * Writes a file and journals who wrote which of its lines, as the editor does when it saves. `sources` has one entry
   * per line of the text; undefined is a line that nothing is known about, or that was there before.
   */
  async save(path: string, text: string, sources: readonly (Source | undefined)[]): Promise<this> {
    this.write(path, text);
    const prepared = fileLines(nodeHash, Buffer.from(text, 'utf8').toString('latin1'));
    const claimed = sources.flatMap((source, line) =>
      source === undefined || source.origin === 'mixed'
        ? []
        : [{ line, source, counts: { [source.origin]: countInk(prepared.lines[line] ?? '') } }],
    );
    const live: LiveFile = {
      path,
      digest: contentDigest(nodeHash, prepared.lines),
      hunks: buildHunks('added', claimed, hashesOf(prepared)),
    };
    appendLive((await this.open()).gitDir, live);
    return this;
  }
}

/** A configuration file's text with these settings in place of what it says of them, as `git config` would leave it. */
function withSettings(text: string, settings: Readonly<Record<string, string>>): string {
  let section = '';
  const kept = text.split('\n').filter((line) => {
    section = /^\[([^\]]*)\]$/.exec(line)?.[1] ?? section;
    const key = /^\t([\w-]+) = /.exec(line)?.[1];
    return key === undefined || !Object.hasOwn(settings, `${section}.${key}`);
  });
  const own = Object.entries(settings).map(([name, value]) => {
    const [part = '', key = ''] = name.split('.');
    return `[${part}]\n\t${key} = ${value}\n`;
  });
  return `${kept.join('\n')}${own.join('')}`;
}

export const AI: Source = {
  origin: 'ai',
  via: 'completion',
  evidence: 'observed',
  actor: { tool: 'assistant', model: 'm-1' },
};
export const HUMAN: Source = { origin: 'human', via: 'typing', evidence: 'observed' };
export const PASTE: Source = { origin: 'paste', via: 'paste', evidence: 'observed' };
