import assert from 'node:assert/strict';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { claimedLines } from './claims';
import { startWorkbench, type Workbench } from './driver';

const FILE = 'src/pay.ts';
const DEEP = 'src/a-folder-with-a-long-name/another-one/rates.ts';
const OLD = `export const first = 1;
export const second = 2;
export const third = 3;
export const last = 9;

`;
const COMPLETIONS = { 'const ceiling = ': 'Math.min(limit, 5000);' };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

for (const evidence of ['observed', 'reported'] as const) {
  describe(`Drag and drop, with what is ${evidence}`, function () {
    this.timeout(120_000);
    this.bail(true);
    let repository: Repository;
    let workbench: Workbench;

    /** Where a text stands on the screen. */
    const boxOf = async (text: string): Promise<Box> => {
      await workbench.waitForText('.editor-instance .view-line', text);
      const box = await workbench.page.evaluate<Box | null>(`(() => {
        const text = ${JSON.stringify(text)};
        const line = [...document.querySelectorAll('.editor-instance .view-line')]
          .find((each) => each.textContent.replaceAll('\\u00a0', ' ').includes(text));
        if (line === undefined) return null;
        const start = line.textContent.replaceAll('\\u00a0', ' ').indexOf(text);
        const range = document.createRange();
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let at = 0; walker.nextNode(); at += walker.currentNode.length) {
          const end = at + walker.currentNode.length;
          if (at <= start && start < end) range.setStart(walker.currentNode, start - at);
          if (at < start + text.length && start + text.length <= end) range.setEnd(walker.currentNode, start + text.length - at);
        }
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x, y, width, height };
      })()`);
      assert.ok(box !== null, `${text} is not on the screen`);
      return box;
    };

    /** Presses the mouse on the selected text and lets go at the start of another line's text. */
    const drag = async (onto: string, from: Box, key?: string): Promise<void> => {
      const { mouse, keyboard } = workbench.page;
      const to = await boxOf(onto);
      await mouse.move(from.x + from.width / 2, from.y + from.height / 2);
      await mouse.down();
      await mouse.move(from.x + from.width / 2 + 6, from.y + from.height / 2 + 3, { steps: 3 });
      await mouse.move(to.x, to.y + to.height / 2, { steps: 8 });
      if (key !== undefined) await keyboard.down(key);
      await mouse.move(to.x + 1, to.y + to.height / 2, { steps: 2 });
      await mouse.up();
      if (key !== undefined) await keyboard.up(key);
    };

    /** Selects a line with its line break, by keys. */
    const selectLine = async (text: string): Promise<Box> => {
      const lines = (await workbench.editorText()).split('\n');
      await workbench.goTo(lines.findIndex((line) => line.includes(text)) + 1);
      await workbench.press('Shift+ArrowDown');
      await workbench.waitForText('#status\\.editor\\.selection', 'selected');
      return boxOf(text);
    };

    const order = (...texts: readonly string[]): Promise<unknown> =>
      workbench.page.waitForFunction(`(() => {
        const lines = [...document.querySelectorAll('.editor-instance .view-line')]
          .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
          .map((line) => line.textContent.replaceAll('\\u00a0', ' '));
        let at = -1;
        return ${JSON.stringify(texts)}.every((text) => {
          at = lines.findIndex((line, index) => index > at && line.includes(text));
          return at >= 0;
        });
      })()`);

    const claims = (): string[] => claimedLines(repository, FILE).map(({ text, claim }) => `${text} ← ${claim}`);

    /** Saves, and waits for the journal to say it: the extension may still be at work when the file is there. */
    const saved = async (check: (found: readonly string[]) => void): Promise<void> => {
      await workbench.save();
      for (let wait = 0; ; wait += 1) {
        try {
          check(claims());
          return;
        } catch (error) {
          if (wait === 100) throw error;
          await new Promise((done) => setTimeout(done, 100));
        }
      }
    };

    before(async () => {
      const files = { [FILE]: OLD, [DEEP]: 'export {};\n', '.countersign/policy.jsonc': policyText([person('ana')]) };
      repository = makeRepository({ files });
      repository.git('checkout', '--quiet', '-b', 'drag');
      workbench = await startWorkbench({
        folder: repository.folder,
        assistant: COMPLETIONS,
        settings: {
          'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
          'editor.stickyScroll.enabled': false,
          'explorer.autoReveal': true,
          'explorer.compactFolders': true,
        },
        env: { COUNTERSIGN_TEST_PUBLIC_API: evidence === 'observed' ? '1' : '' },
      });
      await workbench.statusBarItem().waitFor();
      await workbench.openFile(FILE);
      await workbench.press('Control+End');
      await workbench.type('const ceiling = ');
      await workbench.waitForGhostText();
      await workbench.press('Tab');
      await workbench.waitForNoGhostText();
      await workbench.press('Enter');
    });

    after(async () => {
      await workbench?.close();
      repository.remove();
    });

    const ceiling = `const ceiling = Math.min(limit, 5000); ← mixed completion ${evidence}`;
    const first = `export const first = 1; ← human drop ${evidence}`;

    it('lets a dragged line keep its origin, and makes an old line that a person drags theirs', async () => {
      await drag('export const second', await selectLine('const ceiling'));
      await order('first', 'ceiling', 'second');
      await saved((found) => assert.deepEqual(found, [ceiling]));
      await drag('export const third', await selectLine('export const first'));
      await order('ceiling', 'second', 'first', 'third');
      await saved((found) => assert.deepEqual(found, [ceiling, first]));
    });

    it('takes a drag back with undo, and does it again', async () => {
      await workbench.press('Control+z');
      await order('first', 'ceiling', 'second', 'third');
      await saved((found) => assert.deepEqual(found, [ceiling]));
      await workbench.press('Control+y');
      await order('ceiling', 'second', 'first', 'third');
      await saved((found) => assert.deepEqual(found, [ceiling, first]));
    });

    it('lets a copy that is dragged with Ctrl carry the origin too', async () => {
      await drag('export const last', await selectLine('const ceiling'), 'Control');
      await order('ceiling', 'second', 'first', 'third', 'ceiling', 'last');
      await saved((found) => assert.deepEqual(found, [ceiling, first, ceiling]));
    });

    it('calls text that is dropped from elsewhere a paste', async () => {
      // The events of a drag that comes from outside the window; no mouse of the test can make one.
      const { x, y, height } = await boxOf('export const last');
      await workbench.page.evaluate(`(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData('text/plain', 'export const dropped = [1, 2, 3, 4];\\nexport const another = dropped;\\n');
        const at = { clientX: ${x}, clientY: ${y + height / 2} };
        const target = document.elementFromPoint(at.clientX, at.clientY);
        for (const type of ['dragenter', 'dragover', 'dragover', 'drop']) {
          target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer, ...at }));
        }
      })()`);
      await order('dropped', 'another', 'last');
      const dropped = ['export const dropped = [1, 2, 3, 4];', 'export const another = dropped;'];
      const pastes = dropped.map((line) => `${line} ← paste drop observed`);
      await saved((found) => assert.deepEqual(found, [ceiling, first, ceiling, ...pastes]));
    });

    it('calls the path of a file that is dropped from the explorer a paste', async () => {
      await workbench.press('Control+End');
      await workbench.type('// See ');
      await workbench.openFile(DEEP);
      await workbench.openFile(FILE);
      const row = workbench.page.locator('.explorer-folders-view .monaco-list-row').filter({ hasText: 'rates.ts' });
      await row.first().waitFor();
      const { mouse, keyboard } = workbench.page;
      await row.first().hover();
      await mouse.down();
      const to = await boxOf('// See');
      await mouse.move(to.x + to.width + 20, to.y + to.height / 2, { steps: 12 });
      await keyboard.down('Shift');
      await mouse.move(to.x + to.width + 24, to.y + to.height / 2, { steps: 3 });
      await mouse.up();
      await keyboard.up('Shift');
      await workbench.waitForText('.editor-instance .view-line', 'rates.ts');
      await saved((found) => assert.match(found.at(-1) ?? '', /rates\.ts.* ← paste drop observed$/));
    });
  });
}
