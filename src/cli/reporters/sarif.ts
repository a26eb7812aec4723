/** SARIF 2.1.0: one result per block that is held up, for whatever shows static-analysis results. */
import type { Report } from '../../core/model/report';
import type { Policy } from '../../core/policy/policy';
import { escapeText } from './escape';
import { jsonText, problemLine } from './problems';
import { authorText, hunksByBlock, leadingHunk, originText } from './text';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** The report as a SARIF log with one run. */
export function sarifReport(report: Report, version: string, policy?: Policy): string {
  const level = report.policy.mode === 'observe' ? 'warning' : 'error';
  const malformed = report.problems.map((problem) => ({
    ruleId: problem.code,
    level: 'error',
    message: { text: problemLine(problem) },
    locations: problem.path === '' ? [] : [location(problem.path)],
  }));
  const open = hunksByBlock(report).flatMap(({ block, hunks }) => {
    const hunk = leadingHunk(block, hunks);
    if (hunk === undefined || block.status === 'not-required' || block.status === 'satisfied') return [];
    const next = hunk.next === '' ? '' : ` → ${hunk.next}`;
    const text = escapeText(`${originText(hunk)} · ${authorText(hunk, policy)} · ${hunk.reason}${next}`);
    const region =
      block.object === undefined
        ? { startLine: Math.max(1, block.afterStart), endLine: Math.max(1, block.afterStart, block.afterEnd) }
        : undefined;
    return [
      {
        ruleId: hunk.rule || block.status,
        level,
        message: { text },
        locations: [location(block.path, region)],
        partialFingerprints: { 'countersignSpan/v1': block.span },
      },
    ];
  });
  const results = [...malformed, ...open];
  const rules = [...new Set(results.map((result) => result.ruleId))].map((id) => ({ id: escapeText(id) }));
  const driver = { name: 'Countersign', version, informationUri: 'https://countersign.dev', rules };
  return jsonText({ $schema: SCHEMA, version: '2.1.0', runs: [{ tool: { driver }, results }] });
}

function location(path: string, region?: { startLine: number; endLine: number }): unknown {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return { physicalLocation: { artifactLocation: { uri }, ...(region === undefined ? {} : { region }) } };
}
