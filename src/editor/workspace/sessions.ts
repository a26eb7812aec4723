/** The sessions of the workspace's tracked repositories, and which of them the window is about. */
import type { Disposable, LogOutputChannel, Memento } from 'vscode';
import { EventEmitter, RelativePattern, Uri, window, workspace } from 'vscode';
import type { Repositories } from './repositories';
import { Session } from './session';

export class Sessions implements Disposable {
  readonly #repositories: Repositories;
  readonly #parts: { readonly log: LogOutputChannel; readonly memory: Memento };
  readonly #sessions = new Map<string, { readonly session: Session; readonly watching: Disposable[] }>();
  readonly #changed = new EventEmitter<void>();
  readonly #disposables: Disposable[];
  #active: string | undefined;
  #updating: Promise<void> | undefined;
  #disposed = false;
  /** Any state, the set of sessions or the active one changed. */
  readonly onDidChange = this.#changed.event;

  constructor(repositories: Repositories, parts: { readonly log: LogOutputChannel; readonly memory: Memento }) {
    this.#repositories = repositories;
    this.#parts = parts;
    this.#disposables = [
      this.#changed,
      repositories.onDidChange(({ top, what }) => {
        if (what === 'policy') void this.update();
        this.#scheduleWithin(top);
      }),
      workspace.onDidSaveTextDocument((document) => {
        const location = repositories.locate(document.uri);
        if (location === undefined) return;
        if (this.#sessions.has(location.top)) this.#sessions.get(location.top)?.session.schedule();
        else if (repositories.locateTracked(document.uri) !== undefined) void this.update();
      }),
      window.onDidChangeActiveTextEditor(() => this.#follow()),
      window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.#scheduleWithin('');
      }),
    ];
    void this.update();
  }

  get all(): readonly Session[] {
    return [...this.#sessions.values()].map(({ session }) => session);
  }

  /** The session of the active editor's repository, else the last such one, else the first. */
  get active(): Session | undefined {
    return (this.#active === undefined ? undefined : this.at(this.#active)) ?? this.all[0];
  }

  at(top: string): Session | undefined {
    return this.#sessions.get(top)?.session;
  }

  /** The session of a file and the file's path in its repository. */
  of(uri: Uri): { readonly session: Session; readonly path: string } | undefined {
    const location = this.#repositories.locate(uri);
    const session = location === undefined ? undefined : this.at(location.top);
    return location === undefined || session === undefined ? undefined : { session, path: location.path };
  }

  /** Finds tracked repositories anew. Resolves when their sessions are there; their states follow. */
  async update(): Promise<void> {
    // One after the other: two at once could make two sessions of one repository.
    const before = this.#updating;
    const run = (async (): Promise<void> => {
      await before;
      await this.#update();
    })();
    this.#updating = run;
    await run;
  }

  async #update(): Promise<void> {
    const tracked = workspace.isTrusted ? await this.#repositories.trackedRepositories() : [];
    if (this.#disposed) return;
    const tops = new Set(tracked.map(({ top }) => top));
    for (const [top, { session, watching }] of this.#sessions) {
      if (tops.has(top)) continue;
      for (const each of [session, ...watching]) each.dispose();
      this.#sessions.delete(top);
    }
    for (const repository of tracked) {
      if (this.#sessions.has(repository.top)) continue;
      const session = new Session(repository, this.#parts);
      const records = workspace.createFileSystemWatcher(
        new RelativePattern(Uri.file(repository.top), '.countersign/**'),
      );
      const moved = (): void => session.schedule();
      const watching = [
        records,
        records.onDidCreate(moved),
        records.onDidChange(moved),
        records.onDidDelete(moved),
        session.onDidChange(() => this.#changed.fire()),
      ];
      this.#sessions.set(repository.top, { session, watching });
      session.schedule();
    }
    this.#follow();
    this.#changed.fire();
  }

  #scheduleWithin(top: string): void {
    for (const session of this.all) if (top === '' || session.repository.top === top) session.schedule();
  }

  #follow(): void {
    const uri = window.activeTextEditor?.document.uri;
    const top = uri === undefined ? undefined : this.of(uri)?.session.repository.top;
    if (top === undefined || top === this.#active) return;
    this.#active = top;
    this.#changed.fire();
  }

  dispose(): void {
    this.#disposed = true;
    for (const { session, watching } of this.#sessions.values())
      for (const each of [session, ...watching]) each.dispose();
    for (const each of this.#disposables) each.dispose();
  }
}
