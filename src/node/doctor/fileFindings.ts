/** The files of the repository that Countersign depends on, and those that decide who else meets its records. */
import type { Problem } from '../../core/model/problem';
import { satisfiable } from '../../core/policy/people';
import type { Policy } from '../../core/policy/policy';
import { parsePolicy } from '../../core/policy/policy';
import { POLICY_PATH, REVOKED_PATH, SIGNERS_PATH, storePath } from '../../core/sidecar/paths';
import { parseAllowedSigners } from '../../core/signing/allowedSigners';
import { parseRevokedKeys } from '../../core/signing/revokedKeys';
import { fromUtf8 } from '../../core/text/bytes';
import { splitNul } from '../git';
import { ATTRIBUTES } from '../init';
import { keepingOut } from '../keptOut';
import { ownBytes } from '../ownText';
import type { Repository } from '../repository';
import { tryInRepository } from '../repository';
import type { Finding } from './finding';
import { fault, notice, ok } from './finding';

const SAMPLE = storePath('provenance', '0'.repeat(64));

/** The work tree's policy where it is valid, with what there is to say about it and the keys. */
export function policyFindings(repository: Repository): { policy: Policy | undefined; findings: Finding[] } {
  const text = textOf(repository, POLICY_PATH);
  if (text === undefined) {
    const remedy = 'run: countersign init, and commit what it writes';
    return { policy: undefined, findings: [fault('policy', `${POLICY_PATH} is not there`, remedy)] };
  }
  const parsed = parsePolicy(text, POLICY_PATH);
  if (!parsed.ok) {
    const faults = parsed.problems.map((each) => problemFinding('policy', each));
    return { policy: undefined, findings: [...faults, ...signerFindings(repository)] };
  }
  const policy = parsed.value;
  const unmet = satisfiable(policy).map((each) => problemFinding('policy', each));
  const observes = policy.mode === 'observe';
  const told = observes
    ? notice(
        'policy',
        'the policy is valid; it observes and stops nothing',
        'set "mode": "enforce" when the team is ready',
      )
    : ok('policy', 'the policy is valid and enforced');
  return { policy, findings: [...(unmet.length > 0 ? unmet : [told]), ...signerFindings(repository)] };
}

function signerFindings(repository: Repository): Finding[] {
  const text = textOf(repository, SIGNERS_PATH);
  const remedy = 'put the public keys of those who sign into it: EMAIL KEYTYPE KEY';
  if (text === undefined) return [fault('allowed_signers', `${SIGNERS_PATH} is not there: nobody can sign`, remedy)];
  const parsed = parseAllowedSigners(text, SIGNERS_PATH);
  if (!parsed.ok) return parsed.problems.slice(0, 5).map((each) => problemFinding('allowed_signers', each));
  if (parsed.value.length === 0) return [fault('allowed_signers', `${SIGNERS_PATH} lists no key`, remedy)];
  const revoked = parseRevokedKeys(textOf(repository, REVOKED_PATH) ?? '', REVOKED_PATH);
  if (!revoked.ok) return revoked.problems.slice(0, 5).map((each) => problemFinding('revoked_keys', each));
  const left = parsed.value.filter(({ keyBlob }) => !revoked.value.includes(keyBlob)).length;
  if (left === 0) return [fault('allowed_signers', `${SIGNERS_PATH} lists no key that is not revoked`, remedy)];
  return [ok('allowed_signers', left === 1 ? '1 key is listed' : `${left} keys are listed`)];
}

function problemFinding(check: string, { path, field, message }: Problem): Finding {
  const place = [path, field].filter((part) => part !== '').join(': ');
  return fault(check, `${place}: ${message}`, 'countersign policy check says whether it is put right');
}

function textOf(repository: Repository, path: string): string | undefined {
  return ownBytes(repository, path)?.toString();
}

/** Whether git leaves the records' bytes alone. */
export async function attributeFindings(repository: Repository): Promise<Finding[]> {
  const args = ['check-attr', '-z', 'text', 'filter', 'ident', 'eol', 'working-tree-encoding', '--', SAMPLE];
  const items = splitNul((await tryInRepository(repository, args)).stdout);
  const bad: string[] = [];
  for (let at = 0; at + 2 < items.length; at += 3) {
    const [name, value] = [items[at + 1] ?? '', items[at + 2] ?? ''];
    const isPlain = value === 'unset' || (value === 'unspecified' && name !== 'text');
    // Without `text` nothing looks at `eol`.
    if (!isPlain && name !== 'eol') bad.push(`${name}=${value}`);
  }
  if (bad.length === 0) return [ok('attributes', 'git leaves the bytes of records alone')];
  const message = `git may change the bytes of records (${fromUtf8(bad.join(', '))})`;
  return [fault('attributes', message, `add as the last line of .gitattributes: ${ATTRIBUTES}`)];
}

/** Whether git overlooks our files. */
export async function ignoreFindings(repository: Repository): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of [POLICY_PATH, SIGNERS_PATH, REVOKED_PATH, SAMPLE]) {
    const args = ['check-ignore', '--no-index', '--verbose', '-z', '--stdin'];
    const { code, stdout } = await tryInRepository(repository, args, { input: `${path}\0` });
    const [source, line, pattern = ''] = splitNul(fromUtf8(stdout));
    if (code !== 0 || pattern.startsWith('!')) continue;
    const place = `${source ?? ''}:${line ?? ''} (${pattern})`;
    const remedy = 'add these lines behind it: !/.countersign/ and !/.countersign/**';
    const isRecord = path === SAMPLE;
    const message = isRecord
      ? `records are ignored by ${place}: the hook stages them all the same, git add does not`
      : `${path} is ignored by ${place}`;
    findings.push(isRecord ? notice('ignored', message, remedy) : fault('ignored', message, remedy));
  }
  return findings.length > 0 ? findings : [ok('ignored', 'nothing hides the sidecar from git')];
}

/** Packages, code owners and the editor's search. */
export function reachFindings(repository: Repository): Finding[] {
  return keepingOut(repository).map(({ path, effect, line, remedy }) => {
    const check = path.endsWith('CODEOWNERS') ? 'code-owners' : 'packages';
    if (line === undefined && remedy === undefined) return ok(check, `${path} keeps records out`);
    return notice(check, `${path}: ${effect}`, remedy ?? `add this line at the end: ${line}`);
  });
}
