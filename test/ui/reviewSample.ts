/** A small shop with a junior, a senior and a branch between them: what the panel's tests and pictures show. */
import type { Source } from '../../src/core/model/origin';
import { stageRecord } from '../../src/node/stage';
import { initRepository } from '../../src/node/init';
import { requestReview } from '../../src/node/reviewRequest';
import { HUMAN, PASTE, TestRepository, person } from '../support/repository';
import type { Person } from '../support/repository';

const COPILOT: Source = {
  origin: 'ai',
  via: 'completion',
  evidence: 'observed',
  actor: { tool: 'copilot', model: 'gpt-5' },
};
const CLAUDE: Source = {
  origin: 'ai',
  via: 'agent',
  evidence: 'reported',
  actor: { tool: 'claude-code', model: 'opus' },
};

const PAY = `import { rateFor } from './rates';

export interface Item {
  readonly price: number;
  readonly count: number;
}

/** What a basket costs, in cents. */
export function total(items: readonly Item[]): number {
  let sum = 0;
  for (const item of items) sum += item.price;
  return sum;
}

export function withTax(sum: number, country: string): number {
  return Math.round(sum * (1 + rateFor(country)));
}
`;

const PAY_NEW = `import { rateFor } from './rates';

export interface Item {
  readonly price: number;
  readonly count: number;
}

/** What a basket costs, in cents. */
export function total(items: readonly Item[]): number {
  let sum = 0;
  for (const item of items) sum += item.price * item.count;
  return sum;
}

export function withTax(sum: number, country: string): number {
  return Math.round(sum * (1 + rateFor(country)));
}

/** Takes a share off a sum; never more than all of it. */
export function discounted(sum: number, percent: number): number {
  const share = Math.min(100, Math.max(0, percent)) / 100;
  const reduced = sum - sum * share;
  return Math.round(reduced);
}

// Rounds half to even, as the bank does.
export function bankRound(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
`;

const RETRY = `/** Calls the payment service again when it fails. */
export async function retry<T>(call: () => Promise<T>, times: number): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= times) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 100));
    }
  }
}
`;

const RATES = `const RATES: Record<string, number> = { de: 0.19, fr: 0.2, no: 0.25 };

export function rateFor(country: string): number {
  return RATES[country] ?? 0;
}
`;

const RATES_NEW = RATES.replace('no: 0.25', 'no: 0.25, se: 0.25');

export interface Sample {
  readonly repository: TestRepository;
  readonly ana: Person;
  readonly bo: Person;
}

/** The shop on `main`, adopted by Ana; Bo is on the branch `discounts`, has changed three files and committed nothing. */
export async function startSample(ana = person('ana'), bo = person('bo')): Promise<Sample> {
  const repository = new TestRepository().as(ana).adopt([ana]);
  repository.write('src/pay.ts', PAY).write('src/rates.ts', RATES).write('README.md', '# Shop\n');
  repository.commit('Start the shop');
  repository.as(bo).git('switch', '-q', '-c', 'discounts');
  await initRepository(await repository.open(), { home: '/nonexistent' });
  const pay = PAY_NEW.split('\n').slice(0, -1);
  const sources = pay.map((_line, index): Source | undefined => {
    if (index === 10 || index === 17 || index === 24) return HUMAN;
    if (index >= 18 && index <= 23) return COPILOT;
    return index > 24 ? PASTE : undefined;
  });
  await repository.save('src/pay.ts', PAY_NEW, sources);
  await repository.save(
    'src/retry.ts',
    RETRY,
    RETRY.split('\n')
      .slice(0, -1)
      .map(() => CLAUDE),
  );
  await repository.save('src/rates.ts', RATES_NEW, [HUMAN, undefined, undefined, undefined, undefined]);
  return { repository, ana, bo };
}

/** Commits what stands in the work tree with its record, as the hook does. */
export async function commitSample(repository: TestRepository, message = 'Add discounts'): Promise<void> {
  repository.git('add', '-A');
  await stageRecord(await repository.open(), { id: 'test', version: '1' });
  repository.git('commit', '-q', '--no-verify', '-m', message);
}

/** The same with a request to Ana on top. */
export async function requestSample(repository: TestRepository): Promise<void> {
  await commitSample(repository);
  const note = 'Rounding follows the bank’s rules, see the ticket.';
  await requestReview(await repository.open(), { to: ['ana'], note, commit: true });
}
