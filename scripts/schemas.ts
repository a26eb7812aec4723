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
    process.stdout.write(`${file}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
