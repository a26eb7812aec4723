/** Asking for review of committed blocks. */
import type { Report } from '../core/model/report';
import type { ReviewRequest } from '../core/model/signoff';
import { personOf } from '../core/policy/people';
import { storePath } from '../core/sidecar/paths';
import { encodeRequest, parseRequestFile } from '../core/signing/request';
import { portionSubjects } from '../core/signing/subjects';
import { commitOnly, requireQuietRepository } from './commitOnly';
import { nodeHash } from './hash';
import type { Chosen, PendingBlock } from './pendingBlocks';
import { pendingBlocks } from './pendingBlocks';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import { countBlocks, fault, firstFault } from './reviewFault';
import { branchReport } from './status';
import { writeToStore } from './store';

export interface RequestResult {
  /** The files written: one, or several when there are more blocks than one request may name. */
  readonly requests: readonly { readonly id: string; readonly path: string }[];
  readonly report: Report;
  readonly blocks: readonly PendingBlock[];
  readonly to: readonly string[];
  /** The commit that holds the request; undefined when it was only staged. */
  readonly commit?: string;
}

/** Asks for review of the committed blocks that need it. Throws `nothing-to-request` (exit 1) when there are none. */
export async function requestReview(
  repository: Repository,
  options: Chosen & {
    readonly to: readonly string[];
    readonly note: string;
    readonly base?: string;
    readonly commit: boolean;
  },
): Promise<RequestResult> {
  if (options.commit) requireQuietRepository(repository);
  const standpoint = await branchReport(repository, options);
  const { policy } = standpoint.input;
  for (const name of options.to) {
    if (policy.people.some((person) => person.id === name) || personOf(policy, name) !== undefined) continue;
    const known = policy.people.map((person) => person.id).join(', ');
    throw fault('unknown-person', '--to', `expected one of ${known}, found ${JSON.stringify(name)}`, 2);
  }
  const blocks = pendingBlocks(standpoint, options);
  if (blocks.length === 0) {
    const message = 'no committed block needs a sign-off here; commit your work first if you expected one';
    throw fault('nothing-to-request', '', message, 1);
  }
  const author = await authorEmail(repository);
  const observed = { base: standpoint.report.base, head: standpoint.report.head };
  const requests: { id: string; path: string }[] = [];
  for (const subject of portionSubjects(blocks.map((each) => each.subject))) {
    const { to, note } = options;
    const request: ReviewRequest = {
      type: 'countersign/request',
      v: 1,
      repo: policy.repo,
      author,
      to,
      note,
      observed,
      subject,
    };
    const bytes = encodeRequest(request);
    const id = nodeHash.sha256(bytes);
    // What no reader would take (a control character in the note, say) must not get into the repository.
    const checked = parseRequestFile(bytes, storePath('request', id), nodeHash);
    if (!checked.ok) throw firstFault(checked.problems);
    requests.push({ id, path: await writeToStore(repository, 'request', bytes) });
  }
  const result = { requests, report: standpoint.report, blocks, to: options.to };
  if (!options.commit) return result;
  const paths = requests.map((each) => each.path);
  return { ...result, commit: await commitOnly(repository, paths, `Request review of ${countBlocks(blocks.length)}`) };
}
