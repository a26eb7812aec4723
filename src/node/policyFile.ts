/** The policy as it stands in the work tree, what the author and the panel go by, and in a commit. The gate reads the base. */
import type { Result } from '../core/model/problem';
import { CountersignError } from '../core/model/problem';
import type { Policy } from '../core/policy/policy';
import { parsePolicy } from '../core/policy/policy';
import { POLICY_PATH } from '../core/sidecar/paths';
import { fromUtf8 } from '../core/text/bytes';
import { readBlobs } from './blobs';
import { ownBytes } from './ownText';
import type { Repository } from './repository';

/**
 * The work tree's policy, or that of the index as `ownBytes` says; undefined when there is none. A malformed one throws
 * `policy-invalid` (exit 2).
 */
export function readPolicyFile(
  repository: Pick<Repository, 'top' | 'gitDir' | 'env'>,
  always = false,
): Policy | undefined {
  const bytes = ownBytes(repository, POLICY_PATH, always);
  if (bytes === undefined) return undefined;
  const parsed = parsePolicy(bytes.toString(), POLICY_PATH);
  if (parsed.ok) return parsed.value;
  const [first] = parsed.problems;
  if (first === undefined) throw new Error('a failed result without a problem');
  throw new CountersignError(first, 2);
}

/** A commit's policy, well formed or not; undefined when there is none. */
export async function policyAt(repository: Repository, commit: string): Promise<Result<Policy> | undefined> {
  const name = `${commit}:${POLICY_PATH}`;
  const bytes = (await readBlobs(repository, [name])).get(name);
  return bytes === undefined ? undefined : parsePolicy(fromUtf8(bytes), POLICY_PATH);
}
