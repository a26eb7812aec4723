/** Which action plays each kind. */
import type { Kind } from '../kinds';
import type { Stage } from '../stage';
import * as acceptances from './acceptances';
import * as clipboard from './clipboard';
import * as lines from './lines';
import * as tools from './tools';
import * as typing from './typing';

export type Action = (stage: Stage, offers: acceptances.Offers) => Promise<void>;

export const ACTIONS: Readonly<Record<Kind, Action>> = {
  'type a line': typing.typeLine,
  'type words': typing.typeWords,
  'type over': typing.typeOver,
  Enter: typing.splitLine,
  Backspace: typing.backspace,
  Delete: typing.deleteForward,
  'delete words': typing.deleteWords,
  'several cursors': typing.severalCursors,
  'input method': typing.inputMethod,
  'completion, whole': acceptances.acceptWhole,
  'completion, by word': acceptances.acceptWords,
  'completion, the rest': acceptances.acceptRest,
  'next edit': acceptances.acceptNextEdit,
  'suggest widget': acceptances.acceptSuggestion,
  snippet: acceptances.expandSnippet,
  undo: lines.undo,
  redo: lines.redo,
  'paste from outside': clipboard.pasteFromOutside,
  'copy and paste': clipboard.copyAndPaste,
  'cut and paste': clipboard.cutAndPaste,
  'copy to another file': clipboard.copyAcross,
  'cut to another file': clipboard.cutAcross,
  'move a line': lines.moveLine,
  'copy a line down': lines.copyLineDown,
  'delete a line': lines.deleteLine,
  comment: lines.toggleComment,
  indent: lines.indent,
  'replace in file': tools.replaceInFile,
  'format by key': tools.formatByKey,
  'format on save': tools.formatOnSave,
  disk: tools.onDisk,
  'chat edit': acceptances.chatEdit,
  'completion by mouse': acceptances.acceptByMouse,
  'completion by palette': acceptances.acceptByPalette,
  'join lines by palette': lines.joinLines,
  'format by palette': tools.formatByPalette,
  rename: tools.rename,
  'another extension': tools.otherExtension,
};
