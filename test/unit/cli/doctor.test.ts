import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storePath } from '../../../src/core/sidecar/paths';
import { takeLock } from '../../../src/node/processLock';
import type { Finding } from '../../../src/node/doctor/finding';
import { initRepository } from '../../../src/node/init';
import { AI, TestRepository, person } from '../../support/repository';
import { aiChange, onlyDigest } from './aiChange';
import { bundle, cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];

async function examine(repository: TestRepository, exit: number): Promise<readonly Finding[]> {
  const answer = await cli(repository.top, ['doctor', '--json']);
  const { ok, findings } = JSON.parse(answer.stdout) as { ok: boolean; findings: Finding[] };
  assert.deepEqual([answer.exit, ok], [exit, exit === 0], answer.stdout);
  return findings;
}

/** What is wrong or could be better, as `check: message → remedy`. */
function told(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ state }) => state !== 'ok')
    .map(({ check, state, message, remedy }) => `${state} ${check}: ${message} → ${remedy ?? ''}`);
}

/** Set up as `init` does it from the bundle. */
async function setUp(): Promise<TestRepository> {
  const repository = new TestRepository().as(ana);
  const launcher = { runtime: process.execPath, cliSource: bundle() };
  await initRepository(await repository.open(), { home: '/nowhere', enforce: true, launcher });
  repository.commit('Adopt');
  return repository;
}

describe('doctor', () => {
  it('finds nothing wrong behind init, and says so', async () => {
    const repository = await setUp();
    assert.deepEqual(told(await examine(repository, 0)), []);
    const { stdout } = await cli(repository.top, ['doctor']);
    assert.match(stdout, /^✓ git +git version/m);
    assert.match(stdout, /\nall is well\n$/);
  });

  it('says of a repository without any of it what to run', async () => {
    const repository = new TestRepository().as(ana).write('a.js', 'one();\n');
    repository.commit('Start');
    const findings = told(await examine(repository, 1));
    assert.ok(findings.some((each) => /^fault hook: \.git\/hooks\/pre-commit does not call .* init/.test(each)));
    assert.ok(findings.some((each) => /^fault launcher: .* countersign init/.test(each)));
    assert.ok(
      findings.some((each) =>
        each.startsWith('fault policy: .countersign/policy.jsonc is not there → run: countersign init'),
      ),
    );
    assert.ok(findings.some((each) => /^fault attributes: .*text=unspecified.* → add as the last line/.test(each)));
  });

  it('names a hook that does not run, one in an older form, and one that records too early', async () => {
    const repository = await setUp();
    const hook = join(repository.top, '.git/hooks/pre-commit');
    const text = readFileSync(hook, 'utf8');
    chmodSync(hook, 0o644);
    assert.match(
      told(await examine(repository, 1)).join('\n'),
      /^fault hook: .*pre-commit is not executable.* → run: chmod \+x/m,
    );
    repository.git('config', 'core.hooksPath', 'own hooks');
    repository.write('own hooks/pre-commit', text);
    assert.match(told(await examine(repository, 1)).join('\n'), /→ run: chmod \+x 'own hooks\/pre-commit'$/m);
    repository.git('config', '--unset', 'core.hooksPath');
    chmodSync(hook, 0o755);
    writeFileSync(hook, text.replace('countersign_status=$?', 'countersign_status="$?"'));
    assert.match(told(await examine(repository, 0)).join('\n'), /^notice hook: .*older form/m);
    const line = '"$(git rev-parse --git-common-dir)/countersign/launch" stage --hook || true';
    writeFileSync(hook, `#!/bin/sh\n${line}\nnpx lint-staged\n`);
    assert.match(told(await examine(repository, 1)).join('\n'), /^fault hook: .*before lint-staged/m);
    writeFileSync(hook, `#!/bin/sh\nnpx lint-staged\n${line}\n`);
    assert.deepEqual(told(await examine(repository, 0)), []);
    const copy = join(repository.top, '.git/countersign/cli.cjs');
    for (const spoil of [() => writeFileSync(copy, ''), () => rmSync(copy)]) {
      spoil();
      assert.match(told(await examine(repository, 1)).join('\n'), /^fault launcher: .*record nothing/m);
    }
  });

  it('names a torn journal and a lock that is held, and not one that names no process: whoever comes next takes it over', async () => {
    const repository = await aiChange(ana, bo);
    const folder = join(repository.top, '.git/countersign');
    appendFileSync(join(folder, 'journal'), '\nabcdefghijklmnop {"live":1,"pa');
    writeFileSync(join(folder, 'lock'), 'x');
    writeFileSync(join(folder, 'journal.lock'), String(process.pid));
    const findings = told(await examine(repository, 1));
    assert.ok(
      findings.some((each) => /^notice journal: 1 entries, .*1 entry was torn/.test(each)),
      findings.join('\n'),
    );
    assert.ok(!findings.some((each) => each.includes('names no process')));
    assert.equal(takeLock(join(folder, 'lock')), 'busy');
    assert.equal(takeLock(join(folder, 'lock')), 'taken');
    assert.ok(findings.some((each) => each.startsWith('notice lock: journal.lock is held by process')));
  });

  it('names malformed records of HEAD by file and field, and files that are none', async () => {
    const repository = await aiChange(ana, bo);
    const path = storePath('provenance', onlyDigest(repository, 'prov'));
    repository.write(path, repository.read(path).replace('"ai"', '"human"'));
    repository.write('.countersign/v1/notes.txt', 'mine\n');
    repository.commit('Forge');
    repository.write(storePath('provenance', 'f'.repeat(64)), 'waits');
    const findings = told(await examine(repository, 1)).filter((each) => each.includes(' records: '));
    assert.equal(findings.length, 3);
    assert.ok(findings.some((each) => each.startsWith(`fault records: ${path}: expected content that matches`)));
    assert.ok(findings.some((each) => /notes\.txt: it is none of our files → restore/.test(each)));
    assert.ok(findings.some((each) => /^notice records: 1 file of the sidecar is .*not staged/.test(each)));
  });

  it('names what was committed past the hook', async () => {
    const repository = await aiChange(ana, bo);
    await repository.save('late.js', 'const late = byAnAssistant();\n', [AI]);
    repository.commit('Past the hook');
    const findings = told(await examine(repository, 1)).join('\n');
    assert.match(
      findings,
      /^notice records: 1 file of your commits waits to be recorded.* → the next commit does it$/m,
    );
  });

  it('names a policy, keys, attributes and ignore files that are wrong', async () => {
    const repository = await setUp();
    repository.write('.countersign/allowed_signers', 'nonsense\n');
    repository.write('.gitattributes', `${repository.read('.gitattributes')}*.prov text eol=crlf\n`);
    repository.write('.gitignore', '.*\n');
    const findings = told(await examine(repository, 1)).join('\n');
    assert.match(findings, /^fault allowed_signers: .*allowed_signers: line 1: /m);
    assert.match(findings, /^fault attributes: .*text=set/m);
    assert.match(
      findings,
      /^fault ignored: \.countersign\/policy\.jsonc is ignored by \.gitignore:1 \(\.\*\) → add these lines/m,
    );
    assert.match(findings, /^notice ignored: records are ignored by \.gitignore:1/m);
    repository.write('.countersign/policy.jsonc', '{');
    const both = told(await examine(repository, 1)).join('\n');
    assert.match(both, /^fault policy: \.countersign\/policy\.jsonc: /m);
    assert.match(
      both,
      /^fault allowed_signers: .*allowed_signers: line 1: /m,
      'a broken policy hides no fault of the keys',
    );
  });
});

describe('init', () => {
  it('says what hides its files from git before it says how to add them', async () => {
    const repository = new TestRepository().as(ana);
    repository.write('.gitignore', '.countersign/\n').commit('Ignore it');
    const { stdout } = await cli(repository.top, ['init', '--key', `${ana.key}.pub`]);
    const [, first, add] = /^Next:\n {2}(.*)\n {2}git (add .*)$/m.exec(stdout) ?? [];
    assert.match(
      first ?? '',
      /policy\.jsonc is ignored by \.gitignore:1 .*: add these lines behind it: !\/\.countersign\//,
    );
    assert.throws(() => repository.git(...(add ?? '').split(' ')), /ignored/);
    const [, ...patterns] = /: (!\S+) and (!\S+); then$/.exec(first ?? '') ?? [];
    repository.write('.gitignore', ['.countersign/', ...patterns, ''].join('\n'));
    repository.git(...(add ?? '').split(' '));
    assert.match(repository.git('diff', '--cached', '--name-only'), /^\.countersign\/policy\.jsonc$/m);
    assert.doesNotMatch((await cli(new TestRepository().as(ana).top, ['init'])).stdout, /ignored/);
  });

  it('keeps records out of packages and code owners where files for that are there, and makes none', async () => {
    const repository = new TestRepository().as(ana);
    repository.write('.npmignore', 'test/').write('.github/CODEOWNERS', '* @team\n/src/ @core\n');
    repository.write('.vscodeignore', '**\n!dist/**\n.countersign/**\n').write('.dockerignore', 'x\n');
    repository.write('package.json', '{}').write('Cargo.toml', '[package]\nname = "x"\n');
    const { written } = await initRepository(await repository.open(), { home: '/nowhere' });
    assert.deepEqual(written.slice(3), ['.npmignore', '.dockerignore', '.github/CODEOWNERS']);
    assert.equal(repository.read('.npmignore'), 'test/\n.countersign/\n');
    assert.equal(repository.read('.github/CODEOWNERS'), '* @team\n/src/ @core\n/.countersign/v1/\n');
    assert.equal(repository.read('.vscodeignore'), '**\n!dist/**\n.countersign/**\n');
    repository.commit('Adopt');
    const left = told(await examine(repository, 1)).filter((each) => / (?:packages|code-owners): /.test(each));
    assert.equal(left.length, 1);
    assert.match(left[0] ?? '', /^notice packages: Cargo\.toml: .* → add "\.countersign\/\*\*" to "exclude"/);
  });

  it('says what only the owner of a manifest can do', async () => {
    const repository = new TestRepository().as(ana).write('package.json', '{"name":"x"}');
    const { stdout, exit } = await cli(repository.top, ['init', '--key', `${ana.key}.pub`]);
    assert.equal(exit, 0);
    assert.match(stdout, /^package\.json: the npm package holds the records; list what belongs into the package/m);
  });

  it('tells how to keep them out of an npm package that takes everything in', async () => {
    const repository = new TestRepository().as(ana).write('package.json', '{"name":"x"}');
    mkdirSync(join(repository.top, 'sub'));
    const { written } = await initRepository(await repository.open(), { home: '/nowhere' });
    assert.equal(written.length, 3);
    const npm = async (manifest: string): Promise<string> => {
      repository.write('package.json', manifest);
      return told(await examine(repository, 1))
        .filter((each) => each.includes(' packages: '))
        .join('\n');
    };
    assert.match(await npm('{"name":"x"}'), /package\.json: the npm package holds the records → list what belongs/);
    assert.equal(await npm('{"name":"x","private":true}'), '');
    assert.equal(await npm('{"name":"x","files":["dist"]}'), '');
    assert.equal(await npm('{'), '');
  });
});
