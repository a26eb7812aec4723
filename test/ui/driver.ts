import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureHost } from '../support/host/install';
import { openPage, type OpenPage } from '../support/host/page';
import { launchBrowser, type FrameLocator, type Locator, type Page } from '../support/host/playwright';
import { startServer, type Server } from '../support/host/server';

const PROJECT = path.resolve(__dirname, '../..');
const SCREENSHOTS = path.join(__dirname, 'screenshots');

export type Theme = 'dark' | 'light' | 'high contrast';

/** The windows that are open now, for the hook that takes pictures of failures. */
export const openWorkbenches = new Set<Workbench>();

const THEMES: Readonly<Record<Theme, { readonly id: string; readonly label: string; readonly className: string }>> = {
  dark: { id: 'Default Dark Modern', label: 'Dark Modern', className: 'dark_modern' },
  light: { id: 'Default Light Modern', label: 'Light Modern', className: 'light_modern' },
  'high contrast': { id: 'Default High Contrast', label: 'Dark High Contrast', className: 'hc_black' },
};

export type WorkbenchOptions = {
  /** The folder to open: an absolute path without links. */
  readonly folder: string;
  /**
   * `source` loads this checkout as an extension under development, `package` installs the packed `.vsix` as a user
   * would (COUNTERSIGN_VSIX names it), `sideload` the one with the proposed API in its manifest
   * (COUNTERSIGN_SIDELOAD_VSIX), `none` leaves Countersign out.
   */
  readonly extension?: 'source' | 'package' | 'sideload' | 'none';
  /** The test assistant: true for its own completions, or a table of texts by the prefix they follow. */
  readonly assistant?: boolean | Readonly<Record<string, string>>;
  /** Folders of further test extensions. */
  readonly extensions?: readonly string[];
  readonly theme?: Theme;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Replaces variables of the environment of the server and its extension host, PATH and HOME among them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly viewport?: { readonly width: number; readonly height: number };
};

/** Starts a server of its own and opens its workbench; resolves when the extension host runs. Close it in `after`. */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const host = await ensureHost(console.log);
  const extension = options.extension ?? 'source';
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-ui-'));
  const opened: (() => Promise<void>)[] = [
    async () => fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }),
  ];
  try {
    const server = await startServer(host, {
      install: extension === 'package' || extension === 'sideload' ? [packedExtension(extension)] : [],
      settings: { 'workbench.colorTheme': THEMES[options.theme ?? 'dark'].id, ...options.settings },
      env: { ...assistantEnvironment(options.assistant, scratch), ...options.env },
    });
    opened.unshift(server.close);
    const browser = await launchBrowser(host);
    opened.unshift(browser.close.bind(browser));
    const open = (): Promise<OpenPage> =>
      openPage(browser, server, {
        folder: options.folder,
        developmentExtensions: [
          ...(extension === 'source' ? [PROJECT] : []),
          ...((options.assistant ?? false) === false ? [] : [path.join(PROJECT, 'test/fixtures/assistant')]),
          ...(options.extensions ?? []),
        ],
        ...(options.viewport === undefined ? {} : { viewport: options.viewport }),
      });
    const workbench = new Workbench(server, await open(), opened, open);
    openWorkbenches.add(workbench);
    await workbench.settled(fs.existsSync(path.join(options.folder, '.git')));
    return workbench;
  } catch (error) {
    for (const close of opened) await close();
    throw error;
  }
}

function packedExtension(flavour: 'package' | 'sideload'): string {
  const variable = flavour === 'package' ? 'COUNTERSIGN_VSIX' : 'COUNTERSIGN_SIDELOAD_VSIX';
  const file = process.env[variable];
  if (file === undefined || !fs.existsSync(file)) {
    throw new Error(variable + ' names no .vsix: run through `npm run test:ui`, or `npm run package` first.');
  }
  return file;
}

function assistantEnvironment(assistant: WorkbenchOptions['assistant'], scratch: string): Record<string, string> {
  if (assistant === undefined || typeof assistant === 'boolean') return {};
  const file = path.join(scratch, 'completions.json');
  fs.writeFileSync(file, JSON.stringify(assistant));
  return { COUNTERSIGN_ASSISTANT_TABLE: file };
}

/**
 * One window of the real workbench, driven by real keys. Every wait is for something a user could see; none is for
 * time alone. `page` is there for what has no method yet.
 */
export class Workbench {
  readonly page: Page;
  readonly server: Server;
  readonly #view: OpenPage;
  readonly #closing: readonly (() => Promise<void>)[];
  readonly #open: (() => Promise<OpenPage>) | undefined;

  constructor(
    server: Server,
    view: OpenPage,
    closing: readonly (() => Promise<void>)[],
    open?: () => Promise<OpenPage>,
  ) {
    this.#open = open;
    this.page = view.page;
    this.server = server;
    this.#view = view;
    this.#closing = closing;
  }

  async close(): Promise<void> {
    openWorkbenches.delete(this);
    for (const close of this.#closing) await close();
  }

  /** Resolves when the window has its parts and, where the folder is a repository, its extension host has read it. */
  async settled(isRepository: boolean): Promise<void> {
    try {
      await this.see('.monaco-workbench .part.editor', 60_000);
      // The branch appears once the extension host runs.
      if (isRepository) await this.see('.statusbar-item[id^="status.scm"]', 60_000);
    } catch (error) {
      await this.screenshot('start-failed');
      const tail = [...this.#view.messages, ...this.server.log().split('\n')].slice(-30).join('\n');
      throw new Error(`The workbench did not settle (see start-failed.png).\n${tail}`, { cause: error });
    }
  }

  // Ends and beginnings

  /** A second window on the same folder, with an extension host of its own. Ends with the first one. */
  async another(): Promise<Workbench> {
    if (this.#open === undefined) throw new Error('This window can not open another one.');
    const view = await this.#open();
    const other = new Workbench(this.server, view, [() => view.context.close()]);
    openWorkbenches.add(other);
    await other.settled(true);
    return other;
  }

  /** Looks at this window: the others lose the focus. */
  async focus(): Promise<void> {
    await this.page.bringToFront();
    await this.see('.monaco-workbench');
  }

  /** Loads the window anew, as *Reload Window* does; resolves when its extension host runs. */
  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'commit' });
    await this.settled(true);
  }

  /** Ends the extension hosts of this workbench's own server, with no chance to say good-bye. Gives how many. */
  killExtensionHosts(): number {
    return this.server.extensionHosts().filter(killed).length;
  }

  /** What the editor has put aside of unsaved files, to bring it back in the next window. */
  backups(): readonly string[] {
    const found: string[] = [];
    const look = (folder: string): void => {
      for (const entry of fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : []) {
        const at = path.join(folder, entry.name);
        if (entry.isDirectory()) look(at);
        else found.push(fs.readFileSync(at, 'utf8'));
      }
    };
    look(path.join(this.server.home, 'data/User/Backups'));
    look(path.join(this.server.home, 'data/Backups'));
    return found;
  }

  // Keys and commands

  /** One key or chord after the other, in Playwright's names: `press('Control+k', 'Control+i')`. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Types as a person does, key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 5 });
  }

  /** Presses a key again while what it shows does not come: a busy window may not listen yet, as a person would see. */
  async pressUntilSeen(key: string, selector: string): Promise<Locator> {
    for (let attempt = 1; ; attempt += 1) {
      await this.press(key);
      try {
        return await this.see(selector, 8000);
      } catch (error) {
        if (attempt === 3) throw error;
        await this.press('Escape');
      }
    }
  }

  /** Runs a command through the palette by its full title (`Category: Title`). */
  async runCommand(title: string): Promise<void> {
    const exact = new RegExp(`^${title.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')}$`);
    await this.choose('F1', `>${title}`, exact);
  }

  /** Opens a quick pick by its key, fills it, and takes a row; once more where it closed before the row was taken. */
  async choose(key: string, text: string, label: string | RegExp): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.ask(key, text);
      try {
        await this.pick(label);
        return;
      } catch (error) {
        if (attempt === 3 || (await this.quickInput().count()) > 0) throw error;
      }
    }
  }

  /**
   * Opens a quick pick by its key and fills it. A window that is still giving the focus back (after a dialog, say)
   * closes the quick pick at once; a person would press the key again, and so do we.
   */
  async ask(key: string, text: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.press(key);
        await this.quickInput().waitFor({ timeout: 5000 });
        await this.quickInput().fill(text, { timeout: 2000 });
        await this.quickPickRows().first().waitFor({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempt === 4) throw error;
        await this.press('Escape');
      }
    }
  }

  /** The text box of the open quick pick or input box. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input').first();
  }

  /** The rows of the open quick pick. */
  quickPickRows(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  /** Waits for a row of the open quick pick whose label holds `label`, moves to it by keys and presses Enter. */
  async pick(label: string | RegExp): Promise<void> {
    const wantedLabel = this.page.locator('.label-name').filter({ hasText: label });
    const row = this.quickPickRows().filter({ has: wantedLabel }).first();
    await row.waitFor();
    for (let step = 0; step < 50; step += 1) {
      // Asked anew each time, as rows that are found later may come before it.
      const wanted = await row.getAttribute('data-index');
      const focused = await this.#focusedRow();
      if (focused === wanted) return this.press('Enter');
      if (focused === undefined && (await this.quickInput().count()) === 0) break;
      await this.press('ArrowDown');
    }
    throw new Error(`The quick pick let nobody take ${String(label)}.`);
  }

  /** The index of the quick pick's row that has the focus; undefined when none has. Does not wait. */
  async #focusedRow(): Promise<string | undefined> {
    const found = await this.page.evaluate<string | null | undefined>(`
      [...document.querySelectorAll('.quick-input-widget .quick-input-list .monaco-list-row.focused')]
        .find((row) => row.offsetParent !== null)?.getAttribute('data-index')`);
    return found ?? undefined;
  }

  /** Answers an input box: waits for it, types, presses Enter. */
  async answer(text: string): Promise<void> {
    await this.quickInput().waitFor();
    await this.quickInput().fill(text);
    await this.press('Enter');
  }

  // Files and the text editor

  /** Opens a file of the folder by name, as with Ctrl+P, and gives its editor the keyboard. */
  async openFile(file: string): Promise<void> {
    const name = path.posix.basename(file);
    const tab = `.tab.active[data-resource-name="${name}"]`;
    for (let attempt = 1; ; attempt += 1) {
      await this.choose('Control+p', file, name);
      try {
        await this.see(tab, 8_000);
        break;
      } catch (error) {
        // A view that opens at the same moment may have taken the keyboard: a person would press the keys again.
        if (attempt === 3) throw error;
      }
    }
    await this.see('.editor-instance .monaco-editor.focused');
  }

  /** Puts the cursor on a line and column, both from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.ask('Control+g', `:${line}:${column}`);
    await this.press('Enter');
    await this.waitForText('#status\\.editor\\.selection', `Ln ${line}, Col ${column}`);
  }

  /** Saves with Ctrl+S and waits until the tab shows no unsaved change. */
  async save(): Promise<void> {
    await this.press('Control+s');
    await this.page.locator('.editor-group-container.active .tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** The text of the active editor's visible lines, as the screen shows it. */
  async editorText(): Promise<string> {
    const lines = await this.page.evaluate<string[]>(`
      [...document.querySelectorAll('.editor-group-container.active .editor-instance .view-line')]
        .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
        .map((line) => line.textContent)`);
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Waits until a completion shows as ghost text. */
  async waitForGhostText(): Promise<void> {
    await this.page
      .locator('.editor-instance [class*="ghost-text"]:not(:empty)')
      .first()
      .waitFor({ state: 'attached' });
  }

  async waitForNoGhostText(): Promise<void> {
    await this.page.waitForFunction(
      `document.querySelectorAll('.editor-instance [class*="ghost-text"]:not(:empty)').length === 0`,
    );
  }

  // What the window shows

  async see(selector: string, timeout?: number): Promise<Locator> {
    const found = this.page.locator(selector).first();
    await found.waitFor({ state: 'visible', ...(timeout === undefined ? {} : { timeout }) });
    return found;
  }

  /** Waits until the first element that matches holds the text. */
  async waitForText(selector: string, text: string, timeout = 20_000): Promise<void> {
    await this.page.waitForFunction<{ selector: string; text: string }>(
      // A string, because it runs in the page, which the sources' types know nothing of.
      `(({ selector, text }) => [...document.querySelectorAll(selector)]
        .some((element) => element.textContent.replaceAll('\\u00a0', ' ').includes(text)))
        (${JSON.stringify({ selector, text })})`,
      undefined,
      { timeout },
    );
  }

  /** Texts of the status bar, left to right; what only an icon shows comes as its accessible name. */
  async statusBar(): Promise<readonly string[]> {
    return this.page.evaluate<string[]>(`
      [...document.querySelectorAll('.statusbar-item')]
        .map((item) => item.innerText.trim() || (item.querySelector('[aria-label]') ?? item).getAttribute('aria-label') || '')
        .filter((text) => text !== '')`);
  }

  /** Countersign's item in the status bar. */
  statusBarItem(idPart = 'countersign'): Locator {
    return this.page.locator(`.statusbar-item[id*="${idPart}"]`).first();
  }

  async notifications(): Promise<readonly string[]> {
    return this.page.locator('.notification-toast .notification-list-item-message').allInnerTexts();
  }

  async waitForNotification(text: string): Promise<void> {
    await this.waitForText('.notification-toast .notification-list-item-message', text);
  }

  /** Presses a button of a notification by its label. */
  async answerNotification(label: string): Promise<void> {
    await this.page.locator('.notification-toast .monaco-button').filter({ hasText: label }).first().click();
  }

  /** The text of the modal dialog, once one is open. */
  async dialogText(): Promise<string> {
    return (await this.see('.monaco-dialog-box')).innerText();
  }

  /** Presses a button of the modal dialog by keyboard: Tab until it has the focus, then Enter. */
  async answerDialog(label: string): Promise<void> {
    const dialog = await (await this.see('.monaco-dialog-box')).elementHandle();
    let focused = '';
    for (let step = 0; focused !== label; step += 1) {
      if (step === 20) throw new Error(`the dialog has no “${label}”: ${await this.dialogText()}`);
      if (step > 0) await this.press('Tab');
      focused = (await this.page.evaluate<string>('document.activeElement?.textContent ?? ""')).trim();
    }
    await this.press('Enter');
    // This one, since the answer may open the next at once.
    await dialog?.waitForElementState('hidden');
  }

  /** The rows of a tree view, by the title of its section: what a screen reader would say of each. */
  async treeRows(section: string): Promise<readonly string[]> {
    return this.page.evaluate<string[]>(`
      [...document.querySelectorAll('.pane')]
        .filter((pane) => pane.querySelector('.pane-header .title')?.textContent?.includes(${JSON.stringify(section)}))
        .flatMap((pane) => [...pane.querySelectorAll('.monaco-list-row')])
        .map((row) => row.getAttribute('aria-label') ?? row.textContent)`);
  }

  /** The document inside the webview whose frame is visible. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  // Theme, clipboard, pictures

  /** Changes the theme as a person does; settings at large are given to `startWorkbench`. */
  async setTheme(theme: Theme): Promise<void> {
    const { label, className } = THEMES[theme];
    await this.runCommand('Preferences: Color Theme');
    await this.page.locator('.quick-input-widget:visible .label-name').filter({ hasText: 'Dark Modern' }).waitFor();
    await this.quickInput().fill(label);
    await this.pick(label);
    await this.see(`.monaco-workbench[class*="${className}"]`);
  }

  async readClipboard(): Promise<string> {
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Puts text on the clipboard from outside the editor, as from another program. */
  async writeClipboard(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  }

  /** Saves what the window shows as `screenshots/NAME.png`. */
  async screenshot(name: string): Promise<string> {
    fs.mkdirSync(SCREENSHOTS, { recursive: true });
    const file = path.join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}

/** Whether the process was there to be killed: that of a window that was closed before may just have ended by itself. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
