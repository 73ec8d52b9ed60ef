/**
 * Tests of the built pages in Chromium, on the fixture API.
 *
 * One browser for all files that a process runs; one server and one context for each `describePages`, so that scripts are
 * loaded and compiled once. What a test can see is set anew before each: the API, cookies and storage, and the page.
 * No fault on the console.
 */
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from 'vitest';
import { CHROMIUM, launch } from '../chromium';
import { SESSION } from './fixture-api';
import { type DevServer, serve } from './serve';

export interface Stage {
  server: DevServer;
  context: BrowserContext;
  /** Signed in, and still empty. */
  page: Page;
  /** Errors of the page and its console; a test that brings one about on purpose takes it out. */
  faults: string[];
}

/**
 * Nothing of a document is seen before it has loaded, neither by a person nor by a locator: until then what its stylesheet
 * hides is not hidden, and what is pressed is heard by nobody.
 */
function hiddenUntilLoaded(): void {
  const sheet = new CSSStyleSheet();
  const still = '*, ::before, ::after { transition: none !important; }';
  sheet.replaceSync(`:root { visibility: hidden; } ${still}`);
  document.adoptedStyleSheets = [sheet];
  addEventListener('load', () => {
    // Everything is seen at once; with its transitions, each element would follow a frame after what it stands in.
    sheet.replaceSync(still);
    document.documentElement.getBoundingClientRect();
    document.adoptedStyleSheets = [];
  });
}

/** `describe` with a stage that is set anew for every test; skipped where there is no browser. */
export function describePages(name: string, options: BrowserContextOptions, tests: (stage: Stage) => void): void {
  describe.skipIf(!CHROMIUM)(name, () => {
    const stage = {} as Stage;
    /** Stays open and empty: the pages of tests are tabs of its window. Without it each test would open a window, which costs far more. */
    let keeper: Page;

    beforeAll(async () => {
      stage.server = await serve();
      stage.context = await (await launch()).newContext({ viewport: { width: 1440, height: 900 }, ...options });
      await stage.context.addInitScript(hiddenUntilLoaded);
      keeper = await stage.context.newPage();
    });
    afterAll(async () => {
      await stage.context?.close();
      await stage.server?.close();
    });
    beforeEach(async () => {
      stage.server.reset();
      stage.page = await signedIn(stage.context, stage.server.origin);
      stage.faults = [];
      stage.page.on('pageerror', (error) => stage.faults.push(error.message));
      stage.page.on(
        'console',
        (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && stage.faults.push(message.text()),
      );
    });
    afterEach(async () => {
      await Promise.all(
        stage.context
          .pages()
          .filter((page) => page !== keeper)
          .map(close),
      );
      // A broken content security policy shows here as well.
      expect(stage.faults).toEqual([]);
    });
    tests(stage);
  });
}

/**
 * Closes a page wherever it is on its way to. Chromium forgets that a page was to be closed when its document changes in that
 * moment; so it is asked until the page is gone.
 */
async function close(page: Page): Promise<void> {
  const { targetId } = await targetOf(page);
  const devtools = await (await launch()).newBrowserCDPSession();
  const gone = page.close();
  await vi.waitUntil(
    async () => {
      // Refused where the page has gone meanwhile.
      await devtools.send('Target.closeTarget', { targetId }).catch(() => {});
      return page.isClosed();
    },
    { timeout: 60_000, interval: 100 },
  );
  await gone;
  await devtools.detach();
}

async function targetOf(page: Page): Promise<{ targetId: string }> {
  const devtools = await page.context().newCDPSession(page);
  const { targetInfo } = await devtools.send('Target.getTargetInfo');
  await devtools.detach();
  return targetInfo;
}

/** A new page of somebody who has just come: nothing is left of whoever was here before. */
async function signedIn(context: BrowserContext, origin: string): Promise<Page> {
  await context.setOffline(false);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await devtools.detach();
  await context.clearCookies();
  await context.addCookies([{ name: 'wf_session', value: SESSION, url: origin, httpOnly: true, sameSite: 'Lax' }]);
  return page;
}
