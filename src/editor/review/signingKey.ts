/** Which key signs: the setting, else git's or the one that the policy lists for the signer, else the person chooses. */
import { homedir } from 'node:os';
import { CancellationError, ConfigurationTarget, Uri, l10n, window, workspace } from 'vscode';
import { listSigningKeys } from '../../node/sshKeys';
import { isKeyClear } from '../../node/chooseKey';
import { safe } from '../display/words';
import type { Session } from '../workspace/session';
import type { ReadyState } from '../workspace/sessionState';

const SETTING = 'signingKey';

/** The key file to sign with, or undefined when the default choice is clear. Asks when it is not. */
export async function signingKey(session: Session, state: ReadyState): Promise<string | undefined> {
  const set = configuredKey();
  if (set !== undefined) return set;
  const base = state.branch?.input;
  if (base === undefined || (await isKeyClear(session.repository, base, state.me))) return undefined;
  return pickSigningKey();
}

/** The setting, which no workspace can set. */
export function configuredKey(): string | undefined {
  const value = workspace.getConfiguration('countersign').get<string>(SETTING, '').trim();
  return value === '' ? undefined : value.replace(/^~(?=[/\\])/, home());
}

/** Lets the person choose a key and keeps the choice in the user settings. */
export async function pickSigningKey(): Promise<string> {
  const keys = await listSigningKeys(home(), undefined);
  const browse = { label: `$(folder-opened) ${l10n.t('Choose a key file…')}`, path: '' };
  const items = keys.map((key) => ({
    label: `$(key) ${safe(key.path.replace(home(), '~'))}`,
    description: safe(key.comment),
    detail: key.fingerprint,
    path: key.path,
  }));
  const chosen = await window.showQuickPick([...items, browse], {
    title: l10n.t('Which SSH key do you sign with?'),
    placeHolder: l10n.t('Only the public half is read; ssh-keygen signs.'),
    ignoreFocusOut: true,
  });
  if (chosen === undefined) throw new CancellationError();
  const path = chosen.path === '' ? await browseForKey() : chosen.path;
  await workspace.getConfiguration('countersign').update(SETTING, path, ConfigurationTarget.Global);
  return path;
}

async function browseForKey(): Promise<string> {
  const files = await window.showOpenDialog({
    title: l10n.t('SSH key'),
    defaultUri: Uri.joinPath(Uri.file(home()), '.ssh'),
    canSelectMany: false,
  });
  const [file] = files ?? [];
  if (file === undefined) throw new CancellationError();
  return file.fsPath;
}

export function home(): string {
  return process.env['HOME'] ?? homedir();
}
