import type { ExtensionContext } from 'vscode';
import { window } from 'vscode';
import { Capture } from './editor/capture/capture';
import { showPanel } from './editor/panel';
import { CommitHook } from './editor/workspace/commitHook';
import { Repositories } from './editor/workspace/repositories';

/** What other extensions, tests above all, may ask: origins of open files and edits, and how long activation took (ms). */
export interface Countersign {
  readonly capture: Pick<Capture, 'originsOf' | 'runsOf' | 'onDidSettle'>;
  readonly activated: number;
}

/** The editor's entry point: wires editor/ and node/, nothing else. Nothing is awaited here. */
export function activate(context: ExtensionContext): Countersign {
  const began = performance.now();
  const log = window.createOutputChannel('Countersign', { log: true });
  const repositories = new Repositories(log);
  const capture = new Capture({ log, repositories });
  // Each feature takes what it works with and gives a Disposable: one line each.
  context.subscriptions.push(log, repositories, capture);
  context.subscriptions.push(new CommitHook({ context, log, repositories }));
  context.subscriptions.push(showPanel({ log, repositories, context }));
  const milliseconds = performance.now() - began;
  log.info(`Activated in ${milliseconds.toFixed(1)} ms`);
  return { capture, activated: milliseconds };
}
