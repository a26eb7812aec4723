/** The recorder's key, as an author meets it: made once, then every commit's record is signed by the hook. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closed } from '../../support/jsonSchema';
import { HUMAN, TestRepository, person, policyText } from '../../support/repository';
import { replaceFile } from '../../../src/node/ownedFile';
import { plant } from '../verify/attacks/trial';
import type { Answer } from './harness';
import { program } from './harness';

const [ana, bo] = [person('ana'), person('bo')];
const RECORDERS = 'namespaces="recorder.v1@countersign.dev"';
const boLine = `${bo.email} ${RECORDERS} ${bo.publicKey.split(' ').slice(0, 2).join(' ')}\n`;

describe('recorder', function () {
  this.timeout(120_000);
  let repo: TestRepository;
  let env: NodeJS.ProcessEnv;
  let home: string;

  const run = (...args: string[]): Answer => program(repo.top, args, env);
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: repo.top, env, encoding: 'utf8', stdio: 'pipe' }).trimEnd();
  const keyFile = (): string => join(home, 'countersign', readdirSync(join(home, 'countersign'))[0] ?? '');
  const records = (): string[] =>
    git('ls-files', '*.prov')
      .split('\n')
      .filter((path) => path !== '');

  function setUp(signers: string, more: Readonly<Record<string, unknown>> = { requireSignedRecords: true }): void {
    home = mkdtempSync(join(tmpdir(), 'countersign home-'));
    const quiet = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') && name !== 'SSH_AUTH_SOCK');
    env = { ...Object.fromEntries(quiet), HOME: home, XDG_CONFIG_HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
    repo = new TestRepository().as(ana).adopt([ana], more);
    const anas = repo.read('.countersign/allowed_signers');
    repo
      .write('.countersign/allowed_signers', anas + signers)
      .write('a.js', 'one();\n')
      .commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'work');
  }

  /** What `recorder --json` prints, as its schema says. */
  function told(): { key: { fingerprint: string; publicKey: string }; line?: string } {
    const value = JSON.parse(run('recorder', '--json').stdout) as ReturnType<typeof told>;
    const checked = closed('recorder').safeParse(value);
    assert.ok(checked.success, JSON.stringify(checked.error?.issues, null, 1));
    return value;
  }

  afterEach(() => rmSync(home, { recursive: true, force: true }));

  async function commitTyped(text: string): Promise<string> {
    await repo.save('a.js', `one();\n${text}\n`, [undefined, HUMAN]);
    git('add', 'a.js');
    return execFileSync('sh', ['-c', 'git commit -q -m Typed 2>&1'], { cwd: repo.top, env, encoding: 'utf8' });
  }

  it('init in a fresh clone says that the policy asks; the hook says so at each commit, and nothing fails', async () => {
    setUp(boLine);
    assert.match(
      run('init').stdout,
      /asks for signed records\. A key that signs yours is made with: countersign recorder init/,
    );
    const said = await commitTyped('const typed = byHand();');
    assert.match(said, /the record is not signed, and the policy asks for that: countersign recorder init/);
    told();
    assert.match(run('recorder').stdout, /are not signed: there is no key in .*recorder-[0-9a-f]{16}/);
    const gate = run('verify', '--base', 'main', '--head', 'HEAD');
    assert.equal(gate.exit, 1);
    assert.match(gate.stdout, /record [0-9a-f]{12} makes no line weaker than unknown, since it is not signed/);
    const report: unknown = JSON.parse(run('verify', '--base', 'main', '--head', 'HEAD', '--json').stdout);
    assert.ok(closed('verify').safeParse(report).success);
    const doctor = run('doctor');
    assert.match(doctor.stdout, /✗ recorder .*there is no key for bo@example\.com\n *→ run: countersign recorder init/);
  });

  it('after recorder init the hook signs; show, verify and doctor say so', async () => {
    setUp(boLine);
    run('init');
    const made = run('recorder', 'init');
    assert.equal(made.exit, 0, made.stderr);
    assert.match(made.stdout, /^Records of bo@example\.com are signed with SHA256:\S{43}, kept in /);
    assert.doesNotMatch(made.stdout, /would not count/);
    assert.equal(statSync(keyFile()).mode & 0o777, 0o600);
    assert.equal(await commitTyped('const typed = byHand();'), '');
    const gate = run('verify', '--base', 'main', '--head', 'HEAD');
    assert.equal(gate.exit, 0, gate.stdout);
    const [path = ''] = records();
    const shown = run('show', path).stdout;
    assert.match(
      shown,
      /^signature {3}by bo@example\.com's recorder \(SHA256:\S{43}\)\ncertified {3}until \d{4}-\S+Z by SHA256:/m,
    );
    const shownJson = JSON.parse(run('show', path, '--json').stdout) as { signature: { key: string; kind: string } };
    assert.ok(closed('show').safeParse(shownJson).success);
    assert.deepEqual([shownJson.signature.kind, shownJson.signature.key], ['holds', told().key.fingerprint]);
    assert.match(run('doctor').stdout, /✓ recorder .*are signed, until/);
    chmodSync(keyFile(), 0o644);
    assert.match(run('doctor').stdout, /✗ recorder .*others may read.*\n\s+→ run: chmod 600 '\/.* .*'$/m);
    told();
    assert.match(run('recorder').stdout, /Others may read the key; run: chmod 600 '\/.* .*'$/m);
    const secret = readFileSync(keyFile(), 'utf8');
    const { privateKey } = JSON.parse(secret.slice(secret.indexOf('{'))) as { privateKey: string };
    const holds = (folder: string): boolean =>
      spawnSync('grep', ['-rqF', privateKey, folder], { stdio: 'ignore' }).status === 0;
    assert.ok(holds(home));
    assert.ok(!holds(repo.top));
  });

  it('shows a record without signature, and one whose signature was broken', async () => {
    setUp(boLine);
    run('init');
    await commitTyped('const typed = byHand();');
    assert.match(run('show', records()[0] ?? '').stdout, /^signature {3}none$/m);
    run('recorder', 'init');
    await commitTyped('const typed = byHand(again);');
    const signed = records().find((path) => repo.read(path).includes('"signature"')) ?? '';
    const broken = plant(repo, 'provenance', repo.read(signed).replace('"origin":"human"', '"origin":"tool"'));
    assert.match(run('show', broken).stdout, /^signature {3}does not count: its signature does not belong to it/m);
    const { signature } = JSON.parse(run('show', broken, '--json').stdout) as { signature: { kind: string } };
    assert.equal(signature.kind, 'broken');
  });

  it('the same key is certified anew, and records that it signed are folded into one that it signs', async () => {
    setUp(boLine);
    run('init');
    run('recorder', 'init', '--days', '2');
    assert.match(run('doctor').stdout, /· recorder .*is certified until/);
    const key = (): string => told().key.fingerprint;
    const first = key();
    await commitTyped('const typed = byHand();');
    await commitTyped('const typed = byHand(again);');
    run('recorder', 'init');
    assert.equal(key(), first);
    await commitTyped('const typed = byHand(oneMoreTime);');
    await commitTyped('const typed = byHand(andAgainAndAgain);');
    const left = records();
    assert.ok(left.length < 4, `${left.length} records`);
    assert.ok(left.some((path) => changesIn(repo.read(path)) > 1));
    for (const path of left)
      assert.match(run('show', path).stdout, /^signature {3}by bo@example\.com's recorder/m, path);
    assert.equal(run('verify', '--base', 'main', '--head', 'HEAD').exit, 0);
  });

  it('never folds what is not signed into what is', async () => {
    setUp(boLine);
    run('init');
    await commitTyped('const typed = byHand();');
    await commitTyped('const typed = byHand(again);');
    const unsigned = records().map((path) => repo.read(path));
    run('recorder', 'init');
    await commitTyped('const typed = byHand(oneMoreTime);');
    await commitTyped('const typed = byHand(andAgainAndAgain);');
    for (const path of records()) {
      const bytes = repo.read(path);
      if (!bytes.includes('"signature"')) continue;
      assert.equal(changesIn(bytes), 1, 'two signed ones were there at most, each of its own commit');
      assert.ok(!unsigned.some((each) => bytes.includes(each.split('\n')[2] ?? '-')));
    }
  });

  it('prints the line for allowed_signers where the key is not listed, or not for this; it lets nobody sign off', () => {
    setUp('');
    const made = run('recorder', 'init', '--key', `${bo.key}.pub`);
    assert.equal(made.exit, 0, made.stderr);
    assert.match(
      made.stdout,
      /does not stand in the base's allowed_signers\.\nHave this line added to \.countersign\/allowed_signers/,
    );
    assert.ok(made.stdout.includes(`  ${boLine}`), made.stdout);
    assert.equal(told().line, boLine.trim());
    assert.match(run('doctor').stdout, /✗ recorder .*would not count as signed/);
    repo.as(ana).git('switch', '-q', 'main');
    repo
      .write('.countersign/allowed_signers', `${repo.read('.countersign/allowed_signers')}${boLine}`)
      .commit('List bo');
    repo.as(bo).git('switch', '-q', 'work');
    assert.doesNotMatch(run('recorder').stdout, /would not count/);
  });

  it('says what is missing where no key is there, and what it does not understand', () => {
    setUp(boLine);
    repo.git('config', '--unset', 'user.signingkey');
    const none = run('recorder', 'init');
    assert.deepEqual([none.exit, none.stdout], [3, '']);
    assert.match(none.stderr, /no SSH key was found to sign with/);
    assert.match(
      run('recorder', 'init', '--key', 'nowhere.pub').stderr,
      /nowhere\.pub: the public key can not be read/,
    );
    const locked = run('recorder', 'init', '--key', `${person('locked', 'ed25519', 'a passphrase').key}.pub`);
    assert.equal(locked.exit, 3);
    assert.match(locked.stderr, /passphrase.*ssh-add/);
    for (const args of [['make'], ['--days', '3'], ['init', '--days', '0'], ['init', '--days', 'x']]) {
      assert.equal(run('recorder', ...args).exit, 2, args.join(' '));
    }
    assert.equal(readdirSync(home).length, 0);
  });

  it('a policy that does not ask hears nothing of it, and may have signed records all the same', async () => {
    setUp(boLine, {});
    assert.doesNotMatch(run('init').stdout, /signed records/);
    assert.equal(await commitTyped('const typed = byHand();'), '');
    assert.doesNotMatch(run('doctor').stdout, / recorder /);
    assert.match(run('recorder').stdout, /No policy here asks for signed records/);
    run('recorder', 'init');
    await commitTyped('const typed = byHand(again);');
    assert.ok(records().some((path) => repo.read(path).includes('"signature"')));
    assert.equal(run('verify', '--base', 'main', '--head', 'HEAD').exit, 0);
    assert.ok(repo.read('.countersign/policy.jsonc') === policyText([ana], {}));
  });

  it('a key file that is cut off, or whose certification ended, signs nothing and stops no commit', async () => {
    setUp(boLine);
    run('init');
    run('recorder', 'init');
    const whole = readFileSync(keyFile(), 'utf8');
    truncateSync(keyFile(), 100);
    assert.match(await commitTyped('const typed = byHand();'), /the record is not signed/);
    assert.equal(run('recorder').exit, 0);
    const ended = { ...(JSON.parse(whole.slice(whole.indexOf('{'))) as object), until: '2020-01-01T00:00:00Z' };
    replaceFile(keyFile(), ended);
    assert.match(await commitTyped('const typed = byHand(again);'), /the record is not signed/);
    assert.match(
      run('recorder').stdout,
      /They would not count .* was certified until 2020-01-01T00:00:00Z\.\nCertify it anew/,
    );
    assert.ok(records().every((path) => !repo.read(path).includes('"signature"')));
  });
});

/** Of how many commits of the one file a record tells. */
function changesIn(bytes: string): number {
  return bytes.match(/^\{"file":/gm)?.length ?? 0;
}
