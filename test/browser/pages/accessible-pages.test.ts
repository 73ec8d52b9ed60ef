/**
 * Every page, wide and light, narrow and dark (contrast has a test of its own): no serious finding of axe, nothing wider
 * than the window, no server error, and no button that cannot be told from another.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { expect, it } from 'vitest';
import { describePages } from './in-chromium';
import { PAGES } from './pages';
import { tooWide } from './width';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** States of a page that answer with an error on purpose. */
const FAILING = new Set(['executions-error', 'breakpoints-error', 'execution-404', 'not-found']);
/** Every page, on a machine that may be busy. */
const LONG = 600_000;
const LOOKS = [
  { width: 1440, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;

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

describePages('all pages', { bypassCSP: true, reducedMotion: 'reduce' }, (stage) => {
  it.each(LOOKS)('are accessible at $width px in the $colorScheme theme', { timeout: LONG }, async ({ width, colorScheme }) => {
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
      await stage.page.evaluate(AXE);
      const { violations } = await stage.page.evaluate(() =>
        (window as unknown as { axe: typeof axe }).axe.run(document, {
          resultTypes: ['violations'],
          rules: { 'scrollable-region-focusable': { enabled: true } },
        }),
      );
      for (const { id, impact, nodes } of violations) {
        if (impact === 'serious' || impact === 'critical')
          findings.push(
            `${name}: ${id} at ${nodes
              .slice(0, 3)
              .map((node) => node.target.join(' '))
              .join(' | ')}`,
          );
      }
    }
    if (process.env.FINDINGS) console.log(findings.join('\n'));
    expect(findings).toEqual([]);
  });
});
