/** Sign-offs that are carried: exported by one clone, brought in by another, with real keys and a bare repository between. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Person } from '../../support/repository';
import { AI, REPO_ID, TestRepository, person } from '../../support/repository';
import { aiChange, recordAndCommit } from './aiChange';
import type { Answer } from './harness';
import { cli } from './harness';

const [ana, bo, eve] = [person('ana'), person('bo'), person('eve')];
const folder = mkdtempSync(join(tmpdir(), 'countersign-carried-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Place {
  readonly origin: TestRepository;
  /** Bo's clone, on the pushed branch `work`, which an AI helped to write. */
  readonly author: TestRepository;
}

/** A bare repository with a branch that awaits ana. */
async function place(): Promise<Place> {
  const first = await aiChange(ana, bo);
  const bare = mkdtempSync(join(folder, 'origin-'));
  execFileSync('git', ['clone', '-q', '--bare', first.top, bare], { stdio: 'pipe' });
  const origin = new TestRepository(bare);
  origin.git('symbolic-ref', 'HEAD', 'refs/heads/main');
  return { origin, author: cloneOf(origin, bo) };
}

function cloneOf(origin: TestRepository, who: Person): TestRepository {
  const clone = origin.clone().as(who);
  clone.git('switch', '-q', 'work');
  return clone;
}

async function done(repository: TestRepository, ...args: string[]): Promise<Answer> {
  const answer = await cli(repository.top, args);
  assert.equal(answer.exit, 0, answer.stderr + answer.stdout);
  return answer;
}

async function gate(repository: TestRepository, head = 'HEAD'): Promise<number | null> {
  return (await cli(repository.top, ['verify', '--base', 'origin/main', '--head', head])).exit;
}

/** A sign-off by ana, made in a clone of her own that pushes nothing. */
async function exported(origin: TestRepository, ...more: string[]): Promise<string> {
  const senior = cloneOf(origin, ana);
  const file = join(mkdtempSync(join(folder, 'sent-')), 'review.dsse');
  await done(senior, 'approve', '--yes', '--key', ana.key, '--export', file, ...more);
  return file;
}

describe('a sign-off that somebody else brings in', function () {
  this.timeout(60_000);

  it('counts, though its signer pushed nothing, and takes nothing of the work of who brings it in', async () => {
    const { origin, author } = await place();
    const senior = origin.clone().as(ana);
    senior.git('switch', '-q', '--detach', 'origin/work');
    const file = join(mkdtempSync(join(folder, 'sent-')), 'review.dsse');
    const { stdout } = await done(senior, 'approve', '--yes', '--key', ana.key, '--export', file);
    assert.match(stdout, /signed off 1 block \([0-9a-f]{12}\)\nwritten to .*review\.dsse; .* countersign import/);
    assert.equal(senior.git('status', '--short'), '');
    assert.equal(senior.git('rev-parse', 'HEAD'), origin.git('rev-parse', 'work'));

    assert.equal(await gate(author), 1);
    author.write('staged.txt', 'staged\n').git('add', 'staged.txt');
    author.write('a.js', `${author.read('a.js')}dirty();\n`);
    const told = await done(author, 'import', '--commit', file);
    assert.match(told.stdout, /^sign-off [0-9a-f]{12} by ana@example\.com: counts for 1 block\ncommitted as/);
    assert.equal(author.git('status', '--short'), ' M a.js\nA  staged.txt');
    assert.match(author.git('show', '--format=%ae', '--name-status', 'HEAD'), /^bo@example\.com\n\nA\t\S+\.dsse$/);
    assert.equal(await gate(author), 0);
    author.git('push', '-q', 'origin', 'work');
    assert.equal(await gate(cloneOf(origin, eve)), 0);
  });

  it('may be signed on a fork, against the branch of the project that it was forked from', async () => {
    const { origin, author } = await place();
    const fork = mkdtempSync(join(folder, 'fork-'));
    execFileSync('git', ['clone', '-q', '--bare', origin.top, fork], { stdio: 'pipe' });
    const senior = new TestRepository(fork).clone().as(ana);
    senior.git('remote', 'add', '-f', 'upstream', origin.top);
    senior.git('switch', '-q', '--detach', 'upstream/work');
    const file = join(mkdtempSync(join(folder, 'sent-')), 'review.dsse');
    const { stderr } = await done(
      senior,
      'approve',
      '--base',
      'upstream/main',
      '--yes',
      '--key',
      ana.key,
      '--export',
      file,
    );
    assert.doesNotMatch(stderr, /would not count/);
    await done(author, 'import', '--commit', file);
    assert.equal(await gate(author), 0);
  });

  it('is the very file that the repository would have held, and is only staged without --commit', async () => {
    const { origin, author } = await place();
    const file = await exported(origin);
    const head = author.git('rev-parse', 'HEAD');
    const { stdout } = await cli(author.top, ['import', '--json', file]);
    const { signoffs, commit } = JSON.parse(stdout) as {
      signoffs: { id: string; path: string; reviewer: string; blocks: number[]; present: boolean }[];
      commit?: string;
    };
    const [only] = signoffs;
    assert.ok(only !== undefined);
    assert.deepEqual([signoffs.length, only.reviewer, only.blocks, only.present], [1, ana.email, [1], false]);
    assert.equal(commit, undefined);
    assert.equal(author.git('rev-parse', 'HEAD'), head);
    assert.equal(author.git('diff', '--cached', '--name-only'), only.path);
    assert.deepEqual(readFileSync(join(author.top, only.path)), readFileSync(file));
  });

  it('is no second one when it is here already', async () => {
    const { origin, author } = await place();
    const file = await exported(origin);
    await done(author, 'import', '--commit', file);
    const head = author.git('rev-parse', 'HEAD');
    const again = await done(author, 'import', '--commit', file, file);
    assert.match(again.stdout, /which is here already: counts for 1 block\nnothing to bring in\n$/);
    assert.equal(author.git('rev-parse', 'HEAD'), head);
  });

  describe('under a name that HEAD has in another envelope', () => {
    const ca = person('ca');
    const cy = person('cy');

    /** A change of bo's that cy signed with a certificate, and the same with the bare key put in its place, which is listed nowhere. */
    async function certified(): Promise<{ author: TestRepository; good: string; bad: string }> {
      execFileSync('ssh-keygen', ['-q', '-s', ca.key, '-I', 'cy', '-n', cy.email, `${cy.key}.pub`], { stdio: 'pipe' });
      const base = new TestRepository().as(ana).adopt([ana, cy]);
      const listed = base.read('.countersign/allowed_signers').replace(/^cy@.*\n/m, '');
      const namespace = 'namespaces="signoff.v1@countersign.dev"';
      const [type = '', blob = ''] = ca.publicKey.split(' ');
      base.write('.countersign/allowed_signers', `${listed}${cy.email} cert-authority,${namespace} ${type} ${blob}\n`);
      base.write('a.js', 'one();\n').commit('Start');
      const bare = mkdtempSync(join(folder, 'origin-'));
      execFileSync('git', ['clone', '-q', '--bare', base.top, bare], { stdio: 'pipe' });
      const origin = new TestRepository(bare);
      const author = origin.clone().as(bo);
      author.git('switch', '-q', '-c', 'work');
      await author.save('a.js', 'one();\nconst added = byAnAssistant();\n', [undefined, AI]);
      await recordAndCommit(author, 'Add');
      author.git('push', '-q', 'origin', 'work');
      const sent = mkdtempSync(join(folder, 'sent-'));
      const [good, bad] = [join(sent, 'good.dsse'), join(sent, 'bad.dsse')];
      await done(cloneOf(origin, cy), 'approve', '--yes', '--key', `${cy.key}-cert.pub`, '--export', good);
      writeFileSync(bad, withBareKey(readFileSync(good, 'utf8'), cy.publicKey));
      return { author, good, bad };
    }

    function withBareKey(envelope: string, publicKey: string): string {
      const { signatures } = JSON.parse(envelope) as { signatures: { sig: string }[] };
      const sig = signatures[0]?.sig ?? '';
      const blob = Buffer.from(sig, 'base64');
      const key = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(key.length);
      const rest = blob.subarray(14 + blob.readUInt32BE(10));
      return envelope.replace(sig, Buffer.concat([blob.subarray(0, 10), length, key, rest]).toString('base64'));
    }

    it('takes the place of one that does not count', async () => {
      const { author, good, bad } = await certified();
      assert.match((await done(author, 'import', '--commit', bad)).stdout, /does not count/);
      assert.equal(await gate(author), 1);
      const told = await done(author, 'import', '--commit', good);
      assert.match(told.stdout, /by cy@example\.com: counts for 1 block\ncommitted as/);
      assert.equal(await gate(author), 0);
    });

    it('leaves the one that counts in its place, and says that it was there', async () => {
      const { author, good, bad } = await certified();
      await done(author, 'import', '--commit', good);
      const head = author.git('rev-parse', 'HEAD');
      const told = await done(author, 'import', '--commit', bad);
      assert.match(
        told.stdout,
        /which is here already in another envelope: counts for 1 block\nnothing to bring in\n$/,
      );
      assert.equal(author.git('rev-parse', 'HEAD'), head);
      assert.equal(await gate(author), 0);
    });

    it('is chosen among several by whether it counts, whatever their order', async () => {
      for (const reversed of [false, true]) {
        const { author, good, bad } = await certified();
        const files = reversed ? [bad, good] : [good, bad];
        assert.match(
          (await done(author, 'import', '--commit', ...files)).stdout,
          /^sign-off .*counts for 1 block\ncommitted/,
        );
        assert.equal(await gate(author), 0);
      }
    });

    it('is left out where the one that does not count has landed', async () => {
      const { author, good, bad } = await certified();
      await done(author, 'import', '--commit', bad);
      author.git('push', '-q', 'origin', 'work:main');
      author.git('fetch', '-q');
      const head = author.git('rev-parse', 'HEAD');
      const told = await done(author, 'import', '--commit', good);
      assert.match(told.stdout, /which is here already in another envelope: this does not count/);
      assert.equal(author.git('rev-parse', 'HEAD'), head);
      assert.equal(author.git('status', '--porcelain'), '');
    });
  });

  it('checks with stock ssh-keygen by the commands of the documentation, and not once a byte has changed', async () => {
    const { origin } = await place();
    const file = await exported(origin);
    const docs = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'commands.md'), 'utf8');
    const [, script] = /Anybody can check such a file[^`]*```sh\n([\s\S]*?)```/.exec(docs) ?? [];
    assert.ok(script !== undefined);
    const where = mkdtempSync(join(folder, 'audit-'));
    mkdirSync(join(where, '.countersign'));
    writeFileSync(
      join(where, '.countersign', 'allowed_signers'),
      origin.git('show', 'main:.countersign/allowed_signers'),
    );
    const audit = (bytes: Buffer): string => {
      writeFileSync(join(where, 'review.dsse'), bytes);
      return execFileSync('sh', ['-e', '-c', script], { cwd: where, encoding: 'utf8', stdio: 'pipe' });
    };
    assert.match(audit(readFileSync(file)), /^Good "signoff\.v1@countersign\.dev" signature for ana@example\.com /);
    const { payload } = JSON.parse(readFileSync(file, 'utf8')) as { payload: string };
    const statement = Buffer.from(payload, 'base64').toString().replace('"a.js"', '"b.js"');
    const forged = readFileSync(file, 'utf8').replace(payload, Buffer.from(statement).toString('base64'));
    assert.throws(() => audit(Buffer.from(forged)), /Signature verification failed|incorrect signature/);
  });

  it('survives the line ends of mail, and nothing else', async () => {
    const { origin, author } = await place();
    const file = await exported(origin);
    const text = readFileSync(file, 'latin1');
    const sent = (name: string, bytes: string): string => {
      const path = join(mkdtempSync(join(folder, 'mail-')), name);
      writeFileSync(path, Buffer.from(bytes, 'latin1'));
      return path;
    };
    const { payload, signatures } = JSON.parse(text) as { payload: string; signatures: { sig: string }[] };
    const sig = signatures[0]?.sig ?? '';
    const elsewhere = Buffer.from(payload, 'base64').toString().replaceAll(REPO_ID, REPO_ID.replace('7', '8'));
    const wrong: readonly [string, string, RegExp][] = [
      ['cut.dsse', text.slice(0, 500), /cut\.dsse/],
      ['payload.dsse', text.replace(payload, Buffer.from(elsewhere).toString('base64')), /signature/],
      ['sig.dsse', text.replace(sig, sig.replace(/.{8}$/, 'AAAAAA==')), /sig/],
      ['order.dsse', `${JSON.stringify(JSON.parse(text), null, 1)}\n`, /canonical/],
      [`${'0'.repeat(64)}.dsse`, text, /expected the file name to be the SHA-256 of the payload/],
      ['large.dsse', text + ' '.repeat(300_000), /at most 262144 bytes/],
    ];
    for (const [name, bytes, message] of wrong) {
      const answer = await cli(author.top, ['import', '--commit', sent('good.dsse', text), sent(name, bytes)]);
      assert.equal(answer.exit, 2, name);
      assert.match(answer.stderr, message, name);
      assert.equal(author.git('status', '--short'), '', name);
    }
    assert.equal((await cli(author.top, ['import', folder])).exit, 2);
    assert.equal((await cli(author.top, ['import', join(folder, 'nothing')])).exit, 2);
    await done(author, 'import', '--commit', sent('mail.dsse', text.replace('\n', '\r\n')));
    assert.equal(await gate(author), 0);
  });

  it('is refused when it was signed for another repository', async () => {
    const { origin } = await place();
    const file = await exported(origin);
    const other = await aiChange(ana, bo);
    other.git('switch', '-q', 'main');
    other
      .write('.countersign/policy.jsonc', other.read('.countersign/policy.jsonc').replace(REPO_ID, 'another'))
      .commit('Other');
    other.git('switch', '-q', 'work');
    other.git('rebase', '-q', 'main');
    const answer = await cli(other.top, ['import', '--commit', file]);
    assert.equal(answer.exit, 2);
    assert.match(answer.stderr, /expected a sign-off for this repository \(another\), found one for 7c0e1f6a/);
    assert.equal(other.git('status', '--short'), '');
  });

  it('comes in with the reason when it has no authority, is stale, or has landed before', async () => {
    const { origin, author } = await place();
    const stranger = cloneOf(origin, eve);
    const foreign = join(mkdtempSync(join(folder, 'sent-')), 'eve.dsse');
    await done(stranger, 'approve', '--yes', '--key', eve.key, '--export', foreign);
    const told = await done(author, 'import', '--commit', foreign);
    assert.match(told.stdout, /by eve@example\.com: this does not count: the key that signed/);
    assert.equal(await gate(author), 1);

    const file = await exported(origin);
    const lines = 'one();\nconst added = byTheAssistantAgain();\nconst typed = byThePerson();\n';
    await author.save('a.js', lines, [undefined, AI, undefined]);
    await recordAndCommit(author, 'Change it');
    assert.match((await done(author, 'import', file)).stdout, /this does not count: .*changed/);
    author.git('reset', '-q', '--hard', 'HEAD~2');

    await done(author, 'import', '--commit', file);
    author.git('push', '-q', 'origin', 'work:main');
    author.git('fetch', '-q');
    author.git('revert', '--no-commit', 'HEAD', 'HEAD~1');
    author.git('commit', '-q', '-m', 'Take it back');
    author.git('push', '-q', 'origin', 'HEAD:main');
    author.git('fetch', '-q');
    await author.save('a.js', 'one();\nconst added = byAnAssistant();\nconst typed = byThePerson();\n', [
      undefined,
      AI,
      undefined,
    ]);
    await recordAndCommit(author, 'Again');
    assert.match((await done(author, 'import', '--commit', file)).stdout, /it has landed on the target before/);
    assert.equal(await gate(author), 1);
  });

  it('may be a rejection and its withdrawal as well', async () => {
    const { origin, author } = await place();
    const senior = cloneOf(origin, ana);
    const [veto, lifted] = ['veto.dsse', 'lifted.dsse'].map((name) => join(mkdtempSync(join(folder, 'sent-')), name));
    assert.ok(veto !== undefined && lifted !== undefined);
    await done(senior, 'reject', '--yes', '--note', 'No retry', '--key', ana.key, '--export', veto);
    await done(author, 'import', '--commit', veto, await exported(origin));
    assert.equal(await gate(author), 1);
    author.git('push', '-q', 'origin', 'work');
    senior.git('pull', '-q');
    const { signoffs } = JSON.parse((await cli(author.top, ['import', '--json', veto])).stdout) as {
      signoffs: { id: string }[];
    };
    const id = signoffs[0]?.id ?? '';
    await done(senior, 'withdraw', '--yes', '--note', 'Settled', '--key', ana.key, '--export', lifted, id);
    await done(author, 'import', '--commit', lifted);
    assert.equal(await gate(author), 0);
  });
});

describe('exporting', function () {
  this.timeout(120_000);

  it('never writes over a file, into nowhere, or beside a commit, and then signs nothing', async () => {
    const { origin } = await place();
    const senior = cloneOf(origin, ana);
    const approve = ['approve', '--yes', '--key', ana.key];
    const taken = join(mkdtempSync(join(folder, 'sent-')), 'taken.dsse');
    writeFileSync(taken, 'mine\n');
    const onto = await cli(senior.top, [...approve, '--export', taken]);
    assert.deepEqual([onto.exit, readFileSync(taken, 'utf8')], [2, 'mine\n']);
    assert.match(onto.stderr, /found one that exists/);
    assert.equal((await cli(senior.top, [...approve, '--export', join(folder, 'no', 'x.dsse')])).exit, 2);
    const both = await cli(senior.top, [...approve, '--commit', '--export', join(folder, 'both.dsse')]);
    assert.equal(both.exit, 2);
    assert.ok(!existsSync(join(folder, 'both.dsse')));
    assert.equal(senior.git('status', '--short'), '');
  });

  it('makes several files of more blocks than one sign-off may name, which come in together', async () => {
    const { origin, author } = await place();
    const line = (index: number): string => `const kept${index} = step(${index});\n`;
    const base = Array.from({ length: 205 * 8 }, (_, index) => line(index));
    author.git('switch', '-q', '-c', 'many', 'origin/main');
    author.write('many.js', base.join('')).commit('Many');
    author.git('push', '-q', 'origin', 'many:main');
    author.git('fetch', '-q');
    const changed = base.map((each, index) => (index % 8 === 4 ? each.replace('step', 'leap') : each));
    await author.save(
      'many.js',
      changed.join(''),
      changed.map((each) => (each.includes('leap') ? AI : undefined)),
    );
    await recordAndCommit(author, 'Leap');
    author.git('push', '-q', 'origin', 'many');
    const senior = origin.clone().as(ana);
    senior.git('switch', '-q', 'many');
    const file = join(mkdtempSync(join(folder, 'sent-')), 'review.dsse');
    await done(senior, 'approve', '--yes', '--key', ana.key, '--export', file);
    const names = readdirSync(join(file, '..')).sort();
    assert.deepEqual(names, ['review.2.dsse', 'review.dsse']);
    await done(author, 'import', '--commit', ...names.map((name) => join(file, '..', name)));
    assert.equal(await gate(author), 0);
  });
});

describe('author and senior who push at once', function () {
  this.timeout(60_000);

  /** Bo changes another file while ana signs; ana is second to push. */
  async function race(): Promise<{ origin: TestRepository; author: TestRepository; senior: TestRepository }> {
    const { origin, author } = await place();
    const senior = cloneOf(origin, ana);
    await done(senior, 'approve', '--yes', '--commit', '--key', ana.key);
    await author.save('b.js', 'const more = byAnAssistant();\n', [AI]);
    await recordAndCommit(author, 'More');
    author.git('push', '-q', 'origin', 'work');
    assert.throws(() => senior.git('push', '-q', 'origin', 'work'), /rejected/);
    return { origin, author, senior };
  }

  async function statusOf(repository: TestRepository): Promise<Record<string, string>> {
    const { stdout } = await cli(repository.top, ['verify', '--base', 'origin/main', '--head', 'HEAD', '--json']);
    const { hunks } = JSON.parse(stdout) as { hunks: { path: string; origin: string; status: string }[] };
    return Object.fromEntries(hunks.map(({ path, origin, status }) => [`${path} ${origin}`, status]));
  }

  for (const [name, args] of [
    ['rebases', ['pull', '-q', '--rebase']],
    ['merges', ['pull', '-q', '--no-rebase', '--no-edit']],
  ] as const) {
    it(`lose nothing when the second ${name}: what was signed is signed, what is new is not`, async () => {
      const { origin, senior } = await race();
      senior.git(...args);
      senior.git('push', '-q', 'origin', 'work');
      const anyone = cloneOf(origin, eve);
      assert.equal(anyone.git('ls-files', '*.dsse').split('\n').length, 1);
      assert.equal(anyone.git('ls-files', '*.prov').split('\n').length, 2);
      assert.deepEqual(await statusOf(anyone), {
        'a.js ai': 'satisfied',
        'a.js human': 'not-required',
        'b.js ai': 'missing',
      });
    });
  }

  it('lose nothing when both bring in the same sign-off', async () => {
    const { origin, author } = await place();
    const file = await exported(origin);
    const senior = cloneOf(origin, ana);
    await done(senior, 'import', '--commit', file);
    const copy = join(mkdtempSync(join(folder, 'sent-')), basename(file));
    copyFileSync(file, copy);
    await done(author, 'import', '--commit', copy);
    author.write('notes.txt', 'notes\n').git('add', 'notes.txt');
    author.git('commit', '-q', '-m', 'Notes');
    author.git('push', '-q', 'origin', 'work');
    senior.git('pull', '-q', '--no-rebase', '--no-edit');
    senior.git('push', '-q', 'origin', 'work');
    assert.equal((await statusOf(cloneOf(origin, eve)))['a.js ai'], 'satisfied');
  });
});
