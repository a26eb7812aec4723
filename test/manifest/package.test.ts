/** What ships: the list that vsce would pack, against what is meant to. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

describe('the package', () => {
  it('holds what is meant to ship and nothing else', function () {
    this.timeout(60_000);
    const vsce = require.resolve('@vscode/vsce/vsce');
    const listed = execFileSync(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: ROOT, encoding: 'utf8' });
    const expected = [
      /^package(\.nls)?\.json$/,
      /^(README|CHANGELOG)\.md$/i,
      /^LICENSE(\.txt)?$/,
      /^dist\/(extension|cli)\.js$/,
      /^dist\/webview\/summary\.js$/,
      /^media\/icons\/countersign\.(png|svg)$/,
      /^media\/webview\/summary\.(css|html)$/,
      /^media\/schema\/[\w-]+\.schema\.json$/,
      /^media\/walkthrough\/[\w-]+\.(md|svg|png)$/,
    ];
    const strange = listed.split('\n').filter((file) => file !== '' && !expected.some((pattern) => pattern.test(file)));
    assert.deepEqual(strange, []);
    assert.match(listed, /^media\/icons\/countersign\.png$/m);
    assert.match(listed, /^media\/webview\/summary\.html$/m);
  });
});
