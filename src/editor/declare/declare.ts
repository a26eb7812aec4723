/**
 * Declaring: the author says where lines come from that nobody saw being written, or that an AI advised the whole change.
 * It holds at once, in the open file, in the journal, and in a commit of its own for what is committed already.
 */
import type { Disposable, LogOutputChannel } from 'vscode';
import { CodeAction, CodeActionKind, Disposable as Disposables, Uri, commands, l10n, languages, window } from 'vscode';
import { fileLines } from '../../core/attribution/fileLines';
import { CountersignError } from '../../core/model/problem';
import type { Statement } from '../../core/model/statement';
import { utf8 } from '../../core/text/bytes';
import { nodeHash } from '../../node/hash';
import type { About, StatedOnBranch } from '../../node/statements';
import { stateInWorkTree, stateOnBranch } from '../../node/statements';
import type { Capture } from '../capture/capture';
import { Refusal, registerCommands, sentence } from '../review/commands';
import { offerPush } from '../review/push';
import type { Session } from '../workspace/session';
import type { Sessions } from '../workspace/sessions';
import type { AboutLines } from './about';
import { linesAbout } from './about';
import { askAssistant, askWhere } from './ask';
import { asksForWord, countWord, fromWord, linesCome } from './words';

export interface DeclaringParts {
  readonly log: LogOutputChannel;
  readonly capture: Pick<Capture, 'follower' | 'followers'>;
  readonly sessions: Sessions;
  /** This extension's version: records name who wrote them. */
  readonly version: string;
}

/** Milliseconds that a message stays in the status bar. */
const SHOWN = 8000;

export function showDeclaring(parts: DeclaringParts): Disposable {
  const { log, sessions } = parts;
  const update = (): void =>
    void commands.executeCommand('setContext', 'countersign.filesToExplain', filesIn(sessions));
  return Disposables.from(
    sessions.onDidChange(update),
    offerAction(parts.capture),
    registerCommands(log, {
      'countersign.sayOrigin': (argument) => sayOrigin(parts, argument),
      'countersign.sayAdvised': () => sayAdvised(parts),
    }),
  );
}

/** Files with lines that ask for a word from their author, for the menu of the editor. */
function filesIn(sessions: Sessions): readonly string[] {
  const files = sessions.all.flatMap(({ repository, state }) => {
    if (state.kind !== 'ready') return [];
    const hunks = state.changes.flatMap((block) => block.hunks);
    const open = hunks.filter(({ side, origin }) => side === 'added' && asksForWord(origin));
    return open.map(({ path }) => Uri.joinPath(Uri.file(repository.top), path).path);
  });
  return [...new Set(files)];
}

/** The light bulb on lines that ask for a word. */
function offerAction(capture: DeclaringParts['capture']): Disposable {
  return languages.registerCodeActionsProvider(
    { scheme: 'file' },
    {
      provideCodeActions: async ({ uri }, range, _context, token) => {
        const states = (await capture.follower(uri)?.lineStates()) ?? [];
        const { start, end } = range;
        const asks = states.some(({ line, origin }) => line >= start.line && line <= end.line && asksForWord(origin));
        if (!asks || token.isCancellationRequested) return [];
        const action = new CodeAction(l10n.t('Say Where This Comes From…'), CodeActionKind.QuickFix);
        action.command = { command: 'countersign.sayOrigin', title: action.title };
        return [action];
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
}

async function sayOrigin(parts: DeclaringParts, argument: unknown): Promise<void> {
  const about = await linesAbout(parts.capture, argument);
  const session = sessionOf(parts, about);
  const { document, tracked, first, last } = about;
  const { version } = document;
  const statement = await askWhere(about);
  if (document.version !== version) {
    throw new Refusal(l10n.t('The file changed meanwhile, so nothing was said. Try again.'));
  }
  const text = fileLines(nodeHash, utf8(document.getText()));
  await tracked.state(first, last, statement);
  const pointed: About = { path: tracked.path, text, first, last };
  if (document.isDirty) await stateInWorkTree(session.repository, statement, { about: pointed });
  const committed = await onBranch(parts, session, statement, pointed);
  await session.refresh();
  await tell(session, saidOf(statement, linesCome(first, last)), committed);
}

async function sayAdvised(parts: DeclaringParts): Promise<void> {
  const session = parts.sessions.active;
  if (session === undefined) throw new Refusal(l10n.t('No repository with a Countersign policy is open.'));
  const title = l10n.t('Say that this change was AI-advised');
  const what = l10n.t(
    'Which assistant? Enter alone leaves it open. All lines of this change that no AI is on record for become mixed, committed ones by a commit of their own. It stays said.',
  );
  const actor = await askAssistant(title, what);
  const statement: Statement = { kind: 'advised', ...(actor === undefined ? {} : { actor }) };
  const { top } = session.repository;
  const clean = new Set<string>();
  for (const tracked of parts.capture.followers(top)) {
    await tracked.state(0, tracked.document.lineCount - 1, statement);
    if (!tracked.document.isDirty) clean.add(tracked.path);
  }
  await stateInWorkTree(session.repository, statement, { except: clean });
  const committed = await onBranch(parts, session, statement);
  await session.refresh();
  await tell(session, l10n.t('This change is AI-advised now.'), committed);
}

function sessionOf({ sessions }: DeclaringParts, { document }: AboutLines): Session {
  const session = sessions.of(document.uri)?.session;
  if (session === undefined) throw new Refusal(l10n.t('No repository with a Countersign policy is open.'));
  return session;
}

/** What is committed already, and can't be reached by the next commit. A branch that can't be judged says why. */
async function onBranch(
  { log, version }: DeclaringParts,
  session: Session,
  statement: Statement,
  about?: About,
): Promise<StatedOnBranch | { readonly failed: string }> {
  try {
    return await stateOnBranch(session.repository, { id: 'countersign', version }, statement, about);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    const { code, message } = error.problem;
    log.warn(`statement: ${code}: ${message}`);
    // There is no branch beside the target: nothing of it is committed.
    return code === 'no-target' || code === 'no-commit' ? { lines: 0, records: [] } : { failed: message };
  }
}

function saidOf(statement: Statement, lines: string): string {
  if (statement.kind === 'from') return l10n.t('Noted: {0} from {1}.', lines, fromWord(statement.from));
  return l10n.t('Noted: {0} from an AI.', lines);
}

async function tell(
  session: Session,
  said: string,
  committed: StatedOnBranch | { readonly failed: string },
): Promise<void> {
  if ('failed' in committed) {
    const why = sentence(committed.failed);
    void window.showWarningMessage(l10n.t('{0} Committed lines are left out: {1}', said, why));
    return;
  }
  if (committed.records.length === 0) {
    window.setStatusBarMessage(said, SHOWN);
    return;
  }
  const count = countWord(committed.lines);
  if (committed.commit === undefined) {
    void window.showInformationMessage(
      l10n.t('{0} Your next commit carries it for {1} committed before.', said, count),
    );
    return;
  }
  await offerPush(session, l10n.t('{0} A commit of its own says so of {1} committed before.', said, count));
}
