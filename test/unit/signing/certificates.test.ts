import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase64 } from '../../../src/core/signing/base64';
import { parseSshCertificate } from '../../../src/core/signing/certificate';
import { keyFingerprint } from '../../../src/core/signing/sshsig';
import { lengthPrefixed } from '../../../src/core/text/bytes';
import { nodeHash } from '../../../src/node/hash';
import { readPublicKey, signWithSshKeygen } from '../../../src/node/sshSign';
import { FLAGS, softwareKey } from './softwareKeys';
import { certify, makeKey, publicLine, QUIET_ENV, temporaryFolder } from './sshTools';
import { ourVerdict, theirVerdict } from './verdicts';
import type { Question } from './verdicts';

const NAMESPACE = 'signoff.v1@countersign.dev';
const MESSAGE = 'what is signed\n';
const NOW = Date.UTC(2026, 5, 1, 12);
const ANA = 'ana@example.com';

function faultOf(blob: string): string {
  const parsed = parseSshCertificate(blob);
  return typeof parsed === 'string' ? parsed : 'none';
}

describe('certificates of an authority in allowed_signers', function () {
  // Making RSA keys takes seconds.
  this.timeout(60_000);
  const folder = temporaryFolder();
  after(folder.remove);
  const authority = makeKey(folder.path, 'authority', ['ed25519']);
  const other = makeKey(folder.path, 'other', ['ed25519']);
  const key = makeKey(folder.path, 'ana', ['ed25519']);
  let rsa = '';
  const line = (options: string, publicKey = publicLine(authority)): string => `${ANA} ${options} ${publicKey}\n`;

  /** A certificate of a copy of the key, in a folder of its own. */
  function certified(principals: string, options: readonly string[] = [], by = authority, of = key): string {
    const own = mkdtempSync(join(folder.path, 'cert-'));
    copyFileSync(of, join(own, 'id'));
    copyFileSync(`${of}.pub`, join(own, 'id.pub'));
    return certify(by, join(own, 'id.pub'), principals, ...options);
  }
  async function sign(keyFile: string): Promise<string> {
    const signed = await signWithSshKeygen({ keyFile, namespace: NAMESPACE, message: MESSAGE, env: QUIET_ENV });
    assert.ok(signed.ok, JSON.stringify(signed));
    return signed.value;
  }
  /** Both verdicts: ours, and whether ssh-keygen accepts. */
  function both(blob: string, more: Partial<Question> = {}): [string, boolean] {
    const question = {
      signers: line('cert-authority'),
      blob,
      message: MESSAGE,
      principal: ANA,
      namespace: NAMESPACE,
      time: NOW,
      ...more,
    };
    return [ourVerdict(question), theirVerdict(folder.path, question).ok];
  }

  for (const type of [
    ['ed25519'],
    ['ecdsa', '-b', '256'],
    ['ecdsa', '-b', '384'],
    ['ecdsa', '-b', '521'],
    ['rsa', '-b', '3072'],
  ]) {
    it(`of a key and by an authority of type ${type.join(' ')} are accepted by both verifiers`, async () => {
      const name = type.join('');
      const of = makeKey(folder.path, `of-${name}`, type);
      // Making RSA keys takes seconds: there the authority certifies itself.
      const by = type[0] === 'rsa' ? of : makeKey(folder.path, `by-${name}`, type);
      if (type[0] === 'rsa') rsa = of;
      const certificate = certified(`deploy,${ANA}`, [], by, of);
      const blob = await sign(certificate);
      const signers = line('cert-authority', publicLine(by));
      assert.deepEqual(both(blob, { signers }), ['ok', true]);
      // One bit: a byte put in its place would be the byte that stands there in one of 256 runs.
      const last = String.fromCharCode(blob.charCodeAt(blob.length - 1) ^ 1);
      assert.deepEqual(both(blob.slice(0, -1) + last, { signers }), ['signature-invalid', false]);
      const read = await readPublicKey(certificate);
      const bare = await readPublicKey(join(folder.path, `of-${name}`));
      assert.ok(read.ok && bare.ok);
      assert.equal(read.value.certificate, true);
      assert.equal(read.value.fingerprint, bare.value.fingerprint, 'as ssh-keygen -l prints it');
    });
  }

  it('sign only as a principal that the certificate and the line both name', async () => {
    const blob = await sign(certified('ana@example.com,bo@example.com'));
    const bo = 'bo@example.com';
    assert.deepEqual(both(blob), ['ok', true]);
    assert.deepEqual(both(blob, { principal: bo }), ['other-principal', false], 'the line does not name bo');
    const signers = line('cert-authority').replace(ANA, `${ANA},${bo},cy@example.com`);
    assert.deepEqual(both(blob, { principal: bo, signers }), ['ok', true]);
    assert.deepEqual(both(blob, { principal: 'cy@example.com', signers }), ['other-principal', false]);
    assert.deepEqual(both(await sign(certified('')), { signers }), ['other-principal', false], 'no principals: nobody');
  });

  it('count in their own time and in that of the line, by the clock of the gate', async () => {
    const blob = await sign(certified(ANA, ['-V', '20260601110000Z:20260601130000Z']));
    const at = (hour: number, minute = 0, second = 0): number => Date.UTC(2026, 5, 1, hour, minute, second);
    assert.deepEqual(both(blob, { time: at(10, 59, 59) }), ['not-yet-valid', false]);
    assert.deepEqual(both(blob, { time: at(11) }), ['ok', true]);
    assert.deepEqual(both(blob, { time: at(12, 59, 59) }), ['ok', true]);
    assert.deepEqual(both(blob, { time: at(13) }), ['expired-key', false]);
    const until = line('cert-authority,valid-before="20260601115959Z"');
    assert.deepEqual(both(blob, { signers: until }), ['expired-key', false]);
    const from = line('valid-after="20260601120001Z",cert-authority');
    assert.deepEqual(both(blob, { signers: from }), ['not-yet-valid', false]);
  });

  it('honour the namespaces of the line', async () => {
    const blob = await sign(certified(ANA));
    const only = (namespaces: string): string => line(`cert-authority,namespaces="${namespaces}"`);
    assert.deepEqual(both(blob, { signers: only(`git,${NAMESPACE}`) }), ['ok', true]);
    assert.deepEqual(both(blob, { signers: only('git') }), ['namespace', false]);
  });

  it('of an authority that is not listed, or listed as a plain key, count for nothing', async () => {
    const blob = await sign(certified(ANA, [], other));
    assert.deepEqual(both(blob), ['key-not-listed', false]);
    assert.deepEqual(both(blob, { signers: line('', publicLine(other)) }), ['key-not-listed', false]);
    const bare = line('', publicLine(key));
    assert.deepEqual(both(blob, { signers: bare }), ['key-not-listed', false], 'nor does the line of the key itself');
  });

  it('are the only thing that an authority can make: it does not sign itself', async () => {
    assert.deepEqual(both(await sign(authority)), ['key-not-listed', false]);
    assert.deepEqual(both(await sign(key)), ['key-not-listed', false], 'nor does the key without its certificate');
  });

  it('that name the listed authority but were signed by another are forged', async () => {
    const certificate = certified(ANA, [], other);
    const [, base64 = ''] = readFileSync(certificate, 'utf8').split(' ');
    const blobOf = (file: string): string => decodeBase64(publicLine(file).split(' ')[1] ?? '') ?? '';
    const forged = (decodeBase64(base64) ?? '').replace(blobOf(other), () => blobOf(authority));
    assert.equal(typeof parseSshCertificate(forged), 'object');
    const honest = await sign(certificate);
    const blob = honest.replace(decodeBase64(base64) ?? '', () => forged);
    assert.notEqual(blob, honest);
    // The certificate has the same length, so the rest of the signature stands where it stood.
    assert.deepEqual(both(blob), ['signature-invalid', false]);
  });

  it('of hosts, and those with critical options, are refused; the option is named', async () => {
    const host = await sign(certified(ANA, ['-h']));
    assert.deepEqual(both(host), ['signature-malformed', false]);
    const forced = certified(ANA, ['-O', 'force-command=/bin/true']);
    // ssh-keygen overlooks critical options here, which its own format forbids.
    assert.deepEqual(both(await sign(forced)), ['signature-malformed', true]);
    const read = await readPublicKey(forced);
    assert.match(JSON.stringify(read), /critical option \\"force-command\\" of the certificate is not supported/);
  });

  it('that ask for a verified user get one, or count for nothing', async () => {
    const soft = softwareKey('ed25519');
    const file = join(mkdtempSync(join(folder.path, 'sk-')), 'sk.pub');
    writeFileSync(file, `${soft.line}\n`);
    const certificate =
      readFileSync(certify(authority, file, ANA, '-O', 'verify-required'), 'utf8').split(' ')[1] ?? '';
    const by = (flags: number): [string, boolean] =>
      both(soft.sign(MESSAGE, NAMESPACE, flags, decodeBase64(certificate) ?? ''));
    assert.deepEqual(by(FLAGS.both), ['ok', true]);
    assert.deepEqual(by(FLAGS.verified), ['ok', true]);
    assert.deepEqual(by(FLAGS.present), ['not-verified', true]);
    assert.deepEqual(by(FLAGS.none), ['not-verified', true]);
    assert.equal(keyFingerprint(nodeHash, certificate), keyFingerprint(nodeHash, soft.line.split(' ')[1] ?? ''));
    const plain = await sign(certified(ANA, ['-O', 'verify-required']));
    assert.deepEqual(both(plain), ['not-verified', true], 'a key without an authenticator verifies nobody');
  });

  it('that are cut off, too long or of a weak authority say so', async () => {
    const certificate = readFileSync(certified(ANA), 'utf8').split(' ')[1] ?? '';
    const blob = decodeBase64(certificate) ?? '';
    for (let length = 60; length < blob.length; length += 7) {
      assert.equal(typeof parseSshCertificate(blob.slice(0, length)), 'string', `cut off at ${length}`);
    }
    assert.match(faultOf(`${blob}\0`), /bytes after its end/);
    assert.match(faultOf(`${blob}${'\0'.repeat(8192)}`), /larger than 8192 bytes/);
    assert.match(faultOf(lengthPrefixed('ssh-dss-cert-v01@openssh.com')), /not supported/);
    const weak = makeKey(folder.path, 'weak', ['rsa', '-b', '2048']);
    const byWeak = decodeBase64(readFileSync(certified(ANA, [], weak), 'utf8').split(' ')[1] ?? '') ?? '';
    assert.match(faultOf(byWeak), /the authority of the certificate: RSA keys need 3072/);
    const bySha1 = decodeBase64(readFileSync(certified(ANA, ['-t', 'ssh-rsa'], rsa), 'utf8').split(' ')[1] ?? '') ?? '';
    assert.match(faultOf(bySha1), /"ssh-rsa" is no accepted signature algorithm/);
  });
});

describe('revoked_keys', () => {
  const folder = temporaryFolder();
  after(folder.remove);
  const authority = makeKey(folder.path, 'authority', ['ed25519']);
  const key = makeKey(folder.path, 'ana', ['ecdsa']);
  const unrelated = makeKey(folder.path, 'unrelated', ['ed25519']);
  const signers = `${ANA} ${publicLine(key)}\n${ANA} cert-authority ${publicLine(authority)}\n`;
  let plain = '';
  let certified = '';
  before(async () => {
    const certificate = certify(authority, `${key}.pub`, ANA);
    const sign = async (keyFile: string): Promise<string> => {
      const signed = await signWithSshKeygen({ keyFile, namespace: NAMESPACE, message: MESSAGE, env: QUIET_ENV });
      assert.ok(signed.ok, JSON.stringify(signed));
      return signed.value;
    };
    [plain, certified] = [await sign(key), await sign(certificate)];
  });
  const both = (blob: string, revoked: string): [string, boolean] => {
    const question = { signers, revoked, blob, message: MESSAGE, principal: ANA, namespace: NAMESPACE, time: NOW };
    return [ourVerdict(question), theirVerdict(folder.path, question).ok];
  };

  it('take the force from a key and its certificates, and an authority’s from all of its own', () => {
    const others = `# old laptops\n\n${publicLine(unrelated)}\r\n`;
    assert.deepEqual(both(plain, others), ['ok', true]);
    assert.deepEqual(both(certified, others), ['ok', true]);
    const revoked = `${others}\t${publicLine(key)} lost in a train\n`;
    assert.deepEqual(both(plain, revoked), ['revoked-key', false]);
    assert.deepEqual(both(certified, revoked), ['revoked-key', false]);
    assert.deepEqual(both(plain, publicLine(authority)), ['ok', true]);
    assert.deepEqual(both(certified, publicLine(authority)), ['revoked-key', false]);
  });

  it('are read strictly: a line that nobody understands stops the gate and is named', () => {
    const certificate = readFileSync(key.replace(/$/, '-cert.pub'), 'utf8').trim();
    for (const bad of ['nonsense', 'ssh-ed25519', `x ${publicLine(key)}`, publicLine(key).slice(0, 60)]) {
      assert.deepEqual(both(plain, bad), ['revoked-malformed', false], bad);
    }
    // Stricter than ssh-keygen: a list of another form, and what would leave the key in force without its certificate.
    assert.equal(both(plain, 'SSHKRL\n\0')[0], 'revoked-malformed');
    assert.equal(both(plain, `${publicLine(key)}\0`)[0], 'revoked-malformed');
    assert.equal(both(plain, certificate)[0], 'revoked-malformed');
    assert.equal(both(plain, '#'.repeat(1024 * 1024 + 1))[0], 'revoked-malformed');
  });
});
