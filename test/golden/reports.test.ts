import { verifyReportFixture } from './reportFixture';
import { palette } from '../../src/cli/reporters/colour';
import { githubReport } from '../../src/cli/reporters/github';
import { sarifReport } from '../../src/cli/reporters/sarif';
import { reportItems } from '../../src/core/verify/items';
import { textReport } from '../../src/cli/reporters/text';
import { golden } from './golden';
import { fixturePolicy } from './reportFixture';

describe('reports', () => {
  const policy = fixturePolicy();

  it('as text', () => {
    golden('report.txt', textReport(verifyReportFixture(), { palette: palette(false), policy }));
  });

  it('as text with everything shown, in observe mode, without a policy', () => {
    const report = verifyReportFixture();
    const observed = { ...report, policy: { ...report.policy, mode: 'observe' as const } };
    golden('report-all.txt', textReport(observed, { palette: palette(false), all: true }));
  });

  it('as text when all is fine, when nothing changed, and with a malformed record', () => {
    const report = verifyReportFixture();
    const fine = report.blocks.filter((block) => block.status === 'satisfied' || block.status === 'not-required');
    const hunks = report.hunks.filter((hunk) => fine.some((block) => block.block === hunk.block));
    const items = reportItems(fine, hunks, undefined);
    const signed = { ...report, ok: true, items, blocks: fine, hunks, summary: { ...report.summary, satisfied: 1 } };
    const empty = { ...signed, items: [], blocks: [], hunks: [] };
    const path = '.countersign/v1/provenance/ab/abc.prov';
    const problem = { code: 'record-malformed', path, field: 'line 2', message: 'expected a hunk, found \u001b[2J' };
    const broken = { ...empty, ok: false, problems: [problem] };
    const texts = [signed, empty, broken].map((each) => textReport(each, { palette: palette(false), policy }));
    golden('report-fine.txt', texts.join('---\n'));
  });

  it('as text with colour', () => {
    const text = textReport(verifyReportFixture(), { palette: palette(true), policy });
    golden('report-colour.txt', text.replaceAll('\u001b', '\\e'));
  });

  it('as annotations of GitHub Actions', () => {
    golden('report-github.txt', githubReport(verifyReportFixture(), policy));
  });

  it('as SARIF', () => {
    golden('report-sarif.txt', sarifReport(verifyReportFixture(), '9.8.7', policy));
  });
});
