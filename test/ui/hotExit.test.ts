/** Unsaved text outlives the window: its origins come back with it. In the real workbench, by real keys. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { nodeHash } from '../../src/node/hash';
import { readJournal } from '../../src/node/journal';
import { readUnsaved } from '../../src/node/unsaved';
import { makeRepository, type Repository } from '../support/host/repository';
import { claimsOf, savedState, until } from '../support/claims';
import { policyText } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';

const FILE = 'src/pay.ts';
const PAY = `export function pay(amount: number): number {
  return amount;
}
`;
const COMPLETIONS = { 'const ceiling = ': 'Math.min(limit, 5000);\nconst floor = Math.max(limit, 100);' };
const SETTINGS = {
  'countersign.installHook': 'never',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'files.autoSave': 'off',
};
const EXPECTED = {
  'const limit = Number("100");': 'human typing',
  'const ceiling = Math.min(limit, 5000);': 'mixed completion',
  'const floor = Math.max(limit, 100);': 'ai completion',
  'export const CURRENCY = "EUR";': 'paste paste',
};

describe('Unsaved text that outlives its window', function () {
  this.timeout(180_000);
  this.bail(true);
  let repository: Repository;
  let workbench: Workbench;
  const gitDir = (): string => path.join(repository.folder, '.git');

  before(async () => {
    repository = makeRepository({ files: { [FILE]: PAY, '.countersign/policy.jsonc': policyText([]) } });
    repository.git('checkout', '--quiet', '-b', 'limits');
    workbench = await startWorkbench({
      folder: repository.folder,
      assistant: COMPLETIONS,
      settings: SETTINGS,
      env: { COUNTERSIGN_TEST_PUBLIC_API: '1' },
    });
    await workbench.statusBarItem().waitFor();
    await workbench.openFile(FILE);
  });

  after(async () => {
    await workbench?.close();
    repository.remove();
  });

  it('is noted soon after it was typed, accepted and pasted, and nothing of it on every key', async () => {
    await workbench.press('Control+End');
    await workbench.type('const limit = Number("100");\nconst ceiling = ');
    await workbench.waitForGhostText();
    await workbench.press('Tab');
    await workbench.waitForNoGhostText();
    await workbench.writeClipboard('export const CURRENCY = "EUR";\n');
    await workbench.press('Control+End', 'Enter', 'Control+v');
    await workbench.waitForText('.editor-instance .view-line', 'CURRENCY');
    const noted = await until(() => {
      const [buffer] = readUnsaved(gitDir(), FILE);
      // A busy editor may tell of the accept key behind the paste.
      const isWhole = ['ai', 'paste'].every((each) => buffer?.hunks.some(({ origin }) => origin === each));
      return isWhole ? buffer : undefined;
    });
    assert.equal(noted.lines?.length, 7);
    assert.equal(repository.read(FILE), PAY);
    assert.equal(readJournal(gitDir()).size, 0);
  });

  it('comes back with its origins after the window was loaded anew', async () => {
    // The editor's own copy is a matter of seconds, and not ours to vouch for.
    await until(() => workbench.backups().some((text) => text.includes('CURRENCY')));
    await workbench.reload();
    await workbench.see('.tab.dirty[data-resource-name="pay.ts"]', 60_000);
    await workbench.statusBarItem().waitFor();
    await workbench.openFile(FILE);
    await workbench.waitForText('.editor-instance .view-line', 'CURRENCY');
    assert.deepEqual(await saved(), EXPECTED);
    await until(() => readUnsaved(gitDir(), FILE).length === 0, 'The end of the note');
  });

  it('comes back with its origins after the extension host was killed', async () => {
    await workbench.press('Control+End');
    await workbench.type('// Limits are in cents.\n');
    // A busy editor notes the first letters already while the last are on their way to it: what came after is not known then.
    const typed = nodeHash.hash96('// Limits are in cents.');
    await until(() => readUnsaved(gitDir(), FILE)[0]?.lines?.includes(typed));
    await until(() => workbench.backups().some((text) => text.includes('in cents')));
    assert.equal(workbench.killExtensionHosts(), 1);
    await workbench.reload();
    await workbench.see('.tab.dirty[data-resource-name="pay.ts"]', 60_000);
    await workbench.statusBarItem().waitFor();
    await workbench.openFile(FILE);
    await workbench.waitForText('.editor-instance .view-line', 'in cents');
    assert.deepEqual(await saved(), { ...EXPECTED, '// Limits are in cents.': 'human typing' });
  });

  async function saved(): Promise<Record<string, string>> {
    await workbench.save();
    const text = repository.read(FILE);
    return claimsOf(await savedState(gitDir(), FILE, text), text);
  }
});
