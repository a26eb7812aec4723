/** `policy check` and `policy explain PATH`. */
import { resolve } from 'node:path';
import { EVIDENCE, ORIGINS } from '../../core/model/origin';
import type { Evidence, Origin } from '../../core/model/origin';
import type { ExitCode, Problem } from '../../core/model/problem';
import { CountersignError } from '../../core/model/problem';
import { decide, isAtomic } from '../../core/policy/decide';
import { eligibleSigners, satisfiable } from '../../core/policy/people';
import type { Requirement } from '../../core/model/report';
import type { Policy, RuleRequirement } from '../../core/policy/policy';
import { parsePolicy } from '../../core/policy/policy';
import { POLICY_PATH, REVOKED_PATH, SIGNERS_PATH } from '../../core/sidecar/paths';
import type { AllowedSigner } from '../../core/signing/allowedSigners';
import { parseAllowedSigners } from '../../core/signing/allowedSigners';
import { parseRevokedKeys } from '../../core/signing/revokedKeys';
import { ownBytes } from '../../node/ownText';
import { pathFromTop } from '../../node/pathFromTop';
import type { Repository } from '../../node/repository';
import { openRepository } from '../../node/repository';
import type { Command, Invocation } from '../command';
import { textOption } from '../command';
import { escapeText } from '../reporters/escape';
import { jsonText, problemLine, problemsJson } from '../reporters/problems';
import { usageError } from '../usage';
import { plural } from './stage';

export const policy: Command = {
  name: 'policy',
  summary: 'check the policy, or explain what it asks for a file',
  usage: 'policy check | policy explain PATH [--level LEVEL]',
  example: 'countersign policy check\ncountersign policy explain src/pay.ts --level junior',
  options: {
    level: { type: 'string', value: 'LEVEL', about: 'explain: the author’s level; by default that of others' },
  },
  positionals: { least: 1, most: 2, name: 'check or explain' },
  run: runPolicy,
};

async function runPolicy(invocation: Invocation): Promise<ExitCode> {
  const [what, path] = invocation.positionals;
  const repository = await openRepository(invocation.cwd);
  if (what === 'check' && path === undefined) return check(invocation, repository);
  if (what === 'explain' && path !== undefined) return explain(invocation, repository, path);
  throw usageError(`expected: countersign ${policy.usage}`);
}

interface Files {
  readonly policy: Policy | undefined;
  readonly problems: readonly Problem[];
}

function readFiles(repository: Repository): Files {
  const read = (path: string): string | undefined => ownBytes(repository, path)?.toString();
  const text = read(POLICY_PATH);
  if (text === undefined) {
    const message = 'expected a policy, found none; run: countersign init';
    throw new CountersignError({ code: 'no-policy', path: POLICY_PATH, message }, 3);
  }
  const parsed = parsePolicy(text, POLICY_PATH);
  const signers = parseAllowedSigners(read(SIGNERS_PATH) ?? '', SIGNERS_PATH);
  const revoked = parseRevokedKeys(read(REVOKED_PATH) ?? '', REVOKED_PATH);
  const problems = [parsed, signers, revoked].flatMap((each) => (each.ok ? [] : each.problems));
  if (!parsed.ok) return { policy: undefined, problems };
  const keys = signers.ok && revoked.ok ? signers.value.filter(({ keyBlob }) => !revoked.value.includes(keyBlob)) : [];
  const keyless = signers.ok && revoked.ok ? withoutKey(parsed.value, keys) : [];
  return { policy: parsed.value, problems: [...problems, ...satisfiable(parsed.value), ...keyless] };
}

/** Rules that ask for more signers than have a key that is in force and of the kind asked for. */
function withoutKey(checked: Policy, signers: readonly AllowedSigner[]): Problem[] {
  return checked.rules.flatMap((rule, index): Problem[] => {
    if (rule.require.tier !== 'approve') return [];
    const hardware = rule.require.presence || rule.require.verified === true;
    const fit = signers.filter((each) => !hardware || each.authority === true || each.keyType.startsWith('sk-'));
    const listed = new Set(fit.flatMap((signer) => signer.principals.map((each) => each.toLowerCase())));
    const able = eligibleSigners(checked, rule.require);
    const keyed = able.filter((person) => person.emails.some((email) => listed.has(email.toLowerCase())));
    if (keyed.length >= rule.require.count || able.length < rule.require.count) return [];
    const names = able.filter((person) => !keyed.includes(person)).map((person) => person.id);
    const message = `rule ${rule.id} needs ${plural(rule.require.count, 'signer')} with a ${hardware ? 'hardware key' : 'key'}, found ${keyed.length}; add the key of ${names.join(' or ')} to ${SIGNERS_PATH}`;
    return [{ code: 'policy-unsatisfiable', path: POLICY_PATH, field: `rules[${index}].require`, message }];
  });
}

function check({ io, json }: Invocation, repository: Repository): ExitCode {
  const { policy: checked, problems } = readFiles(repository);
  const malformed = problems.some((problem) => problem.code !== 'policy-unsatisfiable');
  const exit: ExitCode = problems.length === 0 ? 0 : malformed ? 2 : 1;
  for (const problem of problems) io.stderr(`countersign: ${problemLine(problem)}\n`);
  if (json) io.stdout(exit === 0 ? jsonText({ ok: true, problems }) : problemsJson(problems));
  else if (exit === 0 && checked !== undefined) io.stdout(`${checkedSentence(checked)}\n`);
  return exit;
}

function checkedSentence({ mode, rules, people }: Policy): string {
  return `${POLICY_PATH} holds: mode ${mode}, ${plural(rules.length, 'rule')}, ${people.length} listed`;
}

function explain({ io, cwd, json, values }: Invocation, repository: Repository, given: string): ExitCode {
  const { policy: checked, problems } = readFiles(repository);
  const [first] = problems.filter((problem) => problem.code !== 'policy-unsatisfiable');
  if (first !== undefined || checked === undefined) {
    const none = { code: 'policy-invalid', path: POLICY_PATH, field: '', message: 'it can not be read' };
    throw new CountersignError(first ?? none, 2);
  }
  const level = textOption(values, 'level') ?? checked.others;
  if (!checked.levels.includes(level)) {
    throw usageError(`expected a level of the policy (${checked.levels.join(', ')}), found ${escapeText(level)}`);
  }
  const path = pathFromTop(repository, resolve(cwd, given));
  const cases = casesOf(checked, path, level);
  if (json) {
    io.stdout(jsonText({ path, level, atomic: isAtomic(checked, path), cases }));
    return 0;
  }
  const whole = isAtomic(checked, path) ? ' (judged as one item)' : '';
  io.stdout(`${escapeText(path)}${whole}, by an author of level ${level}:\n`);
  for (const each of cases) {
    const by = each.rule === '' ? '' : `  rule ${each.matched.join(', ')}`;
    io.stdout(`  ${each.origins.join(', ')} (${each.evidence.join(', ')}): ${requirementText(each.requires)}${by}\n`);
  }
  return 0;
}

interface Case {
  origins: Origin[];
  evidence: Evidence[];
  readonly rule: string;
  readonly matched: readonly string[];
  readonly requires: RuleRequirement | null;
}

/** What each origin and evidence would require, equal answers together. */
function casesOf(checked: Policy, path: string, level: string): Case[] {
  const byAnswer = new Map<string, Case>();
  for (const origin of ORIGINS) {
    const grouped = new Map<string, Case>();
    for (const evidence of EVIDENCE) {
      if ((origin === 'unknown') !== (evidence === 'none')) continue;
      const { rule, matched, requires } = decide(checked, { path, side: 'added', origin, evidence, level, lines: 1 });
      const key = JSON.stringify([matched, requires]);
      const found = grouped.get(key);
      if (found === undefined) grouped.set(key, { origins: [origin], evidence: [evidence], rule, matched, requires });
      else found.evidence.push(evidence);
    }
    for (const [answer, each] of grouped) {
      const key = `${answer} ${each.evidence.join()}`;
      const found = byAnswer.get(key);
      if (found === undefined) byAnswer.set(key, each);
      else found.origins.push(origin);
    }
  }
  return [...byAnswer.values()];
}

/** `2 sign-offs by senior or above in payments`. */
export function requirementText(requires: Requirement | null): string {
  if (requires === null) return 'no sign-off';
  if (requires.tier !== 'approve') return `no sign-off (${requires.tier})`;
  const teams = requires.teams.length === 0 ? '' : ` in ${requires.teams.join(' and ')}`;
  return `${plural(requires.count, 'sign-off')} by ${requires.level} or above${teams}`;
}
