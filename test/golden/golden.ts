/** Texts that are kept in files beside the tests. `UPDATE_GOLDEN=1 npm run test:unit` writes them anew: read the diff. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compares a text with `test/golden/NAME`. */
export function golden(name: string, text: string): void {
  const file = join(__dirname, name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  assert.ok(existsSync(file), `${name} is missing; run with UPDATE_GOLDEN=1 and read what it says`);
  assert.equal(text, readFileSync(file, 'utf8'));
}
