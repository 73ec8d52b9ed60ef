/**
 * `npm run bench -- pages`: what somebody waits for who opens a page for the first time, as ratios to a page with one line
 * of text and nothing else, from the same machine in the same run. The pages take turns; medians are given.
 */
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findBrowser } from '../../scripts/local/browser.mjs';
import { launchBrowser } from '../harness/browser.ts';
import { executionOf } from '../harness/execution-of.ts';
import { startRegion } from '../harness/region.ts';
import { median } from '../harness/statistics.ts';
import { type Visit, visit } from './visit.ts';

export interface PageResult extends Visit {
  page: string;
  /** `painted` and `interactive` as parts of those of the empty page. */
  paintedRatio: number;
  interactiveRatio: number;
}

const EMPTY = '<!doctype html><html lang="en"><title>Empty</title><p>One line of text.</p></html>';
/** Executions that the list shows. */
const LISTED = 25;

export async function runPages(
  plan: { rounds: number; script: string; counterpart: string; root: string },
  say: (line: string) => void,
): Promise<PageResult[]> {
  const executablePath = findBrowser(say);
  if (!executablePath) throw new Error('There is no browser; CHROME_PATH names one.');
  const stateDir = join(plan.root, 'pages', 'state');
  mkdirSync(stateDir, { recursive: true });
  const region = await startRegion({ stateDir, counterpart: plan.counterpart, script: plan.script });
  const empty = createServer((_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(EMPTY));
  await new Promise<void>((listening) => empty.listen(0, '127.0.0.1', listening));
  const browser = await launchBrowser(executablePath);
  try {
    const id = await executionOf(region, 'bench-page', 50);
    for (let count = 1; count < LISTED; count++) await region.api('POST', '/executions?wait=30s', JSON.stringify({ workflow: 'bench-page' }));
    const { id: workflow } = await region.api('GET', '/workflows/bench-page');
    const context = await browser.newContext();
    const first = await context.newPage();
    await first.goto(`${region.origin}/sign-in?key=${region.adminKey}&tenant=${region.tenant}`);
    const state = await context.storageState();
    await context.close();
    const pages: [name: string, url: string][] = [
      ['empty', `http://127.0.0.1:${(empty.address() as AddressInfo).port}/`],
      ['sign-in', `${region.origin}/sign-in`],
      ['executions', `${region.origin}/executions`],
      ['execution of 50 steps', `${region.origin}/executions/${id}`],
      ['application', `${region.origin}/applications/${workflow}`],
      ['graph of 50 steps', `${region.origin}/applications/${workflow}?view=graph`],
      ['builder of 50 steps', `${region.origin}/applications/${workflow}/build`],
      ['circuit breakers', `${region.origin}/circuit-breakers`],
    ];
    const seen = new Map(pages.map(([name]) => [name, [] as Visit[]]));
    // The first round warms the Worker; it does not count.
    for (let round = 0; round <= plan.rounds; round++) {
      for (const [name, url] of pages) {
        const one = await visit(browser, url, name === 'sign-in' || name === 'empty' ? undefined : state);
        if (round > 0) seen.get(name)!.push(one);
      }
      if (round > 0) say(`round ${round}  ${pages.map(([name]) => `${name} ${seen.get(name)!.at(-1)!.painted.toFixed(0)} ms`).join('   ')}`);
    }
    const middle = (name: string, key: keyof Visit) => median(seen.get(name)!.map((one) => one[key]));
    return pages.map(([page]) => ({
      page,
      painted: Math.round(middle(page, 'painted')),
      interactive: Math.round(middle(page, 'interactive')),
      script: middle(page, 'script'),
      requests: middle(page, 'requests'),
      paintedRatio: middle(page, 'painted') / middle('empty', 'painted'),
      interactiveRatio: middle(page, 'interactive') / middle('empty', 'interactive'),
    }));
  } finally {
    await browser.close();
    empty.close();
    await region.dispose();
  }
}

export function pagesTable(results: readonly PageResult[]): string {
  const row = (cells: string[]) => cells.map((cell, index) => (index === 0 ? cell.padEnd(24) : cell.padStart(14))).join('');
  return [
    row(['page', 'painted', 'interactive', 'ms', 'ms', 'script, kB', 'requests']),
    ...results.map((one) =>
      row([
        one.page,
        one.paintedRatio.toFixed(1),
        one.interactiveRatio.toFixed(1),
        String(one.painted),
        String(one.interactive),
        (one.script / 1000).toFixed(0),
        String(one.requests),
      ]),
    ),
  ].join('\n');
}
