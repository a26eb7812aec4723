/** Where the change of each repository starts: looked up once, until HEAD, the index or the refs move. */
import type { ChangeStart } from '../../node/changeStart';
import { changeStart } from '../../node/changeStart';
import type { Repository } from '../../node/repository';

export class ChangeStarts {
  readonly #starts = new Map<string, Promise<ChangeStart>>();

  of(repository: Repository): Promise<ChangeStart> {
    const known = this.#starts.get(repository.gitDir);
    if (known !== undefined) return known;
    const start = changeStart(repository);
    this.#starts.set(repository.gitDir, start);
    // A failure is not for keeps.
    start.catch(() => this.#starts.delete(repository.gitDir));
    return start;
  }

  /** Something moved: what is known holds no longer. */
  clear(): void {
    this.#starts.clear();
  }
}
