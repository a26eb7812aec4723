/**
 * The syntax tree of a source file, as Prettier's parser of TypeScript gives it: ESTree, with ranges. TypeScript 7 has no
 * compiler API in JavaScript, and Prettier is here already.
 */
import { parsers } from 'prettier/plugins/typescript';

/** A node: its type, where it stands, and whatever else its type has. */
export interface Node {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly [field: string]: unknown;
}

export function parseSource(path: string, text: string): Node {
  const parse = parsers.typescript.parse as (text: string, options: { readonly filepath: string }) => Node;
  return parse(text, { filepath: path });
}

/** A field that holds a node. */
export function child(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

const NOT_CODE = new Set(['typeAnnotation', 'returnType', 'typeParameters', 'typeArguments', 'comments', 'tokens']);

/** All nodes right below, in the order of the text. What only the type checker reads is left out. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const [field, value] of Object.entries(node)) {
    if (NOT_CODE.has(field)) continue;
    // A short-hand property is one word for two nodes; its value may hold a default.
    if (field === 'key' && node['shorthand'] === true) continue;
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(each) && !isTypeOnly(each)) found.push(each);
    }
  }
  return found.sort((a, b) => a.range[0] - b.range[0]);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'range' in value;
}

const WRAPPERS = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);

function isTypeOnly({ type }: Node): boolean {
  return type === 'ImportDeclaration' || (type.startsWith('TS') && !WRAPPERS.has(type));
}
