import type { Disposable, LogOutputChannel } from 'vscode';
import type { Repositories } from '../workspace/repositories';

export interface CaptureParts {
  readonly log: LogOutputChannel;
  readonly repositories: Repositories;
}

/** Follows who writes what in open files of tracked repositories, and journals it on save. */
export class Capture implements Disposable {
  constructor(_parts: CaptureParts) {}

  dispose(): void {}
}
