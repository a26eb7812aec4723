/** Making the recorder's key in the editor: one question, one signature by the person's SSH key. */
import { CancellationError, ProgressLocation, env, l10n, window, workspace } from 'vscode';
import type { RecorderState } from '../../node/recorder';
import { recorderState, setUpRecorder } from '../../node/recorder';
import { safe } from '../display/words';
import type { Session } from '../workspace/session';
import { Refusal, sentence } from './commands';
import { configuredKey } from './signingKey';

/** Makes the key that signs this person's records, or certifies the present one anew. Asks first. */
export async function signRecords({ repository }: Session): Promise<void> {
  if (!workspace.isTrusted) throw new Refusal(l10n.t('Nothing is run in Restricted Mode. Trust this workspace first.'));
  const before = await recorderState(repository);
  const label = before.key === undefined ? l10n.t('Make and Certify Key') : l10n.t('Certify Anew');
  const question = l10n.t('Sign the records of {0}?', safe(before.email));
  if ((await window.showInformationMessage(question, { modal: true, detail: detailOf(before) }, label)) !== label) {
    throw new CancellationError();
  }
  const keyFile = configuredKey();
  const title = l10n.t('Certifying the recorder’s key…');
  const made = await window.withProgress({ location: ProgressLocation.Notification, title }, () =>
    setUpRecorder(repository, keyFile === undefined ? {} : { keyFile }),
  );
  // Not awaited: the command is done, the message may stay.
  void tellOf(made);
}

function detailOf({ file, key }: RecorderState): string {
  const what = l10n.t(
    'Each commit’s record is then signed with a key of its own, which your SSH key certifies once, for a year. The key is kept in {0}, outside every repository.',
    safe(file),
  );
  if (key === undefined) return what;
  return `${what}\n\n${l10n.t('A key is there, certified until {0}.', safe(key.until))}`;
}

async function tellOf({ key, refusal, line }: RecorderState): Promise<void> {
  const until = safe(key?.until ?? '');
  if (refusal === undefined) {
    await window.showInformationMessage(l10n.t('Your records are signed from now on, until {0}.', until));
    return;
  }
  if (line === undefined) {
    await window.showWarningMessage(l10n.t('Your records are signed, and would not count: {0}', sentence(refusal)));
    return;
  }
  const copy = l10n.t('Copy Line');
  const message = l10n.t(
    'Your records are signed, and count once the target’s allowed_signers lists your SSH key for them. That line lets nobody sign off.',
  );
  if ((await window.showWarningMessage(message, copy)) === copy) await env.clipboard.writeText(`${line}\n`);
}
