/** A file that was saved as it stood: git's index knows it by its time only. */
import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { workingReport } from '../../../src/node/status';
import { BASE, BLOCK, FILE, ana, sign, withBlock } from '../verify/attacks/trial';

describe('a committed file that a reviewer saved as it stands', () => {
  it('is not the reviewer’s work, so their sign-off still counts', async () => {
    const repo = await withBlock();
    await sign(repo, ana);
    utimesSync(join(repo.top, FILE), 1, 1);
    const { report } = await workingReport(await repo.as(ana).open(), { base: 'main' });
    assert.deepEqual(
      [report.ok, report.hunks.flatMap(({ signoffs }) => signoffs.map(({ code }) => code))],
      [true, ['counts']],
    );
  });

  it('is theirs once they changed it', async () => {
    const repo = await withBlock();
    await sign(repo, ana);
    repo.as(ana).write(FILE, (BASE + BLOCK).replace('sum * rate', 'sum * rate * rate'));
    const { report } = await workingReport(await repo.open(), { base: 'main' });
    assert.deepEqual(
      [report.ok, report.hunks.flatMap(({ signoffs }) => signoffs.map(({ code }) => code))],
      [false, ['stale', 'stale']],
    );
  });
});
