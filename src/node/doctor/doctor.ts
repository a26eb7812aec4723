/** `doctor`: looks at everything that records depend on here. It changes nothing. */
import { CountersignError } from '../../core/model/problem';
import type { Repository } from '../repository';
import { attributeFindings, ignoreFindings, policyFindings, reachFindings } from './fileFindings';
import type { Finding } from './finding';
import { fault } from './finding';
import { gitFindings, hookFindings } from './hookFindings';
import { recordFindings } from './recordFindings';
import { recorderFindings } from './recorderFindings';
import { stateFindings } from './stateFindings';

/** All findings, in the order in which a commit meets them. A check that can't be made is a fault of its own. */
export async function examine(repository: Repository): Promise<Finding[]> {
  const { policy, findings } = policyFindings(repository);
  return [
    ...(await checked('git', () => gitFindings(repository))),
    ...(await checked('hook', () => hookFindings(repository))),
    ...(await checked('journal', async () => stateFindings(repository))),
    ...findings,
    ...(await checked('records', () => recordFindings(repository, policy?.repo))),
    ...(await checked('recorder', () => recorderFindings(repository))),
    ...(await checked('attributes', () => attributeFindings(repository))),
    ...(await checked('ignored', () => ignoreFindings(repository))),
    ...(await checked('packages', async () => reachFindings(repository))),
  ];
}

async function checked(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    const said = error instanceof CountersignError ? error.problem.message : String(error).split('\n')[0];
    return [fault(check, `it could not be looked at: ${said ?? ''}`, 'put right what it says, and ask again')];
  }
}
