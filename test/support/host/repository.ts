import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export type Repository = {
  readonly folder: string;
  readonly git: (...args: readonly string[]) => string;
  readonly read: (file: string) => string;
  readonly write: (file: string, text: string) => void;
  readonly remove: () => void;
};

export type RepositoryOptions = {
  readonly name?: string;
  readonly email?: string;
  /** Files of the first commit, by path. */
  readonly files?: Readonly<Record<string, string>>;
};

const FIRST_FILES = {
  'README.md': '# Shop\n',
  'src/pay.ts': 'export function pay(amount: number): number {\n  return amount;\n}\n',
};

/** A git repository in a folder of its own below the temporary folder, on branch `main`, with one commit. */
export function makeRepository(options: RepositoryOptions = {}): Repository {
  // The real path: on some systems the temporary folder is a link, and git answers with what it points to.
  const parent = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-repository-')));
  const folder = path.join(parent, 'shop');
  fs.mkdirSync(folder);
  const repository = openRepository(folder);
  repository.git('init', '--quiet', '--initial-branch=main');
  repository.git('config', 'user.name', options.name ?? 'Bo');
  repository.git('config', 'user.email', options.email ?? 'bo@example.com');
  for (const [file, text] of Object.entries(options.files ?? FIRST_FILES)) repository.write(file, text);
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message=Start the shop');
  return { ...repository, remove: () => fs.rmSync(parent, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Git and files of a folder that is there already. `remove` removes the folder. */
export function openRepository(folder: string): Repository {
  return {
    folder,
    git: (...args) =>
      execFileSync('git', args, {
        cwd: folder,
        encoding: 'utf8',
        env: gitEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    read: (file) => fs.readFileSync(path.join(folder, file), 'utf8'),
    write: (file, text) => {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text);
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Git as on a fresh machine: no configuration of whoever runs the tests, no surrounding repository. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(clean), GIT_CONFIG_GLOBAL: os.devNull, GIT_CONFIG_NOSYSTEM: '1' };
}
