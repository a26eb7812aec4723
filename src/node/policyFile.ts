/** The policy and the keys as they stand in the work tree: what the author and the panel go by. The gate reads the base. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { Policy } from '../core/policy/policy';
import { parsePolicy } from '../core/policy/policy';
import { POLICY_PATH } from '../core/sidecar/paths';
import type { Repository } from './repository';

/** The work tree's policy; undefined when there is none. A malformed one throws `policy-invalid` (exit 2). */
export function readPolicyFile(repository: Pick<Repository, 'top'>): Policy | undefined {
  const file = join(repository.top, POLICY_PATH);
  if (!existsSync(file)) return undefined;
  const parsed = parsePolicy(readFileSync(file, 'utf8'), POLICY_PATH);
  if (parsed.ok) return parsed.value;
  const [first] = parsed.problems;
  if (first === undefined) throw new Error('a failed result without a problem');
  throw new CountersignError(first, 2);
}
