/**
 * Workflow commands of GitHub Actions: one annotation per block. Values are escaped by the rules of the runner
 * (actions/toolkit, packages/core/src/command.ts), after our own escaping.
 */
import type { Report } from '../../core/model/report';
import type { Policy } from '../../core/policy/policy';
import { escapeText } from './escape';
import { problemLine } from './problems';
import { authorText, hunksByBlock, leadingHunk, originText } from './text';

/** Annotations, one line each. In `observe` mode they are warnings. */
export function githubReport(report: Report, policy?: Policy): string {
  const kind = report.policy.mode === 'observe' ? 'warning' : 'error';
  const lines = report.problems.map((problem) =>
    command('error', { file: problem.path, title: 'Countersign: malformed' }, problemLine(problem)),
  );
  for (const { block, hunks } of hunksByBlock(report)) {
    if (block.status === 'not-required' || block.status === 'satisfied') continue;
    const hunk = leadingHunk(block, hunks);
    if (hunk === undefined) continue;
    const line = Math.max(1, block.afterStart);
    const place = { file: block.path, line: String(line), endLine: String(Math.max(line, block.afterEnd)) };
    const next = hunk.next === '' ? '' : ` → ${hunk.next}`;
    const text = `${originText(hunk)} · ${authorText(hunk, policy)} · ${hunk.reason}${next}`;
    lines.push(command(kind, { ...place, title: `Countersign: ${hunk.rule || block.status}` }, escapeText(text)));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function command(kind: string, properties: Readonly<Record<string, string>>, message: string): string {
  const list = Object.entries(properties).filter(([, value]) => value !== '');
  const text = list.map(([name, value]) => `${name}=${property(escapeText(value))}`).join(',');
  return `::${kind}${text === '' ? '' : ` ${text}`}::${data(message)}`;
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
