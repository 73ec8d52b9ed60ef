/** What the pages promise whatever comes: no script but their own, nothing kept by caches, a small first load, decent answers to trouble. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { ODD_STEP } from './fixture-timeline';
import { describePages } from './in-chromium';

const MOST_SCRIPT_BYTES = 80_000;
const DIST = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url));

describePages('safety of the face', {}, (stage) => {
  const execution = (name: string, query = '') => `${stage.server.origin}/executions/${fixtureId(name)}${query}`;

  it('runs no script but its own, by a nonce of this answer alone, and is kept by no cache', async () => {
    const seen = new Set<string>();
    for (const path of ['/executions?live=0', '/secrets', execution('compensated').slice(stage.server.origin.length), '/nowhere']) {
      const answer = (await stage.page.goto(stage.server.origin + path))!;
      const policy = answer.headers()['content-security-policy']!;
      const [script] = /script-src [^;]+/.exec(policy)!;
      const nonce = /'nonce-([^']+)'/.exec(script)![1]!;
      expect(script).toBe(`script-src 'self' 'nonce-${nonce}'`);
      // Attributes of style hold positions; a sheet is ours, or carries the nonce.
      expect(policy.match(/style-src[^;]*/g)).toEqual([
        expect.stringMatching(new RegExp(`^style-src 'self' 'nonce-${nonce.replaceAll('+', '\\+')}' 'sha256-[^ ]+'$`)),
        "style-src-attr 'unsafe-inline'",
      ]);
      expect(policy).toMatch(/default-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/);
      expect(answer.headers()['cache-control']).toBe('no-store');
      // What has no text and no source runs nothing, and data is not run.
      const scripts = [...(await answer.text()).matchAll(/<script\b([^>]*)>([^<]*)/g)]
        .filter(([, attributes, text]) => text !== '' && !attributes!.includes('type="qwik/json"'))
        .map(([, attributes]) => attributes);
      expect(scripts.length).toBeGreaterThan(0);
      for (const attributes of scripts) expect(attributes).toContain(`nonce="${nonce}"`);
      seen.add(nonce);
    }
    expect(seen.size).toBe(4);
  });

  it('shows markup in names and in the address as text', async () => {
    await stage.page.goto(execution('odd'));
    await stage.page.locator('.wf-step', { hasText: ODD_STEP }).click();
    await stage.page.getByRole('heading', { name: ODD_STEP }).waitFor();
    await stage.page.goto(`${stage.server.origin}/executions?live=0&q=${encodeURIComponent('"><script>window.hacked = 1</script>')}`);
    await stage.page.getByText('No execution fits these filters').waitFor();
    expect(await stage.page.evaluate(() => 'hacked' in window)).toBe(false);
    await expect.poll(() => stage.page.locator('img').count()).toBe(0);
  });

  it('loads the page of an execution with less than 80 kB of script', async () => {
    const page = await stage.context.newPage();
    const scripts = new Set<string>();
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.endsWith('.js')) scripts.add(pathname);
    });
    await page.goto(execution('fifty'), { waitUntil: 'networkidle' });
    await page.locator('body[data-keys=ready]').waitFor();
    expect(scripts.size).toBeGreaterThan(0);
    const bytes = [...scripts].reduce((sum, path) => sum + gzipSync(readFileSync(`${DIST}${path}`)).length, 0);
    expect(bytes).toBeLessThan(MOST_SCRIPT_BYTES);
  });

  it('opens a value of 5 MB in place, and finds what is in it', async () => {
    await stage.page.goto(execution('odd', `?step=${encodeURIComponent(ODD_STEP)}`));
    await stage.page.getByText('5.0 MB, kept apart').waitFor();
    await stage.page.getByRole('button', { name: 'Show it here' }).click();
    await stage.page.getByText('{ 1 key }').waitFor();
    await stage.page.getByLabel('Find in this value').fill('needle');
    await stage.page.locator('[data-line="rows[31415].text"][data-current=true]').waitFor();
    await expect.poll(() => stage.page.locator('.json-line').count()).toBeLessThanOrEqual(2000);
  });

  it('goes by the clock of the server where that of the browser is an hour off', async () => {
    await stage.page.addInitScript(() => {
      const now = Date.now;
      const origin = performance.timeOrigin;
      Date.now = () => now() + 3_600_000;
      Object.defineProperty(performance, 'timeOrigin', { get: () => origin + 3_600_000 });
    });
    await stage.page.goto(execution('running'));
    await stage.page.waitForFunction(() => Number(document.documentElement.dataset.skew) > 3_500_000);
    const timer = stage.page.getByRole('timer');
    const before = await timer.textContent();
    await stage.page.waitForFunction((text) => document.querySelector('[role=timer]')?.textContent !== text, before);
    await expect.poll(() => timer.textContent()).toMatch(/^\d\d?\.\d s$/);
  });

  it('says that what it shows may be old while the API fails, and no more once it answers', async () => {
    await stage.page.route('**/executions/live*', (route) => route.abort());
    await stage.page.route('**/timeline?since=*', (route) => route.fulfill({ status: 500, body: 'broken' }));
    await stage.page.goto(execution('running'));
    await stage.page.getByText('This may be old: Something went wrong on our side').waitFor();
    await stage.page.getByText('Asking every 2 s').waitFor();
    await stage.page.unroute('**/timeline?since=*');
    await stage.page.getByText('This may be old').waitFor({ state: 'detached' });
    stage.faults = stage.faults.filter((text) => !text.includes('ERR_FAILED'));
  });

  it('says what could not be loaded, with a way on and the id of the request', async () => {
    const answer = await stage.page.goto(`${stage.server.origin}/executions?live=0&q=boom`);
    expect(answer!.status()).toBe(500);
    await stage.page.getByRole('heading', { name: 'The executions could not be loaded' }).waitFor();
    await stage.page.getByText(answer!.headers()['x-request-id']!).waitFor();
    await stage.page.getByRole('link', { name: 'Clear filters' }).click();
    await stage.page.locator('tr[data-index="0"]').waitFor();
  });

  it('tells on the list when the live connection is lost', async () => {
    await stage.page.route('**/executions/live*', (route) => route.abort());
    await stage.page.goto(`${stage.server.origin}/executions`);
    await stage.page.getByText('Connection lost, trying again').waitFor();
    stage.faults = stage.faults.filter((text) => !text.includes('ERR_FAILED'));
  });
});
