/**
 * What `stage` needs of the policy. To check a policy takes longer than all else that a small commit costs, so what was
 * found in a policy that is right is kept, with the digest of its bytes. Here and in what `stage` imports modules that know
 * policies are loaded where they are needed: that is most of what starting up costs.
 */
import { join } from 'node:path';
import { compileGlobs } from '../core/policy/glob';
import type { Policy } from '../core/policy/policy';
import { POLICY_PATH } from '../core/sidecar/paths';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import { ownBytes } from './ownText';
import { readChecked, replaceFile } from './ownedFile';
import { readPolicyFile } from './policyFile';
import type { Repository } from './repository';

export interface StagePolicy {
  readonly repo: string;
  readonly targets: readonly string[];
  /** Whether a file is taken as one item. */
  readonly isAtomic: (path: string) => boolean;
  /** Whether whoever has no recorder's key is to be told so. */
  readonly requireSignedRecords: boolean;
}

const MAX_BYTES = 1024 * 1024;

/** What `readPolicyFile` gives, as far as it is needed here. */
export function stagePolicy(repository: Repository): StagePolicy | undefined {
  const bytes = ownBytes(repository, POLICY_PATH);
  if (bytes === undefined) return undefined;
  const digest = nodeHash.sha256(bytes.toString('latin1'));
  const kept = join(stateFolder(repository.gitDir), 'policy');
  const known = asKept(readChecked(kept, MAX_BYTES), digest);
  if (known !== undefined) return known;
  const policy = readPolicyFile(repository);
  if (policy === undefined) return undefined;
  const { repo, targets, atomic, requireSignedRecords } = policy;
  try {
    replaceFile(kept, { policy: 1, digest, repo, targets, atomic, requireSignedRecords });
  } catch {
    // It is read anew next time.
  }
  return essence(policy);
}

type Kept = Pick<Policy, 'repo' | 'targets' | 'atomic' | 'requireSignedRecords'>;

function essence({ repo, targets, atomic, requireSignedRecords }: Kept): StagePolicy {
  let matches: ((path: string) => boolean) | undefined;
  return { repo, targets, requireSignedRecords, isAtomic: (path) => (matches ??= compileGlobs(atomic))(path) };
}

function asKept(value: unknown, digest: string): StagePolicy | undefined {
  if (typeof value !== 'object' || value === null || !('digest' in value) || value.digest !== digest) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { repo, requireSignedRecords } = fields;
  const [targets, atomic] = [fields['targets'], fields['atomic']].map((list) =>
    Array.isArray(list) && list.every((each) => typeof each === 'string') ? list : undefined,
  );
  if (typeof repo !== 'string' || targets === undefined || atomic === undefined) return undefined;
  if (typeof requireSignedRecords !== 'boolean') return undefined;
  return essence({ repo, targets, atomic, requireSignedRecords });
}
