/** Which documents are followed, and where they stand: files of tracked repositories, and untitled text that may become one. */
import type { TextDocument } from 'vscode';
import { Uri, workspace } from 'vscode';
import { SIDECAR_ROOT } from '../../core/sidecar/paths';
import type { Location, Repositories } from '../workspace/repositories';

/** UTF-16 units. Larger files are not followed. */
const MOST_CHARACTERS = 20 * 1024 * 1024;
/** The top of what stands in no repository yet. */
const NOWHERE = '';

/** Where a document stands that is to be followed; undefined when it is not. */
export function placeToFollow(document: TextDocument, repositories: Repositories): Location | undefined {
  const at = placeOf(document, repositories);
  if (at === undefined || at.path.startsWith(`${SIDECAR_ROOT}/`) || at.path.startsWith('.git/')) return undefined;
  const isLarge = document.lineCount > MOST_CHARACTERS / 2 || document.getText().length > MOST_CHARACTERS;
  return isLarge ? undefined : at;
}

/** Where a document's file stands; an untitled document has none yet, and may get it in any tracked repository. */
function placeOf({ uri }: TextDocument, repositories: Repositories): Location | undefined {
  if (uri.scheme === 'file') return repositories.locateTracked(uri);
  if (uri.scheme !== 'untitled') return undefined;
  const roots = (workspace.workspaceFolders ?? []).map((folder) => Uri.joinPath(folder.uri, 'any'));
  const isTracked = roots.some((root) => repositories.locateTracked(root) !== undefined);
  return isTracked ? { top: NOWHERE, path: `untitled/${uri.path}` } : undefined;
}
