// Prints the milliseconds that loading a bundle of the extension and activating it takes, in a process of its own.
const Module = require('node:module');

/** Answers every property, call and construction with itself. */
const anything = new Proxy(function () {}, {
  set: () => true,
  get: (_, key) => {
    if (key === Symbol.toPrimitive) return () => '';
    if (key === Symbol.iterator) return () => [][Symbol.iterator]();
    if (key === 'then') return undefined;
    if (key === 'prototype') return Object.prototype;
    if (key === 'fsPath' || key === 'extensionPath') return '/nowhere';
    if (key === 'asAbsolutePath') return (name) => `/nowhere/${name}`;
    if (key === 'subscriptions') return [];
    return anything;
  },
  apply: () => anything,
  construct: () => anything,
});

const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? anything : load(request, ...rest));

const start = performance.now();
const { activate } = require(process.argv[2]);
activate(anything);
const milliseconds = performance.now() - start;
process.stdout.write(String(milliseconds), () => process.exit());
