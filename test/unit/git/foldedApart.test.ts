/** Git never takes a record that is folded away for one that is added: no operation on history finds a conflict in the sidecar. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { Source } from '../../../src/core/model/origin';
import type { ProvenanceRecord, RecordedFile, RecordedHunk } from '../../../src/core/model/record';
import { foldedRecord, mayFold } from '../../../src/core/sidecar/foldRecords';
import { SPLIT_BYTES } from '../../../src/core/sidecar/limits';
import { storePath } from '../../../src/core/sidecar/paths';
import { encodeRecord, parseRecord } from '../../../src/core/sidecar/recordFormat';
import { nodeHash } from '../../../src/node/hash';
import { recordBytes } from '../../../src/node/recordBytes';
import { setUpRecorder } from '../../../src/node/recorder';
import type { RecordSigner } from '../../../src/node/recorderFile';
import { recordSigner } from '../../../src/node/recorderKey';
import type { Person } from '../../support/repository';
import { TestRepository } from '../../support/repository';
import '../../support/propertySeed';
import { bo, hooked, rebaseWith, records, text } from './hooked';

/** As a forge hands it out, only longer. */
const someone: Person = {
  ...bo,
  email: `12345678+${'somebody-with-a-long-name-'.repeat(5)}@users.noreply.example.com`,
};
const AGENT: Source = {
  origin: 'ai',
  via: 'agent',
  evidence: 'reported',
  actor: { tool: 'claude-code', model: 'claude-sonnet-4', session: '0b7f3c1e-77aa-4a7e-9b52-3f1a5f0e7c11' },
};
const SAME = Array.from({ length: 40 }, (_, index) => `same${index}`);

type Change = (repo: TestRepository, index: number) => Promise<unknown>;

const agentLine: Change = (repo, index) => repo.save(`n${index}.js`, text(`word${index}`), [AGENT]);
/** The lines of the first commit again, and one more. */
const copy: Change = (repo, index) =>
  repo.save(
    `n${index}.js`,
    text(...SAME, `word${index}`),
    [...SAME, ''].map(() => AGENT),
  );
const move: Change = (repo, index) => Promise.resolve(repo.git('mv', `m${index}.js`, `moved${index}.js`));

describe('folded records', () => {
  const home = mkdtempSync(join(tmpdir(), 'countersign-home-'));
  const before = process.env['XDG_CONFIG_HOME'];

  beforeEach(() => void (process.env['XDG_CONFIG_HOME'] = join(home, 'none')));
  after(() => {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
    else process.env['XDG_CONFIG_HOME'] = before;
    rmSync(home, { recursive: true, force: true });
  });

  /** With the recorder's key of this test where there is one, which `repo.git` does not see. */
  function commit(repo: TestRepository, message: string): void {
    repo.git('add', '-A');
    const env = { ...process.env, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['commit', '-q', '-m', message], { cwd: repo.top, env, stdio: 'pipe' });
  }

  async function certify(repo: TestRepository): Promise<void> {
    process.env['XDG_CONFIG_HOME'] = home;
    await setUpRecorder(await repo.open(), { keyFile: `${bo.key}.pub` });
  }

  const cases: readonly [string, Change, boolean][] = [
    ['an agent’s lines', agentLine, false],
    ['an agent’s lines, signed', agentLine, true],
    ['the same lines again', copy, false],
    ['renames', move, false],
  ];
  for (const [what, change, isSigned] of cases) {
    it(`of ${what} are picked, moved, dropped and merged without a conflict`, async () => {
      const repo = await hooked(someone);
      repo.git('switch', '-q', 'main');
      for (let index = 0; index < 6; index++) repo.write(`m${index}.js`, text(`old${index}`, `older${index}`));
      repo.git('add', '-A');
      repo.git('commit', '-q', '-n', '-m', 'Files');
      repo.git('switch', '-q', '-C', 'feature');
      if (isSigned) await certify(repo);
      for (let index = 0; index < 4; index++) {
        await change(repo, index);
        commit(repo, `Commit ${index}`);
      }
      assert.equal(records(repo).length, 2);
      for (const revision of ['feature~1', 'feature'])
        assert.equal(
          repo.git('diff', '-M30%', '--diff-filter=R', '--name-only', `${revision}~1`, revision, '--', '.countersign'),
          '',
        );
      repo.git('switch', '-q', '-C', 'stacked', 'feature~2');
      for (const index of [4, 5]) {
        await change(repo, index);
        commit(repo, `Beside ${index}`);
      }
      repo.git('merge', '-q', '--no-edit', 'feature');
      for (const picked of ['feature~1', 'feature']) {
        repo.git('switch', '-q', '-C', 'picked', 'main');
        repo.git('cherry-pick', picked);
        // Of one branch onto another, which has folded the same ones.
        repo.git('switch', '-q', '-C', 'picked', 'stacked~1');
        if (picked === 'feature~1') repo.git('cherry-pick', picked);
      }
      repo.git('switch', '-q', '-C', 'onto', 'feature');
      repo.git('rebase', '-q', '--onto', 'main', 'HEAD~1');
      for (const script of ['1d', '2d', '1{h;d};4{G}', '1{h;d};2{H;d};3{H;d};4{G}']) {
        repo.git('switch', '-q', '-C', 'rewritten', 'feature');
        rebaseWith(repo, script, 'main');
      }
      repo.git('revert', '--no-edit', 'HEAD~2..HEAD');
    });
  }

  it('of 20 commits by an agent, signed, for a long address: two are left', async () => {
    const repo = await hooked(someone);
    await certify(repo);
    for (let index = 0; index < 20; index++) {
      await agentLine(repo, index);
      commit(repo, `Commit ${index}`);
    }
    const left = records(repo);
    assert.ok(left.length <= 2, String(left.length));
    for (const path of left) assert.match(repo.read(path), /^\{"signature":/m);
  });

  it('share less than half with any other record, and less than 30 % with those that come in their place', async function () {
    this.timeout(120_000);
    const repo = new TestRepository().as(someone);
    await certify(repo);
    const signer = recordSigner(someone.email);
    assert.ok(signer !== undefined);
    fc.assert(
      fc.property(chains, fc.boolean(), (changes, isSigned) => {
        const states = foldAll(changes, isSigned ? signer : undefined);
        const all = new Map(states.flatMap(({ files }) => [...files]));
        // What can't be folded stays, so no commit of ours deletes it.
        const foldable = [...all].filter(([path, bytes]) => isFoldable(path, bytes));
        const alone = foldable.map((each) => new Map([each]));
        const others = foldable.map(([path]) => new Map([...all].filter(([other]) => other !== path)));
        const trees = importTrees(repo, [...states.map(({ files }) => files), ...alone, ...others]);
        const renames = (share: string, pairs: readonly string[]): string =>
          execFileSync('git', ['diff-tree', '--stdin', '-r', `-M${share}`, '-l0', '--diff-filter=R', '--raw'], {
            cwd: repo.top,
            input: `${pairs.join('\n')}\n`,
            encoding: 'utf8',
          }).replace(/^[0-9a-f]{40} [0-9a-f]{40}\n|^\n/gm, '');
        const commits = states.flatMap(({ from, isLarge }, to) =>
          from === undefined || isLarge ? [] : [`${trees[from]} ${trees[to]}`],
        );
        assert.equal(renames('30%', commits), '');
        const first = states.length;
        const each = alone.map((_, index) => `${trees[first + index]} ${trees[first + alone.length + index]}`);
        assert.equal(renames('50%', each), '');
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

interface State {
  readonly files: ReadonlyMap<string, string>;
  /** The state before the commit that made it. */
  readonly from: number | undefined;
  /** A record that it adds is too near the largest size to be padded so much. */
  readonly isLarge: boolean;
}

/** The sidecar after each commit of a branch, and of two that leave it half way, each of which folds what it can. */
function foldAll(changes: readonly ProvenanceRecord[], signer: RecordSigner | undefined): State[] {
  const states: State[] = [];
  const go = (start: number | undefined, more: readonly ProvenanceRecord[]): void => {
    let from = start;
    for (const change of more) {
      const files = new Map(from === undefined ? [] : states[from]?.files);
      const found = [...files].flatMap(([path, bytes]) => {
        const read = parseRecord(bytes, path);
        return read.ok && isFoldable(path, bytes) ? [{ path, record: read.value }] : [];
      });
      const [first] = found;
      const folded =
        first &&
        foldedRecord(
          found.map(({ record }) => record),
          first.record,
        );
      const isFolding = found.length > 1 && folded !== undefined && encodeRecord(folded).length <= SPLIT_BYTES;
      const added = isFolding ? [folded, change] : [change];
      if (isFolding) for (const { path } of found) files.delete(path);
      for (const record of added) {
        const bytes = recordBytes(record, signer, isFolding);
        files.set(storePath('provenance', nodeHash.sha256(bytes)), bytes);
      }
      const isLarge = added.some((record) => encodeRecord(record).length > SPLIT_BYTES / 4);
      from = states.push({ files, from, isLarge }) - 1;
    }
  };
  const half = Math.ceil(changes.length / 2);
  go(undefined, changes.slice(0, half));
  go(half - 1, changes.slice(half));
  go(half - 1, changes.slice(half).reverse());
  return states;
}

function isFoldable(path: string, bytes: string): boolean {
  const read = parseRecord(bytes, path);
  return read.ok && mayFold(bytes, read.value);
}

/** Writes trees of these files. Gives their ids. */
function importTrees(repo: TestRepository, states: readonly ReadonlyMap<string, string>[]): string[] {
  const input = states.flatMap((files, index) => [
    `commit refs/heads/state${index}\ncommitter bo <bo@example.com> 0 +0000\ndata 0\n`,
    ...[...files].map(([path, bytes]) => `M 100644 inline ${path}\ndata ${bytes.length}\n${bytes}\n`),
  ]);
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: repo.top,
    input: Buffer.from(input.join(''), 'latin1'),
  });
  return repo.git('rev-parse', ...states.map((_, index) => `state${index}^{tree}`)).split('\n');
}

const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '0', '1', '2', '-');
const short = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: letter, minLength: 1, maxLength, size: 'max' });
const actor = fc.record(
  { tool: short(30), version: short(10), model: short(200), session: fc.oneof(fc.uuid(), short(200)) },
  { requiredKeys: [] },
);
/** Lines whose hashes are told by their number, so that changes share some. */
const hunk = (who: RecordedHunk['actor']): fc.Arbitrary<RecordedHunk> =>
  fc
    .record({
      from: fc.nat(50),
      count: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 800 })),
      start: fc.nat(999),
    })
    .map(({ from, count, start }) => ({
      side: 'added',
      start,
      origin: 'ai',
      via: 'agent',
      evidence: 'reported',
      ...(who === undefined ? {} : { actor: who }),
      before: [],
      after: [],
      lines: Array.from({ length: count }, (_, index) => {
        const exact = nodeHash.sha256(`line ${from + index}`).slice(0, 16);
        return { exact, loose: exact, counts: { ai: (from + index) % 40 } };
      }),
    }));
const file = (who: RecordedHunk['actor']): fc.Arbitrary<RecordedFile> =>
  fc.record({
    path: fc.oneof(fc.constant('a.js'), short(300)),
    blob: fc.nat().map((seed) => nodeHash.sha256(String(seed)).slice(0, 40)),
    hunks: fc.array(hunk(who), { maxLength: 3 }),
  });
/** Changes one after the other: mostly of one session, so that they differ as little as they ever do. */
const chains: fc.Arbitrary<ProvenanceRecord[]> = fc
  .record({ who: fc.option(actor, { nil: undefined }), author: short(300), repo: short(200) })
  .chain(({ who, author, repo }) =>
    fc.array(
      fc.record({
        repo: fc.constant(repo),
        author: fc.constant(`${author}@example.com`),
        recorder: fc.constant({ id: 'countersign', version: '1.0.0' }),
        base: fc.nat().map((seed) => nodeHash.sha256(String(seed)).slice(0, 40)),
        files: fc.array(file(who), { minLength: 1, maxLength: 2 }),
      }),
      { minLength: 4, maxLength: 8 },
    ),
  );
