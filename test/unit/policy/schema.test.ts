import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyJsonSchema } from '../../../scripts/policySchema';

describe('media/schema/policy.schema.json', () => {
  it('is what scripts/schemas.ts writes; if not, run: npx tsx scripts/schemas.ts', () => {
    const file = join(__dirname, '..', '..', '..', 'media', 'schema', 'policy.schema.json');
    const committed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(committed, JSON.parse(JSON.stringify(policyJsonSchema())));
  });

  it('lets no unknown field pass and describes every field', () => {
    const text = JSON.stringify(policyJsonSchema());
    const objects = text.match(/"type":"object"/g)?.length ?? 0;
    assert.equal(objects, 6);
    assert.equal(text.match(/"additionalProperties":false/g)?.length, objects);
  });
});
