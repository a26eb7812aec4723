/** Commits made by `git fast-import`: thousands of files in a second. */
import { execFileSync } from 'node:child_process';

/** Collects a fast-import stream for one commit; texts are binary strings. */
export function importer(top: string): {
  begin: (branch: string, email: string, from?: string) => void;
  file: (path: string, text: string) => void;
  end: () => void;
} {
  const parts: string[] = [];
  return {
    begin: (branch, email, from) => {
      const who = `someone <${email}> 1760000000 +0000`;
      parts.push(`commit refs/heads/${branch}\nauthor ${who}\ncommitter ${who}\ndata 1\nx\n`);
      if (from !== undefined) parts.push(`from ${from}\n`);
    },
    file: (path, text) => parts.push(`M 100644 inline ${path}\ndata ${text.length}\n${text}\n`),
    end: () => {
      const input = Buffer.from(parts.join(''), 'latin1');
      execFileSync('git', ['fast-import', '--quiet'], { cwd: top, input, maxBuffer: 1 << 28 });
    },
  };
}
