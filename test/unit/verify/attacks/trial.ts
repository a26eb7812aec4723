/** A change on trial: a branch with an AI's lines, people with keys, the gate, and what a forger needs. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReportHunk } from '../../../../src/core/model/report';
import type { SignoffPredicate, SignoffStatement } from '../../../../src/core/model/signoff';
import type { Subject } from '../../../../src/core/model/span';
import { encodeEnvelope, pae, parseEnvelope } from '../../../../src/core/signing/dsse';
import {
  PAYLOAD_TYPE,
  SIGNOFF_NAMESPACE,
  buildStatement,
  encodeStatement,
  parseStatement,
} from '../../../../src/core/signing/statement';
import { subjectsOfBlocks } from '../../../../src/core/verify/subjects';
import { storePath } from '../../../../src/core/sidecar/paths';
import { runGate } from '../../../../src/node/gate';
import type { GateOptions, GateOutcome } from '../../../../src/node/gate';
import { nodeHash } from '../../../../src/node/hash';
import { planSignoff, signPlan } from '../../../../src/node/review';
import { readPublicKey, signWithSshKeygen } from '../../../../src/node/sshSign';
import { stageRecord } from '../../../../src/node/stage';
import { branchReport } from '../../../../src/node/status';
import { AI, REPO_ID, TestRepository, person } from '../../../support/repository';
import type { Person } from '../../../support/repository';

export const ana = person('ana');
export const bo = person('bo');
export const cy = person('cy');
export const dan = person('dan');

export const FILE = 'src/total.js';
export const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
export const BASE = text('export function total(items) {', '  let sum = 0;', '  return sum;', '}');
export const BLOCK = text('', 'export function discount(sum, rate) {', '  return sum - sum * rate;', '}');
export const BY_AI = [undefined, undefined, undefined, undefined, AI, AI, AI, AI];

/** The base on `main` under this policy, and bo on an empty branch `feature`. */
export function start(
  more: Readonly<Record<string, unknown>> = {},
  seniors: readonly Person[] = [ana],
): TestRepository {
  const repo = new TestRepository().as(ana).adopt(seniors, more);
  repo.write(FILE, BASE).write('src/other.js', BASE).write('README.md', '# Shop\n').commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  return repo;
}

export async function commitRecorded(repo: TestRepository, message = 'Change'): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), { id: 'test', version: '1' });
  repo.git('commit', '-q', '-m', message);
}

/** The same with an AI's block committed and recorded. */
export async function withBlock(repo = start()): Promise<TestRepository> {
  await repo.save(FILE, BASE + BLOCK, BY_AI);
  await commitRecorded(repo, 'Add discounts');
  return repo;
}

export async function gate(repo: TestRepository, options: Partial<GateOptions> = {}): Promise<GateOutcome> {
  return runGate(await repo.open(), { base: 'main', head: 'HEAD', ...options });
}

/** Signs as `approve` does and commits the sign-off. */
export async function sign(repo: TestRepository, who: Person): Promise<string> {
  const repository = await repo.as(who).open();
  const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${who.key}.pub` });
  const { paths } = await signPlan(repository, plan, { note: '', viewed: plan.blocks.length, commit: true });
  return paths[0] ?? '';
}

export interface Forgery {
  /** Fields of the predicate that the forger writes otherwise. */
  readonly predicate?: Partial<SignoffPredicate>;
  readonly subjects?: readonly Subject[];
  readonly base?: string;
}

/** A sign-off as a tool of the forger's own would write it: whatever it says, the key's signature over it is good. */
export async function forge(repo: TestRepository, who: Person, forgery: Forgery = {}): Promise<string> {
  const at = await branchReport(await repo.open(), { base: forgery.base ?? 'main' });
  const open = at.report.blocks.filter(({ status }) => status !== 'not-required');
  const numbers = new Set(open.map(({ block }) => block));
  const subjects = [...subjectsOfBlocks(nodeHash, at.input.policy, at.input.files, numbers).values()];
  const key = await readPublicKey(`${who.key}.pub`);
  assert.ok(key.ok);
  const { fingerprint } = key.value;
  const predicate: SignoffPredicate = {
    decision: 'approve',
    repo: REPO_ID,
    targetRefs: ['main'],
    policy: { version: 1, sha256: at.input.policySha256 },
    reviewer: { principal: who.email, keyid: fingerprint },
    binding: 'window',
    observed: { base: at.report.base, head: at.report.head },
    viewed: { total: open.length, expanded: open.length },
    note: '',
    reviewedAt: new Date(Date.now() - 60_000).toISOString(),
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    ...forgery.predicate,
  };
  const statement = buildStatement(forgery.subjects ?? subjects, predicate);
  assert.ok(statement.ok, JSON.stringify(statement));
  const payload = encodeStatement(statement.value);
  const message = pae(PAYLOAD_TYPE, payload);
  const sig = await signWithSshKeygen({ keyFile: `${who.key}.pub`, namespace: SIGNOFF_NAMESPACE, message });
  assert.ok(sig.ok, JSON.stringify(sig));
  const path = storePath('signoff', nodeHash.sha256(payload));
  repo.write(path, encodeEnvelope({ payloadType: PAYLOAD_TYPE, payload, sig: sig.value, keyid: fingerprint }));
  repo.commit('Sign off');
  return path;
}

/** What a sign-off of the work tree says. */
export function statementOf(repo: TestRepository, path: string): SignoffStatement {
  const envelope = parseEnvelope(repo.read(path), path);
  assert.ok(envelope.ok);
  const statement = parseStatement(envelope.value.payload, path);
  assert.ok(statement.ok);
  return statement.value;
}

/** The one hunk of a path that something is required of. */
export function hunk(outcome: GateOutcome, path = FILE): ReportHunk {
  const found = outcome.report?.hunks.find((each) => each.path === path && each.status !== 'not-required');
  assert.ok(found !== undefined, `nothing is required of ${path}: ${JSON.stringify(outcome, null, 1)}`);
  return found;
}

/** What became of the sign-offs that bear on the hunk of a path. */
export function refusals(outcome: GateOutcome, path = FILE): string[] {
  return hunk(outcome, path).signoffs.map((each) => each.code);
}

export function code(outcome: GateOutcome): string {
  return `${outcome.exit} ${outcome.problems.map((each) => each.code).join(' ')}`.trim();
}

const folders: string[] = [];
process.on('exit', () => folders.forEach((top) => rmSync(top, { recursive: true, force: true })));

export function cloneOf(repo: TestRepository, ...options: readonly string[]): TestRepository {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-trial-'));
  folders.push(folder);
  execFileSync('git', ['clone', '-q', ...options, `file://${repo.top}`, join(folder, 'clone')], { stdio: 'pipe' });
  return new TestRepository(join(folder, 'clone'));
}

/** Writes a file of the sidecar under the name that its content has. */
export function plant(repo: TestRepository, store: 'provenance' | 'request' | 'signoff', bytes: string): string {
  const path = storePath(store, nodeHash.sha256(Buffer.from(bytes, 'utf8').toString('latin1')));
  repo.write(path, bytes);
  return path;
}
