/** What reaches the reviewer's eyes and hand. What only a window can show is tested in test/vscode and test/ui. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../../../../src/core/model/problem';
import { planSignoff, signPlan } from '../../../../src/node/review';
import { markdownText } from '../../../../src/panel/markdownText';
import { parseFromWebview } from '../../../../src/panel/messages';
import type { TestRepository } from '../../../support/repository';
import { cli } from '../../cli/harness';
import { BASE, BLOCK, FILE, ana, bo, cy, gate, hunk, start, statementOf, text, withBlock } from './trial';

describe('attack 16: a malicious workspace in Restricted Mode; a forged message of the webview; command links from repository text', () => {
  it('the manifest offers no settings that name a program or a key to a workspace that nobody trusts', () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as {
      readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: string } };
      readonly contributes: {
        readonly commands: readonly { readonly command: string; readonly enablement?: string }[];
      };
    };
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
    for (const id of ['countersign.signOff', 'countersign.reject']) {
      const command = manifest.contributes.commands.find((each) => each.command === id);
      assert.match(command?.enablement ?? '', /isWorkspaceTrusted|countersign\.state == 'ready'/, id);
    }
  });

  const forged: readonly unknown[] = [
    { type: 'act', action: 'workbench.action.terminal.sendSequence' },
    { type: 'act', action: 'sign', arguments: ['--yes'] },
    { type: 'act', action: { toString: () => 'sign' } },
    { type: 'act', action: ['sign'] },
    { type: 'sign' },
    { type: ['act'], action: 'sign' },
    Object.create({ type: 'act', action: 'sign' }),
    JSON.parse('{"type":"act","action":"constructor"}'),
    'act',
    null,
  ];
  it('forged messages are dropped', () => {
    for (const message of forged) assert.equal(parseFromWebview(message), undefined, JSON.stringify(message));
    assert.deepEqual(parseFromWebview({ type: 'act', action: 'sign' }), { type: 'act', action: 'sign' });
  });

  it('text of the repository is never markup in a hover: no links, commands, icons, images, HTML, entities', () => {
    for (const hostile of [
      '[sign](command:countersign.signOff)',
      '![x](https://evil.example/x.png)',
      '<a href="command:countersign.signOff">x</a>',
      '&lt;b&gt; &#36;(zap)',
      '$(zap) `code` **bold** ~~gone~~ # head | table',
      'https://evil.example www.evil.example ana@evil.example',
      '\\[x](command:y)',
      '[x]: command:y\n[x]',
    ]) {
      const shown = markdownText(hostile);
      const bare = shown.replaceAll(/&#?\w+;/g, '');
      assert.doesNotMatch(bare, /(?<!\\)(?:\\\\)*[[\]()*_`#~|!]/, shown);
      assert.doesNotMatch(bare, /[<&@\n]|:\/\/|www\.|\$\(/, shown);
      assert.equal(rendered(shown), hostile.replaceAll('\n', ' '));
    }
  });
});

describe('attack 17: the file changes between review and signature; a dirty buffer', () => {
  const planOf = async (repo: TestRepository): ReturnType<typeof planSignoff> =>
    planSignoff(await repo.as(ana).open(), { decision: 'approve', keyFile: `${ana.key}.pub` });
  const signed = { note: '', viewed: 1, commit: true };

  it('committed, amended or rebased meanwhile: nothing is signed', async () => {
    for (const meanwhile of [
      (repo: TestRepository) =>
        repo
          .as(bo)
          .write(FILE, BASE + BLOCK.replace('*', '+'))
          .commit('Meanwhile'),
      (repo: TestRepository) => repo.as(bo).git('commit', '-q', '--amend', '-m', 'Reworded'),
      (repo: TestRepository) => repo.as(bo).git('reset', '-q', '--hard', 'main'),
    ]) {
      const repo = await withBlock();
      const plan = await planOf(repo);
      meanwhile(repo);
      const head = repo.git('rev-parse', 'HEAD');
      const opened = await repo.as(ana).open();
      await assert.rejects(
        () => signPlan(opened, plan, signed),
        (error: unknown) => error instanceof CountersignError && error.problem.code === 'changed-meanwhile',
      );
      assert.equal(repo.git('rev-parse', 'HEAD'), head);
      assert.equal(repo.git('ls-files', '*.dsse'), '');
    }
  });

  it('the digest is recomputed in the signing call: one that a forged plan brings is not signed', async () => {
    const repo = await withBlock();
    const plan = await planOf(repo);
    const blocks = plan.blocks.map((each) => {
      const digest = { sha256: 'f'.repeat(64) };
      return { ...each, subject: { ...each.subject, digest } };
    });
    const { paths } = await signPlan(await repo.open(), { ...plan, blocks }, signed);
    const { subject } = statementOf(repo, paths[0] ?? '');
    assert.deepEqual(
      subject,
      plan.blocks.map((each) => each.subject),
    );
    assert.equal((await gate(repo)).exit, 0);
  });

  it('unsaved, saved and staged text is not what is signed: committed blobs are', async () => {
    const repo = await withBlock();
    const plan = await planOf(repo);
    repo.write(FILE, `${BASE}${BLOCK}drop();\n`).git('add', FILE);
    repo.write(FILE, `${BASE}evil();\n`);
    await signPlan(await repo.open(), plan, signed);
    assert.equal((await gate(repo)).exit, 0);
    assert.equal(repo.git('diff', '--cached', '--name-only'), FILE, 'what was staged stays staged');
    repo.as(bo).git('commit', '-q', '-m', 'What was staged');
    assert.equal((await gate(repo)).exit, 1);
  });
});

describe('attack 18: 200 blocks are signed unseen in one click', () => {
  async function manyBlocks(count: number): Promise<TestRepository> {
    const repo = start();
    repo.git('switch', '-q', 'main');
    const lines = Array.from({ length: count * 4 }, (_, index) => `line ${index}`);
    repo
      .as(ana)
      .write('many.txt', text(...lines))
      .commit('Many lines');
    repo.as(bo).git('switch', '-q', '-C', 'feature');
    repo.write('many.txt', text(...lines.map((line, index) => (index % 4 === 1 ? `${line}, changed` : line))));
    repo.commit('Change many');
    return repo;
  }

  it('without a terminal nothing is signed unless --yes says so, and then the signature says that none was viewed', async () => {
    const repo = await manyBlocks(230);
    repo.as(ana);
    const key = ['--base', 'main', '--key', `${ana.key}.pub`];
    const silent = await cli(repo.top, ['approve', ...key]);
    assert.equal(silent.exit, 2);
    assert.equal(repo.git('status', '--porcelain'), '');
    const answer = await cli(repo.top, ['approve', '--yes', '--commit', ...key]);
    assert.equal(answer.exit, 0, answer.stderr);
    assert.equal(answer.stderr.split('\n').filter((line) => line.includes('many.txt:')).length, 230, 'each is named');
    const statements = repo
      .git('ls-files', '*.dsse')
      .split('\n')
      .map((path) => statementOf(repo, path));
    assert.deepEqual(
      statements.map(({ subject }) => subject.length).toSorted((a, b) => b - a),
      [200, 30],
    );
    for (const { predicate } of statements) assert.deepEqual(predicate.viewed, { total: 230, expanded: 0 });
    assert.equal((await gate(repo)).exit, 0);
  });

  it('the gate takes no more views than blocks, and a sign-off that says none is as valid as it is honest', async () => {
    const repo = await manyBlocks(3);
    const plan = await planSignoff(await repo.as(ana).open(), { decision: 'approve', keyFile: `${ana.key}.pub` });
    const { paths } = await signPlan(await repo.open(), plan, { note: '', viewed: 99, commit: true });
    assert.deepEqual(statementOf(repo, paths[0] ?? '').predicate.viewed, { total: 3, expanded: 3 });
    repo.as(cy);
    assert.equal((await gate(repo)).exit, 0);
    assert.equal(hunk(await gate(repo), 'many.txt').signoffs[0]?.counts, true);
  });
});

/** What CommonMark makes of escaped text without markup: backslash escapes and entities resolved. */
function rendered(markdown: string): string {
  return markdown
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll(/&#(\d+);/g, (_, digits: string) => String.fromCharCode(Number(digits)))
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}
