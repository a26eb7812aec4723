/** Offers the recorder's key, once per repository, where the policy asks for signed records and there is none. */
import type { Memento } from 'vscode';
import { commands, l10n, window } from 'vscode';
import { POLICY_PATH } from '../../core/sidecar/paths';
import { ownBytes } from '../../node/ownText';
import { recorderState } from '../../node/recorder';
import type { Repository } from '../../node/repository';

export async function offerSigning(repository: Repository, memory: Memento): Promise<void> {
  const asked = `countersign.recorderAsked:${repository.commonDir}`;
  if (memory.get<boolean>(asked) === true || !mayAsk(repository)) return;
  const { key, required } = await recorderState(repository);
  if (key !== undefined || !required) return;
  const sign = l10n.t('Sign My Records…');
  const question = l10n.t(
    'The policy here asks for signed records: what others write in your name then counts for nothing.',
  );
  const answer = await window.showInformationMessage(question, sign, l10n.t('Not now'));
  await memory.update(asked, true);
  if (answer === sign) await commands.executeCommand('countersign.signRecords');
}

/** Most policies say nothing of it: then the command line's bundle, which reads policies, need not be loaded. */
function mayAsk(repository: Repository): boolean {
  try {
    return ownBytes(repository, POLICY_PATH)?.includes('"requireSignedRecords"') === true;
  } catch {
    return false;
  }
}
