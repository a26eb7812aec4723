/**
 * Which repository a file of the editor belongs to. Finding it only looks at folders; git is run in trusted workspaces
 * alone, and repositories without a policy are left in peace.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Disposable, FileSystemWatcher, LogOutputChannel } from 'vscode';
import { EventEmitter, RelativePattern, Uri, workspace } from 'vscode';
import { POLICY_PATH, SIDECAR_ROOT } from '../../core/sidecar/paths';
import { cleanEnv } from '../../node/git';
import { ownBytes } from '../../node/ownText';
import type { Repository } from '../../node/repository';
import { openRepository } from '../../node/repository';

/** Where a file stands: top of its work tree, and its path from there with `/` between parts. */
export interface Location {
  readonly top: string;
  readonly path: string;
}

/** What happened to a repository: its policy came or went, or its HEAD, its refs or its index moved. */
export interface RepositoryChange {
  readonly top: string;
  readonly what: 'policy' | 'refs';
}

/** Finds repositories and watches those that have a policy. Nested ones and those of several roots are each their own. */
export class Repositories implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #tops = new Map<string, string | undefined>();
  readonly #opened = new Map<string, Promise<Repository | undefined>>();
  readonly #watchers = new Map<string, FileSystemWatcher>();
  /** For each index of a sparse checkout, as it was looked at, whether it has a policy. */
  readonly #indexes = new Map<string, { readonly mark: string; readonly has: boolean }>();
  readonly #changed = new EventEmitter<RepositoryChange>();
  readonly #journalled = new EventEmitter<string>();
  readonly #disposables: Disposable[];
  /** The journal of the repository with this top grew: by a save here, or by the command line. */
  readonly onDidJournal = this.#journalled.event;
  /** A policy appeared or went, refs moved, or trust was granted (then with an empty `top`). */
  readonly onDidChange = this.#changed.event;

  constructor(log: LogOutputChannel) {
    this.#log = log;
    // The folder too: what is written into a new folder at once may go unreported.
    const policies = workspace.createFileSystemWatcher(`**/{${SIDECAR_ROOT},${POLICY_PATH}}`);
    const moved = ({ fsPath }: Uri): void => {
      this.#tops.clear();
      const sidecar = basename(fsPath) === SIDECAR_ROOT ? fsPath : dirname(fsPath);
      this.#changed.fire({ top: dirname(sidecar), what: 'policy' });
    };
    this.#disposables = [
      this.#changed,
      this.#journalled,
      policies,
      policies.onDidCreate(moved),
      policies.onDidChange(moved),
      policies.onDidDelete(moved),
      workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire({ top: '', what: 'policy' })),
      workspace.onDidChangeWorkspaceFolders(() => this.#changed.fire({ top: '', what: 'policy' })),
    ];
  }

  /** Where a file stands, by looking at folders; undefined outside every work tree. */
  locate(uri: Uri): Location | undefined {
    if (uri.scheme !== 'file') return undefined;
    const file = realPath(uri.fsPath);
    const top = this.#topOf(dirname(file));
    return top === undefined ? undefined : { top, path: relative(top, file).split(sep).join('/') };
  }

  /** Where a file stands if its repository has a policy, in its work tree or, in a sparse checkout, in the index. */
  locateTracked(uri: Uri): Location | undefined {
    const location = this.locate(uri);
    return location !== undefined && this.#hasPolicy(location.top) ? location : undefined;
  }

  /** The repository at a work tree's top. Undefined in an untrusted workspace, and where git says no. */
  open(top: string): Promise<Repository | undefined> {
    if (!workspace.isTrusted) return Promise.resolve(undefined);
    const known = this.#opened.get(top);
    if (known !== undefined) return known;
    const opened = openRepository(top).then(
      (repository) => {
        this.#watch(top, repository);
        return repository;
      },
      (error: unknown) => {
        this.#opened.delete(top);
        this.#log.warn(`No repository at ${top}: ${String(error)}`);
        return undefined;
      },
    );
    this.#opened.set(top, opened);
    return opened;
  }

  /** The git directory of a work tree, without asking git: a save can't wait. Undefined in an untrusted workspace. */
  gitDir(top: string): string | undefined {
    if (!workspace.isTrusted) return undefined;
    const entry = join(top, '.git');
    if (statSync(entry).isDirectory()) return entry;
    const target = /^gitdir: (.+)$/m.exec(readFileSync(entry, 'utf8'))?.[1];
    return target === undefined ? undefined : resolve(top, target);
  }

  /** The repository of a file, if it has a policy and the workspace is trusted. */
  async trackedRepository(uri: Uri): Promise<Repository | undefined> {
    const location = this.locateTracked(uri);
    return location === undefined ? undefined : this.open(location.top);
  }

  /** The tracked repositories of the workspace's folders and of the open files. */
  async trackedRepositories(): Promise<readonly Repository[]> {
    const tops = new Set<string>();
    const roots = (workspace.workspaceFolders ?? []).map(({ uri }) => Uri.joinPath(uri, 'any'));
    for (const uri of [...roots, ...workspace.textDocuments.map((document) => document.uri)]) {
      const location = this.locateTracked(uri);
      if (location !== undefined) tops.add(location.top);
    }
    const opened = await Promise.all([...tops].map((top) => this.open(top)));
    return opened.filter((repository) => repository !== undefined);
  }

  dispose(): void {
    for (const watcher of this.#watchers.values()) watcher.dispose();
    for (const each of this.#disposables) each.dispose();
  }

  #topOf(folder: string): string | undefined {
    if (this.#tops.has(folder)) return this.#tops.get(folder);
    const parent = dirname(folder);
    const isTop = existsSync(join(folder, '.git'));
    const top = isTop ? folder : parent === folder ? undefined : this.#topOf(parent);
    // A folder without a repository may get one: only what was found is remembered.
    if (top !== undefined) this.#tops.set(folder, top);
    return top;
  }

  #hasPolicy(top: string): boolean {
    if (existsSync(join(top, POLICY_PATH))) return true;
    const gitDir = this.gitDir(top);
    if (gitDir === undefined || !existsSync(join(gitDir, 'info', 'sparse-checkout'))) return false;
    const stat = statSync(join(gitDir, 'index'), { bigint: true, throwIfNoEntry: false });
    const mark = `${stat?.mtimeNs} ${stat?.size} ${stat?.ino}`;
    const known = this.#indexes.get(gitDir);
    if (known?.mark === mark) return known.has;
    let has = false;
    try {
      has = ownBytes({ top, gitDir, env: cleanEnv() }, POLICY_PATH) !== undefined;
    } catch (error) {
      this.#log.warn(`No policy read from the index of ${top}: ${String(error)}`);
    }
    this.#indexes.set(gitDir, { mark, has });
    return has;
  }

  #watch(top: string, { gitDir, commonDir }: Repository): void {
    for (const folder of new Set([gitDir, commonDir])) {
      if (this.#watchers.has(folder)) continue;
      const pattern = new RelativePattern(Uri.file(folder), '{HEAD,index,packed-refs,refs/**,countersign/journal}');
      const watcher = workspace.createFileSystemWatcher(pattern);
      const moved = ({ fsPath }: Uri): void => {
        if (basename(fsPath) === 'journal') this.#journalled.fire(top);
        else if (!fsPath.endsWith('.lock')) this.#changed.fire({ top, what: 'refs' });
      };
      watcher.onDidCreate(moved);
      watcher.onDidChange(moved);
      watcher.onDidDelete(moved);
      this.#watchers.set(folder, watcher);
    }
  }
}

/** Git names files by their real path; a file that is not there yet has that of its folder. */
function realPath(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    const parent = dirname(file);
    return parent === file ? file : join(realPath(parent), basename(file));
  }
}
