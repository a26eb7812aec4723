/**
 * Both sides of a change as read-only documents: exactly the bytes that the report was made from, so that what a reviewer
 * sees is what gets signed.
 */
import type { Disposable, TextDocumentContentProvider } from 'vscode';
import { EventEmitter, Uri, workspace } from 'vscode';
import { fromUtf8 } from '../../core/text/bytes';
import type { Standpoint } from '../../node/status';
import type { Session } from '../workspace/session';
import type { Sessions } from '../workspace/sessions';

export const REVIEW_SCHEME = 'countersign';

/** `before`: the target; `after`: what would land; `work`: the work tree as it was saved. */
export type Side = 'before' | 'after' | 'work-before';

export interface ReviewPlace {
  readonly top: string;
  readonly path: string;
  readonly side: Side;
}

/** The document of one side of a changed file. */
export function reviewUri(place: ReviewPlace): Uri {
  const query = JSON.stringify([place.top, place.side]);
  return Uri.from({ scheme: REVIEW_SCHEME, path: `/${place.path}`, query });
}

/** What a review document shows, or undefined for other documents and forged ones. */
export function reviewPlace(uri: Uri): ReviewPlace | undefined {
  if (uri.scheme !== REVIEW_SCHEME) return undefined;
  try {
    const value: unknown = JSON.parse(uri.query);
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [top, side] = value as readonly unknown[];
    if (typeof top !== 'string') return undefined;
    if (side !== 'before' && side !== 'after' && side !== 'work-before') return undefined;
    return { top, path: uri.path.slice(1), side };
  } catch {
    return undefined;
  }
}

/** Serves the documents from the sessions' states. */
export function provideReviewDocuments(sessions: Sessions): Disposable {
  const changed = new EventEmitter<Uri>();
  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => contentOf(sessions, uri),
  };
  const registration = workspace.registerTextDocumentContentProvider(REVIEW_SCHEME, provider);
  const following = sessions.onDidChange(() => {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === REVIEW_SCHEME) changed.fire(uri);
  });
  return {
    dispose: () => {
      for (const each of [registration, following, changed]) each.dispose();
    },
  };
}

function contentOf(sessions: Sessions, uri: Uri): string {
  const place = reviewPlace(uri);
  const session = place === undefined ? undefined : sessions.at(place.top);
  if (place === undefined || session === undefined) return '';
  const file = standpointOf(session, place.side)?.input.files.find(({ path }) => path === place.path);
  const text = place.side === 'after' ? file?.after.text : file?.before.text;
  return text === undefined ? '' : fromUtf8(text);
}

/** Which of the session's reports a side belongs to. */
export function standpointOf(session: Session, side: Side): Standpoint | undefined {
  const { state } = session;
  if (state.kind !== 'ready') return undefined;
  return side === 'work-before' ? state.working : state.branch;
}
