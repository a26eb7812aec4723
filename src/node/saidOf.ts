/** What authors say of lines that stay unknown, for whoever looks at the work tree: the gate never hears of it. */
import type { LiveFile } from '../core/model/live';
import { STATED } from '../core/model/origin';
import type { Report, ReportHunk } from '../core/model/report';

/** The report with these statements beside its unknown lines. `stateOf` gives the journal's state of a file as it stands. */
export function withStatements(report: Report, stateOf: (path: string) => LiveFile | undefined): Report {
  const known = new Map<string, LiveFile | undefined>();
  const stateAt = (path: string): LiveFile | undefined => {
    if (!known.has(path)) known.set(path, stateOf(path));
    return known.get(path);
  };
  const hunks = report.hunks.map((hunk): ReportHunk => {
    if (hunk.side !== 'added' || hunk.origin !== 'unknown') return hunk;
    const said = stateAt(hunk.path)?.said ?? [];
    const from = STATED.filter((each) =>
      said.some((of) => of.from === each && of.start < hunk.end && of.start + of.count >= hunk.start),
    );
    return from.length === 0 ? hunk : { ...hunk, from };
  });
  return { ...report, hunks };
}
