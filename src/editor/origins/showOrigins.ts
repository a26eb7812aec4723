/**
 * Who wrote each line of a file, at the ends of its lines: on and off by a command, for one editor's document at a time.
 */
import type { DecorationOptions, Disposable, LogOutputChannel, TextDocument, TextEditor } from 'vscode';
import {
  DecorationRangeBehavior,
  Disposable as Disposables,
  MarkdownString,
  Range,
  ThemeColor,
  l10n,
  window,
  workspace,
} from 'vscode';
import { utf8 } from '../../core/text/bytes';
import { contentLines } from '../../core/text/lines';
import { blameFile } from '../../node/blame';
import { authorEmail } from '../../node/repository';
import type { Capture } from '../capture/capture';
import { fromWord } from '../declare/words';
import { escaped } from '../display/markdown';
import { originWord, safe, toolOf } from '../display/words';
import { Refusal, registerCommands } from '../review/commands';
import type { Repositories } from '../workspace/repositories';
import type { ShownLine, ShownRun } from './shownOrigins';
import { shownRuns } from './shownOrigins';

/** Milliseconds without an edit after which the lines are looked at anew. */
const CALM = 400;

export interface OriginsParts {
  readonly log: LogOutputChannel;
  readonly repositories: Repositories;
  readonly capture: Pick<Capture, 'originsOf'>;
}

export function showOrigins(parts: OriginsParts): Disposable {
  const shown = new ShownOrigins(parts);
  return Disposables.from(
    shown,
    registerCommands(parts.log, { 'countersign.toggleOrigins': () => shown.toggle(window.activeTextEditor) }),
  );
}

class ShownOrigins implements Disposable {
  readonly #parts: OriginsParts;
  readonly #type = window.createTextEditorDecorationType({
    // Words stay behind their line while the next is begun.
    rangeBehavior: DecorationRangeBehavior.ClosedClosed,
  });
  readonly #on = new Set<TextDocument>();
  readonly #timers = new Map<TextDocument, NodeJS.Timeout>();
  readonly #following: readonly Disposable[];

  constructor(parts: OriginsParts) {
    this.#parts = parts;
    this.#following = [
      workspace.onDidChangeTextDocument(({ document }) => this.#soon(document)),
      workspace.onDidSaveTextDocument((document) => this.#soon(document)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      window.onDidChangeVisibleTextEditors((editors) => {
        for (const { document } of editors) this.#soon(document);
      }),
    ];
  }

  async toggle(editor: TextEditor | undefined): Promise<void> {
    if (editor === undefined) throw new Refusal(l10n.t('Open the file whose lines you ask about.'));
    const { document } = editor;
    if (this.#on.has(document)) {
      this.#forget(document);
      return;
    }
    const runs = await this.#runsOf(document);
    if (runs === undefined) {
      throw new Refusal(
        l10n.t('This file is in no repository with a Countersign policy, so nobody recorded its lines.'),
      );
    }
    this.#on.add(document);
    this.#paint(document, runs);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const each of [...this.#following, this.#type]) each.dispose();
  }

  #soon(document: TextDocument): void {
    if (!this.#on.has(document)) return;
    clearTimeout(this.#timers.get(document));
    this.#timers.set(
      document,
      setTimeout(() => void this.#again(document), CALM),
    );
  }

  async #again(document: TextDocument): Promise<void> {
    try {
      const { version } = document;
      const runs = await this.#runsOf(document);
      if (document.version !== version) this.#soon(document);
      else if (runs !== undefined && this.#on.has(document)) this.#paint(document, runs);
    } catch (error) {
      // The file may be gone, or no text any more: what is shown stays until it is looked at again.
      this.#parts.log.debug(`Who wrote each line: ${String(error)}`);
    }
  }

  #forget(document: TextDocument): void {
    this.#on.delete(document);
    clearTimeout(this.#timers.get(document));
    this.#timers.delete(document);
    this.#paint(document, []);
  }

  async #runsOf(document: TextDocument): Promise<readonly ShownRun[] | undefined> {
    const { repositories, capture } = this.#parts;
    const location = repositories.locateTracked(document.uri);
    const repository = location === undefined ? undefined : await repositories.open(location.top);
    if (location === undefined || repository === undefined) return undefined;
    const [saved, seen, author] = await Promise.all([
      blameFile(repository, location.top, location.path),
      capture.originsOf(document.uri),
      // Without a name nobody can commit; the lines are told all the same.
      authorEmail(repository).catch(() => undefined),
    ]);
    return shownRuns(contentLines(utf8(document.getText())), saved, seen ?? [], author);
  }

  #paint(document: TextDocument, runs: readonly ShownRun[]): void {
    for (const editor of window.visibleTextEditors) {
      if (editor.document !== document) continue;
      editor.setDecorations(
        this.#type,
        runs.flatMap((run) => decorationsOf(run, document)),
      );
    }
  }
}

/** The words stand behind the first line of a run; each of its lines has them as a hover. */
function decorationsOf({ first, last, shown }: ShownRun, document: TextDocument): DecorationOptions[] {
  const end = Math.min(last, document.lineCount - 1);
  if (first > end) return [];
  const head = document.lineAt(first).range.end;
  const contentText = wordsOf(shown).join(' · ');
  return [
    { range: new Range(first, 0, end, document.lineAt(end).range.end.character), hoverMessage: hoverOf(shown) },
    {
      range: new Range(head, head),
      renderOptions: {
        after: { contentText, margin: '0 0 0 3em', color: new ThemeColor('editorCodeLens.foreground') },
      },
    },
  ];
}

/** `ai · Claude Code · bo@example.com`, and whether it is in a commit. */
function wordsOf({ origin, tool, author, record }: ShownLine): string[] {
  if (origin === 'unknown') return [originWord(origin)];
  const name = toolOf(tool === undefined ? {} : { tool });
  const open = record === undefined ? l10n.t('not committed') : '';
  return [originWord(origin), name, safe(author ?? ''), open].filter((word) => word !== '');
}

function hoverOf(shown: ShownLine): MarkdownString {
  const { origin, via, evidence, model, from, record } = shown;
  const text = new MarkdownString();
  text.appendMarkdown(`**${escaped(wordsOf(shown).join(' · '))}**\n\n`);
  if (origin === 'unknown') {
    text.appendMarkdown(escaped(l10n.t('No record that was made here or came with a commit says who wrote this.')));
    return text;
  }
  const facts = [
    ...(evidence === undefined ? [] : [`${evidence}${via === undefined ? '' : `, ${via}`}`]),
    ...(model === undefined ? [] : [l10n.t('model {0}', safe(model))]),
    ...(from === undefined ? [] : [l10n.t('said to come from {0}', fromWord(from))]),
    ...(record === undefined ? [] : [l10n.t('record {0}', record.slice(0, 12))]),
  ];
  text.appendMarkdown(escaped(facts.join(' · ')));
  return text;
}
