import * as z from 'zod/mini';
import { policySchema } from '../src/core/policy/schema';
import { POLICY_DESCRIPTIONS } from './policyDescriptions';

interface SchemaNode {
  description?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  [keyword: string]: unknown;
}

/** The JSON Schema of `.countersign/policy.jsonc`, draft 7 as VS Code reads it, with a description on every field. */
export function policyJsonSchema(): SchemaNode {
  const schema = z.toJSONSchema(policySchema(), { target: 'draft-7', io: 'input' }) as SchemaNode;
  const unused = new Set(Object.keys(POLICY_DESCRIPTIONS));
  describeFields(schema, '', unused);
  if (unused.size > 0)
    throw new Error(`Descriptions of fields that the policy does not have: ${[...unused].join(', ')}`);
  return {
    $schema: schema['$schema'],
    title: 'Countersign policy',
    ...schema,
    allowComments: true,
    allowTrailingCommas: true,
  };
}

function describeFields(node: SchemaNode, field: string, unused: Set<string>): void {
  const description = POLICY_DESCRIPTIONS[field];
  if (description !== undefined) node.description = description;
  else if (!field.endsWith('[]')) throw new Error(`No description of the policy's field ${field}.`);
  unused.delete(field);
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    describeFields(child, field === '' ? name : `${field}.${name}`, unused);
  }
  if (node.items !== undefined) describeFields(node.items, `${field}[]`, unused);
}
