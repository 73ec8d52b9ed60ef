/**
 * What somebody waits for who looks at an execution: its timeline over the API, and its page in a browser. One client on
 * one region, no other load.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '../scripts/local/browser.mjs';
import { launchBrowser } from './harness/browser.ts';
import { executionOf } from './harness/execution-of.ts';
import { type Region, startRegion } from './harness/region.ts';
import { quantile } from './harness/statistics.ts';
import { type LiveDelay, measureLive } from './live.ts';

export interface Views {
  /** `GET /executions/{id}/timeline`, ms. */
  timeline: { events: number; p50: number; p95: number };
  /** From an event in the log until a watcher has its message, ms. */
  live: LiveDelay;
  /** From navigation until all rows of the waterfall are laid out, ms. Absent where there is no browser. */
  page?: { steps: number; p50: number; p95: number };
}

const EVENTS = 1_000;
/** Of a step without I/O: started, input, output, completed. */
const EVENTS_PER_STEP = 4;
const PAGE_STEPS = 50;
const TIMELINES = 40;
const NAVIGATIONS = 15;

/** In the page, whose clock begins with the navigation: its time in the frame after the one that first has all rows, or false. */
const SHOWN = `document.querySelectorAll('.wf-row').length >= ${PAGE_STEPS} && new Promise((seen) => requestAnimationFrame(() => seen(performance.now())))`;

export async function measureViews(plan: { script: string; counterpart: string; root: string }, say: (line: string) => void): Promise<Views> {
  const stateDir = join(plan.root, 'views', 'state');
  mkdirSync(stateDir, { recursive: true });
  const region = await startRegion({ stateDir, counterpart: plan.counterpart, script: plan.script });
  try {
    const views: Views = { timeline: await timelines(region), live: await measureLive(region) };
    const executablePath = findBrowser(say);
    if (!executablePath) say('No browser: the page is not measured.');
    else views.page = await pages(region, executablePath);
    return views;
  } finally {
    await region.dispose();
  }
}

async function timelines(region: Region): Promise<Views['timeline']> {
  const id = await executionOf(region, 'bench-timeline', Math.ceil(EVENTS / EVENTS_PER_STEP));
  const times: number[] = [];
  for (let turn = 0; turn < TIMELINES; turn++) {
    const begin = performance.now();
    await region.api('GET', `/executions/${id}/timeline`);
    times.push(performance.now() - begin);
  }
  const { last_seq: events } = await region.api('GET', `/executions/${id}/timeline`);
  if (events < EVENTS) throw new Error(`The execution has ${events} events.`);
  return { events, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

async function pages(region: Region, executablePath: string): Promise<Views['page']> {
  const id = await executionOf(region, 'bench-page', PAGE_STEPS);
  const browser = await launchBrowser(executablePath);
  try {
    // What is asked of the page below is script that its policy would refuse.
    const page = await browser.newPage({ viewport: { width: 1280, height: 2000 }, bypassCSP: true });
    await page.goto(`${region.origin}/sign-in?key=${region.adminKey}&tenant=${region.tenant}`);
    const times: number[] = [];
    for (let turn = 0; turn < NAVIGATIONS; turn++) {
      await page.goto(`${region.origin}/executions/${id}`, { waitUntil: 'commit' });
      const shown = await page.waitForFunction(SHOWN, undefined, { polling: 'raf' });
      times.push((await shown.jsonValue()) as number);
    }
    return { steps: PAGE_STEPS, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
  } finally {
    await browser.close();
  }
}
