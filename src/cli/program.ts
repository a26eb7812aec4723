/** All that the bundle holds beside its entry. `esbuild.js` makes one module of it, which is loaded when it is needed. */
export * as library from '../node/library';
export { run } from './run';
export { terminalIo } from './terminal';
