/** Setting a repository up, and putting the hook into a fresh clone of one that is. */
import { join } from 'node:path';
import { CancellationError, Uri, commands, l10n, window, workspace } from 'vscode';
import { POLICY_PATH } from '../../core/sidecar/paths';
import type { InitOptions, InitResult } from '../../node/init';
import { initRepository } from '../../node/init';
import type { Repository } from '../../node/repository';
import { authorEmail } from '../../node/repository';
import { safe } from '../display/words';
import type { Repositories } from '../workspace/repositories';
import type { Sessions } from '../workspace/sessions';
import { Refusal } from './commands';
import { home } from './signingKey';

export interface SetUpParts {
  readonly repositories: Repositories;
  readonly sessions: Sessions;
  /** The command line that ships with the extension. */
  readonly cliSource: string;
}

/** Writes policy, keys, attributes and hook into the repository of the first folder without a policy. */
export async function setUp(parts: SetUpParts): Promise<void> {
  const repository = await untracked(parts);
  const email = await authorEmail(repository);
  const detail = l10n.t(
    'Writes .countersign/policy.jsonc with you ({0}) as the one who may sign, your public SSH key to .countersign/allowed_signers, a line of .gitattributes, and a commit hook. The policy observes and blocks nothing until you change it.',
    safe(email),
  );
  const label = l10n.t('Set Up');
  const answer = await window.showInformationMessage(
    l10n.t('Set up Countersign here?'),
    { modal: true, detail },
    label,
  );
  if (answer !== label) throw new CancellationError();
  const result = await initRepository(repository, optionsFor(parts));
  await parts.sessions.update();
  await window.showTextDocument(Uri.file(join(repository.top, POLICY_PATH)), { preview: false });
  tellAboutHooks(result);
  const commit = l10n.t('Open Source Control');
  const message = l10n.t(
    'Countersign is set up. Commit {0} and merge them: the gate reads rules from the target only.',
    result.written.join(', '),
  );
  void Promise.resolve(window.showInformationMessage(message, commit)).then((chosen) =>
    chosen === commit ? commands.executeCommand('workbench.view.scm') : undefined,
  );
}

/** Puts launcher and hook into a repository that has a policy. */
export async function installHook(parts: SetUpParts): Promise<void> {
  const session = parts.sessions.active;
  if (session === undefined) throw new Refusal(l10n.t('No repository with a policy is open.'));
  const result = await initRepository(session.repository, optionsFor(parts));
  await session.refresh();
  if (!tellAboutHooks(result)) {
    void window.showInformationMessage(l10n.t('The hook is in place: commits carry the record of who wrote what.'));
  }
}

function optionsFor({ cliSource }: SetUpParts): InitOptions {
  return { home: home(), launcher: { runtime: process.execPath, cliSource } };
}

function tellAboutHooks(result: InitResult): boolean {
  const foreign = result.hooks.filter(({ state }) => state === 'foreign');
  for (const { file, remedy } of foreign) void window.showWarningMessage(safe(`${file}: ${remedy ?? ''}`));
  return foreign.length > 0;
}

async function untracked({ repositories, sessions }: SetUpParts): Promise<Repository> {
  for (const { uri } of workspace.workspaceFolders ?? []) {
    const location = repositories.locate(Uri.joinPath(uri, 'any'));
    if (location === undefined || sessions.at(location.top) !== undefined) continue;
    const repository = await repositories.open(location.top);
    if (repository !== undefined) return repository;
  }
  throw new Refusal(
    workspace.isTrusted
      ? l10n.t('There is no git repository without a policy here.')
      : l10n.t('Nothing is run in Restricted Mode. Trust this workspace first.'),
  );
}
