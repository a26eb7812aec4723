export interface InputLimit {
  readonly bytes: number;
  readonly milliseconds: number;
}

/** Everything a command may touch of the process it runs in: `run` takes it, so tests and the demo can stand in for a terminal. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** All of standard input, as UTF-8 text; with a limit nothing beyond it in bytes or milliseconds. */
  readonly stdin: (limit?: InputLimit) => Promise<string>;
  /** Asks on the terminal and gives the line that was typed. Only called when `interactive`. */
  readonly ask: (question: string) => Promise<string>;
  /** A person sits at both ends: questions may be asked. */
  readonly interactive: boolean;
  /** Whether standard output takes colour. */
  readonly colour: boolean;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program that runs this bundle, and the bundle's file: what the hook's launcher is made of. */
  readonly self: { readonly runtime: string; readonly file: string };
  readonly version: string;
}

/** Whether this is the bundle, which can be copied and run by itself; sources under a loader can't. */
export function isBundle(io: Io): boolean {
  return /\.c?js$/.test(io.self.file);
}
