import { createRequire } from 'node:module';
import path from 'node:path';
import type { Host } from './install';

// The part of playwright-core that the tests use. The package itself lives in test/host, so that a plain `npm ci`
// stays small; these types let the sources be checked without it.

export type Locator = {
  readonly click: (options?: { button?: 'left' | 'right'; timeout?: number; force?: boolean }) => Promise<void>;
  readonly hover: (options?: { timeout?: number; force?: boolean }) => Promise<void>;
  readonly focus: () => Promise<void>;
  readonly fill: (text: string, options?: { timeout?: number }) => Promise<void>;
  readonly press: (key: string) => Promise<void>;
  readonly count: () => Promise<number>;
  readonly first: () => Locator;
  readonly last: () => Locator;
  readonly nth: (index: number) => Locator;
  readonly locator: (selector: string) => Locator;
  readonly filter: (options: { hasText?: string | RegExp; has?: Locator }) => Locator;
  readonly textContent: () => Promise<string | null>;
  readonly innerText: () => Promise<string>;
  readonly inputValue: () => Promise<string>;
  readonly isVisible: () => Promise<boolean>;
  readonly allInnerTexts: () => Promise<string[]>;
  readonly allTextContents: () => Promise<string[]>;
  readonly getAttribute: (name: string) => Promise<string | null>;
  readonly waitFor: (options?: {
    state?: 'attached' | 'detached' | 'visible' | 'hidden';
    timeout?: number;
  }) => Promise<void>;
  readonly elementHandle: () => Promise<{ readonly waitForElementState: (state: 'hidden') => Promise<void> } | null>;
  readonly screenshot: (options: { path: string }) => Promise<Buffer>;
};

export type FrameLocator = {
  readonly locator: (selector: string) => Locator;
  readonly frameLocator: (selector: string) => FrameLocator;
};

export type Route = {
  readonly fetch: () => Promise<{ readonly text: () => Promise<string>; readonly status: () => number }>;
  readonly fulfill: (options: { response: unknown; body: string }) => Promise<void>;
};

export type Page = {
  readonly goto: (url: string, options?: { waitUntil?: 'commit' | 'domcontentloaded' }) => Promise<unknown>;
  readonly keyboard: {
    readonly press: (key: string) => Promise<void>;
    readonly type: (text: string, options?: { delay?: number }) => Promise<void>;
    readonly insertText: (text: string) => Promise<void>;
    readonly down: (key: string) => Promise<void>;
    readonly up: (key: string) => Promise<void>;
  };
  readonly mouse: {
    readonly move: (x: number, y: number, options?: { steps?: number }) => Promise<void>;
    readonly down: () => Promise<void>;
    readonly up: () => Promise<void>;
  };
  readonly locator: (selector: string) => Locator;
  readonly frameLocator: (selector: string) => FrameLocator;
  readonly evaluate: <T, A = undefined>(script: ((argument: A) => T | Promise<T>) | string, argument?: A) => Promise<T>;
  readonly waitForFunction: <A>(
    script: ((argument: A) => unknown) | string,
    argument?: A,
    options?: { timeout?: number },
  ) => Promise<unknown>;
  readonly route: (url: RegExp | ((url: URL) => boolean), handler: (route: Route) => Promise<void>) => Promise<void>;
  readonly screenshot: (options: { path: string }) => Promise<Buffer>;
  readonly context: () => { readonly newCDPSession: (page: Page) => Promise<CdpSession> };
  readonly on: ((event: 'console', listener: (message: { text: () => string; type: () => string }) => void) => void) &
    ((event: 'dialog', listener: (dialog: { readonly accept: () => Promise<void> }) => void) => void);
  readonly bringToFront: () => Promise<void>;
  readonly reload: (options: { waitUntil: 'commit' }) => Promise<unknown>;
};

/** The browser's own protocol, for input that no key makes: an input method's, say. */
export type CdpSession = {
  readonly send: (method: string, parameters?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly detach: () => Promise<void>;
};

export type BrowserContext = {
  readonly newPage: () => Promise<Page>;
  readonly grantPermissions: (permissions: string[], options: { origin: string }) => Promise<void>;
  readonly setDefaultTimeout: (milliseconds: number) => void;
  readonly close: () => Promise<void>;
};

export type Browser = {
  readonly newContext: (options: {
    viewport: { width: number; height: number };
    deviceScaleFactor?: number;
    colorScheme?: 'dark' | 'light';
    reducedMotion?: 'reduce';
  }) => Promise<BrowserContext>;
  readonly close: () => Promise<void>;
};

type Playwright = {
  readonly chromium: {
    readonly launch: (options: {
      executablePath?: string;
      channel?: string;
      headless: boolean;
      args: readonly string[];
      env: NodeJS.ProcessEnv;
    }) => Promise<Browser>;
  };
};

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Without it the browser asks before a page may talk to a server on this machine.
  '--disable-features=LocalNetworkAccessChecks',
  '--font-render-hinting=none',
];

/** Starts the host's browser, headless. `COUNTERSIGN_BROWSER` names another Chromium to use. */
export async function launchBrowser(host: Host): Promise<Browser> {
  const { chromium } = createRequire(path.join(host.root, 'package.json'))(host.playwright) as Playwright;
  const own = process.env['COUNTERSIGN_BROWSER'];
  const choice =
    own !== undefined
      ? { executablePath: own }
      : host.browser !== undefined
        ? { executablePath: host.browser.executable }
        : { channel: 'chrome' };
  return chromium.launch({
    ...choice,
    headless: true,
    args: ARGUMENTS,
    env: { ...process.env, ...host.browser?.env },
  });
}
