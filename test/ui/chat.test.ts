import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { claimsOf, removalsOf, savedClaims } from './claims';
import { startWorkbench, type Workbench } from './driver';

const PAY = `export function pay(amount: number): number {
  return amount;
}

export function refund(amount: number): number {
  return -amount;
}
`;
const CHAT = path.resolve(__dirname, '../fixtures/chat');
const FILE = 'src/pay.ts';
const OTHER = 'src/rates.ts';
const PENDING = '.chat-editor-overlay-widget';

type Edit = readonly [number, number, number, number, string];

async function waitUntil(holds: () => boolean): Promise<void> {
  for (let wait = 0; wait < 200 && !holds(); wait += 1) await new Promise((done) => setTimeout(done, 100));
  assert.ok(holds());
}

for (const evidence of ['observed', 'reported'] as const) {
  describe(`A chat's edits, with what is ${evidence}`, function () {
    this.timeout(120_000);
    this.bail(true);
    let repository: Repository;
    let workbench: Workbench;

    /** Has the chat make edits, and waits until the text they bring can be seen. */
    const ask = async (file: string, edits: readonly Edit[], sign: string): Promise<void> => {
      await workbench.runCommand('Countersign tests: Send to the Test Chat');
      await workbench.answer(JSON.stringify({ file, edits }));
      await workbench.waitForText('.editor-instance .view-lines', sign);
      await workbench.see(PENDING);
    };
    const toEditor = async (): Promise<void> => {
      await workbench.press('Control+1');
      await workbench.see('.editor-instance .monaco-editor.focused');
    };
    const answerWith = async (button: 'Keep' | 'Undo'): Promise<void> => {
      await workbench.page.locator(PENDING).locator('.action-label').filter({ hasText: button }).first().click();
      await workbench.page.locator(PENDING).waitFor({ state: 'hidden' });
    };

    before(async () => {
      const files = { [FILE]: PAY, [OTHER]: 'export const rate = 1;\n' };
      repository = makeRepository({ files: { ...files, '.countersign/policy.jsonc': policyText([person('ana')]) } });
      repository.git('checkout', '--quiet', '-b', 'guard');
      workbench = await startWorkbench({
        folder: repository.folder,
        extensions: [CHAT],
        settings: { 'countersign.installHook': 'never', 'files.autoSave': 'off' },
        env: { COUNTERSIGN_TEST_PUBLIC_API: evidence === 'observed' ? '1' : '' },
      });
      await workbench.statusBarItem().waitFor();
      await workbench.openFile(FILE);
    });

    after(async () => {
      await workbench?.close();
      repository.remove();
    });

    it('are its own, what it takes away too, while they are pending and once they are kept', async () => {
      await ask(
        FILE,
        [
          [1, 0, 1, 0, '  guard(amount);\n  audit("pay", amount);\n'],
          [7, 0, 9, 0, ''],
        ],
        'audit',
      );
      await toEditor();
      const expected = {
        'guard(amount);': `ai chat-edit ${evidence}`,
        'audit("pay", amount);': `ai chat-edit ${evidence}`,
      };
      assert.deepEqual(await savedClaims(workbench, repository, FILE), expected);
      assert.deepEqual(removalsOf(repository, FILE), [`2 ai chat-edit ${evidence}`]);
      await answerWith('Keep');
      await toEditor();
      assert.deepEqual(await savedClaims(workbench, repository, FILE), expected);
    });

    // What is typed around a chat's edits takes inference only where nothing is reported.
    const itObserved = evidence === 'observed' ? it : () => undefined;
    itObserved('leave a person’s typing a person’s, beside them and inside of them', async () => {
      await ask(FILE, [[0, 0, 0, 0, 'import { guard } from "./guard";\n']], './guard');
      await toEditor();
      await workbench.press('Control+End');
      await workbench.type('// Checked by hand.');
      await workbench.press('Enter');
      await workbench.type('// Twicce');
      await workbench.press('Backspace', 'Backspace', 'Backspace');
      await workbench.type('ce.');
      await workbench.goTo(1, 10);
      await workbench.type('audit, ');
      const claims = await savedClaims(workbench, repository, FILE);
      assert.equal(claims['// Checked by hand.'], `human typing ${evidence}`);
      assert.equal(claims['// Twice.'], `human typing ${evidence}`);
      assert.equal(claims['import { audit, guard } from "./guard";'], `mixed chat-edit ${evidence}`);
      await answerWith('Keep');
    });

    itObserved('are its own where they only take away what stands at the caret', async () => {
      await toEditor();
      await workbench.goTo(6, 1);
      await workbench.press('End');
      await workbench.press('ArrowLeft');
      await ask(FILE, [[4, 15, 4, 16, '']], 'return amount');
      await toEditor();
      const claims = await savedClaims(workbench, repository, FILE);
      assert.equal(claims['return amount'], `ai chat-edit ${evidence}`);
      await answerWith('Keep');
    });

    it('are gone with its Undo button, which leaves what stood there as it was', async () => {
      await toEditor();
      const before = await savedClaims(workbench, repository, FILE);
      await ask(FILE, [[2, 0, 2, 0, '  // An idea of the chat\n']], 'An idea');
      await answerWith('Undo');
      await toEditor();
      await workbench.page.waitForFunction(`!document.querySelector('.editor-instance').textContent.includes('idea')`);
      assert.deepEqual(await savedClaims(workbench, repository, FILE), before);
    });

    itObserved('are its own in a file that it makes', async () => {
      await workbench.runCommand('Countersign tests: Send to the Test Chat');
      await workbench.answer(
        JSON.stringify({ file: 'src/guard.ts', edits: [[0, 0, 0, 0, 'export const guard = 1;\n']] }),
      );
      await waitUntil(() => fs.existsSync(path.join(repository.folder, 'src/guard.ts')));
      await workbench.openFile('src/guard.ts');
      await workbench.see(PENDING);
      await savedClaims(workbench, repository, 'src/guard.ts');
      assert.deepEqual(claimsOf(repository, 'src/guard.ts'), {
        'export const guard = 1;': `ai chat-edit ${evidence}`,
      });
    });

    itObserved('are its own from the chat in the editor', async () => {
      await workbench.openFile(OTHER);
      await workbench.press('Control+Home', 'Control+i');
      await workbench.see('.inline-chat-widget');
      await workbench.page.keyboard.insertText(
        JSON.stringify({ file: OTHER, edits: [[1, 0, 1, 0, 'export const bonus = rate / 2;\n']] }),
      );
      await workbench.press('Enter');
      await workbench.waitForText('.editor-instance .view-lines', 'bonus');
      await workbench.press('Control+Enter');
      await workbench.page.locator('.inline-chat-widget').waitFor({ state: 'detached' });
      await toEditor();
      const claims = await savedClaims(workbench, repository, OTHER);
      assert.match(claims['export const bonus = rate / 2;'] ?? '', /^ai (?:chat-edit|inline-chat) observed$/);
    });
  });
}
