/** The commands, in the order of the overview. */
import type { Command } from './command';
import { blame } from './commands/blame';
import { approve, reject, withdraw } from './commands/decide';
import { demo } from './commands/demo';
import { doctor } from './commands/doctor';
import { importCommand } from './commands/import';
import { init } from './commands/init';
import { policy } from './commands/policy';
import { prune } from './commands/prune';
import { record } from './commands/record';
import { recorder } from './commands/recorder';
import { request } from './commands/request';
import { run } from './commands/run';
import { settle } from './commands/settle';
import { show } from './commands/show';
import { stage } from './commands/stage';
import { status } from './commands/status';
import { verify } from './commands/verify';
import { why } from './commands/why';

export const COMMANDS: Readonly<Record<string, Command>> = {
  demo,
  init,
  record,
  run,
  stage,
  blame,
  why,
  show,
  status,
  request,
  approve,
  reject,
  withdraw,
  import: importCommand,
  verify,
  doctor,
  recorder,
  prune,
  policy,
};

/** Commands that only our own hooks call. */
export const INTERNAL_COMMANDS: Readonly<Record<string, Command>> = {
  settle,
};
