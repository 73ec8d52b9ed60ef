/** Whether a page is within its window. */
import type { Page } from 'playwright-core';

/** Long enough for any page that is still being laid out; one that is too wide stays so. */
const SOON = { timeout: 10_000 };

/** @returns the first element that stands out of the window at the right, and how far; nothing where none does. */
export async function tooWide(page: Page): Promise<string | undefined> {
  const fits = page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, SOON);
  return fits.then(
    () => undefined,
    () => page.evaluate(sticksOut),
  );
}

function sticksOut(): string {
  const beyond = (element: Element) => Math.round(element.getBoundingClientRect().right - innerWidth);
  const found = [...document.querySelectorAll('body *')].find((element) => beyond(element) > 0);
  return `wider than ${innerWidth} px: ${found ? `${found.tagName}.${found.className} by ${beyond(found)} px` : 'nobody knows by what'}`;
}
