/** The JSON Schemas that ship. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

type Schema = Parameters<typeof z.fromJSONSchema>[0];

export function schema(name: string): z.ZodType {
  return z.fromJSONSchema(JSON.parse(readFileSync(`media/schema/${name}.schema.json`, 'utf8')) as Schema);
}

/** The same schema with every object closed: a field that it does not describe is then refused. */
export function closed(name: string): z.ZodType {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== 'object' || value === null) return value;
    const result = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, close(each)]));
    return 'properties' in result ? { ...result, additionalProperties: false } : result;
  };
  const open: unknown = JSON.parse(readFileSync(`media/schema/${name}.schema.json`, 'utf8'));
  return z.fromJSONSchema(close(open) as Schema);
}
