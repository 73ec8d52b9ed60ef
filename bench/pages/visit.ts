/**
 * One visit of a page with an empty cache, timed by the browser's own clocks.
 *
 * - painted: first contentful paint.
 * - interactive: the page is parsed and painted, and the last task of more than 50 ms has ended; watched until the page has
 *   been quiet for half a second.
 * - script: what was loaded of it until then, compressed as the edge does it.
 */
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';

export interface Visit {
  /** ms from the navigation. */
  painted: number;
  interactive: number;
  /** Bytes, compressed. */
  script: number;
  requests: number;
}

const QUIET_MS = 500;

/** Runs before anything of the page: keeps the tasks that were too long. */
const WATCH = `globalThis.longTasks = [];
new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((task) => task.startTime + task.duration)))
  .observe({ type: 'longtask', buffered: true });`;

/** In the page: its times, once it has been painted and quiet. */
const TIMES = `(() => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const navigation = performance.getEntriesByType('navigation')[0];
  if (!paint || navigation.loadEventEnd === 0) return false;
  const ended = Math.max(0, ...performance.getEntriesByType('resource').map((entry) => entry.responseEnd));
  const tasks = Math.max(0, ...globalThis.longTasks);
  if (performance.now() - Math.max(ended, tasks, navigation.loadEventEnd) < ${QUIET_MS}) return false;
  return { painted: paint.startTime, interactive: Math.max(paint.startTime, navigation.domContentLoadedEventEnd, tasks) };
})()`;

export async function visit(
  browser: Browser,
  url: string,
  state?: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>,
): Promise<Visit> {
  // What is asked of the page below is script that its policy would refuse.
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true, ...(state ? { storageState: state } : {}) });
  try {
    await context.addInitScript(WATCH);
    const page = await context.newPage();
    const scripts: Promise<Buffer>[] = [];
    let requests = 0;
    page.on('response', (response) => {
      requests++;
      const type = response.headers()['content-type'] ?? '';
      if (type.includes('javascript')) scripts.push(response.body().catch(() => Buffer.alloc(0)));
    });
    await page.goto(url, { waitUntil: 'commit' });
    const times = (await (await page.waitForFunction(TIMES, undefined, { polling: 50 })).jsonValue()) as Pick<Visit, 'painted' | 'interactive'>;
    const bodies = await Promise.all(scripts);
    return { ...times, requests, script: bodies.reduce((sum, body) => sum + (body.length === 0 ? 0 : gzipSync(body).length), 0) };
  } finally {
    await context.close();
  }
}
