import type { Browser, BrowserContext, Page } from './playwright';
import type { Server } from './server';

export type PageOptions = {
  readonly folder: string;
  /** Folders of extensions to load from source, next to what is installed. */
  readonly developmentExtensions?: readonly string[];
  /** A module whose `run()` the extension host calls, as with @vscode/test-electron. */
  readonly testsModule?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
};

export type OpenPage = { readonly page: Page; readonly context: BrowserContext; readonly messages: readonly string[] };

/**
 * Opens the server's workbench on a folder. A released workbench takes extensions under development only from the
 * page's own settings, so they are written into the page on its way to the browser.
 */
export async function openPage(browser: Browser, server: Server, options: PageOptions): Promise<OpenPage> {
  // As for a person who asked for less motion: to draw animations without a graphics card takes a sixth of the time.
  const viewport = options.viewport ?? { width: 1280, height: 800 };
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  context.setDefaultTimeout(20_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const page = await context.newPage();
  const messages: string[] = [];
  page.on('console', (message) => {
    messages.push(`[${message.type()}] ${message.text()}`);
  });
  // The browser may ask whether to leave a page with unsaved text.
  page.on('dialog', (dialog) => void dialog.accept());
  const remote = (path: string): object => ({ scheme: 'vscode-remote', authority: server.authority, path });
  const developmentOptions = {
    ...(options.developmentExtensions === undefined
      ? {}
      : { extensions: options.developmentExtensions.map((folder) => remote(folder)) }),
    ...(options.testsModule === undefined ? {} : { extensionTestsPath: remote(options.testsModule) }),
  };
  await page.route(
    (url) => url.origin === server.url && url.pathname === '/',
    async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        /(id="vscode-workbench-web-configuration"\s+data-settings=")([^"]*)"/,
        (_match, start: string, settings: string) => `${start}${addSettings(settings, { developmentOptions })}"`,
      );
      await route.fulfill({ response, body });
    },
  );
  await page.goto(`${server.url}/?folder=${encodeURIComponent(options.folder)}`, { waitUntil: 'commit' });
  return { page, context, messages };
}

function addSettings(attribute: string, more: { developmentOptions: object }): string {
  const settings = JSON.parse(attribute.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as {
    developmentOptions?: object;
  };
  const merged = { ...settings, developmentOptions: { ...settings.developmentOptions, ...more.developmentOptions } };
  return JSON.stringify(merged).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
