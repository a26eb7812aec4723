/**
 * What one field of a policy demands of another. The checks take the raw value, so that they also speak when some other
 * field has the wrong shape: a person who corrects a policy wants all faults at once.
 */
import type { Fields } from '../text/fields';
import { isFields } from '../text/fields';
import { found, listed, nearest } from './faults';
import type { Fault, FieldPath } from './faults';

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Faults between fields of a policy file's value. Total. */
export function crossChecks(value: unknown): readonly Fault[] {
  const root = fields(value);
  const people = entries(root['people']).map(fields);
  const rules = entries(root['rules']).map(fields);
  const levels = entries(root['levels']).filter((level) => typeof level === 'string');
  return [
    ...repeated(entries(root['levels']).map((level, index) => [level, ['levels', index]] as const)),
    ...repeated(people.map((person, index) => [person['id'], ['people', index, 'id']] as const)),
    ...repeated(rules.map((rule, index) => [rule['id'], ['rules', index, 'id']] as const)),
    ...repeated([
      ...people.flatMap((person, index) =>
        entries(person['emails']).map((email, at) => [email, ['people', index, 'emails', at]] as const),
      ),
      // A listed person's address must not make their commits nobody's.
      ...entries(root['forges']).map((email, at) => [email, ['forges', at]] as const),
    ]),
    ...levelFaults(root, people, rules, levels),
    ...rules.flatMap((rule, index) => idleRequirements(fields(rule['require']), index)),
  ];
}

/** Names that stand twice, letter case aside: two people are never told apart by a capital. */
function repeated(names: readonly (readonly [unknown, FieldPath])[]): readonly Fault[] {
  const seen = new Map<string, FieldPath>();
  const faults: Fault[] = [];
  for (const [name, at] of names) {
    if (typeof name !== 'string') continue;
    const key = name.toLowerCase();
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, at);
    } else {
      const remedy = at.includes('emails') ? 'an e-mail belongs to one person: keep one' : 'rename or remove one';
      faults.push({
        at,
        message: `expected a name that stands nowhere else here, found ${found(name)} again; ${remedy}`,
      });
    }
  }
  return faults;
}

function levelFaults(
  root: Fields,
  people: readonly Fields[],
  rules: readonly Fields[],
  levels: readonly string[],
): readonly Fault[] {
  const faults: Fault[] = [];
  const known = (level: unknown, at: FieldPath): void => {
    if (typeof level !== 'string' || levels.length === 0 || levels.includes(level)) return;
    const guess = nearest(level, levels);
    const remedy = guess === undefined ? 'add it to `levels` or use one of these' : `did you mean ${found(guess)}?`;
    faults.push({ at, message: `expected one of the levels ${listed(levels)}, found ${found(level)}; ${remedy}` });
  };
  known(root['others'], ['others']);
  people.forEach((person, index) => known(person['level'], ['people', index, 'level']));
  rules.forEach((rule, index) => {
    const below = fields(rule['when'])['authorBelow'];
    const at: FieldPath = ['rules', index, 'when', 'authorBelow'];
    known(below, at);
    if (typeof below === 'string' && below === levels[0]) {
      const message = `expected a level above the lowest, found ${found(below)}, below which nobody is; drop the field to cover every author`;
      faults.push({ at, message });
    }
    known(fields(rule['require'])['level'], ['rules', index, 'require', 'level']);
  });
  return faults;
}

/** Only `approve` asks for a signature: what describes one beside another tier would be a promise nobody keeps. */
function idleRequirements(require: Fields, index: number): readonly Fault[] {
  const tier = require['tier'];
  if (tier !== 'autonomous' && tier !== 'notify') return [];
  return Object.keys(require)
    .filter((key) => ['count', 'level', 'teams', 'separation', 'binding', 'presence', 'verified'].includes(key))
    .map((key) => ({
      at: ['rules', index, 'require', key],
      message: `expected \`${key}\` only with tier "approve", found it with ${found(tier)}; change the tier or remove the field`,
    }));
}
