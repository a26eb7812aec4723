/** What a command is: data for the help, and a function of parsed arguments. */
import type { Io } from './io';

export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in the help, such as `REV`; none for a switch. */
  readonly value?: string;
  readonly about: string;
}

/** Parsed options by name. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

export interface Invocation {
  readonly io: Io;
  /** The folder to work in: `--cwd`, else where the command was started. */
  readonly cwd: string;
  readonly json: boolean;
  readonly values: OptionValues;
  readonly positionals: readonly string[];
  /** Runs another command line in this process. */
  readonly run: (argv: readonly string[], io: Io) => Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  /** A command line that works as it stands, with what it is for. */
  readonly example: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  /** How many words may stand beside the options; none by default. */
  readonly positionals?: { readonly least: number; readonly most: number; readonly name: string };
  /** Gives the exit code: one of ours, or that of a command which this one ran. */
  run(invocation: Invocation): Promise<number>;
}

/** Options that every command has. */
export const GLOBAL_OPTIONS: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', about: 'print one JSON document on stdout and nothing else there' },
  cwd: { type: 'string', value: 'DIR', about: 'work in this folder' },
  help: { type: 'boolean', short: 'h', about: 'show this help' },
};

/** The option that names the target. */
export const BASE: CommandOption = {
  type: 'string',
  value: 'REV',
  about: "the target; by default the remote's default branch",
};

/** The value of a text option, or undefined. */
export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a switch was given. */
export function switchOption(values: OptionValues, name: string): boolean {
  return values[name] === true;
}

/** The values of an option that may be repeated; commas separate values too. */
export function listOption(values: OptionValues, name: string): string[] {
  const value = values[name];
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((each: unknown) =>
    typeof each === 'string' ? each.split(',').filter((part) => part !== '') : [],
  );
}
