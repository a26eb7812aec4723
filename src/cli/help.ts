/** Help texts, made of what the commands say about themselves. */
import type { Command, CommandOption } from './command';
import { GLOBAL_OPTIONS } from './command';

/** The overview. Takes all commands in the order to show. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `countersign: who wrote each line of a change, how we know, and who signed for it

Usage: countersign COMMAND [OPTIONS]

${lines.join('\n')}

countersign COMMAND --help says more, with an example. The first thing to try: countersign demo
Exit codes: 0 holds, 1 the policy is not met, 2 malformed input or wrong usage, 3 can't be answered here.
`;
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = { ...command.options, ...GLOBAL_OPTIONS };
  const rows = Object.entries(options).map(([name, option]) => [optionForm(name, option), option.about] as const);
  const width = Math.max(...rows.map(([form]) => form.length));
  return `${command.summary}

Usage: countersign ${command.usage}

${rows.map(([form, about]) => `  ${form.padEnd(width)}  ${about}`).join('\n')}

Example:
  ${command.example.split('\n').join('\n  ')}
`;
}

function optionForm(name: string, option: CommandOption): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`;
}
