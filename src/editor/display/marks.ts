/**
 * The mark in the text: a thin line at the left of blocks that need someone, and its trace in the overview ruler. The
 * editor moves marks along with edits; they are placed anew only where a document is as the report saw it.
 */
import type { DecorationOptions, Disposable, TextEditor, TextEditorDecorationType } from 'vscode';
import { OverviewRulerLane, Range, ThemeColor, window, workspace } from 'vscode';
import type { Known } from './hover';
import type { BlockState, BlockView } from '../../panel/blocks';
import { BLOCK_STATES, blockViews, needsAction } from '../../panel/blocks';
import { blocksOf } from '../../panel/queue';
import { reviewPlace } from '../review/documents';
import type { Session } from '../workspace/session';
import type { Sessions } from '../workspace/sessions';
import { LOOKS } from './colors';
import { hoverOf } from './hover';

const DISPLAYS = ['off', 'needsReview', 'currentLine', 'all'] as const;
type Display = (typeof DISPLAYS)[number];

export function showMarks(sessions: Sessions): Disposable {
  const types = new Map(BLOCK_STATES.map((state) => [state, decorationType(state)] as const));
  const paint = (editor: TextEditor): void => paintEditor(editor, sessions, types);
  const paintAll = (): void => {
    for (const editor of window.visibleTextEditors) paint(editor);
  };
  const following = [
    sessions.onDidChange(paintAll),
    window.onDidChangeVisibleTextEditors(paintAll),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('countersign.display')) paintAll();
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      // A review document that got its content late.
      if (reviewPlace(document.uri) === undefined) return;
      for (const editor of window.visibleTextEditors) if (editor.document === document) paint(editor);
    }),
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (displayOf() === 'currentLine') paint(textEditor);
    }),
  ];
  paintAll();
  return {
    dispose: () => {
      for (const each of [...following, ...types.values()]) each.dispose();
    },
  };
}

function decorationType(state: BlockState): TextEditorDecorationType {
  const { color, line } = LOOKS[state];
  const width = line === 'double' ? '4px' : state === 'fine' ? '1px' : '2px';
  return window.createTextEditorDecorationType({
    isWholeLine: true,
    borderStyle: `none none none ${line}`,
    borderWidth: `0 0 0 ${width}`,
    borderColor: new ThemeColor(color),
    ...(state === 'fine'
      ? {}
      : { overviewRulerColor: new ThemeColor(color), overviewRulerLane: OverviewRulerLane.Left }),
  });
}

function displayOf(): Display {
  const value = workspace.getConfiguration('countersign').get<string>('display');
  return DISPLAYS.find((each) => each === value) ?? 'needsReview';
}

function paintEditor(
  editor: TextEditor,
  sessions: Sessions,
  types: ReadonlyMap<BlockState, TextEditorDecorationType>,
): void {
  const display = displayOf();
  const place = reviewPlace(editor.document.uri);
  const found = blocksIn(editor, sessions);
  if (found === undefined) return;
  const shown = display === 'off' ? [] : found.blocks.filter((block) => isShown(block, display, editor));
  const decide = new Set(found.toDecide.map((block) => block.key));
  for (const [state, type] of types) {
    const marks = shown.filter((block) => block.state === state);
    editor.setDecorations(
      type,
      marks.map((block): DecorationOptions => {
        const range = rangeOf(block, editor);
        return {
          range,
          hoverMessage: hoverOf(
            block,
            decide.has(block.key) || (place !== undefined && needsAction(block)),
            found.known,
            place === undefined ? { uri: editor.document.uri.toString(), version: editor.document.version } : undefined,
          ),
        };
      }),
    );
  }
}

interface Found {
  readonly blocks: readonly BlockView[];
  readonly toDecide: readonly BlockView[];
  readonly known: Known | undefined;
}

/** The blocks of a document; undefined when the marks that are there should stay as they are. */
function blocksIn(editor: TextEditor, sessions: Sessions): Found | undefined {
  const { document } = editor;
  const none = { blocks: [], toDecide: [], known: undefined };
  const place = reviewPlace(document.uri);
  const found = place === undefined ? sessions.of(document.uri) : undefined;
  const session: Session | undefined = place === undefined ? found?.session : sessions.at(place.top);
  const path = place?.path ?? found?.path;
  if (session === undefined || path === undefined) return none;
  const { state } = session;
  if (state.kind === 'reading') return undefined;
  if (state.kind !== 'ready') return none;
  const toDecide = blocksOf(state.queue);
  const known = { policy: state.working.input.policy, since: state.since };
  if (place !== undefined) {
    const all = place.side === 'after' && state.branch !== undefined ? blockViews(state.branch.report) : [];
    return { blocks: all.filter((block) => block.path === path), toDecide, known };
  }
  // The report is about what is saved; edits since then move the marks that stand.
  if (document.isDirty) return undefined;
  return { blocks: state.changes.filter((block) => block.path === path), toDecide, known };
}

function isShown(block: BlockView, display: Display, editor: TextEditor): boolean {
  // Objects have no lines to mark: the panel shows them.
  if (block.object !== undefined) return false;
  if (display === 'all') return true;
  if (!needsAction(block)) return false;
  return display !== 'currentLine' || rangeOf(block, editor).contains(editor.selection.active);
}

function rangeOf(block: BlockView, editor: TextEditor): Range {
  const last = editor.document.lineCount - 1;
  const start = Math.min(Math.max(0, block.start - 1), last);
  const end = Math.min(Math.max(start, block.end - 1), last);
  return new Range(start, 0, end, editor.document.lineAt(end).text.length);
}
