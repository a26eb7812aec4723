import type { ExtensionContext } from 'vscode';

/** The editor's entry point: wires editor/ and node/, nothing else. */
export function activate(_context: ExtensionContext): void {}
