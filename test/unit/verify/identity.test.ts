/** Who a commit speaks for: signed commits, co-authors, forges, bots, automatic merges. Real git, real keys. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { HUMAN, TestRepository, person } from '../../support/repository';
import type { Person } from '../../support/repository';
import { certify } from '../signing/sshTools';
import {
  BASE,
  BLOCK,
  BY_AI,
  FILE,
  ana,
  bo,
  commitRecorded,
  cy,
  dan,
  forge,
  gate,
  hunk,
  refusals,
  sign,
  start,
} from './attacks/trial';

const SIGNED = { identity: 'signed' };
const FORGE = 'noreply@forge.example';
const BOT = '49699333+helper[bot]@users.noreply.forge.example';

/** Commits everything as git does it with `-S`: with the present person's key, or another's. */
function commitSigned(
  repo: TestRepository,
  options: { readonly key?: Person; readonly more?: readonly string[] } = {},
): void {
  repo.git('add', '-A');
  const key = options.key === undefined ? [] : ['-c', `user.signingkey=${options.key.key}`];
  repo.git(...key, 'commit', '-q', '-S', '-m', 'Signed', ...(options.more ?? []));
}

/** Level and author of an unrecorded change. */
async function spoken(repo: TestRepository): Promise<readonly [string, string]> {
  const { report, problems } = await gate(repo);
  const found = report?.hunks.find(({ path }) => path === FILE);
  assert.ok(found !== undefined, JSON.stringify(problems));
  return [found.level, found.author];
}

function changed(more: Readonly<Record<string, unknown>> = SIGNED): TestRepository {
  return start(more, [ana, dan]).write(FILE, BASE + BLOCK);
}

describe('with identity "signed" a commit speaks', () => {
  it('for the listed person whose key signed it', async () => {
    const repo = changed().as(ana);
    commitSigned(repo);
    assert.deepEqual(await spoken(repo), ['senior', ana.email]);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('for that person also where the key has other names: a role that two share is no stranger, and makes nobody both', async () => {
    const rules = [
      { id: 'all', when: { origin: ['unknown'] }, require: { tier: 'approve', count: 1, level: 'senior' } },
    ];
    const repo = new TestRepository().as(ana).adopt([ana, dan], { ...SIGNED, rules });
    const signers = repo.read('.countersign/allowed_signers').replaceAll('.com ', '.com,release@shop.example ');
    repo.write('.countersign/allowed_signers', signers).write(FILE, BASE).commit('Start');
    repo.git('switch', '-q', '-c', 'feature');
    commitSigned(repo.write(FILE, BASE + BLOCK));
    assert.deepEqual(await spoken(repo), ['senior', ana.email]);
    await forge(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
    await forge(repo, dan);
    assert.equal((await gate(repo)).exit, 0);
    commitSigned(repo.write(FILE, BASE), { more: ['--author=release <release@shop.example>'] });
    commitSigned(repo.write(FILE, BASE + BLOCK));
    assert.equal((await spoken(repo))[0], 'junior', 'who commits in the role’s name');
  });

  it('for the person whom a certificate names under another of their addresses, or in other letters', async () => {
    const authority = person('authority');
    const certificate = certify(authority.key, `${cy.key}.pub`, cy.email);
    const people = [{ id: 'cy', emails: ['cy@home.example', cy.email], level: 'senior', teams: [] }];
    const repo = new TestRepository().as(cy).adopt([], { ...SIGNED, people });
    repo.write('.countersign/allowed_signers', `${cy.email} cert-authority ${authority.publicKey}\n`);
    repo.write(FILE, BASE).commit('Start');
    repo.git('switch', '-q', '-c', 'feature');
    for (const email of ['cy@home.example', cy.email.toUpperCase(), 'dan@example.com']) {
      repo.git('config', 'user.email', email);
      repo.git('config', 'user.signingkey', certificate);
      commitSigned(repo.write(FILE, BASE + BLOCK));
      const level = email === 'dan@example.com' ? 'junior' : 'senior';
      assert.equal((await spoken(repo))[0], level, email);
      repo.git('reset', '-q', '--hard', 'main');
    }
  });

  it('for nobody when it is not signed', async () => {
    const repo = changed().as(ana);
    repo.commit('Not signed');
    const outcome = await gate(repo);
    const found = hunk(outcome);
    assert.deepEqual([found.level, found.author, found.status], ['junior', 'unknown', 'missing']);
  });

  it('for nobody when another key signed it: unlisted, another person’s, expired, revoked, for sign-offs only', async () => {
    const unlisted = changed().as(ana);
    commitSigned(unlisted, { key: cy });
    assert.deepEqual(await spoken(unlisted), ['junior', 'unknown']);
    const other = changed().as(ana);
    commitSigned(other, { key: dan });
    assert.deepEqual(await spoken(other), ['junior', 'unknown'], 'dan’s key does not speak for ana');
    for (const [options, revoked] of [
      ['valid-before="20200101Z" ', false],
      ['namespaces="signoff.v1@countersign.dev" ', false],
      ['', true],
    ] as const) {
      const repo = new TestRepository().as(ana).adopt([ana], SIGNED);
      const [, type, blob = ''] = repo.read('.countersign/allowed_signers').split(' ');
      repo.write('.countersign/allowed_signers', `${ana.email} ${options}${type} ${blob}`);
      if (revoked) repo.write('.countersign/revoked_keys', `${type} ${blob}`);
      repo.write(FILE, BASE).commit('Start');
      repo.git('switch', '-q', '-c', 'feature');
      commitSigned(repo.write(FILE, BASE + BLOCK));
      assert.deepEqual(await spoken(repo), ['junior', 'unknown'], options);
    }
  });

  it('for nobody when its signature was cut out of another commit, doubled, or broken', async () => {
    const repo = changed().as(ana);
    commitSigned(repo);
    const body = execFileSync('git', ['cat-file', 'commit', 'HEAD'], { cwd: repo.top, encoding: 'latin1' });
    const signature = /^gpgsig (?:.*\n)(?: .*\n)*/m.exec(body)?.[0] ?? '';
    assert.notEqual(signature, '');
    repo.write(FILE, `${BASE}evil();\n`).git('add', '-A');
    const tree = repo.git('write-tree');
    const evil = body.replace(/^tree .*/, `tree ${tree}`);
    for (const forged of [
      evil,
      evil.replace(signature, signature + signature),
      evil.replace(signature, ''),
      evil.slice(0, evil.indexOf('\n\n') + 1),
      evil.replace(signature, '').replace('\n\n', `\n\n${signature}`),
      body.replace('Signed', 'Sighed'),
      body.replace(signature, 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\n'),
    ]) {
      const id = execFileSync('git', ['hash-object', '-w', '-t', 'commit', '--stdin', '--literally'], {
        cwd: repo.top,
        input: Buffer.from(forged, 'latin1'),
      });
      const outcome = await gate(repo, { head: id.toString().trim() });
      assert.equal(outcome.exit, 1, forged);
      assert.equal(hunk(outcome).level, 'junior', forged);
    }
  });

  it('for the signer too when someone else is named as author: the lowest governs, and neither may sign', async () => {
    const rules = [
      { id: 'all', when: { origin: ['unknown'] }, require: { tier: 'approve', count: 1, level: 'senior' } },
    ];
    const repo = changed({ ...SIGNED, rules }).as(ana);
    commitSigned(repo, { more: [`--author=dan <${dan.email}>`] });
    assert.deepEqual(await spoken(repo), ['junior', 'unknown']);
    await forge(repo, ana);
    await forge(repo, dan);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines', 'own-lines']);
  });

  it('for the lowest of several commits, in a clone of another object format too', async () => {
    const repo = changed().as(ana);
    commitSigned(repo);
    commitSigned(repo.as(bo).write(FILE, `${BASE}${BLOCK}more();\n`), { key: bo });
    assert.equal((await spoken(repo))[0], 'junior');
    const other = new TestRepository(undefined, 'sha256').as(ana).adopt([ana], SIGNED).write(FILE, BASE);
    other.commit('Start');
    other.git('switch', '-q', '-c', 'feature');
    commitSigned(other.write(FILE, BASE + BLOCK));
    assert.deepEqual(await spoken(other), ['senior', ana.email]);
  });

  it('for a record’s author never by itself', async () => {
    const repo = start(SIGNED, [ana, dan]);
    await repo.as(ana).save(FILE, BASE + BLOCK, BY_AI);
    await commitRecorded(repo, 'Recorded, not signed');
    const found = hunk(await gate(repo));
    assert.deepEqual([found.author, found.level, found.status], [ana.email, 'junior', 'missing']);
  });
});

describe('contributors are', () => {
  const rules = [
    {
      id: 'all',
      when: { origin: ['unknown', 'ai', 'human'] },
      require: { tier: 'approve', count: 1, level: 'senior' },
    },
  ];

  it('co-authors of a commit: they can’t sign for it, and the lowest level governs', async () => {
    const repo = changed({ rules }).as(ana);
    repo.commit(`Together\n\nCo-authored-by: Dan <${dan.email.toUpperCase()}>\nco-authored-by: Bo <${bo.email}>\n`);
    assert.deepEqual(await spoken(repo), ['junior', bo.email]);
    await sign(repo, dan);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });

  it('co-authors after a forge’s squash, under the squash author’s name', async () => {
    const repo = changed({ rules });
    repo.as(dan).commit('One');
    repo.as(ana).git('switch', '-q', '-c', 'squashed', 'main');
    repo.git('merge', '-q', '--squash', 'feature');
    repo.git('commit', '-q', '-m', `Squash\n\nCo-authored-by: dan <${dan.email}>`);
    await sign(repo, dan);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });

  it('not a forge that the policy names, as committer; as author it is a stranger', async () => {
    const commitVia = (repo: TestRepository, author: string): void => {
      repo.git('add', '-A');
      repo.git('-c', `user.email=${FORGE}`, 'commit', '-q', '-m', 'By the button', `--author=x <${author}>`);
    };
    const unnamed = changed({});
    commitVia(unnamed, ana.email);
    assert.deepEqual(await spoken(unnamed), ['junior', FORGE]);
    const named = changed({ forges: [FORGE.toUpperCase()] });
    commitVia(named, ana.email);
    assert.deepEqual(await spoken(named), ['senior', ana.email]);
    const itself = changed({ forges: [FORGE] });
    commitVia(itself, FORGE);
    assert.deepEqual(await spoken(itself), ['junior', FORGE]);
    const signed = changed({ ...SIGNED, forges: [FORGE] });
    commitVia(signed, ana.email);
    assert.equal((await spoken(signed))[0], 'junior', 'what a forge commits is not signed by ana');
  });

  it('bots and assistants, for lines that no record claims; for claimed lines the record and the people', async () => {
    const repo = changed({}).as(ana);
    repo.commit('With help\n\nCo-authored-by: Claude <noreply@anthropic.com>');
    assert.equal((await spoken(repo))[0], 'junior');
    const claimed = start({}, [ana, dan]);
    await claimed
      .as(ana)
      .save(FILE, BASE + BLOCK, [undefined, undefined, undefined, undefined, HUMAN, HUMAN, HUMAN, HUMAN]);
    await commitRecorded(claimed, 'Mine');
    claimed.git('commit', '-q', '--amend', '-m', `Mine\n\nCo-authored-by: helper <${BOT}>`);
    assert.deepEqual(await spoken(claimed), ['senior', ana.email]);
    claimed.git('-c', `user.email=${BOT}`, 'commit', '-q', '--amend', '-m', 'By nobody', '--reset-author');
    assert.deepEqual(await spoken(claimed), ['junior', ana.email], 'a program alone lifts nothing');
  });

  it('not those who merge or commit records', async () => {
    const repo = changed({ rules });
    repo.as(bo).commit('Mine');
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('README.md', '# Our shop\n').commit('Readme');
    repo.git('switch', '-q', 'feature');
    repo.as(dan).git('merge', '-q', '--no-edit', 'main');
    await forge(repo, dan);
    assert.equal((await gate(repo)).exit, 0, 'dan merged and signed');
  });
});
