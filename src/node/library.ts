/**
 * What the extension takes from the command line's bundle instead of carrying it a second time: so the editor judges,
 * signs and asks git with the very file that CI runs. `esbuild.js` reads this list.
 */
export * from '../core/model/problem';
export * from '../core/policy/people';
export * from './blame';
export * from './changeStart';
export * from './chooseKey';
export * from './hooks';
export * from './init';
export * from './initialLines';
export * from './queue';
export * from './recorder';
export * from './repository';
export * from './review';
export * from './reviewRequest';
export * from './sinceSigned';
export * from './sshKeys';
export * from './statements';
export * from './status';
export * from './unrecorded';
export * from './versionsSince';
