/**
 * Every page in one look: no serious finding of axe, nothing wider than the window, no server error, and no button that cannot be
 * told from another. Each look has a test file, so that they are gone through side by side.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';
import { PAGES } from './pages';
import { tooWide } from './width';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** States of a page that answer with an error on purpose. */
const FAILING = new Set(['executions-error', 'breakpoints-error', 'execution-404', 'not-found']);
/** Every page, on a machine that may be busy. */
const LONG = 600_000;

interface Look {
  width: number;
  colorScheme: 'light' | 'dark';
}

const SERIOUS = ['serious', 'critical'];
/** What a rule finds has the impact of the rule, so those that can find nothing serious are left out. Their impact is in no interface of axe. */
const LIGHT = (axe as unknown as { _audit: { rules: { id: string; impact: string }[] } })._audit.rules
  .filter(({ impact }) => impact === 'minor' || impact === 'moderate')
  .map(({ id }) => [id, { enabled: false }] as const);
const RULES = { ...Object.fromEntries(LIGHT), 'scrollable-region-focusable': { enabled: true } };

/** Buttons, shown or not, that have the name of another in the same dialog, section or list: nobody can tell them apart. */
function repeatedButtons(): string[] {
  const places = [...document.querySelectorAll('[aria-label]:not(button), [aria-labelledby]')];
  const names = [...document.querySelectorAll('button')].map((button) => {
    const place = button.parentElement!.closest('[aria-label]:not(button), [aria-labelledby]');
    return `${button.ariaLabel ?? button.textContent.trim()} (${place ? `${places.indexOf(place)} ${place.tagName}` : 'page'})`;
  });
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

/** Links that are hidden and stand somewhere else as well: the same thing, drawn once more for another width. What Qwik keeps for later does not count. */
function hiddenTwins(): string[] {
  const links = [...document.querySelectorAll('a[href]')].filter((link) => !link.closest('dialog, details:not([open]), q\\:template'));
  const wordOf = (link: Element) => `${link.textContent?.trim()} (${link.getAttribute('href')})`;
  const shown = new Set(links.filter((link) => link.checkVisibility()).map(wordOf));
  return links.filter((link) => !link.checkVisibility() && shown.has(wordOf(link))).map(wordOf);
}

/** The serious findings of axe on this page. */
async function findingsOfAxe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (rules) => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'], rules }),
    RULES,
  );
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact ?? ''))
    .map(
      ({ id, nodes }) =>
        `${id} at ${nodes
          .slice(0, 3)
          .map((node) => node.target.join(' '))
          .join(' | ')}`,
    );
}

/** The test of every page in this look. */
export function describeAccessible({ width, colorScheme }: Look): void {
  describePages('all pages', { bypassCSP: true, reducedMotion: 'reduce' }, (stage) => {
    it(`are accessible at ${width} px in the ${colorScheme} theme`, { timeout: LONG }, async () => {
      await stage.page.setViewportSize({ width, height: 900 });
      await stage.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const findings: string[] = [];
      for (const [name, path] of PAGES) {
        const answer = await stage.page.goto(stage.server.origin + path);
        if (!FAILING.has(name) && answer!.status() !== 200) findings.push(`${name}: status ${answer!.status()}`);
        const wide = await tooWide(stage.page);
        if (wide) findings.push(`${name}: ${wide}`);
        for (const button of await stage.page.evaluate(repeatedButtons)) findings.push(`${name}: several buttons are called ${button}`);
        for (const link of await stage.page.evaluate(hiddenTwins)) findings.push(`${name}: drawn for another width as well: ${link}`);
        for (const finding of await findingsOfAxe(stage.page)) findings.push(`${name}: ${finding}`);
      }
      if (process.env.FINDINGS) console.log(findings.join('\n'));
      expect(findings).toEqual([]);
    });
  });
}
