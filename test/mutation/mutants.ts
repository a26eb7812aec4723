/** What may be changed in a source file, one mutant for each change. */
import { child, children } from './syntax';
import type { Node } from './syntax';

/** One change: an expression that becomes another, or a statement that is left out. */
export interface Change {
  readonly node: Node;
  readonly kind: 'expression' | 'removal';
  /** Text that stands in for the node; empty for a removal. */
  readonly text: string;
  /** The kind of change, for the report. */
  readonly operator: string;
}

const OTHER_OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
};

const OTHER_METHODS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
};

/** All changes of a file, in the order of its text. */
export function changesOf(program: Node, text: string): Change[] {
  const changes: Change[] = [];
  visit(program, undefined, '', (node, parent, field) => changes.push(...changesAt(node, parent, field, text)));
  return changes;
}

function visit(
  node: Node,
  parent: Node | undefined,
  field: string,
  seen: (node: Node, parent: Node | undefined, field: string) => void,
): void {
  seen(node, parent, field);
  for (const each of children(node)) {
    const name = Object.keys(node).find((key) => node[key] === each) ?? '';
    visit(each, node, name, seen);
  }
}

function changesAt(node: Node, parent: Node | undefined, field: string, source: string): Change[] {
  const raw = (each: Node): string => source.slice(each.range[0], each.range[1]);
  const expression = (text: string, operator: string, at = node): Change => ({
    node: at,
    kind: 'expression',
    text,
    operator,
  });
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return operatorChanges(node, source).map((text) => expression(text, 'operator'));
    case 'IfStatement':
    case 'WhileStatement':
    case 'ForStatement':
    case 'ConditionalExpression': {
      const test = child(node, 'test');
      // A comparison is negated where its operator is changed.
      const changed = OTHER_OPERATORS[String(test?.['operator'])] !== undefined && test?.type === 'BinaryExpression';
      return test !== undefined && !changed && test.type !== 'UnaryExpression'
        ? [expression(`!(${raw(test)})`, 'condition', test)]
        : [];
    }
    case 'UnaryExpression': {
      const argument = child(node, 'argument');
      return node['operator'] === '!' && argument !== undefined ? [expression(raw(argument), 'negation')] : [];
    }
    case 'ReturnStatement': {
      const value = child(node, 'argument');
      return value === undefined ? [removal(node)] : returned(value, raw(value));
    }
    case 'ArrowFunctionExpression': {
      const body = child(node, 'body');
      return body === undefined || body.type === 'BlockStatement' ? [] : returned(body, raw(body));
    }
    case 'ExpressionStatement':
    case 'ThrowStatement':
    case 'ContinueStatement':
    case 'BreakStatement':
      return node['directive'] === undefined ? [removal(node)] : [];
    case 'ChainExpression': {
      const plain = raw(node)
        .replaceAll(/\?\.(?=[[(])/g, '')
        .replaceAll('?.', '.');
      return [expression(plain, 'optional chaining')];
    }
    case 'CallExpression': {
      const method = child(node, 'callee');
      const name = method?.type === 'MemberExpression' ? child(method, 'property') : undefined;
      const other = name?.type === 'Identifier' ? OTHER_METHODS[raw(name)] : undefined;
      if (name === undefined || other === undefined) return [];
      const [from, to] = [name.range[0], name.range[1]];
      return [expression(source.slice(node.range[0], from) + other + source.slice(to, node.range[1]), 'method')];
    }
    case 'Literal':
      return constants(node, parent, field, raw(node)).map((text) => expression(text, 'constant'));
    default:
      return [];
  }
}

function removal(node: Node): Change {
  return { node, kind: 'removal', text: '', operator: 'statement' };
}

function returned(value: Node, raw: string): Change[] {
  // A constant that is returned is changed as a constant.
  if (value.type === 'Literal' || raw === 'undefined') return [];
  return [{ node: value, kind: 'expression', text: 'undefined', operator: 'returned value' }];
}

function operatorChanges(node: Node, source: string): string[] {
  const operator = String(node['operator']);
  const [left, right] = [child(node, 'left'), child(node, 'right')];
  if (left === undefined || right === undefined) return [];
  // Joining text has no counterpart.
  if (operator.startsWith('+') && [left, right].some((each) => isText(each))) return [];
  const between = source.slice(left.range[1], right.range[0]);
  const at = between.lastIndexOf(operator);
  return (OTHER_OPERATORS[operator] ?? []).map((other) => {
    const changed = `${between.slice(0, at)}${other}${between.slice(at + operator.length)}`;
    const sides = [source.slice(node.range[0], left.range[1]), source.slice(right.range[0], node.range[1])];
    // `??` may not stand beside `&&` without parentheses.
    return operator === '??' || other === '??' || operator === '&&' || operator === '||'
      ? `(${sides[0]})${changed}(${sides[1]})`
      : `${sides[0]}${changed}${sides[1]}`;
  });
}

function isText(node: Node): boolean {
  if (node.type === 'TemplateLiteral') return true;
  if (node.type === 'Literal') return typeof node['value'] === 'string';
  if (node.type !== 'BinaryExpression' || node['operator'] !== '+') return false;
  return [child(node, 'left'), child(node, 'right')].some((each) => each !== undefined && isText(each));
}

/** Numbers, booleans, words and the anchors of patterns. Sentences are for people, and no test should repeat them. */
function constants(node: Node, parent: Node | undefined, field: string, raw: string): string[] {
  if (parent === undefined || isName(parent, field)) return [];
  // The default of a look-up that can't miss is there for the type checker alone.
  if (parent.type === 'LogicalExpression' && parent['operator'] === '??' && field === 'right') return [];
  const value = node['value'];
  if (typeof value === 'boolean') return [String(!value)];
  if (typeof value === 'number') return [String(value + 1)];
  if (typeof value === 'string') return value.includes(' ') ? [] : [value === '' ? "'mutated'" : "''"];
  if (!raw.startsWith('/')) return [];
  const without = [raw.replace(/^\/\^/, '/'), raw.replace(/\$(\/[a-z]*)$/, '$1')];
  return without.filter((each) => each !== raw && !each.startsWith('//'));
}

function isName(parent: Node, field: string): boolean {
  if (parent.type === 'Property' || parent.type === 'PropertyDefinition')
    return field === 'key' && parent['computed'] !== true;
  return parent.type.startsWith('Export') || parent.type === 'ImportExpression';
}
