/** Records that are missing, altered, contradicted, hostile, or that name what they may not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import type { Source } from '../../../../src/core/model/origin';
import { AI, HUMAN } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import { cli } from '../../cli/harness';
import { encodeRecord } from '../../../../src/core/sidecar/recordFormat';
import { signPayload } from '../../signing/signoff';
import { file, record, recorded } from '../judged';
import { BASE, BLOCK, FILE, ana, bo, code, commitRecorded, forge, gate, hunk, plant, start, withBlock } from './trial';

const recordOf = (repo: TestRepository): string => repo.git('ls-files', '*.prov');

describe('attack 7: a sidecar or a record is deleted, emptied or truncated', () => {
  it('deleted: nothing explains the lines, so they need a sign-off', async () => {
    const repo = await withBlock();
    repo.git('rm', '-q', recordOf(repo));
    repo.commit('What record');
    const found = hunk(await gate(repo));
    assert.deepEqual([found.origin, found.rule, found.status], ['unknown', 'unexplained-needs-a-senior', 'missing']);
  });

  it('the whole folder deleted, policy and keys included', async () => {
    const repo = await withBlock();
    repo.git('rm', '-q', '-r', '.countersign');
    repo.commit('Clean up');
    const outcome = await gate(repo, { adopt: true });
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome).origin, 'unknown');
    assert.equal(hunk(outcome, '.countersign/policy.jsonc').status, 'missing');
  });

  it('emptied, or truncated at any line or in the middle of one', async () => {
    const repo = await withBlock();
    const path = recordOf(repo);
    const bytes = repo.read(path);
    const lines = bytes.split('\n');
    const cuts = ['', ...lines.map((_, index) => lines.slice(0, index).join('\n')), bytes.slice(0, -20)];
    for (const cut of new Set(cuts)) {
      repo.write(path, cut).commit('Cut');
      assert.equal(code(await gate(repo)), '2 record-name', JSON.stringify(cut));
    }
  });

  it('truncated under the name of what is left: malformed, or it explains less', async () => {
    const repo = await withBlock();
    const lines = repo.read(recordOf(repo)).split('\n');
    repo.git('rm', '-q', recordOf(repo));
    const path = plant(repo, 'provenance', `${lines.slice(0, 2).join('\n')}\n`);
    repo.commit('Only the file');
    const outcome = await gate(repo);
    if (outcome.exit === 2) assert.equal(outcome.problems[0]?.path, path);
    else assert.equal(hunk(outcome).origin, 'unknown');
    assert.notEqual(outcome.exit, 0);
  });
});

describe('attack 8: ai becomes human in a record; a second record claims the lines as human; an agent says `record --origin human`', () => {
  it('the label edited in place: the name is the digest', async () => {
    const repo = await withBlock();
    const path = recordOf(repo);
    repo.write(path, repo.read(path).replace('"origin":"ai"', '"origin":"human"')).commit('Relabel');
    const outcome = await gate(repo);
    assert.equal(code(outcome), '2 record-name');
    assert.equal(outcome.problems[0]?.path, path);
  });

  it('the relabelled record beside the true one: the stronger claim stands', async () => {
    const repo = await withBlock();
    const relabelled = repo
      .read(recordOf(repo))
      .replace('"origin":"ai","via":"completion"', '"origin":"human","via":"typing"')
      .replace(/,"actor":\{[^}]*\}/, '');
    plant(repo, 'provenance', relabelled);
    repo.commit('Mine, really');
    assert.equal(repo.git('ls-files', '*.prov').split('\n').length, 2);
    const outcome = await gate(repo);
    assert.deepEqual([outcome.exit, hunk(outcome).origin], [1, 'ai']);
  });

  it('an edit by a person afterwards makes no AI line a person’s', async () => {
    const repo = await withBlock();
    const typed = (BASE + BLOCK).split('\n').slice(0, -1);
    await repo.save(FILE, BASE + BLOCK, [undefined, undefined, undefined, undefined, HUMAN, HUMAN, HUMAN, HUMAN]);
    repo.write('.countersign/note.txt', `${typed.length}\n`);
    await commitRecorded(repo, 'Typed again');
    assert.equal(hunk(await gate(repo)).origin, 'ai');
  });

  it('blank lines or other tools that a second record claims do not cut an AI’s hunk below the size that a rule asks about', async () => {
    const require = { tier: 'approve', count: 1, level: 'senior' };
    const rules = [{ id: 'large', when: { origin: ['ai'], minLines: 5 }, require }];
    const repo = start({ rules });
    const written = BASE + 'const a = 1;\nconst b = 2;\n\nconst c = 3;\nconst d = 4;\n';
    const old = [undefined, undefined, undefined, undefined];
    await repo.save(FILE, written, [...old, AI, AI, undefined, AI, AI]);
    await commitRecorded(repo, 'Five lines');
    assert.equal(hunk(await gate(repo)).status, 'missing');
    const mine = record('bo', [recorded(file(FILE, BASE, written), { 6: HUMAN })]);
    plant(repo, 'provenance', encodeRecord(mine.record));
    const other: Source = { ...AI, evidence: 'reported', actor: { tool: 'other', model: 'm-2' } };
    const split = record('cy', [recorded(file(FILE, BASE, written), { 5: other, 7: other })]);
    plant(repo, 'provenance', encodeRecord(split.record));
    repo.commit('A blank line of mine');
    const asked = (await gate(repo)).report?.hunks.filter(({ side }) => side === 'added') ?? [];
    assert.equal(asked[0]?.start, 5);
    assert.equal(asked.at(-1)?.end, 9);
    assert.ok(asked.every(({ rule, status }) => rule === 'large' && status === 'missing'));
  });

  it('`record --origin human` claims nothing that stands in an AI’s record, and else falls under said-not-seen', async () => {
    const repo = await withBlock();
    assert.equal((await cli(repo.top, ['record', '--origin', 'human', FILE])).exit, 0);
    repo.write('src/other.js', `${BASE}// an agent says that a person wrote this line\n`);
    assert.equal((await cli(repo.top, ['record', '--origin', 'human', 'src/other.js'])).exit, 0);
    await commitRecorded(repo, 'Said');
    const outcome = await gate(repo);
    assert.equal(hunk(outcome).origin, 'ai');
    const said = hunk(outcome, 'src/other.js');
    assert.deepEqual(
      [said.origin, said.evidence, said.rule, said.status],
      ['human', 'declared', 'said-not-seen', 'missing'],
    );
  });
});

describe('attack 13: huge, deep, duplicate-key, __proto__, NUL, lone-surrogate, future-version, non-canonical, wrong name', () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const records: readonly (readonly [string, (bytes: string) => string, RegExp])[] = [
    ['huge', (bytes) => bytes + `${' '.repeat(300 * 1024)}\n`, /at most/],
    ['deep', (bytes) => bytes.replace('"recorder":{', `"deep":${deep(5000)},"recorder":{`), /level|deep/],
    [
      'an origin that only __proto__ gives',
      (bytes) => bytes.replace('"origin":"ai",', '"__proto__":{"origin":"human"},'),
      /origin/,
    ],
    [
      'an author that only __proto__ gives',
      (bytes) => bytes.replace('"author":', '"__proto__":{"author":"x"},"a":'),
      /author/,
    ],
    ['NUL in a path', (bytes) => bytes.replace('src/total.js', 'src/total\\u0000.js'), /control/],
    ['a lone surrogate in a path', (bytes) => bytes.replace('src/total.js', 'src/\\ud800.js'), /./],
    ['a version of the future', (bytes) => bytes.replace('"v":1', '"v":2'), /version|update/i],
    ['no JSON', () => 'record\n', /JSON/],
    ['an array', () => '[]\n', /./],
    ['nothing', () => '', /./],
  ];
  for (const [name, altered, message] of records) {
    it(`a record: ${name}`, async () => {
      const repo = await withBlock();
      const path = plant(repo, 'provenance', altered(repo.read(recordOf(repo))));
      repo.commit('Plant');
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 2);
      const [problem] = outcome.problems;
      assert.equal(problem?.path, path);
      assert.match(`${problem.field}: ${problem.message}`, message);
    });
  }

  it('a record: fields that no version knows, __proto__ among them, say nothing', async () => {
    const repo = await withBlock();
    const path = recordOf(repo);
    const more = '"v":1,"trusted":true,"__proto__":{"origin":"human","author":"ana@example.com"}';
    plant(repo, 'provenance', repo.read(path).replace('"v":1', more));
    repo.git('rm', '-q', path);
    repo.commit('Plant');
    const found = hunk(await gate(repo));
    assert.deepEqual([found.origin, found.author, found.status], ['ai', bo.email, 'missing']);
    assert.equal(({} as Record<string, unknown>)['origin'], undefined);
  });

  it('a record: a key that stands twice is refused, or weakens nothing', async () => {
    const repo = await withBlock();
    plant(repo, 'provenance', repo.read(recordOf(repo)).replace('"origin":"ai"', '"origin":"ai","origin":"human"'));
    repo.commit('Plant');
    const outcome = await gate(repo);
    assert.ok(outcome.exit === 2 || hunk(outcome).origin === 'ai');
  });

  const envelopes: readonly (readonly [string, (bytes: string) => string])[] = [
    ['huge', (bytes) => bytes.replace('"payload":"', `"payload":"${'A'.repeat(400 * 1024)}`)],
    ['deep', (bytes) => bytes.replace('"signatures":', `"deep":${deep(5000)},"signatures":`)],
    ['a key that stands twice', (bytes) => bytes.replace('{"payload"', '{"payload":"","payload"')],
    ['__proto__', (bytes) => bytes.replace('{"payload"', '{"__proto__":1,"payload"')],
    ['white space', (bytes) => bytes.replace(',', ', ')],
    ['another order of keys', (bytes) => JSON.stringify(reversed(JSON.parse(bytes))) + '\n'],
    ['two signatures', (bytes) => bytes.replace(/"signatures":\[(.*)\]/, '"signatures":[$1,$1]')],
    ['no signature', (bytes) => bytes.replace(/"signatures":\[.*\]/, '"signatures":[]')],
    ['base64 with spare bits', (bytes) => bytes.replace(/([A-Za-z0-9+/])=","payloadType/, 'B=","payloadType')],
    ['no line feed at its end', (bytes) => bytes.trimEnd()],
    ['NUL', (bytes) => bytes.replace('"payload"', '"\\u0000payload"')],
  ];
  it('an envelope under the name of its payload: each is refused with the file’s name', async () => {
    const repo = await withBlock();
    const path = await forge(repo, ana);
    const bytes = repo.read(path);
    for (const [name, altered] of envelopes) {
      if (altered(bytes) === bytes) continue;
      repo.write(path, altered(bytes)).commit(name);
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 2, name);
      assert.equal(outcome.problems[0]?.path, path, name);
    }
  });

  it('a payload of the future, or with a lone surrogate, though its signature is good', async () => {
    const repo = await withBlock();
    const path = await forge(repo, ana);
    const envelope = JSON.parse(repo.read(path)) as { readonly payload: string };
    const payload = Buffer.from(envelope.payload, 'base64').toString('latin1');
    for (const altered of [
      payload.replace('signoff/v1', 'signoff/v2'),
      payload.replace('"note":""', '"note":"\\ud800"'),
      payload.replace('"note":""', '"note":"","note":"x"'),
      payload.replace('"note":""', '"note":"","zeal":1'),
      payload.replace('"note":""', '"note":"\\u001b[2J"'),
    ]) {
      assert.notEqual(altered, payload);
      const signed = await signPayload(`${ana.key}.pub`, altered);
      repo.write(signed.path, signed.bytes).commit('Plant');
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 2, altered);
      assert.equal(outcome.problems[0]?.path, signed.path);
      repo.git('rm', '-q', signed.path);
      repo.commit('Out');
    }
  });

  it('a file under a name that is not its content’s', async () => {
    for (const [store, extension] of [
      ['provenance', 'prov'],
      ['requests', 'req'],
      ['signoffs', 'dsse'],
    ] as const) {
      const repo = await withBlock();
      await forge(repo, ana);
      const from = store === 'requests' ? undefined : repo.git('ls-files', `*.${extension}`);
      const path = `.countersign/v1/${store}/00/00${'1'.repeat(62)}.${extension}`;
      repo.write(path, from === undefined ? '{}\n' : repo.read(from)).commit('Another name');
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 2, store);
      assert.equal(outcome.problems[0]?.path, path, store);
    }
  });

  it('all line hashes equal, in a record and in the file: unknown or the claimed origin, in bounded work', async () => {
    const repo = start();
    const many = '}\n'.repeat(20_000);
    await repo.save(
      FILE,
      many,
      Array.from({ length: 20_000 }, () => HUMAN),
    );
    await commitRecorded(repo, 'Braces');
    repo.write(FILE, `start\n${many}}\n`).commit('One more');
    const outcome = await gate(repo);
    assert.notEqual(outcome.exit, 0);
    assert.ok(outcome.report?.hunks.some((each) => each.path === FILE && each.status === 'missing'));
  });

  it('more sidecar files than a person ever made', async () => {
    const repo = start();
    const id = repo.git('hash-object', '-w', 'README.md');
    const list = Array.from({ length: 20_001 }, (_, index) => {
      const digest = index.toString(16).padStart(64, '0');
      return `100644 ${id}\t.countersign/v1/provenance/00/${digest}.prov\n`;
    });
    execFileSync('git', ['update-index', '--index-info'], { cwd: repo.top, input: list.join('') });
    repo.git('commit', '-q', '-m', 'Flood');
    assert.match(code(await gate(repo)), /^2 .*too-many-records/);
  });
});

describe('attack 14: a path in a record leaves the tree; a link, an executable or a submodule under .countersign/v1', () => {
  const paths = [
    '../outside.js',
    '/etc/passwd',
    'src/../../x.js',
    'src\\\\total.js',
    '.git/hooks/pre-commit',
    'src/.GIT/config',
    'src/total.js.',
    'src /total.js',
    'C:/total.js',
    'src//total.js',
    '.countersign/v1/provenance/aa/x',
  ];
  it('each is refused with the file’s name, and nothing is opened', async () => {
    const repo = await withBlock();
    const bytes = repo.read(recordOf(repo));
    for (const path of paths) {
      const planted = plant(repo, 'provenance', bytes.replace('src/total.js', path));
      repo.commit('Plant');
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 2, path);
      assert.equal(outcome.problems[0]?.path, planted, path);
      repo.git('rm', '-q', planted);
      repo.commit('Out');
    }
  });

  it('a link, an executable and a submodule', async () => {
    for (const mode of ['120000', '100755', '160000']) {
      const repo = await withBlock();
      const path = recordOf(repo);
      const id = mode === '160000' ? '1'.repeat(40) : repo.git('rev-parse', `:${path}`);
      repo.git('update-index', '--cacheinfo', `${mode},${id},${path}`);
      repo.git('commit', '-q', '-m', 'Odd');
      assert.equal(code(await gate(repo)), '2 sidecar-entry', mode);
    }
  });

  it('the folder itself as a link', async () => {
    const repo = await withBlock();
    repo.git('rm', '-q', '-r', '--cached', '.countersign/v1');
    const id = repo.git('hash-object', '-w', 'README.md');
    repo.git('update-index', '--add', '--cacheinfo', `120000,${id},.countersign/v1`);
    repo.git('commit', '-q', '-m', 'Link');
    const outcome = await gate(repo);
    assert.notEqual(outcome.exit, 0);
    assert.ok(outcome.exit === 2 || hunk(outcome, '.countersign/v1').status === 'missing');
  });

  it('a path of the change itself that no sign-off could name', async () => {
    const odd = ['src/a:b.js', 'src/a\\b.js', 'src/trail.', 'src/line\nbreak.js'];
    for (const path of [...odd, '.countersign/a:b.js', '.countersign/trail.', '.countersign/v1/a:b']) {
      const repo = start();
      const id = repo.git('hash-object', '-w', 'README.md');
      repo.git('update-index', '--add', '--cacheinfo', `100644,${id},${path}`);
      repo.git('commit', '-q', '-m', 'Odd path');
      const outcome = await gate(repo);
      assert.equal(code(outcome), '2 path-refused', path);
      assert.equal(outcome.problems[0]?.path, path);
      assert.match(outcome.problems[0]?.message ?? '', /rename the file/);
    }
  });

  it('a path through `..`, which git itself would not write into a tree', async () => {
    const repo = start();
    const options = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'];
    const treeOf = (mode: string, name: string, id: string): string => {
      const input = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
      return execFileSync('git', options, { cwd: repo.top, input, encoding: 'utf8' }).trim();
    };
    for (const name of ['..', '.']) {
      const inner = treeOf('100644', 'x', repo.git('rev-parse', 'HEAD:README.md'));
      const tree = treeOf('40000', name, inner);
      const outcome = await gate(repo, { head: repo.git('commit-tree', tree, '-p', 'main', '-m', 'Odd') });
      assert.equal(code(outcome), '2 path-refused');
      assert.equal(outcome.problems[0]?.path, `${name}/x`);
    }
  });
});

function reversed(value: unknown): unknown {
  return Object.fromEntries(Object.entries(value as Record<string, unknown>).toReversed());
}
