/**
 * What a commit needs to carry its record: the launcher, kept up to date in the background, and the hooks, which a
 * person is asked about once.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import { l10n, window, workspace } from 'vscode';
import { HOOKS, hasBlock, withBlock } from '../../node/hookScript';
import { hooksFolder, installHooks } from '../../node/hooks';
import { writeLauncher } from '../../node/launcher';
import type { Repository } from '../../node/repository';
import { offerSigning } from './offerSigning';
import type { Repositories } from './repositories';

/** Activation comes first. */
const START_DELAY = 1500;

export interface CommitHookParts {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly repositories: Repositories;
}

/** Looks after the tracked repositories of the window, once each. */
export class CommitHook implements Disposable {
  readonly #parts: CommitHookParts;
  readonly #seen = new Set<string>();
  readonly #disposables: Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: CommitHookParts) {
    this.#parts = parts;
    this.#disposables = [
      parts.repositories.onDidChange(({ what }) => {
        if (what === 'policy') this.#schedule();
      }),
      workspace.onDidOpenTextDocument(({ uri }) => {
        const location = parts.repositories.locateTracked(uri);
        if (location !== undefined && !this.#seen.has(location.top)) this.#schedule();
      }),
    ];
    this.#schedule();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const each of this.#disposables) each.dispose();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), START_DELAY);
  }

  async #look(): Promise<void> {
    for (const repository of await this.#parts.repositories.trackedRepositories()) {
      if (this.#seen.has(repository.top)) continue;
      this.#seen.add(repository.top);
      try {
        await this.#prepare(repository);
        await offerSigning(repository, this.#parts.context.workspaceState);
      } catch (error) {
        this.#parts.log.error(`What commits of ${repository.top} need was not looked after: ${String(error)}`);
      }
    }
  }

  async #prepare(repository: Repository): Promise<void> {
    const { context, log } = this.#parts;
    const cliSource = context.asAbsolutePath(join('dist', 'cli.js'));
    const changed = writeLauncher(repository.commonDir, { runtime: process.execPath, cliSource });
    if (changed) log.info(`Updated the launcher in ${repository.commonDir}`);
    const hooks = await hooksOf(repository);
    if (hooks.every(({ isCurrent }) => isCurrent)) return;
    const asked = `countersign.hookAsked:${repository.commonDir}`;
    const setting = workspace.getConfiguration('countersign').get<string>('installHook', 'ask');
    if (setting === 'never') return;
    // Whoever has our lines in an older form has agreed to them.
    if (setting !== 'always' && !hooks.some(({ isOurs }) => isOurs)) {
      if (context.workspaceState.get<boolean>(asked) === true || !(await this.#ask(asked))) return;
    }
    for (const { state, file, remedy } of await installHooks(repository)) {
      log.info(`${file}: ${state}`);
      if (state === 'foreign') void window.showWarningMessage(`${file}: ${remedy ?? ''}`);
    }
  }

  async #ask(asked: string): Promise<boolean> {
    const install = l10n.t('Install');
    const answer = await window.showInformationMessage(
      l10n.t('Countersign can put the record of who wrote what into each commit. Install its git hook here?'),
      install,
      l10n.t('Not now'),
    );
    await this.#parts.context.workspaceState.update(asked, true);
    return answer === install;
  }
}

/** Of each hook whether our lines stand in it where only this clone sees them, and whether they are as this version writes them. */
async function hooksOf(repository: Repository): Promise<{ isOurs: boolean; isCurrent: boolean }[]> {
  const folder = await hooksFolder(repository);
  return HOOKS.map((hook) => {
    const file = join(folder, hook);
    const text = existsSync(file) ? readFileSync(file, 'latin1') : '';
    const isPrivate = !relative(repository.commonDir, folder).startsWith('..');
    return { isOurs: isPrivate && hasBlock(text), isCurrent: text !== '' && withBlock(hook, text) === text };
  });
}
