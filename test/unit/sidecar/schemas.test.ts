/** The published JSON Schemas say what is really written and printed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { GateOutcome } from '../../../src/node/gate';
import { runGate } from '../../../src/node/gate';
import { planSignoff, signPlan } from '../../../src/node/review';
import { requestReview } from '../../../src/node/reviewRequest';
import { stageRecord } from '../../../src/node/stage';
import { closed, schema } from '../../support/jsonSchema';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';

describe('the JSON Schema of records', () => {
  const lines = (JSON.parse(readFileSync('test/fixtures/vectors/record.json', 'utf8')) as { text: string }).text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

  it('describes every field of every line', () => {
    for (const line of lines) assert.ok(closed('record').safeParse(line).success, JSON.stringify(line));
  });

  it('refuses the origin unknown, a short hash and another version', () => {
    const [header, , hunk] = lines as Record<string, unknown>[];
    for (const bad of [
      { ...header, v: 2 },
      { ...hunk, origin: 'unknown' },
      { ...hunk, lines: [['x', '', 1]] },
    ]) {
      assert.ok(!schema('record').safeParse(bad).success, JSON.stringify(bad));
    }
  });
});

describe('the JSON Schema of verify --json', () => {
  const ana = person('ana');
  const bo = person('bo');
  const gate = async (repo: TestRepository): Promise<GateOutcome> =>
    runGate(await repo.open(), { base: 'main', head: 'HEAD' });

  it('describes every field of a report: missing, requested, signed, stale, renamed', async () => {
    const repo = new TestRepository().as(ana).adopt([ana]).write('a.ts', 'one();\n').write('b.ts', 'two();\n');
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    repo.git('mv', 'b.ts', 'c.ts');
    await repo.save('a.ts', 'one();\ngenerated(by, an, assistant);\ntyped(by, a, person);\n', [undefined, AI, HUMAN]);
    repo.git('add', '-A');
    await stageRecord(await repo.open(), { id: 'test', version: '1' });
    repo.git('commit', '-q', '-m', 'Change');
    await requestReview(await repo.open(), { to: ['ana'], note: '', commit: true });
    const outcomes = [await gate(repo)];
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${ana.key}.pub` });
    await signPlan(repository, plan, { note: '', viewed: 1, commit: true });
    outcomes.push(await gate(repo));
    repo.as(bo).write('a.ts', repo.read('a.ts').replace('an,', 'the,')).commit('Edit');
    outcomes.push(await gate(repo));
    assert.deepEqual(
      outcomes.map(({ exit, report }) => [exit, report?.blocks[0]?.status]),
      [
        [1, 'missing'],
        [0, 'satisfied'],
        [1, 'stale'],
      ],
    );
    for (const { report } of outcomes) {
      const printed: unknown = JSON.parse(JSON.stringify(report));
      const checked = closed('verify').safeParse(printed);
      assert.ok(checked.success, JSON.stringify(checked.error?.issues, null, 1));
    }
    assert.ok(!schema('verify').safeParse({ ...outcomes[0]?.report, summary: 1 }).success);
  });
});
