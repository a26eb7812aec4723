/** The real process as an `Io`. */
import { isatty } from 'node:tty';
import type { InputLimit, Io } from './io';
import { wantsColour } from './reporters/colour';

export function terminalIo(version: string, file: string): Io {
  const { stdout, stderr } = process;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    // Opened when it is read: that costs as much as a git command.
    stdin: (limit) => readInput(process.stdin, limit),
    ask: async (question) => {
      const { createInterface } = await import('node:readline/promises');
      const reader = createInterface({ input: process.stdin, output: stderr });
      try {
        return await reader.question(question);
      } catch (error) {
        // Ctrl+D and Ctrl+C say nothing, which is no yes.
        if (error instanceof Error && error.name === 'AbortError') return '';
        throw error;
      } finally {
        reader.close();
      }
    },
    interactive: isatty(0) && stderr.isTTY,
    colour: wantsColour(stdout.isTTY, process.env),
    cwd: process.cwd(),
    env: process.env,
    self: { runtime: process.execPath, file },
    version,
  };
}

/** Reads on beyond the limit and keeps nothing of it: whoever writes must not meet a closed pipe. */
async function readInput(stdin: NodeJS.ReadStream, limit?: InputLimit): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = limit === undefined ? undefined : setTimeout(() => stdin.destroy(), limit.milliseconds);
  try {
    for await (const chunk of stdin) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (limit === undefined || size <= limit.bytes) chunks.push(bytes);
    }
  } catch (error) {
    if (limit === undefined) throw error;
  } finally {
    clearTimeout(late);
  }
  return limit !== undefined && size > limit.bytes ? '' : Buffer.concat(chunks).toString('utf8');
}
