/** Modules of the editor, without the editor: they are loaded against an API that a test plays. */
import Module, { createRequire } from 'node:module';

/** What a text in English is without a translation. All tests play it alike, since a module that was loaded stays. */
export const l10n = {
  t: (said: string, ...parts: unknown[]) => said.replaceAll(/\{(\d)\}/g, (_, at: string) => String(parts[Number(at)])),
};

/** Loads a module, by its path from `src/editor`, while `vscode` is what the test gives; later loadings find it so. */
export function loadEditorModule(path: string, vscode: unknown): unknown {
  const loader = Module as unknown as { _load: (request: string, ...more: unknown[]) => unknown };
  const original = loader._load;
  loader._load = (request, ...more) => (request === 'vscode' ? vscode : original.call(loader, request, ...more));
  try {
    return createRequire(__filename)(`../../src/editor/${path}`);
  } finally {
    loader._load = original;
  }
}
