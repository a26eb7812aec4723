/** The commands, each loaded when it is called: starting up costs only what the command needs. */
import type { Command } from './command';

export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo')).demo,
  init: async () => (await import('./commands/init')).init,
  record: async () => (await import('./commands/record')).record,
  run: async () => (await import('./commands/run')).run,
  stage: async () => (await import('./commands/stage')).stage,
  blame: async () => (await import('./commands/blame')).blame,
  why: async () => (await import('./commands/why')).why,
  show: async () => (await import('./commands/show')).show,
  status: async () => (await import('./commands/status')).status,
  request: async () => (await import('./commands/request')).request,
  approve: async () => (await import('./commands/decide')).approve,
  reject: async () => (await import('./commands/decide')).reject,
  withdraw: async () => (await import('./commands/decide')).withdraw,
  import: async () => (await import('./commands/import')).importCommand,
  verify: async () => (await import('./commands/verify')).verify,
  doctor: async () => (await import('./commands/doctor')).doctor,
  recorder: async () => (await import('./commands/recorder')).recorder,
  prune: async () => (await import('./commands/prune')).prune,
  policy: async () => (await import('./commands/policy')).policy,
};

/** Commands that only our own hooks call. */
export const INTERNAL_COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  settle: async () => (await import('./commands/settle')).settle,
};
