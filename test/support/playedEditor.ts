/** Modules of the editor, without the editor: they are loaded against an API that a test plays. */
import Module, { createRequire } from 'node:module';

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
