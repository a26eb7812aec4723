/** The one way in: arguments to exit code. Nothing below it writes anywhere but through `io`. */
import { resolve } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { CountersignError } from '../core/model/problem';
import { nearest } from '../core/policy/faults';
import { statAt } from '../node/entryAt';
import type { Command, CommandOption, Invocation } from './command';
import { GLOBAL_OPTIONS, switchOption, textOption } from './command';
import { COMMANDS, INTERNAL_COMMANDS } from './commands';
import { commandHelp, overview } from './help';
import type { Io } from './io';
import { escapeText } from './reporters/escape';
import { problemLine, problemsJson } from './reporters/problems';
import { usageError } from './usage';

/** Runs one command line (without program name) and gives its exit code. Never throws. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  // What stands behind `--` belongs to the command that is run.
  const end = argv.indexOf('--');
  const json = (end === -1 ? argv : argv.slice(0, end)).includes('--json');
  try {
    return await dispatch(argv, io);
  } catch (error) {
    const expected = error instanceof CountersignError;
    const problem = expected ? error.problem : unexpected(error);
    io.stderr(`countersign: ${problemLine(problem)}\n`);
    if (!expected && io.env['COUNTERSIGN_DEBUG'] === '1') io.stderr(`${stackOf(error)}\n`);
    // An agent takes a hook's output for an answer, and some exit codes for a veto.
    if (isAgentHook(argv)) return 0;
    if (json) io.stdout(problemsJson([problem]));
    return expected ? error.exit : 3;
  }
}

function isAgentHook(argv: readonly string[]): boolean {
  return argv[commandIndex(argv)] === 'record' && argv.some((arg) => arg === '--agent' || arg.startsWith('--agent='));
}

function unexpected(error: unknown): { code: string; path: string; field: string; message: string } {
  const what = error instanceof Error ? error.message : String(error);
  const message = `unexpected failure: ${what.split('\n')[0] ?? ''} (set COUNTERSIGN_DEBUG=1 to see where)`;
  return { code: 'unexpected', path: '', field: '', message };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const at = commandIndex(argv);
  const name = argv[at];
  if (name === undefined) return withoutCommand(argv, io);
  const args = [...argv.slice(0, at), ...argv.slice(at + 1)];
  if (name === 'help' && args[0] !== undefined) return dispatch([args[0], '--help'], io);
  if (name === 'help') return showOverview(io);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : INTERNAL_COMMANDS[name];
  if (command === undefined || !(Object.hasOwn(COMMANDS, name) || Object.hasOwn(INTERNAL_COMMANDS, name))) {
    const guess = nearest(name, Object.keys(COMMANDS));
    const advice = guess === undefined ? 'countersign --help lists them' : `did you mean ${guess}?`;
    throw usageError(`expected a command, found ${escapeText(name)}; ${advice}`);
  }
  const { values, positionals } = parseFor(command, args);
  if (switchOption(values, 'help')) {
    io.stdout(commandHelp(command));
    return 0;
  }
  const { least, most, name: word } = command.positionals ?? { least: 0, most: 0, name: '' };
  if (positionals.length < least) throw usageError(`expected ${word}; usage: countersign ${command.usage}`);
  if (positionals.length > most) {
    const surplus = positionals[most] ?? '';
    throw usageError(`unexpected argument ${escapeText(surplus)}; usage: countersign ${command.usage}`);
  }
  const given = textOption(values, 'cwd');
  const cwd = resolve(io.cwd, given ?? '.');
  // An agent's folder may be gone by the time its hook runs.
  if (given !== undefined && !isAgentHook(argv) && statAt(cwd)?.isDirectory() !== true) {
    throw usageError(`expected a folder behind --cwd, found ${escapeText(given)}`);
  }
  const invocation: Invocation = { io, cwd, json: switchOption(values, 'json'), values, positionals, run };
  return command.run(invocation);
}

/** The command is the first word that is neither an option nor the value of `--cwd`. */
function commandIndex(argv: readonly string[]): number {
  let at = 0;
  while (at < argv.length && (argv[at] ?? '').startsWith('-')) at += argv[at] === '--cwd' ? 2 : 1;
  return at;
}

async function withoutCommand(argv: readonly string[], io: Io): Promise<number> {
  if (argv.includes('--version') || argv.includes('-v')) {
    io.stdout(`${io.version}\n`);
    return 0;
  }
  if (argv.length === 0 || argv.includes('--help') || argv.includes('-h')) return showOverview(io);
  throw usageError('expected a command; countersign --help lists them');
}

function showOverview(io: Io): number {
  io.stdout(overview(Object.values(COMMANDS)));
  return 0;
}

function parseFor(
  command: Command,
  args: readonly string[],
): { values: Invocation['values']; positionals: readonly string[] } {
  const known = { ...command.options, ...GLOBAL_OPTIONS };
  const options: ParseArgsOptionsConfig = {};
  for (const [name, option] of Object.entries(known)) options[name] = configOf(option);
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('ERR_PARSE_ARGS'))
      throw error;
    throw usageError(`${optionAdvice(error, Object.keys(known))}; usage: countersign ${command.usage}`);
  }
}

function configOf(option: CommandOption): NonNullable<ParseArgsOptionsConfig[string]> {
  return {
    type: option.type,
    ...(option.multiple === true ? { multiple: true } : {}),
    ...(option.short === undefined ? {} : { short: option.short }),
  };
}

function optionAdvice(error: Error & { code: unknown }, known: readonly string[]): string {
  const [, given = ''] = /'(-[^' <]*)/.exec(error.message) ?? [];
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return escapeText(error.message.split('. ')[0] ?? '');
  const guess = nearest(given.replace(/^-+/, ''), known);
  return `unknown option ${escapeText(given)}${guess === undefined ? '' : `; did you mean --${guess}?`}`;
}
