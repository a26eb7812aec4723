/** Signed records: relabelled, foreign, cut, swapped and replayed ones, as somebody with push rights would try them. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GateOutcome } from '../../../../src/node/gate';
import { recorderState, setUpRecorder } from '../../../../src/node/recorder';
import { readRecorder, recorderFile } from '../../../../src/node/recorderFile';
import { signerWith } from '../../../../src/node/recorderKey';
import { certify } from '../../signing/sshTools';
import type { Person, TestRepository } from '../../../support/repository';
import { AI, HUMAN, person, policyText } from '../../../support/repository';
import { BASE, BLOCK, FILE, ana, bo, commitRecorded, cy, gate, plant, sign, start, withBlock } from './trial';

const BY_HAND = [undefined, undefined, undefined, undefined, HUMAN, HUMAN, HUMAN, HUMAN];
const RECORDERS = 'recorder.v1@countersign.dev';

/** Keys that may certify recorders and do nothing else, beside ana's that signs off. */
function listed(...people: readonly Person[]): string {
  const key = ({ publicKey }: Person): string => publicKey.split(' ').slice(0, 2).join(' ');
  return [
    `${ana.email} ${key(ana)}`,
    ...people.map((who) => `${who.email} namespaces="${RECORDERS}" ${key(who)}`),
    '',
  ].join('\n');
}

describe('signed records', function () {
  this.timeout(120_000);
  const homes: string[] = [];
  const before = process.env['XDG_CONFIG_HOME'];

  /** Another machine: none of the recorders' keys of the last one are there. */
  function machine(): string {
    const home = mkdtempSync(join(tmpdir(), 'countersign-home-'));
    homes.push(home);
    process.env['XDG_CONFIG_HOME'] = home;
    return home;
  }

  beforeEach(() => void machine());
  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
    else process.env['XDG_CONFIG_HOME'] = before;
  });
  after(() => homes.forEach((home) => rmSync(home, { recursive: true, force: true })));

  /** A base that asks for signed records and knows these keys, and bo on a branch. */
  function asking(signers = listed(bo, cy), more: Readonly<Record<string, unknown>> = {}): TestRepository {
    const repo = start();
    repo.as(ana).git('switch', '-q', 'main');
    repo.write('.countersign/policy.jsonc', policyText([ana], { requireSignedRecords: true, ...more }));
    repo.write('.countersign/allowed_signers', signers).commit('Ask for signed records');
    repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
    return repo;
  }

  async function recorderOf(repo: TestRepository, who: Person, days = 365): Promise<void> {
    await setUpRecorder(await repo.as(who).open(), { keyFile: `${who.key}.pub`, days });
  }

  async function typed(repo: TestRepository, message = 'Type discounts'): Promise<void> {
    await repo.save(FILE, BASE + BLOCK, BY_HAND);
    await commitRecorded(repo, message);
  }

  /** Origin, status and reason of the added block. */
  function added(outcome: GateOutcome): { origin: string; status: string; reason: string } {
    const found = outcome.report?.hunks.find(({ path, side }) => path === FILE && side === 'added');
    assert.ok(found !== undefined, JSON.stringify(outcome));
    const { origin, status, reason } = found;
    return { origin, status, reason };
  }

  async function refused(repo: TestRepository, reason: RegExp): Promise<void> {
    const outcome = await gate(repo);
    const { origin, status, reason: told } = added(outcome);
    assert.deepEqual([outcome.exit, origin, status], [1, 'unknown', 'missing'], told);
    assert.match(told, reason);
  }

  const recordPath = (repo: TestRepository): string => repo.git('ls-files', '*.prov').split('\n')[0] ?? '';

  /** Puts other bytes in the place of the only record, under the name that they have. */
  function replaceRecord(repo: TestRepository, change: (bytes: string) => string, message = 'Edit'): void {
    const path = recordPath(repo);
    const bytes = change(repo.read(path));
    repo.git('rm', '-q', path);
    plant(repo, 'provenance', bytes);
    repo.commit(message);
  }

  it('signed by the author’s recorder: what it says counts, and the key is nowhere in the repository', async () => {
    const repo = asking();
    await recorderOf(repo, bo);
    await typed(repo);
    assert.match(repo.read(recordPath(repo)), /\n\{"signature":\{"principal":"bo@example.com"/);
    const outcome = await gate(repo);
    assert.deepEqual([outcome.exit, added(outcome).origin], [0, 'human']);
    const secret = recorderFile(bo.email);
    assert.ok(!secret.startsWith(repo.top) && readdirSync(join(secret, '..')).length === 1);
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('not signed: human is unknown, and the reason names the record and the next step', async () => {
    const repo = asking();
    await typed(repo);
    await refused(
      repo,
      /record [0-9a-f]{12} makes no line weaker than unknown, since it is not signed .*countersign recorder/,
    );
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('without the policy’s switch neither a signature nor its absence, nor a broken one, changes anything', async () => {
    const repo = start();
    await typed(repo);
    assert.deepEqual([(await gate(repo)).exit, added(await gate(repo)).origin], [0, 'human']);
    replaceRecord(repo, (bytes) => `${bytes}{"signature":{"sig":"AAAA"}}\n`);
    assert.deepEqual([(await gate(repo)).exit, added(await gate(repo)).origin], [0, 'human']);
  });

  it('the switch in the change itself is not asked: the base’s policy judges', async () => {
    const repo = asking();
    await typed(repo);
    repo.write('.countersign/policy.jsonc', policyText([ana], { requireSignedRecords: false })).commit('Relax');
    await refused(repo, /not signed/);
  });

  it('an AI’s lines in an unsigned record, or one whose signature was broken, are still an AI’s', async () => {
    const repo = asking();
    await withBlock(repo);
    assert.equal(added(await gate(repo)).origin, 'ai');
    const signed = asking();
    await recorderOf(signed, bo);
    await withBlock(signed);
    replaceRecord(signed, (bytes) => bytes.replace('"sig":"U1', '"sig":"V1'));
    assert.equal(added(await gate(signed)).origin, 'ai');
  });

  it('relabelled from ai to human under a new name: the signature is of other bytes', async () => {
    const repo = asking();
    await recorderOf(repo, bo);
    await withBlock(repo);
    replaceRecord(repo, (bytes) =>
      bytes
        .replace('"origin":"ai","via":"completion"', '"origin":"human","via":"typing"')
        .replace(/,"actor":\{[^}]*\}/, ''),
    );
    await refused(repo, /its signature does not belong to it/);
  });

  it('foreign: another author’s recorder signs a record in bo’s name', async () => {
    const repo = asking();
    await recorderOf(repo, cy);
    await repo.as(cy).save(FILE, BASE + BLOCK, BY_HAND);
    // cy's own tool puts bo's name into the header and signs that with cy's key.
    const key = recorderFile(cy.email);
    copyFileSync(key, recorderFile(bo.email));
    await commitRecorded(repo.as(bo), 'Type discounts');
    await refused(repo, /it names bo@example\.com, and cy@example\.com's recorder signed it/);
  });

  it('foreign: certified by a key that the base does not list, or that is another person’s', async () => {
    const stranger = person('bo');
    const unlisted = asking();
    await recorderOf(unlisted, stranger);
    await typed(unlisted);
    await refused(unlisted, /does not stand in the base's allowed_signers/);
    machine();
    const other = asking();
    await setUpRecorder(await other.as(bo).open(), { keyFile: `${cy.key}.pub` });
    await typed(other);
    await refused(other, /is not bo@example\.com's/);
  });

  it('a key listed for sign-offs alone certifies nobody, and one listed for recorders signs nothing off', async () => {
    const signoffs = listed().replace(ana.email, `${ana.email} namespaces="signoff.v1@countersign.dev"`);
    const only = `${signoffs}${bo.email} namespaces="signoff.v1@countersign.dev" ${bo.publicKey}\n`;
    const repo = asking(only);
    await recorderOf(repo, bo);
    await typed(repo);
    await refused(repo, /may not sign for recorder\.v1@countersign\.dev/);
    machine();
    const people = [
      { id: 'ana', emails: [ana.email], level: 'senior' },
      { id: 'cy', emails: [cy.email], level: 'senior' },
    ];
    const reviewer = asking(listed(bo, cy), { people });
    await withBlock(reviewer);
    await sign(reviewer, cy);
    const outcome = await gate(reviewer);
    assert.equal(outcome.exit, 1);
    assert.equal(outcome.report?.hunks.flatMap(({ signoffs: each }) => each.map(({ code }) => code))[0], 'namespace');
  });

  it('cut: a file taken out of it, with the signature kept', async () => {
    const repo = asking();
    await recorderOf(repo, bo);
    await repo.save(FILE, BASE + BLOCK, BY_HAND);
    await repo.save('src/other.js', `${BASE}export const rate = computeTheRate();\n`, [
      undefined,
      undefined,
      undefined,
      undefined,
      HUMAN,
    ]);
    await commitRecorded(repo, 'Two files');
    assert.equal((await gate(repo)).exit, 0);
    replaceRecord(repo, (bytes) => {
      const lines = bytes.split('\n');
      const second = lines.findIndex((line, index) => index > 1 && line.startsWith('{"file"'));
      return [...lines.slice(0, 1), ...lines.slice(second)].join('\n');
    });
    await refused(repo, /its signature does not belong to it/);
  });

  it('swapped and replayed: the signature of one record under another, and a certification under another key', async () => {
    const repo = asking();
    await recorderOf(repo, bo);
    await repo.save('src/other.js', `${BASE}export const rate = computeTheRate();\n`, [
      undefined,
      undefined,
      undefined,
      undefined,
      HUMAN,
    ]);
    await commitRecorded(repo, 'An honest one');
    const honest = repo.read(recordPath(repo)).trimEnd().split('\n').at(-1) ?? '';
    const secret = recorderFile(bo.email);
    rmSync(secret);
    await typed(repo);
    const forged =
      repo
        .git('ls-files', '*.prov')
        .split('\n')
        .find((path) => repo.read(path).includes(`"${FILE}"`)) ?? '';
    const bytes = repo.read(forged);
    repo.git('rm', '-q', forged);
    const replayed = plant(repo, 'provenance', `${bytes}${honest}\n`);
    repo.commit('Sign it with what is there');
    await refused(repo, /its signature does not belong to it/);
    // A recorder of cy's own, with bo's certification of bo's recorder put beside it.
    const parts = (JSON.parse(honest) as { signature: Record<string, string> }).signature;
    await recorderOf(repo, cy);
    const own = readRecorder(cy.email);
    assert.ok(own !== undefined);
    const { principal = '', until = '', certificate = '' } = parts;
    const signed = signerWith({ ...own, principal, until, certificate })?.sign(bytes) ?? '';
    repo.git('rm', '-q', replayed);
    plant(repo, 'provenance', signed);
    repo.as(bo).commit('With a certification that is good for another key');
    await refused(repo, /the certification of its recorder's key does not belong to that key/);
  });

  it('a certification stretched by hand, one that has ended, a revoked recorder, a revoked or expired SSH key', async () => {
    const stretched = asking();
    await recorderOf(stretched, bo, 1);
    await typed(stretched);
    assert.equal((await gate(stretched)).exit, 0);
    const late = await gate(stretched, { now: Date.now() + 2 * 86_400_000 });
    assert.equal(added(late).origin, 'unknown');
    assert.match(added(late).reason, /was certified until \d{4}-/);
    replaceRecord(stretched, (bytes) => bytes.replace(/"until":"\d{4}/, '"until":"2999'));
    await refused(stretched, /the certification of its recorder's key does not belong to that key/);
    for (const key of ['recorder', 'author'] as const) {
      machine();
      const repo = asking();
      await setUpRecorder(await repo.as(bo).open(), { keyFile: `${bo.key}.pub` });
      const state = await recorderState(await repo.open());
      const revoked = key === 'author' ? bo.publicKey : (state.key?.publicKey ?? '');
      repo.as(ana).git('switch', '-q', 'main');
      repo.write('.countersign/revoked_keys', `${revoked}\n`).commit('Revoke');
      repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
      await typed(repo);
      await refused(repo, key === 'author' ? /certified its recorder is revoked/ : /its recorder's key is revoked/);
    }
    machine();
    const line = listed(bo).replace('namespaces="', 'valid-before="20200101Z",namespaces="');
    const expired = asking(line);
    await recorderOf(expired, bo);
    await typed(expired);
    await refused(expired, /has expired/);
  });

  it('certified with an SSH certificate: of an authority that is listed for the author, and in its time', async () => {
    const [authority, other] = [person('authority'), person('other')];
    const blob = authority.publicKey.split(' ').slice(0, 2).join(' ');
    const line = `${bo.email} cert-authority,namespaces="${RECORDERS}" ${blob}\n`;
    const judge = async (by: Person, principals: string, ...options: string[]): Promise<string> => {
      machine();
      const own = person('bo');
      const certificate = certify(by.key, `${own.key}.pub`, principals, '-O', 'clear', ...options);
      const repo = asking(listed() + line);
      await setUpRecorder(await repo.open(), { keyFile: certificate });
      await typed(repo);
      const { origin, reason } = added(await gate(repo));
      return `${origin} ${/its recorder ([^(]*) \(/.exec(reason)?.[1] ?? ''}`.trim();
    };
    assert.equal(await judge(authority, bo.email), 'human');
    assert.match(await judge(authority, cy.email), /^unknown is not bo@example\.com's/);
    assert.match(await judge(authority, bo.email, '-V', '20200101:20200201'), /^unknown has expired/);
    assert.match(await judge(other, bo.email), /^unknown does not stand in the base's allowed_signers/);
  });

  it('a squash and a rebase by somebody else keep it: the file stays as it is', async () => {
    const repo = asking();
    await recorderOf(repo, bo);
    await typed(repo);
    const path = recordPath(repo);
    const bytes = repo.read(path);
    repo.git('switch', '-q', 'main');
    repo.write('README.md', '# A shop\n').commit('Elsewhere');
    machine();
    repo.as(cy).git('switch', '-q', 'feature');
    repo.git('rebase', '-q', 'main');
    assert.equal(repo.read(path), bytes);
    assert.equal(added(await gate(repo)).origin, 'human');
    repo.git('switch', '-q', '-c', 'squashed', 'main');
    repo.git('merge', '-q', '--squash', 'feature');
    repo.git('commit', '-q', '-m', 'Squashed');
    assert.equal(added(await gate(repo)).origin, 'human');
  });

  it('an unsigned record that says a copy was renamed from what cy signed makes nothing human', async () => {
    const repo = asking();
    await recorderOf(repo, cy);
    await typed(repo);
    const copy = 'deploy/run.js';
    const copied = async (): Promise<unknown[]> => {
      const outcome = await gate(repo);
      const found = outcome.report?.hunks.find(({ path }) => path === copy);
      return [outcome.exit, found?.origin, found?.status];
    };
    repo.as(bo).write(copy, BLOCK).commit('Copy');
    assert.deepEqual(await copied(), [1, 'unknown', 'missing']);
    const head = repo.read(recordPath(repo)).split('\n')[0] ?? '';
    plant(repo, 'provenance', `${head}\n${JSON.stringify({ file: copy, blob: null, was: FILE })}\n`);
    repo.commit('Link');
    assert.deepEqual(await copied(), [1, 'unknown', 'missing']);
  });

  it('a rename that cy’s recorder signed carries what is signed under the old name, at any distance', async () => {
    const repo = asking();
    await recorderOf(repo, cy);
    await repo.save('src/one.js', BLOCK, [HUMAN, HUMAN, HUMAN, HUMAN]);
    await commitRecorded(repo, 'Type it');
    for (const [from, to] of [
      ['src/one.js', 'src/two.js'],
      ['src/two.js', 'src/three.js'],
    ] as const) {
      repo.git('mv', from, to);
      await commitRecorded(repo, 'Rename');
    }
    const outcome = await gate(repo);
    assert.deepEqual(
      [outcome.exit, outcome.report?.hunks.map(({ path, origin }) => `${path} ${origin}`)],
      [0, ['src/three.js human']],
    );
  });

  it('an unsigned rename neither takes away what is signed and adrift, nor hides an AI’s lines', async () => {
    for (const [source, origin] of [
      [HUMAN, 'human'],
      [AI, 'ai'],
    ] as const) {
      const repo = asking();
      await recorderOf(repo, cy);
      await repo.save('src/one.js', BLOCK, [source, source, source, source]);
      await commitRecorded(repo, 'Write it');
      const head = repo.read(recordPath(repo)).split('\n')[0] ?? '';
      repo.as(bo).git('mv', 'src/one.js', 'src/two.js');
      plant(repo, 'provenance', `${head}\n${JSON.stringify({ file: 'src/two.js', blob: null, was: 'src/one.js' })}\n`);
      repo.commit('Rename');
      const { report } = await gate(repo);
      assert.deepEqual(
        report?.hunks.map((each) => each.origin),
        [origin],
      );
    }
  });

  it('a record in a senior’s name that nobody signed does not make a program’s commit hers', async () => {
    const people = [{ id: 'ana', emails: [ana.email], level: 'senior' }];
    const repo = asking(listed(bo), { people });
    await typed(repo, 'By a program');
    replaceRecord(repo, (bytes) => bytes.replace('"author":"bo@example.com"', '"author":"ana@example.com"'));
    repo.git('reset', '-q', '--soft', 'main');
    repo.git('-c', 'user.email=helper[bot]@example.com', 'commit', '-q', '-m', 'Improve');
    const found = (await gate(repo)).report?.hunks.find(({ path }) => path === FILE);
    assert.deepEqual([found?.origin, found?.level, found?.status], ['unknown', 'junior', 'missing']);
  });
});
