/** Signing for oneself, under another name, with another key, or with rules of one's own. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign as cryptoSign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase64 } from '../../../../src/core/signing/base64';
import { encodeEnvelope, pae, parseEnvelope } from '../../../../src/core/signing/dsse';
import { keyFingerprint } from '../../../../src/core/signing/sshsig';
import { PAYLOAD_TYPE, SIGNOFF_NAMESPACE } from '../../../../src/core/signing/statement';
import { storePath } from '../../../../src/core/sidecar/paths';
import { lengthPrefixed, u32 } from '../../../../src/core/text/bytes';
import { nodeHash } from '../../../../src/node/hash';
import { stageRecord } from '../../../../src/node/stage';
import { TestRepository, person, policyText } from '../../../support/repository';
import type { Person } from '../../../support/repository';
import {
  BASE,
  BLOCK,
  BY_AI,
  FILE,
  ana,
  bo,
  code,
  commitRecorded,
  cy,
  dan,
  forge,
  gate,
  hunk,
  refusals,
  sign,
  start,
  withBlock,
} from './trial';

const SENIOR = { tier: 'approve', count: 1, level: 'senior' };
const EVERY_AI = { rules: [{ id: 'every-ai', when: { origin: ['ai', 'mixed', 'unknown'] }, require: SENIOR }] };

describe('attack 3: the author signs the own block, with a second key or a second listed e-mail; the prompter signs the agent’s', () => {
  it('the author signs', async () => {
    const repo = start(EVERY_AI, [ana, dan]);
    await withBlock(repo.as(ana));
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
    await sign(repo, dan);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('with a second key and under a second e-mail address, both listed', async () => {
    const second: Person = { ...person('second'), email: 'ana@home.example' };
    const people = [{ id: 'ana', emails: [ana.email, second.email], level: 'senior', teams: [] }];
    const repo = start({ ...EVERY_AI, people }, [ana, second]);
    await withBlock(repo.as(ana));
    await forge(repo, second);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });

  it('commits under an address that only the key file lists as the signer’s', async () => {
    const repo = new TestRepository().as(ana).adopt([ana], EVERY_AI);
    const [, type, blob] = repo.read('.countersign/allowed_signers').split(' ');
    repo.write('.countersign/allowed_signers', `${ana.email},ana@home.example ${type} ${blob}`);
    repo.write(FILE, BASE).commit('Start');
    repo.git('switch', '-q', '-c', 'feature');
    repo.git('config', 'user.email', 'ana@home.example');
    await withBlock(repo);
    await forge(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });

  it('whoever prompted the agent signs; the agent commits under a name of its own', async () => {
    const repo = start(EVERY_AI, [ana, dan]);
    await repo.as(ana).save(FILE, BASE + BLOCK, BY_AI);
    await commitRecorded(repo, 'By the prompter');
    repo.as(bo).git('commit', '-q', '--amend', '--reset-author', '-m', 'By the agent');
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });

  it('two signatures of one person where two people are asked for', async () => {
    const rules = [{ id: 'two', when: { origin: ['ai'] }, require: { ...SENIOR, count: 2 } }];
    const second: Person = { ...person('second'), email: 'ana@home.example' };
    const people = [
      { id: 'ana', emails: [ana.email, second.email], level: 'senior', teams: [] },
      { id: 'dan', emails: [dan.email], level: 'senior', teams: [] },
    ];
    const repo = await withBlock(start({ rules, people }, [ana, second, dan]));
    await forge(repo, ana);
    await forge(repo, second);
    assert.equal((await gate(repo)).exit, 1);
    await forge(repo, dan);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('one key, listed for two people, where two are asked for', async () => {
    const rules = [{ id: 'two', when: { origin: ['ai'] }, require: { ...SENIOR, count: 2 } }];
    const repo = await withBlock(start({ rules }, [ana, { ...dan, publicKey: ana.publicKey }, cy]));
    await forge(repo, ana);
    await forge(repo, { ...ana, email: dan.email });
    assert.equal((await gate(repo)).exit, 1);
    await forge(repo, cy);
    assert.equal((await gate(repo)).exit, 0);
  });
});

describe('attack 4: a contributor rebases or cherry-picks to become “only the committer”', () => {
  it('the author of record hands the commit to another name and only commits it', async () => {
    const repo = start(EVERY_AI, [ana, dan]);
    await withBlock(repo.as(ana));
    repo.git('commit', '-q', '--amend', '--no-edit', `--author=bo <${bo.email}>`);
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });

  it('without a record: the committer of a cherry-pick or a rebase contributed', async () => {
    const repo = start(EVERY_AI, [ana, dan]);
    repo.write(FILE, BASE + BLOCK).commit('Unrecorded');
    repo.git('switch', '-q', 'main');
    repo.as(dan).write('README.md', '# Our shop\n').commit('Readme');
    repo.as(ana).git('switch', '-q', 'feature');
    repo.git('rebase', '-q', 'main');
    assert.deepEqual(repo.git('log', '-1', '--format=%ae %ce').split(' '), [bo.email, ana.email]);
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
    repo.git('switch', '-q', '-c', 'picked', 'main');
    repo.git('cherry-pick', 'main..feature');
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });

  it('after a squash under another name the record still names who was answerable', async () => {
    const repo = start(EVERY_AI, [ana, dan]);
    await withBlock(repo.as(ana));
    repo.as(bo).git('reset', '-q', '--soft', 'main');
    repo.git('commit', '-q', '-m', 'Squash');
    await sign(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['own-lines']);
  });
});

describe('attack 5: the author’s e-mail, or the record’s author, is spoofed as a senior’s', () => {
  it('the e-mail of the author alone, or of the committer alone: the lowest level governs', async () => {
    for (const spoofed of ['author', 'committer'] as const) {
      const repo = start();
      repo.write(FILE, BASE + BLOCK).git('add', '-A');
      const [by, other] = spoofed === 'author' ? [bo, ana] : [ana, bo];
      repo.as(by).git('commit', '-q', '-m', 'Mine', `--author=x <${other.email}>`);
      const found = hunk(await gate(repo));
      assert.deepEqual([found.level, found.status], ['junior', 'missing'], spoofed);
    }
  });

  it('the record’s author', async () => {
    const repo = start();
    await repo.as(ana).save(FILE, BASE + BLOCK, BY_AI);
    repo.git('add', '-A');
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.as(bo).git('commit', '-q', '-m', 'Not by me, says the record');
    assert.match(repo.read(repo.git('ls-files', '*.prov')), /"author":"ana@example.com"/);
    const found = hunk(await gate(repo));
    assert.deepEqual([found.author, found.level, found.status], [ana.email, 'junior', 'missing']);
  });

  it('letter case, and a display name that looks like an address, raise nobody', async () => {
    const repo = start({ others: 'junior' });
    repo.write(FILE, BASE + BLOCK).git('add', '-A');
    repo.git('-c', `user.name=ana <${ana.email}>`, 'commit', '-q', '-m', 'Named like her');
    assert.equal(hunk(await gate(repo)).level, 'junior');
  });
});

describe('attack 6: a key, person, level, rule or exemption comes or loosens in the same change; --base is an older commit', () => {
  it('a key and a person', async () => {
    const repo = await withBlock();
    repo.as(cy).adopt([ana, cy]).commit('Let cy sign');
    await forge(repo, cy);
    const outcome = await gate(repo);
    assert.deepEqual(refusals(outcome), ['key-not-listed']);
    for (const path of ['.countersign/policy.jsonc', '.countersign/allowed_signers']) {
      assert.equal(hunk(outcome, path).status, 'missing');
    }
  });

  it('a level, a rule, the mode, and the thresholds of what counts as a paste', async () => {
    for (const loosened of [
      { others: 'principal' },
      { rules: [] },
      { mode: 'observe' },
      { paste: { characters: 100_000, share: 1 } },
      { atomic: ['**/*'] },
    ]) {
      const repo = await withBlock();
      repo.write('.countersign/policy.jsonc', policyText([ana], loosened)).commit('Loosen');
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 1, JSON.stringify(loosened));
      assert.equal(hunk(outcome).status, 'missing', JSON.stringify(loosened));
      assert.equal(hunk(outcome, '.countersign/policy.jsonc').status, 'missing', JSON.stringify(loosened));
    }
  });

  it('the policy is deleted, or moved to a name that a later change moves back', async () => {
    for (const work of [
      (repo: TestRepository) => repo.git('rm', '-q', '.countersign/policy.jsonc'),
      (repo: TestRepository) => repo.git('mv', '.countersign/policy.jsonc', 'policy.jsonc'),
    ]) {
      const repo = start();
      work(repo);
      repo.commit('Out of the way');
      const outcome = await gate(repo, { adopt: true });
      assert.equal(outcome.exit, 1);
      assert.ok(outcome.report?.blocks.some((block) => block.status === 'missing'));
    }
  });

  it('--base is an older commit under whose rules the change would pass', async () => {
    const repo = new TestRepository().as(ana).adopt([ana], { rules: [] });
    repo.write(FILE, BASE).commit('Without rules');
    const older = repo.git('rev-parse', 'HEAD');
    repo.adopt([ana]).commit('With rules');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    await withBlock(repo);
    assert.equal((await gate(repo)).exit, 1);
    const outcome = await gate(repo, { base: older, ref: 'main' });
    assert.equal(code(outcome), '3 base-behind');
    assert.match(outcome.problems[0]?.message ?? '', /--base main/);
    // A landing of the past may be judged again by the base that it had.
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', '--no-ff', '-m', 'Land', 'feature');
    assert.equal((await gate(repo, { base: 'main~1', head: 'main', ref: 'main' })).exit, 1);
  });
});

describe('attack 10: a backdated signature with an expired key; a revoked key', () => {
  async function signedUnder(options: string, predicate: Parameters<typeof forge>[2] = {}): Promise<string[]> {
    const repo = new TestRepository().as(ana).adopt([ana]);
    const [, type, blob] = repo.read('.countersign/allowed_signers').split(' ');
    repo.write('.countersign/allowed_signers', `${ana.email} ${options} ${type} ${blob}`).write(FILE, BASE);
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    await withBlock(repo);
    await forge(repo, ana, predicate);
    return refusals(await gate(repo));
  }

  it('dated into the key’s time: the gate’s clock decides', async () => {
    const predicate = { reviewedAt: '2025-06-01T09:00:00Z', expiresAt: '2099-06-01T09:00:00Z' };
    assert.deepEqual(await signedUnder('valid-before="20260101000000Z"', { predicate }), ['expired-key']);
    assert.deepEqual(await signedUnder('valid-after="20900101Z"', { predicate }), ['not-yet-valid']);
  });

  it('a sign-off that lapsed, and one that says it never does by being from the future', async () => {
    const past = { reviewedAt: '2025-06-01T09:00:00Z', expiresAt: '2025-09-01T09:00:00Z' };
    assert.deepEqual(await signedUnder('namespaces="signoff.v1@countersign.dev"', { predicate: past }), ['expired']);
  });

  it('a key that the base no longer lists, though the head still does', async () => {
    const repo = await withBlock(start({}, [ana, dan]));
    await forge(repo, dan);
    assert.equal((await gate(repo)).exit, 0);
    const people = [ana, dan].map(({ id, email }) => ({ id, emails: [email], level: 'senior', teams: [] }));
    repo.git('switch', '-q', 'main');
    repo.as(ana).adopt([ana], { people }).commit('Revoke the key of dan');
    assert.deepEqual(refusals(await gate(repo, { head: 'feature' })), ['key-not-listed']);
  });

  it('a key that the base lists and revokes, from before and after the signature', async () => {
    const repo = await withBlock();
    await forge(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
    const [, type, blob] = repo.read('.countersign/allowed_signers').trim().split(' ');
    repo.git('switch', '-q', 'main');
    repo.as(dan).write('.countersign/revoked_keys', `${type} ${blob}\n`).commit('The laptop is gone');
    assert.deepEqual(refusals(await gate(repo, { head: 'feature' })), ['revoked-key']);
    // The change can't bring the key back into force.
    repo.as(bo).git('switch', '-q', 'feature');
    repo.git('merge', '-q', '--no-edit', 'main');
    repo.git('rm', '-q', '.countersign/revoked_keys');
    repo.commit('It was found');
    assert.deepEqual(refusals(await gate(repo)), ['revoked-key']);
  });

  it('a key that may sign for git only', async () => {
    assert.deepEqual(await signedUnder('namespaces="git"'), ['namespace']);
  });
});

describe('attack 11: a signature without touch where presence is required', () => {
  it('counts with the flag that the authenticator signed, not without, and not with one that was set afterwards', async () => {
    const rules = [{ id: 'touched', when: { origin: ['ai'] }, require: { ...SENIOR, presence: true } }];
    const token = hardwareKey();
    const repo = new TestRepository().as(ana).adopt([ana], { rules });
    const software = repo.read('.countersign/allowed_signers');
    repo.write(
      '.countersign/allowed_signers',
      `${software}${ana.email} ${token.type} ${encodeBase64(token.keyBlob)}\n`,
    );
    repo.write(FILE, BASE).commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    await withBlock(repo);
    const path = await forge(repo, ana);
    assert.deepEqual(refusals(await gate(repo)), ['no-presence'], 'a key in software');
    const envelope = parseEnvelope(repo.read(path), path);
    assert.ok(envelope.ok);
    const keyid = keyFingerprint(nodeHash, encodeBase64(token.keyBlob));
    const payload = envelope.value.payload.replace(/"keyid":"[^"]*"/, `"keyid":"${keyid}"`);
    const place = join(repo.top, storePath('signoff', nodeHash.sha256(payload)));
    const write = (sig: string): void => {
      repo.write(storePath('signoff', nodeHash.sha256(payload)), '');
      writeFileSync(place, encodeEnvelope({ payloadType: PAYLOAD_TYPE, payload, sig, keyid }), 'latin1');
      repo.git('rm', '-q', '--cached', '--ignore-unmatch', path);
      repo.git('add', '-f', storePath('signoff', nodeHash.sha256(payload)));
      repo.git('commit', '-q', '-m', 'Signed by the token');
    };
    const message = pae(PAYLOAD_TYPE, payload);
    const untouched = token.signature(message, 0);
    write(untouched);
    assert.deepEqual(refusals(await gate(repo)), ['no-presence'], 'untouched');
    write(`${untouched.slice(0, -5)}\x01${untouched.slice(-4)}`);
    assert.equal(code(await gate(repo)), '2 signoff-signature', 'the flag set by hand');
    write(token.signature(message, 1));
    assert.equal((await gate(repo)).exit, 0, 'touched');
  });
});

/** A hardware key made of software: it signs what it is given under whatever flags one likes. */
function hardwareKey(): { type: string; keyBlob: string; signature: (message: string, flags: number) => string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('latin1');
  const type = 'sk-ssh-ed25519@openssh.com';
  const keyBlob = lengthPrefixed(type) + lengthPrefixed(point) + lengthPrefixed('ssh:');
  const signature = (message: string, flags: number): string => {
    const head = lengthPrefixed(SIGNOFF_NAMESPACE) + lengthPrefixed('') + lengthPrefixed('sha512');
    const inner = nodeHash.sha256Bytes(`SSHSIG${head}${lengthPrefixed(nodeHash.sha512Bytes(message))}`);
    const tail = String.fromCharCode(flags) + u32(7);
    const raw = cryptoSign(null, Buffer.from(nodeHash.sha256Bytes('ssh:') + tail + inner, 'latin1'), privateKey);
    const own = lengthPrefixed(type) + lengthPrefixed(raw.toString('latin1')) + tail;
    return `SSHSIG${u32(1)}${lengthPrefixed(keyBlob)}${head}${lengthPrefixed(own)}`;
  };
  return { type, keyBlob, signature };
}
