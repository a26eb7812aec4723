// Writes the JSON Schemas that ship in media/schema/. Run: npx tsx scripts/schemas.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { policyJsonSchema } from './policySchema';

const schemas = { 'policy.schema.json': policyJsonSchema };

async function main(): Promise<void> {
  for (const [name, make] of Object.entries(schemas)) {
    const file = join(__dirname, '..', 'media', 'schema', name);
    const style = await resolveConfig(file);
    writeFileSync(file, await format(JSON.stringify(make()), { ...style, parser: 'json' }));
    console.log(file);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
