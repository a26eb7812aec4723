/**
 * Whether a gate in CI judges a change by a job and a verifier that the change can't reach. It can't be known everywhere;
 * what can be known is said, and changes no verdict: whoever edits the job could take out the question too.
 */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Problem } from '../core/model/problem';

type Environment = Readonly<Record<string, string | undefined>>;

/** Takes CI's variables, the verifier's file, the top of the judged work tree and the target's short name. */
export function unpinned(env: Environment, verifier: string, top: string, target: string | undefined): Problem[] {
  if (env['CI'] === undefined || env['CI'] === '' || env['CI'] === 'false') return [];
  const problems: Problem[] = [];
  const add = (field: string, message: string): void => {
    problems.push({ code: 'gate-unpinned', path: '', field, message: `${message}; docs/ci.md says how to pin it` });
  };
  const workflow = workflowOfChange(env, target);
  if (workflow !== undefined) add(workflow, 'this job may come from the change that it judges, which could edit it');
  if (isInside(top, verifier)) add('cli.js', 'this verifier lies in the work tree of the change that it judges');
  return problems;
}

/** The variable that says that the job's definition stands in the change; undefined when none does. */
function workflowOfChange(env: Environment, target: string | undefined): string | undefined {
  const github = env['GITHUB_WORKFLOW_REF'];
  if (github !== undefined) {
    const [path = '', ref = ''] = github.split(/@(?=refs\/)/);
    const isOwn = path.startsWith(`${env['GITHUB_REPOSITORY'] ?? ''}/`);
    return isOwn && ref !== `refs/heads/${target ?? ''}` ? 'GITHUB_WORKFLOW_REF' : undefined;
  }
  const gitlab = env['CI_CONFIG_PATH'];
  if (gitlab === undefined || gitlab.includes('@') || /^https?:/.test(gitlab)) return undefined;
  return env['CI_COMMIT_REF_NAME'] === target ? undefined : 'CI_CONFIG_PATH';
}

function isInside(top: string, file: string): boolean {
  try {
    const path = relative(realpathSync(top), realpathSync(file));
    return path !== '' && !path.startsWith('..') && !isAbsolute(path);
  } catch {
    return false;
  }
}
