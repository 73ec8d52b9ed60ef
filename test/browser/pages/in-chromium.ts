/** Tests of the built pages in Chromium, on the fixture API: one browser a file, a fresh context and API a test, no fault on the console. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { type DevServer, serve } from './serve';

export const CHROMIUM = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

export interface Stage {
  server: DevServer;
  context: BrowserContext;
  /** Signed in. */
  page: Page;
  /** Errors of the page and its console; a test that brings one about on purpose takes it out. */
  faults: string[];
}

/** `describe` with a stage that is set anew for every test; skipped where there is no browser. */
export function describePages(name: string, options: BrowserContextOptions, tests: (stage: Stage) => void): void {
  describe.skipIf(!CHROMIUM)(name, () => {
    const stage = {} as Stage;
    let browser: Browser;

    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(async () => browser?.close());
    beforeEach(async () => {
      stage.server = await serve();
      stage.context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      stage.page = await stage.context.newPage();
      stage.faults = [];
      stage.page.on('pageerror', (error) => stage.faults.push(error.message));
      stage.page.on(
        'console',
        (message) => message.type() === 'error' && !message.text().startsWith('Failed to load resource') && stage.faults.push(message.text()),
      );
      await stage.page.goto(`${stage.server.origin}/sign-in?key=dev-key`);
    });
    afterEach(async () => {
      await stage.context.close();
      await stage.server.close();
      // A broken content security policy shows here as well.
      expect(stage.faults).toEqual([]);
    });
    tests(stage);
  });
}
