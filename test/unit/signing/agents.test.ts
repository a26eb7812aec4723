/** Signing with keys that are not in a file of ours: agents, forwarded agents, certificates, and all that is missing. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../../../src/core/model/problem';
import { isCertificate } from '../../../src/core/signing/certificate';
import { verifySshSignature } from '../../../src/core/signing/sshsig';
import { isKeyClear } from '../../../src/node/chooseKey';
import { runGate } from '../../../src/node/gate';
import { nodeHash } from '../../../src/node/hash';
import { planSignoff, signPlan } from '../../../src/node/review';
import { agentKeys } from '../../../src/node/sshAgent';
import { readPublicKey, signWithSshKeygen } from '../../../src/node/sshSign';
import { verifyRaw } from '../../../src/node/sshVerify';
import { AI, TestRepository, person } from '../../support/repository';
import { namedKey } from './softwareKeys';
import { certify, makeKey, publicLine, QUIET_ENV, temporaryFolder } from './sshTools';

const NAMESPACE = 'signoff.v1@countersign.dev';
const MESSAGE = 'what is signed\n';

interface Agent {
  readonly env: NodeJS.ProcessEnv;
  add(...args: readonly string[]): void;
  close(): void;
}

/** A real ssh-agent of its own. `env` is all that another machine would get of it, too: a socket. */
function startAgent(folder: string): Agent {
  const output = execFileSync('ssh-agent', ['-s'], { encoding: 'utf8', env: QUIET_ENV });
  const socket = /SSH_AUTH_SOCK=([^;]+)/.exec(output)?.[1] ?? '';
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(output)?.[1]);
  let running = true;
  const close = (): void => {
    if (running) process.kill(pid);
    running = false;
  };
  // A run that is cut short leaves no agent behind.
  process.once('exit', close);
  const ask = join(folder, 'ask');
  writeFileSync(ask, '#!/bin/sh\necho secret\n', { mode: 0o755 });
  const env = { ...QUIET_ENV, SSH_AUTH_SOCK: socket };
  const asking = { ...env, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' };
  return {
    env,
    add: (...args) => void execFileSync('ssh-add', ['-q', ...args], { env: asking, stdio: 'ignore' }),
    close,
  };
}

describe('signing through an agent', function () {
  // Making RSA keys takes seconds.
  this.timeout(60_000);
  const folder = temporaryFolder();
  let agent: Agent;
  before(() => {
    agent = startAgent(folder.path);
  });
  after(() => {
    agent.close();
    folder.remove();
  });
  const authority = makeKey(folder.path, 'authority', ['ed25519']);
  const keys = new Map<string, string>();
  before(() => {
    for (const [type, bits] of [
      ['ed25519', ''],
      ['ecdsa', '256'],
      ['ecdsa', '384'],
      ['ecdsa', '521'],
      ['rsa', '3072'],
      ['rsa', '4096'],
    ] as const) {
      keys.set(`${type}${bits}`, makeKey(folder.path, `${type}${bits}`, bits === '' ? [type] : [type, '-b', bits]));
    }
  });
  /** Only the public half (or the certificate), in a folder of its own. */
  function alone(file: string): string {
    const copy = join(mkdtempSync(join(folder.path, 'alone-')), file.replace(/^.*\//, ''));
    copyFileSync(file, copy);
    return copy;
  }
  async function outcome(keyFile: string, more: { publicKey?: string; env?: NodeJS.ProcessEnv } = {}): Promise<string> {
    const request = { keyFile, namespace: NAMESPACE, message: MESSAGE, env: agent.env, ...more };
    const signed = await signWithSshKeygen(request);
    if (!signed.ok) return `${signed.problems[0]?.code}: ${signed.problems[0]?.message}`;
    const checked = verifySshSignature({ hash: nodeHash, verifyRaw }, signed.value, MESSAGE, NAMESPACE);
    assert.ok(checked.ok, JSON.stringify(checked));
    return isCertificate(namedKey(signed.value)) ? 'signed with the certificate' : 'signed';
  }

  for (const name of ['ed25519', 'ecdsa256', 'ecdsa384', 'ecdsa521', 'rsa3072', 'rsa4096']) {
    it(`works with ${name}, its public half alone, and with nothing but the agent`, async () => {
      const key = keys.get(name) ?? '';
      agent.add('-D');
      agent.add(key);
      assert.equal(await outcome(alone(`${key}.pub`)), 'signed');
      assert.equal(await outcome('the SSH agent', { publicKey: publicLine(key) }), 'signed');
      const held = await agentKeys(agent.env);
      assert.deepEqual(
        held.kind === 'keys' ? held.keys.map(({ keyType, keyBlob, path }) => [`${keyType} ${keyBlob}`, path]) : [],
        [[publicLine(key).split(' ').slice(0, 2).join(' '), `the SSH agent (${name}@example.com)`]],
      );
    });
  }

  it('works with a certificate, whether the agent was given it or only the bare key', async () => {
    const key = makeKey(folder.path, 'certified', ['ed25519']);
    const bare = join(mkdtempSync(join(folder.path, 'bare-')), 'certified');
    copyFileSync(key, bare);
    const certificate = alone(certify(authority, `${key}.pub`, 'ana@example.com'));
    agent.add('-D');
    assert.match(await outcome(certificate), /^agent-without-key: the private half is not beside it.*run ssh-add/);
    agent.add(bare);
    assert.equal(await outcome(certificate), 'signed with the certificate');
    agent.add(key);
    assert.equal(await outcome(certificate), 'signed with the certificate');
    const held = await agentKeys(agent.env);
    assert.deepEqual(held.kind === 'keys' ? held.keys.map((each) => each.certificate) : [], [false, true]);
  });

  it('tells no agent, a dead one, one with other keys, a locked one and one that refuses apart', async () => {
    const [mine, other] = [makeKey(folder.path, 'mine', ['ed25519']), makeKey(folder.path, 'other', ['ed25519'])];
    const publicOnly = alone(`${mine}.pub`);
    assert.match(await outcome(publicOnly, { env: QUIET_ENV }), /^no-agent: .*no SSH agent is running; start one/);
    const gone = { ...QUIET_ENV, SSH_AUTH_SOCK: join(folder.path, 'gone') };
    assert.match(
      await outcome(publicOnly, { env: gone }),
      /^no-agent: .*answers at SSH_AUTH_SOCK .*\/gone\); .*ssh -A/,
    );
    agent.add('-D');
    assert.match(await outcome(publicOnly), /^agent-without-key: .*holds no key that can sign, or is locked/);
    agent.add(other);
    const read = await readPublicKey(other);
    assert.ok(read.ok);
    const without = await outcome(publicOnly);
    assert.ok(without.includes(`the SSH agent holds ${read.value.fingerprint} instead; run ssh-add`), without);
    agent.add('-D');
    agent.add('-c', mine);
    // The agent has no way to ask here, which is a no.
    assert.match(await outcome(publicOnly), /^agent-refused: .*was the question of the agent denied/);
  });

  it('says when a public key is not that of the private key beside it', async () => {
    const own = mkdtempSync(join(folder.path, 'mismatch-'));
    copyFileSync(makeKey(folder.path, 'one', ['ed25519']), join(own, 'id'));
    copyFileSync(`${makeKey(folder.path, 'two', ['ed25519'])}.pub`, join(own, 'id.pub'));
    assert.match(await outcome(join(own, 'id.pub')), /^key-mismatch: .*ssh-keygen -y/);
  });
});

describe('which key signs', () => {
  const folder = temporaryFolder();
  let agent: Agent;
  const outside = { HOME: process.env['HOME'], SSH_AUTH_SOCK: process.env['SSH_AUTH_SOCK'] };
  const ana = person('ana');
  const bo = person('bo');
  before(() => {
    agent = startAgent(folder.path);
    process.env['HOME'] = join(folder.path, 'home');
    mkdirSync(join(folder.path, 'home', '.ssh'), { recursive: true });
    delete process.env['SSH_AUTH_SOCK'];
  });
  after(() => {
    for (const [name, value] of Object.entries(outside)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    agent.close();
    folder.remove();
  });

  /** A change by bo that awaits ana, who has no key in a file: she sits at another machine. */
  async function awaiting(signers?: string): Promise<TestRepository> {
    const repo = new TestRepository().as(ana).adopt([ana]).write('a.js', 'one();\n');
    if (signers !== undefined) repo.write('.countersign/allowed_signers', signers);
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    await repo.save('a.js', 'one();\ntwo();\n', [undefined, AI]);
    repo.commit('Add two');
    repo.as(ana).git('config', '--unset', 'user.signingkey');
    return repo;
  }

  it('is that of a forwarded agent where there is no other, and the sign-off counts', async () => {
    const repo = await awaiting();
    await assert.rejects(planSignoff(await repo.open(), { decision: 'approve' }), {
      message: /no SSH key was found to sign with: none in .*\/home\/\.ssh, and no SSH agent answers; .*ssh -A/,
    });
    process.env['SSH_AUTH_SOCK'] = agent.env['SSH_AUTH_SOCK'];
    await assert.rejects(planSignoff(await repo.open(), { decision: 'approve' }), {
      message: /the SSH agent holds none/,
    });
    agent.add(bo.key);
    agent.add(ana.key);
    const plan = await planSignoff(await repo.open(), { decision: 'approve' });
    assert.equal(plan.key.path, 'the SSH agent (ana@example.com)', 'not the first, but the one that is listed');
    assert.deepEqual(plan.refusals, []);
    await signPlan(await repo.open(), plan, { note: '', viewed: 1, commit: true });
    assert.equal((await runGate(await repo.open(), { base: 'main', head: 'HEAD' })).exit, 0);
  });

  it('is not asked for where the agent makes it clear, and is where nothing does', async () => {
    const repo = await awaiting();
    const clear = async (email: string): Promise<boolean> => {
      const repository = await repo.open();
      const { standpoint } = await planSignoff(repository, { decision: 'approve' });
      return isKeyClear(repository, standpoint.input, email);
    };
    assert.equal(await clear('Ana@Example.com'), true, 'listed, and held by the agent');
    assert.equal(await clear(bo.email), false, 'two keys, and none of them listed for bo');
    repo.git('config', 'user.signingkey', bo.key);
    assert.equal(await clear(bo.email), true, 'git names one');
  });

  it('may be given to git as a text, for the agent to find', async () => {
    const repo = await awaiting();
    repo.git('config', 'user.signingkey', `key::${ana.publicKey}`);
    delete process.env['SSH_AUTH_SOCK'];
    const unheld = await planSignoff(await repo.open(), { decision: 'approve' });
    const { code, path, message } = await signPlan(await repo.open(), unheld, {
      note: '',
      viewed: 1,
      commit: true,
    }).then(
      () => assert.fail('no agent holds it'),
      (error: unknown) => (error instanceof CountersignError ? error.problem : assert.fail(String(error))),
    );
    assert.deepEqual([code, path], ['no-agent', unheld.key.fingerprint]);
    assert.match(message, /^the key is in no file and no SSH agent is running; start one/);
    process.env['SSH_AUTH_SOCK'] = agent.env['SSH_AUTH_SOCK'];
    const plan = await planSignoff(await repo.open(), { decision: 'approve' });
    assert.equal(plan.key.path, 'the SSH agent (ana@example.com)');
    await signPlan(await repo.open(), plan, { note: '', viewed: 1, commit: true });
    assert.equal((await runGate(await repo.open(), { base: 'main', head: 'HEAD' })).exit, 0);
  });

  it('may be certified by an authority of the base, and counts until the base revokes it', async () => {
    const authority = person('authority');
    const repo = await awaiting(`ana@example.com cert-authority ${authority.publicKey}\n`);
    const certificate = certify(authority.key, `${ana.key}.pub`, 'ana@example.com');
    const plain = await planSignoff(await repo.open(), { decision: 'approve', keyFile: ana.key });
    assert.match(
      refusalsOf(plain),
      /^key-not-listed: .*for ana@example.com the base lists certificates by SHA256:\S+ \(line 1\); sign with that one/,
    );
    const plan = await planSignoff(await repo.open(), { decision: 'approve', keyFile: certificate });
    assert.equal(refusalsOf(plan), '');
    await signPlan(await repo.open(), plan, { note: '', viewed: 1, commit: true });
    assert.equal((await runGate(await repo.open(), { base: 'main', head: 'HEAD' })).exit, 0);
    // The laptop is lost: its key is revoked on main, and what it signed there no longer lands.
    repo.git('switch', '-q', 'main');
    repo.write('.countersign/revoked_keys', `${ana.publicKey} stolen\n`).commit('Revoke');
    const judged = await runGate(await repo.open(), { base: 'main', head: 'feature' });
    assert.equal(judged.exit, 1);
    assert.deepEqual(
      judged.report?.hunks.flatMap((hunk) => hunk.signoffs.map((each) => each.code)),
      ['revoked-key'],
    );
    repo.git('switch', '-q', 'feature');
    const again = await planSignoff(await repo.open(), { decision: 'reject', keyFile: certificate });
    assert.match(refusalsOf(again), /^revoked-key: the key that signed is revoked by the base/);
  });

  it('is told apart from the right one before anything is signed', async () => {
    const repo = await awaiting();
    const plan = await planSignoff(await repo.open(), { decision: 'approve', keyFile: bo.key });
    const right = await readPublicKey(ana.key);
    assert.ok(right.ok);
    assert.ok(
      refusalsOf(plan).endsWith(
        `the base lists ${right.value.fingerprint} (line 1); sign with that one, or have yours added in a change of its own`,
      ),
    );
  });

  it('is told apart from the right one where it is another person’s', async () => {
    const listed = [ana, bo].map(({ email, publicKey }) => `${email} ${publicKey}\n`).join('');
    const repo = await awaiting(listed);
    const plan = await planSignoff(await repo.open(), { decision: 'approve', keyFile: bo.key });
    const right = await readPublicKey(ana.key);
    assert.ok(right.ok);
    const reason = "other-principal: the key that signed is not ana@example.com's in the base's allowed_signers";
    const lists = `for ana@example.com the base lists ${right.value.fingerprint} (line 1)`;
    assert.ok(refusalsOf(plan).startsWith(`${reason}; ${lists}; sign with that one`), refusalsOf(plan));
  });

  it('is none of a revoked list that can not be read: the gate stops', async () => {
    const repo = await awaiting();
    repo.git('switch', '-q', 'main');
    repo.write('.countersign/revoked_keys', 'ana lost hers\n').commit('Revoke');
    const outcome = await runGate(await repo.open(), { base: 'main', head: 'feature' });
    assert.equal(outcome.exit, 2);
    assert.deepEqual(
      outcome.problems.map(({ code, path, field }) => [code, path, field]),
      [['revoked-malformed', '.countersign/revoked_keys', 'line 1']],
    );
    repo.git('rm', '-q', '.countersign/revoked_keys');
    repo.write('.countersign/revoked_keys/ana', ana.publicKey).commit('Make it a folder');
    const folderThere = await runGate(await repo.open(), { base: 'main', head: 'feature' });
    assert.deepEqual([folderThere.exit, folderThere.problems[0]?.code], [2, 'revoked-malformed']);
  });
});

function refusalsOf(plan: {
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}): string {
  return plan.refusals.map(({ code, message }) => `${code}: ${message}`).join('\n');
}
