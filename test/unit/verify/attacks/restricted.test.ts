/** What the extension does in a workspace that nobody trusts, with the editor's API played: a git that tells of each start. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { LogOutputChannel, Memento } from 'vscode';
import type { reject as Reject, signOff as SignOff } from '../../../../src/editor/review/signOff';
import type { Repositories } from '../../../../src/editor/workspace/repositories';
import type { Session } from '../../../../src/editor/workspace/session';
import type { Sessions } from '../../../../src/editor/workspace/sessions';
import type { ReadyState } from '../../../../src/editor/workspace/sessionState';
import type { BlockView } from '../../../../src/panel/blocks';
import { l10n, loadEditorModule } from '../../../support/playedEditor';
import { temporaryFolder } from '../../signing/sshTools';
import { ana, start } from './trial';

class Emitter {
  readonly event = (): { dispose: () => void } => ({ dispose: () => undefined });
  fire(): void {}
  dispose(): void {}
}
const listen = new Emitter().event;
const watcher = { onDidCreate: listen, onDidChange: listen, onDidDelete: listen, dispose: () => undefined };
const file = (fsPath: string): unknown => ({ scheme: 'file', fsPath, path: fsPath });
const workspace = {
  isTrusted: false,
  workspaceFolders: [] as { uri: unknown }[],
  textDocuments: [],
  createFileSystemWatcher: () => watcher,
  onDidGrantWorkspaceTrust: listen,
  onDidChangeWorkspaceFolders: listen,
  onDidSaveTextDocument: listen,
};
const asked: string[] = [];
const vscode = {
  workspace,
  window: new Proxy(
    { activeTextEditor: undefined },
    {
      get: (known, name) => {
        if (name in known) return undefined;
        return String(name).startsWith('onDid') ? listen : () => asked.push(String(name));
      },
    },
  ),
  l10n,
  EventEmitter: Emitter,
  RelativePattern: Emitter,
  Uri: { file, joinPath: (uri: { fsPath: string }, name: string) => file(join(uri.fsPath, name)) },
  CancellationError: class extends Error {},
  ProgressLocation: {},
};

const load = (path: string): unknown => loadEditorModule(path, vscode);

interface Decisions {
  readonly signOff: typeof SignOff;
  readonly reject: typeof Reject;
}

const quiet = (): void => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet } as unknown as LogOutputChannel;
const memory = { get: (_: string, none: unknown) => none, update: async () => undefined } as unknown as Memento;

describe('attack 16: a malicious workspace is opened in Restricted Mode', () => {
  const folder = temporaryFolder();
  const told = join(folder.path, 'git-ran');
  const { PATH = '' } = process.env;

  before(() => {
    const bin = join(folder.path, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'git'), `#!/bin/sh\necho ran >>'${told}'\nPATH='${PATH}' exec git "$@"\n`);
    chmodSync(join(bin, 'git'), 0o755);
    process.env['PATH'] = `${bin}${delimiter}${PATH}`;
  });
  after(() => {
    process.env['PATH'] = PATH;
    folder.remove();
  });

  it('no program is started and no repository is tracked, until somebody trusts it', async () => {
    const { top } = start();
    workspace.workspaceFolders = [{ uri: file(top) }];
    const { Repositories: Found } = load('workspace/repositories') as { Repositories: typeof Repositories };
    const { Sessions: Made } = load('workspace/sessions') as { Sessions: typeof Sessions };
    const found = new Found(log);
    const sessions = new Made(found, { log, memory });
    rmSync(told, { force: true });
    await sessions.update();
    assert.deepEqual(sessions.all, []);
    assert.equal(await found.open(top), undefined);
    assert.equal(found.gitDir(top), undefined);
    assert.deepEqual(await found.trackedRepositories(), []);
    assert.ok(!existsSync(told), 'git was started');
    workspace.isTrusted = true;
    try {
      assert.equal((await found.open(top))?.top, top);
      assert.ok(existsSync(told), 'the played git tells of its start');
    } finally {
      workspace.isTrusted = false;
      sessions.dispose();
      found.dispose();
    }
  });

  it('nothing is signed, asked or read', async () => {
    const { top } = start();
    const { signOff, reject } = load('review/signOff') as Decisions;
    const session = { repository: { top } } as Session;
    rmSync(told, { force: true });
    for (const decide of [signOff, reject]) {
      await assert.rejects(
        decide(session, { me: ana.email } as ReadyState, [{ key: 'a' } as BlockView]),
        /Nothing is signed in Restricted Mode/,
      );
    }
    assert.deepEqual(asked, []);
    assert.ok(!existsSync(told), 'git was started');
  });
});
