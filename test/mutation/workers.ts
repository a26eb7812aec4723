/** Processes that try mutants, each stopped and replaced when a mutant does not end. */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import type { Answer, Question } from './worker';

export interface Worker {
  /** Asks; `undefined` when the process had to be stopped, or ended. */
  ask(question: Question, milliseconds: number): Promise<Answer | undefined>;
  close(): void;
}

/** Takes the script that calls `work`, and a folder for what the tests leave behind. */
export function openWorker(script: string, scratch: string): Worker {
  let child: ChildProcess | undefined;
  const start = (): ChildProcess =>
    fork(script, ['--worker'], {
      env: { ...process.env, TMPDIR: scratch },
      execArgv: ['--max-old-space-size=1500'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
  const stop = (): void => {
    child?.removeAllListeners();
    child?.kill('SIGKILL');
    child = undefined;
  };
  return {
    ask: (question, milliseconds) =>
      new Promise((resolve) => {
        const running = (child ??= start());
        const end = (answer: Answer | undefined): void => {
          clearTimeout(timer);
          running.removeAllListeners();
          if (answer === undefined) stop();
          resolve(answer);
        };
        const timer = setTimeout(() => end(undefined), milliseconds);
        running.once('message', (answer: Answer) => end(answer));
        running.once('exit', () => end(undefined));
        running.send(question);
      }),
    close: stop,
  };
}
