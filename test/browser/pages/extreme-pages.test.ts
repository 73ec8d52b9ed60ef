/**
 * Every page once, when its data are not as usual: names of any length and script with large counts stay within the window,
 * and an API that fails is said on the page, with what to do.
 */
import { expect, it } from 'vitest';
import type { Extreme } from './fixture-extremes';
import { describePages } from './in-chromium';
import { PAGES } from './pages';
import { tooWide } from './width';

/** One state of each page, whatever it is a page of. */
const EACH = [...new Map(PAGES.map(([name, path]) => [path.replace(/\?.*|exec_\w+/g, ''), { name, path }])).values()];
/** Ask for nothing but what is always known. */
const WITHOUT_DATA = ['/design', '/nowhere', '/account', '/applications/new', '/applications/new/build'];

/** Seventy pages, on a machine that may be busy. */
const LONG = 600_000;

describePages('pages', { reducedMotion: 'reduce' }, (stage) => {
  const withData = async (extreme: Extreme) => {
    await stage.context.addCookies([{ name: 'extreme', value: extreme, url: stage.server.origin }]);
  };

  it('hold names of any length and script, and large counts', { timeout: LONG }, async () => {
    await withData('long');
    const findings: string[] = [];
    for (const { name, path } of EACH) {
      await stage.page.goto(stage.server.origin + path);
      // 900: two columns begin, and are as narrow as they get.
      for (const width of [390, 900, 1440]) {
        await stage.page.setViewportSize({ width, height: 900 });
        await stage.page.waitForFunction((wanted) => innerWidth === wanted, width);
        const wide = await tooWide(stage.page);
        if (wide) findings.push(`${name}: ${wide}`);
      }
    }
    expect(findings).toEqual([]);
  });

  it('say that the API failed, and what to do', { timeout: LONG }, async () => {
    await withData('broken');
    const silent: string[] = [];
    for (const { name, path } of EACH) {
      if (WITHOUT_DATA.includes(path.split('?')[0]!)) continue;
      await stage.page.goto(stage.server.origin + path);
      const said = stage.page.getByRole('alert');
      if ((await said.count()) !== 1 || (await said.getByRole('link').count()) === 0 || !(await said.textContent())?.includes('Request id')) silent.push(name);
    }
    expect(silent).toEqual([]);
  });
});
