/** What `doctor` found about one thing. */
export interface Finding {
  /** Stable word: `git`, `hook`, `launcher`, `journal`, `records`, `policy`, … */
  readonly check: string;
  /** `fault`: something does not work. `notice`: it works, and could be better. */
  readonly state: 'ok' | 'notice' | 'fault';
  /** What was found, in one sentence. */
  readonly message: string;
  /** How to mend it. */
  readonly remedy?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message };
}

export function notice(check: string, message: string, remedy: string): Finding {
  return { check, state: 'notice', message, remedy };
}

export function fault(check: string, message: string, remedy: string): Finding {
  return { check, state: 'fault', message, remedy };
}
