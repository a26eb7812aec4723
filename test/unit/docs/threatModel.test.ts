/** The threat model names, for each attack of the list, a test that is there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const docs = resolve(__dirname, '..', '..', '..', 'docs');
const model = readFileSync(join(docs, 'threat-model.md'), 'utf8');

describe('the threat model', () => {
  it('has a row for each of the 26 attacks, whose test is named after it', () => {
    const rows = [...model.matchAll(/^\| (\d+) \|.*\]\(([^)]+\.test\.ts)\) \|$/gm)];
    assert.deepEqual(
      rows.map(([, number]) => Number(number)),
      Array.from({ length: 26 }, (_, index) => index + 1),
    );
    for (const [, number, file = ''] of rows) {
      assert.match(readFileSync(join(docs, file), 'utf8'), new RegExp(`describe\\('attack ${number}: `), file);
    }
  });

  it('links to nothing that is not there', () => {
    for (const [, link = ''] of model.matchAll(/\]\(([^)#:]+)\)/g)) assert.ok(existsSync(join(docs, link)), link);
  });
});
