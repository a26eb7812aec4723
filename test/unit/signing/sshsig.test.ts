import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { signerAt } from '../../../src/core/signing/signerAt';
import type { TrustedKeys } from '../../../src/core/signing/signerAt';
import { decodeBase64, encodeBase64 } from '../../../src/core/signing/base64';
import {
  armourSignature,
  keyFingerprint,
  parseSshSignature,
  unarmourSignature,
  verifySshSignature,
} from '../../../src/core/signing/sshsig';
import { lengthPrefixed, u32 } from '../../../src/core/text/bytes';
import { nodeHash } from '../../../src/node/hash';
import { listSigningKeys, readPublicKey, signWithSshKeygen } from '../../../src/node/sshSign';
import { verifyRaw, verifyRawLater } from '../../../src/node/sshVerify';
import type { VerifyRaw } from '../../../src/core/ports';
import { softwareKey, withFlags } from './softwareKeys';
import { keygenAccepts, makeKey, publicLine, QUIET_ENV, temporaryFolder } from './sshTools';

const ports = { hash: nodeHash, verifyRaw };
const NAMESPACE = 'signoff.v1@countersign.dev';
const MESSAGE = 'DSSEv1 4 text 5 a\0\xff\xe9\n';

describe('SSH signatures made by ssh-keygen', () => {
  const folder = temporaryFolder();
  after(folder.remove);
  const keys = new Map<string, string>();
  const types: readonly (readonly [string, readonly string[]])[] = [
    ['ed25519', ['ed25519']],
    ['ecdsa256', ['ecdsa', '-b', '256']],
    ['ecdsa384', ['ecdsa', '-b', '384']],
    ['ecdsa521', ['ecdsa', '-b', '521']],
    ['rsa3072', ['rsa', '-b', '3072']],
    ['rsa2048', ['rsa', '-b', '2048']],
  ];
  before(function () {
    this.timeout(60_000);
    for (const [name, type] of types) keys.set(name, makeKey(folder.path, name, type));
  });
  const keyFile = (name: string): string => keys.get(name) ?? '';
  async function signBy(name: string, message = MESSAGE): Promise<string> {
    const signed = await signWithSshKeygen({ keyFile: keyFile(name), namespace: NAMESPACE, message, env: QUIET_ENV });
    assert.ok(signed.ok, JSON.stringify(signed));
    return signed.value;
  }

  for (const name of ['ed25519', 'ecdsa256', 'ecdsa384', 'ecdsa521', 'rsa3072']) {
    it(`${name}: both verifiers accept it, name the key, and refuse another message or namespace`, async () => {
      const blob = await signBy(name);
      const publicKey = await readPublicKey(keyFile(name));
      assert.ok(publicKey.ok);
      const { keyType, keyBlob, fingerprint, comment } = publicKey.value;
      assert.equal(comment, `${name}@example.com`);
      assert.deepEqual(verifySshSignature(ports, blob, MESSAGE, NAMESPACE), {
        ok: true,
        value: { keyType, keyBlob, userPresent: false, userVerified: false },
      });
      assert.equal(keyFingerprint(nodeHash, keyBlob), fingerprint);
      const signers = `ana@example.com ${publicLine(keyFile(name))}\n`;
      const asks = (message: string, namespace: string): boolean =>
        keygenAccepts(folder.path, signers, 'ana@example.com', namespace, blob, message);
      assert.equal(asks(MESSAGE, NAMESPACE), true);
      assert.equal(asks(`${MESSAGE}x`, NAMESPACE), false);
      assert.equal(asks(MESSAGE, 'git'), false);
      assert.equal(codeOf(verifySshSignature(ports, blob, `${MESSAGE}x`, NAMESPACE)), 'signature-invalid');
      assert.equal(codeOf(verifySshSignature(ports, blob, MESSAGE, 'git')), 'signature-namespace');
    });
  }

  it('of an RSA key with 2048 bits are refused, with the reason', async () => {
    const result = verifySshSignature(ports, await signBy('rsa2048'), MESSAGE, NAMESPACE);
    assert.equal(codeOf(result), 'signature-malformed');
    assert.match(JSON.stringify(result), /RSA keys need 3072 to 16384 bits, this one has 2048/);
  });

  it("armour is ssh-keygen's, with LF or CRLF", async () => {
    const blob = await signBy('ed25519');
    const armour = armourSignature(blob);
    assert.equal(unarmourSignature(armour), blob);
    assert.equal(unarmourSignature(armour.replaceAll('\n', '\r\n')), blob);
    assert.equal(unarmourSignature(armour.replace('BEGIN', 'BEGUN')), undefined);
    assert.equal(unarmourSignature(`${armour}x`), undefined);
  });

  it('changed in any of 50 seeded ways: both verifiers agree', async function () {
    this.timeout(60_000);
    let seed = 20261121;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let accepted = 0;
    const questions: Parameters<VerifyRaw>[] = [];
    const listening: VerifyRaw = (...parts) => {
      questions.push(parts);
      return verifyRaw(...parts);
    };
    for (const name of ['ed25519', 'ecdsa256', 'rsa3072']) {
      const blob = await signBy(name);
      const signers = `ana@example.com ${publicLine(keyFile(name))}\n`;
      const signerList = parseAllowedSigners(signers, 'allowed_signers');
      assert.ok(signerList.ok);
      for (let i = 0; i < 17; i++) {
        const at = random(blob.length);
        const kind = random(4);
        const middle =
          kind === 0 ? '' : String.fromCharCode(kind === 1 ? blob.charCodeAt(at) ^ (1 << random(8)) : random(256));
        const mutated =
          kind === 3 ? blob.slice(0, at) : blob.slice(0, at) + middle + blob.slice(at + (kind === 2 ? 0 : 1));
        const ours = verifySshSignature({ hash: nodeHash, verifyRaw: listening }, mutated, MESSAGE, NAMESPACE);
        const trusted: TrustedKeys = { signers: signerList.value, revoked: [] };
        const question = { principal: 'ana@example.com', namespace: NAMESPACE, time: 0 };
        const listed: boolean = ours.ok && signerAt(trusted, { ...question, ...ours.value }).found;
        const theirs = keygenAccepts(folder.path, signers, 'ana@example.com', NAMESPACE, mutated, MESSAGE);
        assert.equal(listed, theirs, `${name}, mutation ${i} of kind ${kind} at ${at}`);
        if (theirs) accepted++;
      }
    }
    assert.ok(accepted < 10);
    // The answer does not depend on the thread that finds it, nor on what can't be a signature at all.
    for (const [keyType, keyBlob, algorithm, signature, message] of questions.slice(0, 5)) {
      questions.push([keyType, '', algorithm, signature, message], ['ssh-dss', keyBlob, algorithm, signature, message]);
      questions.push([keyType, keyBlob, 'none', '', message], [keyType, keyBlob, algorithm, signature, `${message}x`]);
    }
    for (const name of ['ed25519', 'ecdsa256', 'rsa3072']) {
      verifySshSignature({ hash: nodeHash, verifyRaw: listening }, await signBy(name), MESSAGE, NAMESPACE);
    }
    const answers = questions.map((parts) => verifyRaw(...parts));
    assert.ok(answers.includes(true) && answers.includes(false));
    assert.deepEqual(await Promise.all(questions.map((parts) => verifyRawLater(...parts))), answers);
  });

  it('with parts that a strict reader must not take are refused, the part named', async () => {
    const blob = await signBy('ed25519');
    const parsed = parseSshSignature(blob);
    assert.ok(parsed.ok);
    const { keyBlob, raw } = parsed.value;
    const make = (parts: {
      version?: number;
      key?: string;
      namespace?: string;
      reserved?: string;
      hash?: string;
      algorithm?: string;
      tail?: string;
    }): string =>
      `SSHSIG${u32(parts.version ?? 1)}${lengthPrefixed(parts.key ?? keyBlob)}${lengthPrefixed(parts.namespace ?? NAMESPACE)}` +
      `${lengthPrefixed(parts.reserved ?? '')}${lengthPrefixed(parts.hash ?? 'sha512')}` +
      `${lengthPrefixed(lengthPrefixed(parts.algorithm ?? 'ssh-ed25519') + lengthPrefixed(raw))}${parts.tail ?? ''}`;
    assert.equal(make({}), blob);
    const cases: readonly (readonly [Parameters<typeof make>[0], string])[] = [
      [{ version: 2 }, 'version'],
      [{ reserved: 'x' }, 'reserved'],
      [{ hash: 'sha1' }, 'hash'],
      [{ namespace: '' }, 'namespace'],
      [{ algorithm: 'rsa-sha2-256' }, 'algorithm'],
      [{ tail: '\0' }, ''],
      [{ key: lengthPrefixed('ssh-dss') }, 'key'],
      [{ key: `${keyBlob}\0` }, 'key'],
      [{ key: lengthPrefixed('ssh-ed25519-cert-v01@openssh.com') + keyBlob }, 'certificate'],
    ];
    for (const [parts, field] of cases) {
      const result = verifySshSignature(ports, make(parts), MESSAGE, NAMESPACE);
      assert.ok(!result.ok);
      assert.equal(result.problems[0]?.code, 'signature-malformed');
      assert.equal(result.problems[0].field, field);
    }
  });

  for (const kind of ['ed25519', 'ecdsa'] as const) {
    it(`of hardware keys (${kind}) tell touch and PIN with each combination of flags, and the flags are signed`, () => {
      const key = softwareKey(kind);
      for (const flags of [0, 1, 4, 5, 0xc2, 0xff]) {
        const blob = key.sign(MESSAGE, NAMESPACE, flags);
        assert.deepEqual(verifySshSignature(ports, blob, MESSAGE, NAMESPACE), {
          ok: true,
          value: {
            keyType: key.type,
            keyBlob: encodeBase64(key.keyBlob),
            userPresent: (flags & 1) === 1,
            userVerified: (flags & 4) === 4,
          },
        });
        const accepts = (each: string): boolean =>
          keygenAccepts(folder.path, `ana@example.com ${key.line}\n`, 'ana@example.com', NAMESPACE, each, MESSAGE);
        assert.equal(accepts(blob), true, 'ssh-keygen reads them too, and looks at no flag');
        const claimed = withFlags(blob, flags ^ 5);
        assert.equal(codeOf(verifySshSignature(ports, claimed, MESSAGE, NAMESPACE)), 'signature-invalid');
        assert.equal(accepts(claimed), false);
      }
    });
  }

  it('keys are offered: the configured one first, each once, private keys unread', async () => {
    const home = `${folder.path}/home`;
    mkdirSync(`${home}/.ssh`, { recursive: true });
    copyFileSync(`${keyFile('ed25519')}.pub`, `${home}/.ssh/id_ed25519.pub`);
    copyFileSync(`${keyFile('ecdsa256')}.pub`, `${home}/.ssh/id_ecdsa.pub`);
    writeFileSync(`${home}/.ssh/id_broken.pub`, 'nonsense\n');
    writeFileSync(`${home}/.ssh/id_ed25519`, 'never read');
    const names = async (configured?: string): Promise<string[]> =>
      (await listSigningKeys(home, configured)).map(({ comment }) => comment);
    assert.deepEqual(await names(), ['ecdsa256@example.com', 'ed25519@example.com']);
    assert.deepEqual(await names('~/.ssh/id_ed25519'), ['ed25519@example.com', 'ecdsa256@example.com']);
    assert.deepEqual(await names(`key::${publicLine(keyFile('ed25519'))}`), [
      'ed25519@example.com',
      'ecdsa256@example.com',
    ]);
    assert.deepEqual(await names(keyFile('rsa3072')), [
      'rsa3072@example.com',
      'ecdsa256@example.com',
      'ed25519@example.com',
    ]);
    const [first] = await listSigningKeys(home);
    assert.equal(first?.path, `${home}/.ssh/id_ecdsa.pub`);
    assert.ok(decodeBase64(first.keyBlob)?.includes('ecdsa-sha2-nistp256'));
  });
});

function codeOf(result: ReturnType<typeof verifySshSignature>): string {
  return result.ok ? 'ok' : (result.problems[0]?.code ?? '');
}
