/** The real process as an `Io`. */
import { createInterface } from 'node:readline/promises';
import type { Io } from './io';
import { wantsColour } from './reporters/colour';

export function terminalIo(version: string, file: string): Io {
  const { stdin, stdout, stderr } = process;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    stdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString('utf8');
    },
    ask: async (question) => {
      const reader = createInterface({ input: stdin, output: stderr });
      try {
        return await reader.question(question);
      } finally {
        reader.close();
      }
    },
    interactive: stdin.isTTY && stderr.isTTY,
    colour: wantsColour(stdout.isTTY, process.env),
    cwd: process.cwd(),
    env: process.env,
    self: { runtime: process.execPath, file },
    version,
  };
}
