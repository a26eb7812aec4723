/** Files of Countersign that can't be read, in the Problems panel. Origins are never diagnostics. */
import type { Disposable } from 'vscode';
import { Diagnostic, DiagnosticSeverity, Range, Uri, languages } from 'vscode';
import { join } from 'node:path';
import type { Problem } from '../../core/model/problem';
import { POLICY_PATH } from '../../core/sidecar/paths';
import type { Sessions } from '../workspace/sessions';
import { sentence } from '../review/commands';
import { safe } from './words';

export function showProblems(sessions: Sessions): Disposable {
  const collection = languages.createDiagnosticCollection('countersign');
  const update = (): void => {
    const byFile = new Map<string, Diagnostic[]>();
    for (const { repository, state } of sessions.all) {
      for (const problem of state.kind === 'reading' ? [] : state.problems) {
        // What is not about a file is about the repository's set-up; the panel shows it.
        if (problem.path === '' || problem.code === 'no-policy') continue;
        const file = join(repository.top, problem.path);
        const list = byFile.get(file) ?? [];
        byFile.set(file, [...list, diagnosticOf(problem)]);
      }
    }
    collection.clear();
    for (const [file, diagnostics] of byFile) collection.set(Uri.file(file), diagnostics);
  };
  const following = sessions.onDidChange(update);
  update();
  return {
    dispose: () => {
      following.dispose();
      collection.dispose();
    },
  };
}

function diagnosticOf(problem: Problem): Diagnostic {
  const said = problem.field === '' ? sentence(problem.message) : safe(`${problem.field}: ${problem.message}`);
  const diagnostic = new Diagnostic(placeIn(problem), said, DiagnosticSeverity.Error);
  diagnostic.source = 'Countersign';
  diagnostic.code = problem.code;
  return diagnostic;
}

/** Messages about the policy end with line and column; other files are one line each. */
function placeIn({ path, message }: Problem): Range {
  const found = path === POLICY_PATH ? /\(line (\d+), column (\d+)\)$/.exec(message) : null;
  const line = Math.max(0, Number(found?.[1] ?? 1) - 1);
  const column = Math.max(0, Number(found?.[2] ?? 1) - 1);
  return new Range(line, column, line, column + 1);
}
