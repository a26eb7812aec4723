import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePolicy } from '../../../src/core/policy/policy';
import { satisfiable } from '../../../src/core/policy/people';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { initRepository } from '../../../src/node/init';
import { TestRepository, person } from '../../support/repository';

describe('init', () => {
  const ana = person('ana');
  const home = mkdtempSync(join(tmpdir(), 'countersign-home-'));
  after(() => rmSync(home, { recursive: true, force: true }));

  it('writes a policy that holds, the owner’s key and the attributes, and hooks the repository up', async () => {
    const repository = new TestRepository().as(ana);
    const result = await initRepository(await repository.open(), { home });
    assert.deepEqual(result.written, ['.countersign/policy.jsonc', '.countersign/allowed_signers', '.gitattributes']);
    const policy = parsePolicy(repository.read('.countersign/policy.jsonc'));
    assert.ok(policy.ok);
    assert.deepEqual(satisfiable(policy.value), []);
    assert.deepEqual([policy.value.mode, policy.value.targets], ['observe', ['main']]);
    assert.deepEqual(policy.value.people[0]?.emails, ['ana@example.com']);
    const signers = parseAllowedSigners(repository.read('.countersign/allowed_signers'), '');
    assert.ok(signers.ok);
    assert.equal(signers.value[0]?.keyBlob, ana.publicKey.split(' ')[1]);
    assert.ok(signers.value[0]?.namespaces?.includes('signoff.v1@countersign.dev'));
    assert.ok(existsSync(join(repository.top, '.git/hooks/pre-commit')));
  });

  it('writes signers that stock ssh-keygen accepts', async () => {
    const repository = new TestRepository().as(ana);
    await initRepository(await repository.open(), { home });
    writeFileSync(join(repository.top, 'note'), 'payload');
    const namespace = 'signoff.v1@countersign.dev';
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', ana.key, join(repository.top, 'note')], {
      stdio: 'pipe',
    });
    const verify = ['-Y', 'verify', '-n', namespace, '-I', ana.email, '-s', join(repository.top, 'note.sig')];
    const out = execFileSync('ssh-keygen', [...verify, '-f', join(repository.top, '.countersign/allowed_signers')], {
      input: 'payload',
      encoding: 'utf8',
      stdio: 'pipe',
    });
    assert.match(out, /Good/);
  });

  it('touches nothing but the hooks where a policy stands', async () => {
    const repository = new TestRepository().as(ana);
    await initRepository(await repository.open(), { home });
    repository.commit('Adopt');
    const clone = repository.clone();
    const result = await initRepository(await clone.open(), { home: '/nowhere' });
    assert.deepEqual(result.written, []);
    assert.equal(clone.git('status', '--porcelain'), '');
    assert.ok(existsSync(join(clone.top, '.git/hooks/pre-commit')));
  });

  it('draws an id for each repository, and adds the attributes once', async () => {
    const [first, second] = [new TestRepository().as(ana), new TestRepository().as(ana)];
    second.write('.gitattributes', '*.png binary');
    const ids = [];
    for (const repository of [first, second]) {
      await initRepository(await repository.open(), { home, enforce: true });
      ids.push(/"repo": "([^"]+)"/.exec(repository.read('.countersign/policy.jsonc'))?.[1]);
      assert.match(repository.read('.countersign/policy.jsonc'), /"mode": "enforce"/);
    }
    assert.notEqual(ids[0], ids[1]);
    const line = '/.countersign/v1/** -text -filter -ident linguist-generated\n';
    assert.equal(second.read('.gitattributes'), `*.png binary\n${line}`);
    rmSync(join(second.top, '.countersign'), { recursive: true });
    await initRepository(await second.open(), { home });
    assert.equal(second.read('.gitattributes'), `*.png binary\n${line}`);
  });

  it('finds the key in the home folder, and says how to make one when there is none', async () => {
    const repository = new TestRepository().as(ana);
    repository.git('config', '--unset', 'user.signingkey');
    const options = { home: mkdtempSync(join(home, 'x-')) };
    await assert.rejects(initRepository(await repository.open(), options), /ssh-keygen -t ed25519 -C ana@example\.com/);
    assert.equal(existsSync(join(repository.top, '.countersign')), false);
    mkdirSync(join(options.home, '.ssh'));
    writeFileSync(join(options.home, '.ssh', 'id_ed25519.pub'), `${ana.publicKey}\n`);
    const result = await initRepository(await repository.open(), options);
    assert.equal(result.owner?.key, join(options.home, '.ssh', 'id_ed25519.pub'));
  });

  it('refuses an owner and a key that the formats can’t hold, before it writes', async () => {
    const repository = new TestRepository().as(ana);
    const opened = await repository.open();
    await assert.rejects(initRepository(opened, { home, owner: 'ana, or bo' }), /e-mail/);
    writeFileSync(join(home, 'bad.pub'), 'ssh-ed25519 AAAA\n');
    const problem = {
      code: 'key-unusable',
      path: join(home, 'bad.pub'),
      field: '',
      message: 'keys of type "" are not supported',
    };
    await assert.rejects(initRepository(opened, { home, key: problem.path }), { problem });
    assert.equal(existsSync(join(repository.top, '.countersign')), false);
  });
});
