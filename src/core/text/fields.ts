/** An object out of JSON, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is one: neither null nor a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
