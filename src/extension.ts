import type { ExtensionContext } from 'vscode';
import { window } from 'vscode';
import { Capture } from './editor/capture/capture';
import { showPanel } from './editor/panel';
import { CommitHook } from './editor/workspace/commitHook';
import { Repositories } from './editor/workspace/repositories';

/** The editor's entry point: wires editor/ and node/, nothing else. Nothing is awaited here. */
export function activate(context: ExtensionContext): { readonly capture: Capture } {
  const log = window.createOutputChannel('Countersign', { log: true });
  const repositories = new Repositories(log);
  const capture = new Capture({ log, repositories });
  // Each feature takes what it works with and gives a Disposable: one line each.
  context.subscriptions.push(log, repositories, capture);
  context.subscriptions.push(new CommitHook({ context, log, repositories }));
  context.subscriptions.push(showPanel({ log, repositories, context }));
  return { capture };
}
