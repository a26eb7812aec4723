import assert from 'node:assert/strict';
import type { Result } from '../../../src/core/model/problem';
import type { Subject } from '../../../src/core/model/span';
import { canonicalBytes } from '../../../src/core/signing/canonical';
import { parseEnvelope, pae } from '../../../src/core/signing/dsse';
import { encodeRequest, parseRequestFile } from '../../../src/core/signing/request';
import {
  buildStatement,
  parseSignoffFile,
  parseStatement,
  SIGNOFF_NAMESPACE,
} from '../../../src/core/signing/statement';
import { portionSubjects } from '../../../src/core/signing/subjects';
import { storePath } from '../../../src/core/sidecar/paths';
import { nodeHash } from '../../../src/node/hash';
import { verifyRaw } from '../../../src/node/sshVerify';
import { REPO } from './change';
import { predicate, signedPayload, signPayload, SUBJECTS } from './signoff';
import { keygenAccepts, makeKey, publicLine, temporaryFolder } from './sshTools';

const ports = { hash: nodeHash, verifyRaw };
const KEYID = `SHA256:${'A'.repeat(43)}`;

/** `code field` of every problem. */
function faults(result: Result<unknown>): string[] {
  return result.ok ? [] : result.problems.map(({ code, field }) => `${code} ${field}`.trim());
}

describe("a sign-off's file", () => {
  const folder = temporaryFolder();
  after(folder.remove);
  const key = makeKey(folder.path, 'ana', ['ed25519']);
  const other = makeKey(folder.path, 'bo', ['ed25519']);

  it('is read, verified, and says who signed what', async () => {
    const { path, bytes } = await signPayload(key, await signedPayload(key));
    const result = parseSignoffFile(bytes, path, ports);
    assert.ok(result.ok, JSON.stringify(result));
    assert.equal(result.value.path, path);
    assert.equal(storePath('signoff', result.value.id), path);
    assert.equal(result.value.keyBlob, publicLine(key).split(' ')[1]);
    assert.equal(result.value.statement.predicate.note, 'Read with Bo.\nGrüße');
    assert.deepEqual(result.value.statement.subject, SUBJECTS);
  });

  it('can be checked with stock ssh-keygen', async () => {
    const { path, bytes } = await signPayload(key, await signedPayload(key));
    const envelope = parseEnvelope(bytes, path);
    assert.ok(envelope.ok);
    const { payloadType, payload, sig } = envelope.value;
    const signers = `ana@example.com namespaces="${SIGNOFF_NAMESPACE}" ${publicLine(key)}\n`;
    assert.equal(
      keygenAccepts(folder.path, signers, 'ana@example.com', SIGNOFF_NAMESPACE, sig, pae(payloadType, payload)),
      true,
    );
  });

  it('is refused when its bytes, name, key or purpose are not what was signed', async () => {
    const payload = await signedPayload(key);
    const good = await signPayload(key, payload);
    const check = (bytes: string, path = good.path): string[] => faults(parseSignoffFile(bytes, path, ports));
    assert.deepEqual(check(good.bytes), []);
    assert.deepEqual(check(good.bytes, storePath('signoff', '0'.repeat(64))), ['signoff-name']);
    assert.deepEqual(check(good.bytes, good.path.replace('signoffs', 'requests')), ['signoff-name']);
    assert.deepEqual(check((await signPayload(key, payload, { namespace: 'request.v1@countersign.dev' })).bytes), [
      'signoff-signature signatures[0].sig (namespace)',
    ]);
    assert.deepEqual(check((await signPayload(key, payload, { payloadType: 'text/plain' })).bytes), [
      'signoff-malformed payloadType',
    ]);
    assert.deepEqual(check((await signPayload(key, payload, { keyid: KEYID })).bytes), [
      'signoff-malformed signatures[0].keyid',
    ]);
    assert.deepEqual(check((await signPayload(other, payload)).bytes), [
      'signoff-malformed payload.predicate.reviewer.keyid',
    ]);
    const changed = JSON.parse(good.bytes) as { payload: string };
    const edited = Buffer.from(changed.payload, 'base64').toString('latin1').replace('"approve"', '"reject"');
    const forged = `${canonicalBytes({ ...changed, payload: Buffer.from(edited, 'latin1').toString('base64') })}\n`;
    assert.deepEqual(check(forged, storePath('signoff', nodeHash.sha256(edited))), [
      'signoff-signature signatures[0].sig',
    ]);
  });

  it('is refused when a signed payload is not canonical', async () => {
    const payload = `${await signedPayload(key)} `;
    const { path, bytes } = await signPayload(key, payload);
    assert.deepEqual(faults(parseSignoffFile(bytes, path, ports)), ['signoff-malformed payload']);
    const doubled = (await signedPayload(key)).replace(
      '"decision":"approve"',
      '"decision":"approve","decision":"reject"',
    );
    const twice = await signPayload(key, doubled);
    assert.deepEqual(faults(parseSignoffFile(twice.bytes, twice.path, ports)), ['signoff-malformed payload']);
  });

  it('has one signature, strict base64, no other fields and one written form', async () => {
    const { path, bytes } = await signPayload(key, await signedPayload(key));
    const json = JSON.parse(bytes) as { payload: string; signatures: { keyid: string; sig: string }[] };
    const [signature] = json.signatures;
    assert.ok(signature !== undefined);
    const read = (value: unknown): string[] => faults(parseEnvelope(`${canonicalBytes(value)}\n`, path));
    assert.deepEqual(read(json), []);
    assert.deepEqual(read({ ...json, signatures: [signature, signature] }), ['signoff-malformed signatures']);
    assert.deepEqual(read({ ...json, signatures: [] }), ['signoff-malformed signatures']);
    assert.deepEqual(read({ ...json, extra: 1 }), ['signoff-malformed extra']);
    assert.deepEqual(read({ ...json, payload: `${json.payload}=` }), ['signoff-malformed payload']);
    assert.deepEqual(read({ ...json, payload: 7 }), ['signoff-malformed payload']);
    assert.deepEqual(read({ ...json, signatures: [{ ...signature, sig: ` ${signature.sig}` }] }), [
      'signoff-malformed signatures[0].sig',
    ]);
    assert.deepEqual(read({ ...json, signatures: [{ ...signature, cert: 'x' }] }), [
      'signoff-malformed signatures[0].cert',
    ]);
    assert.deepEqual(read({ payload: json.payload, signatures: json.signatures }), ['signoff-malformed payloadType']);
    assert.deepEqual(
      read([]),
      [
        'signoff-malformed',
        'signoff-malformed payload',
        'signoff-malformed payloadType',
        'signoff-malformed signatures',
      ].slice(0, 1),
    );
    assert.deepEqual(faults(parseEnvelope(bytes.trimEnd(), path)), ['signoff-malformed']);
    assert.deepEqual(faults(parseEnvelope(JSON.stringify(json, null, 2) + '\n', path)), ['signoff-malformed']);
    assert.deepEqual(faults(parseEnvelope(`${'x'.repeat(300_000)}\n`, path)), ['signoff-malformed']);
  });
});

describe('a statement', () => {
  const valid = predicate(KEYID);
  const good = buildStatement(SUBJECTS, valid);
  const read = (changed: Record<string, unknown>): string[] =>
    faults(parseStatement(canonicalBytes({ ...(good.ok ? good.value : {}), ...changed }), 'f'));

  it('is sorted when built, and parses back', () => {
    assert.ok(good.ok);
    assert.deepEqual(buildStatement([...SUBJECTS].reverse(), valid), good);
    assert.deepEqual(parseStatement(canonicalBytes(good.value), 'f'), good);
  });

  it('names each field that is wrong', () => {
    const rows: readonly (readonly [object, string])[] = [
      [{ decision: 'maybe' }, 'decision'],
      [{ decision: 'withdraw' }, 'withdraws'],
      [{ withdraws: 'a'.repeat(64) }, 'withdraws'],
      [{ repo: '' }, 'repo'],
      [{ repo: 'a\u001b[31m' }, 'repo'],
      [{ targetRefs: [] }, 'targetRefs'],
      [{ targetRefs: ['main\n'] }, 'targetRefs[0]'],
      [{ policy: { version: 0, sha256: 'a'.repeat(64) } }, 'policy.version'],
      [{ policy: { version: 1, sha256: 'A'.repeat(64) } }, 'policy.sha256'],
      [{ reviewer: { principal: '-oX', keyid: KEYID } }, 'reviewer.principal'],
      [{ reviewer: { principal: '*@example.com', keyid: KEYID } }, 'reviewer.principal'],
      [{ reviewer: { principal: 'a@b', keyid: 'MD5:x' } }, 'reviewer.keyid'],
      [{ binding: 'line' }, 'binding'],
      [{ observed: { base: 'main', head: 'c'.repeat(40) } }, 'observed.base'],
      [{ request: 'x' }, 'request'],
      [{ viewed: { total: 1, expanded: 2 } }, 'viewed.expanded'],
      [{ note: 'a\u0000' }, 'note'],
      [{ note: 'x'.repeat(4001) }, 'note'],
      [{ reviewedAt: '2026-02-30T00:00:00Z' }, 'reviewedAt'],
      [{ expiresAt: '2027-02-18T09:30:00+01:00' }, 'expiresAt'],
      [{ expiresAt: '2026-11-20T09:30:00Z' }, 'expiresAt'],
      [{ level: 'principal' }, 'level'],
    ];
    for (const [changed, field] of rows) {
      const found = read({ predicate: { ...valid, ...changed } });
      assert.ok(
        found.includes(`signoff-malformed payload.predicate.${field}`),
        `${JSON.stringify(changed)}: ${found.join()}`,
      );
    }
    assert.deepEqual(read({ predicateType: 'https://countersign.dev/signoff/v2' }), [
      'signoff-malformed payload.predicateType',
    ]);
    assert.deepEqual(read({ _type: 'x' }), ['signoff-malformed payload._type']);
  });

  it('names each subject that is wrong', () => {
    const [first, second] = SUBJECTS;
    assert.ok(first !== undefined && second !== undefined);
    const at = 'signoff-malformed payload.subject';
    assert.deepEqual(read({ subject: [] }), [at]);
    assert.deepEqual(read({ subject: [second, first] }), [`${at}[1]`]);
    assert.deepEqual(read({ subject: [first, first] }), [`${at}[1]`]);
    for (const name of ['../x', '/x', 'a/../b', 'a\\b', '.git/config', 'a//b', 'x.', 'C:x', 'a\u0000']) {
      assert.deepEqual(
        read({ subject: [{ ...first, name }] }),
        [`${at}[0].name`, ...(name.includes('\0') ? [`${at}[0].name`] : [])],
        name,
      );
    }
    assert.deepEqual(read({ subject: [{ ...first, digest: { sha256: 'x' } }] }), [`${at}[0].digest.sha256`]);
    assert.deepEqual(read({ subject: [{ ...first, annotations: { ...first.annotations, k: 2 } }] }), [
      `${at}[0].annotations.k`,
    ]);
    assert.deepEqual(
      read({
        subject: [
          {
            ...first,
            annotations: {
              object: 'rename',
              oldMode: '100644',
              newMode: '100664',
              oldId: 'a'.repeat(40),
              newId: 'a'.repeat(40),
            },
          },
        ],
      }),
      [`${at}[0].annotations.from`, `${at}[0].annotations.newMode`],
    );
  });

  it('has at most 200 subjects; more are portioned, sorted and each once', () => {
    const [first] = SUBJECTS;
    assert.ok(first !== undefined);
    const many: Subject[] = Array.from({ length: 450 }, (_, i) => ({
      ...first,
      name: `f${String(449 - i).padStart(3, '0')}`,
    }));
    assert.equal(buildStatement(many, valid).ok, false);
    const portions = portionSubjects([...many, ...many]);
    assert.deepEqual(
      portions.map((portion) => portion.length),
      [200, 200, 50],
    );
    assert.equal(portions[0]?.[0]?.name, 'f000');
    const long = portionSubjects(many.map((subject) => ({ ...subject, name: `${subject.name}/${'x'.repeat(4000)}` })));
    assert.ok(long.length > 3 && long.every((portion) => canonicalBytes(portion).length < 170_000));
  });
});

describe("a request's file", () => {
  const request = {
    type: 'countersign/request',
    v: 1,
    repo: REPO,
    author: 'bo@example.com',
    to: ['ana'],
    note: '',
    observed: { base: 'b'.repeat(40), head: 'c'.repeat(40) },
    subject: SUBJECTS,
  } as const;
  const bytes = encodeRequest(request);
  const path = storePath('request', nodeHash.sha256(bytes));

  it('is one line, named by its digest, and parses back', () => {
    assert.equal(bytes.indexOf('\n'), bytes.length - 1);
    assert.deepEqual(parseRequestFile(bytes, path, nodeHash), {
      ok: true,
      value: { id: nodeHash.sha256(bytes), path, request },
    });
  });

  it('is refused under another name, in another form, and with wrong fields named', () => {
    assert.deepEqual(faults(parseRequestFile(bytes, storePath('request', '0'.repeat(64)), nodeHash)), ['request-name']);
    const read = (changed: object): string[] => {
      const text = `${canonicalBytes({ ...request, ...changed })}\n`;
      return faults(parseRequestFile(text, storePath('request', nodeHash.sha256(text)), nodeHash));
    };
    assert.deepEqual(read({ v: 2 }), ['request-malformed v']);
    assert.deepEqual(read({ to: 'ana' }), ['request-malformed to']);
    assert.deepEqual(read({ author: '' }), ['request-malformed author']);
    assert.deepEqual(read({ urgent: true }), ['request-malformed urgent']);
    const spaced = `${JSON.stringify(request)}\n`;
    assert.deepEqual(faults(parseRequestFile(spaced, storePath('request', nodeHash.sha256(spaced)), nodeHash)), [
      'request-malformed',
    ]);
  });
});
