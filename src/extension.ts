import type { ExtensionContext } from 'vscode';
import { ExtensionMode, window } from 'vscode';
import { Capture } from './editor/capture/capture';
import { showDeclaring } from './editor/declare/declare';
import { askAboutExtensions } from './editor/extensionEdits';
import { showOrigins } from './editor/origins/showOrigins';
import { showPanel } from './editor/panel';
import { CommitHook } from './editor/workspace/commitHook';
import { Repositories } from './editor/workspace/repositories';

/** What other extensions, tests above all, may ask: origins of open files and edits, and how long activation took (ms). */
export interface Countersign {
  readonly capture: Pick<Capture, 'originsOf' | 'runsOf' | 'onDidSettle'>;
  readonly activated: number;
}

/** The proposed API that says what an edit was; only the side-loaded package has it in its manifest. */
const REASONS = 'textDocumentChangeReason';

/** The editor's entry point: wires editor/ and node/, nothing else. Nothing is awaited here. */
export function activate(context: ExtensionContext): Countersign {
  const began = performance.now();
  const log = window.createOutputChannel('Countersign', { log: true });
  const repositories = new Repositories(log);
  const capture = new Capture({ log, repositories, takesReasons: takesReasons(context) });
  // Each feature takes what it works with and gives a Disposable: one line each.
  context.subscriptions.push(log, repositories, capture);
  context.subscriptions.push(
    askAboutExtensions({ seen: capture.assistants.seen, originsOf: (uri) => capture.originsOf(uri) }),
  );
  context.subscriptions.push(new CommitHook({ context, log, repositories }));
  context.subscriptions.push(showOrigins({ log, repositories, capture }));
  const panel = showPanel({ log, repositories, context });
  context.subscriptions.push(panel);
  context.subscriptions.push(showDeclaring({ log, capture, sessions: panel.sessions, version: versionOf(context) }));
  const milliseconds = performance.now() - began;
  log.info(`Activated in ${milliseconds.toFixed(1)} ms`);
  return { capture, activated: milliseconds };
}

function versionOf({ extension }: ExtensionContext): string {
  const manifest: unknown = extension.packageJSON;
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}

/**
 * Whether to listen to the proposed API. A package that does not ask for it in its manifest keeps to the public one, also
 * in a host that hands it to everybody.
 */
function takesReasons({ extension, extensionMode }: ExtensionContext): boolean {
  const manifest: unknown = extension.packageJSON;
  const hasList = typeof manifest === 'object' && manifest !== null && 'enabledApiProposals' in manifest;
  const proposals = hasList && Array.isArray(manifest.enabledApiProposals) ? manifest.enabledApiProposals : [];
  return extensionMode !== ExtensionMode.Production || proposals.includes(REASONS);
}
