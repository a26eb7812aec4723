import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { storePath } from '../../../src/core/sidecar/paths';
import { closed } from '../../support/jsonSchema';
import { TestRepository, person } from '../../support/repository';
import { certify } from '../signing/sshTools';
import { aiChange, onlyDigest } from './aiChange';
import type { Answer } from './harness';
import { cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];

describe('show', () => {
  let repository: TestRepository;
  const show = (...args: string[]): Promise<Answer> => cli(repository.top, ['show', ...args]);

  before(async () => {
    repository = await aiChange(ana, bo);
    await cli(repository.top, ['request', '--to', 'ana', '--note', 'Two\n::error::lines \u202e']);
    repository.as(ana);
    await cli(repository.top, ['approve', '--yes', '--commit', '--key', ana.key, '--note', 'Fine']);
  });

  it('says in words what a record claims, by digest, head of it, and path', async () => {
    const id = onlyDigest(repository, 'prov');
    const { stdout } = await show(id);
    const lines = stdout.split('\n');
    assert.equal(lines[0], `record ${id}`);
    assert.equal(lines[1], 'author      bo@example.com');
    assert.match(stdout, /^a\.js {2}\(content [0-9a-f]{12}\)$/m);
    assert.match(stdout, /^ {2}2 +ai +completion, observed; assistant, model m-1; characters: 27 ai$/m);
    assert.match(stdout, /^ {2}3 +human +typing, observed; characters: 25 human$/m);
    assert.equal((await show(id.slice(0, 4))).stdout, stdout);
    assert.equal((await show(storePath('provenance', id))).stdout, stdout);
    const below = await cli(`${repository.top}/.countersign/v1/provenance`, ['show', `${id.slice(0, 2)}/${id}.prov`]);
    assert.equal(below.stdout, stdout);
  });

  it('says what a request asks, with nothing in it that steers a terminal or a CI system', async () => {
    const { stdout } = await show(onlyDigest(repository, 'req').slice(0, 12));
    assert.match(stdout, /^by {10}bo@example\.com$/m);
    assert.match(stdout, /^to {10}ana$/m);
    assert.match(stdout, /^note {8}Two\n {12}\\u\{3a\}:error::lines \\u\{202e\}$/m);
    assert.match(stdout, /^ {2}a\.js {2}2-3 {2}sha256 [0-9a-f]{12}$/m);
  });

  it('says what a sign-off signs, and leaves whether it counts to the gate', async () => {
    const { stdout } = await show(onlyDigest(repository, 'dsse'));
    assert.match(stdout, /^sign-off [0-9a-f]{64}$/m);
    assert.match(stdout, /^by {10}ana@example\.com$/m);
    assert.match(stdout, /^key {9}SHA256:\S{43} \(ssh-ed25519\)$/m);
    assert.match(stdout, /^note {8}Fine$/m);
    assert.match(stdout, /the gate says$/m);
  });

  it('prints the same as JSON, lines from 1', async () => {
    const record = JSON.parse((await show(onlyDigest(repository, 'prov'), '--json')).stdout) as Record<string, unknown>;
    const [file] = record['files'] as { path: string; hunks: unknown[] }[];
    assert.deepEqual(file?.hunks, [
      {
        side: 'added',
        start: 2,
        end: 2,
        origin: 'ai',
        via: 'completion',
        evidence: 'observed',
        actor: { tool: 'assistant', model: 'm-1' },
        characters: { ai: 27 },
      },
      {
        side: 'added',
        start: 3,
        end: 3,
        origin: 'human',
        via: 'typing',
        evidence: 'observed',
        characters: { human: 25 },
      },
    ]);
    assert.deepEqual([record['kind'], record['author'], record['at']], ['record', 'bo@example.com', 'work tree']);
    const signoff = JSON.parse((await show(onlyDigest(repository, 'dsse'), '--json')).stdout) as Record<
      string,
      unknown
    >;
    assert.deepEqual([signoff['kind'], signoff['decision'], signoff['note']], ['signoff', 'approve', 'Fine']);
  });

  it('finds what was deleted since in the history, and says where', async () => {
    const id = onlyDigest(repository, 'prov');
    repository.git('rm', '-q', storePath('provenance', id));
    repository.git('commit', '-q', '-m', 'Delete');
    const { stdout, exit } = await show(id.slice(0, 10));
    assert.equal(exit, 0);
    const added = repository.git('log', '--format=%H', '-1', 'HEAD~3').slice(0, 12);
    assert.match(stdout, new RegExp(`^record ${id} {2}\\(in commit ${added}\\)$`, 'm'));
    assert.equal((await show(id, '--rev', 'HEAD')).exit, 2);
    assert.equal((await show(id, '--rev', 'HEAD~1')).exit, 0);
    assert.equal((await show(id, '--rev', 'nowhere')).exit, 3);
    repository.git('reset', '-q', '--hard', 'HEAD~1');
  });

  it('a request that no reader would take is refused before it is written', async () => {
    const change = await aiChange(ana, bo);
    const answer = await cli(change.top, ['request', '--note', '\u001b[31m']);
    assert.equal(answer.exit, 2);
    assert.match(answer.stderr, /note: control characters are not allowed/);
    assert.equal(change.git('status', '--porcelain'), '');
  });

  it('refuses what is no name of a record, what fits several, and what is malformed, with the reason', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const answer = await show(...args);
      assert.deepEqual([answer.exit, answer.stdout], [2, '']);
      return answer.stderr;
    };
    assert.match(await refused('abc'), /at least 4 digits/);
    assert.match(await refused('a.js'), /expected the path of a file below \.countersign\/v1, a digest/);
    assert.match(await refused('0123456789'), /found none of that name/);
    assert.match(await refused('../../../etc/passwd'), /expected the path of a file below/);
    const id = onlyDigest(repository, 'prov');
    const twin = storePath('provenance', `${id.slice(0, 60)}0000`);
    repository.write(twin, repository.read(storePath('provenance', id)));
    assert.match(await refused(id.slice(0, 8)), new RegExp(`fits 2: .*${id.slice(0, 16)}`));
    assert.match(await refused(twin), /expected content that matches the file's name/);
    repository.git('clean', '-fdq');
  });

  it('names the authority of the certificate that was signed with, and when it ends', async () => {
    const authority = person('authority');
    const change = await aiChange(ana, bo);
    const named = execFileSync('ssh-keygen', ['-lf', `${authority.key}.pub`], { encoding: 'utf8' }).split(' ')[1];
    const signedFor = async (...validity: string[]): Promise<{ text: string; certificate: unknown }> => {
      const copy = TestRepository.copyOf(change.top).as(ana);
      const certificate = certify(authority.key, `${ana.key}.pub`, 'ana@example.com,deploy', ...validity);
      const signed = await cli(copy.top, ['approve', '--yes', '--commit', '--key', certificate]);
      assert.equal(signed.exit, 0, signed.stderr);
      const [text, json] = [[], ['--json']].map((more) => cli(copy.top, ['show', onlyDigest(copy, 'dsse'), ...more]));
      const printed: unknown = JSON.parse((await json)?.stdout ?? '');
      const checked = closed('show').safeParse(printed);
      assert.ok(checked.success, JSON.stringify(checked.error?.issues));
      return {
        text: (await text)?.stdout ?? '',
        certificate: (printed as { key: { certificate: unknown } }).key.certificate,
      };
    };
    const limited = await signedFor('-V', '20260101000000Z:20991231235959Z');
    const line = `^certified {3}by ${named?.replaceAll('+', '\\+')} \\(ssh-ed25519\\) for ana@example\\.com, deploy`;
    assert.match(limited.text, new RegExp(`${line}, from 2026-01-01T00:00:00Z, until 2099-12-31T23:59:59Z$`, 'm'));
    assert.deepEqual(limited.certificate, {
      authority: { keyid: named, type: 'ssh-ed25519' },
      principals: ['ana@example.com', 'deploy'],
      validAfter: '2026-01-01T00:00:00Z',
      validBefore: '2099-12-31T23:59:59Z',
    });
    const unlimited = await signedFor('-V', 'always:forever');
    assert.match(unlimited.text, new RegExp(`${line}, without an end$`, 'm'));
    assert.doesNotMatch((await show(onlyDigest(repository, 'dsse'))).stdout, /certified/);
  });
});
