/** The page of an execution at its largest, and in time: pages of steps, chunks of events, zoom, time travel, definition. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { describePages } from './in-chromium';

describePages('the page of an execution', {}, (stage) => {
  const open = (name: string, query = '') => stage.page.goto(`${stage.server.origin}/executions/${fixtureId(name)}${query}`);
  const ready = () => stage.page.locator('body[data-keys=ready]').waitFor();
  /** Waits until the address says so. */
  const query = (name: string, value: string | null) => stage.page.waitForURL((url) => url.searchParams.get(name) === value);

  it('holds two thousand items of a foreach: closed at first, then drawn as far as they are seen', async () => {
    await open('two-thousand-items');
    await stage.page.getByText('1999 of 2000 done, 1 failed').waitFor();
    await ready();
    await stage.page.getByRole('button', { name: /^Show the 2000 steps of each/ }).click();
    await stage.page.locator('.wf-minimap').waitFor();
    await expect.poll(() => stage.page.locator('.wf-row').count()).toBeLessThan(120);
    await stage.page.locator('#waterfall').focus();
    await stage.page.keyboard.press('f');
    await stage.page.locator('[data-key="s:each/1234/charge"][data-cursor=true]').waitFor();
    await stage.page.keyboard.press('Enter');
    await stage.page.getByRole('complementary', { name: 'Details of each/1234/charge' }).getByText('402 from payment').first().waitFor();
  });

  it('of fifty thousand events loads its steps as they are scrolled to, all when the last is wanted', async () => {
    await open('fifty-thousand-events');
    await stage.page.getByText('100 of 16,666 steps are loaded.').waitFor();
    await ready();
    await stage.page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await stage.page.getByText('1,100 of 16,666 steps are loaded.').waitFor();
    await stage.page.locator('#waterfall').focus();
    await stage.page.keyboard.press('End');
    await stage.page.locator('[data-key="s:row-16666"][data-cursor=true]').waitFor();
    await expect.poll(() => stage.page.locator('.wf-row').count()).toBeLessThan(120);
    await stage.page.getByText('steps are loaded').waitFor({ state: 'detached' });
  });

  it('pages and filters the event log, and draws what is near', async () => {
    await open('fifty-thousand-events', '?view=events');
    await expect.poll(() => stage.page.locator('li[data-seq]').count()).toBe(100);
    for (let seq = 200; seq <= 1000; seq += 200) {
      await stage.page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await stage.page.locator(`li[data-seq="${seq}"]`).waitFor({ state: 'attached' });
    }
    await stage.page.locator('li[data-seq="1"]').waitFor({ state: 'detached' });
    await expect.poll(() => stage.page.locator('li[data-seq]').count()).toBeLessThan(700);
    await stage.page.evaluate(() => window.scrollTo(0, 0));
    await stage.page.locator('li[data-seq="1"]').waitFor();
    await stage.page.getByLabel('From event').fill('49000');
    await stage.page.keyboard.press('Enter');
    await stage.page.locator('li[data-seq="49000"]').waitFor();
    await stage.page.getByRole('button', { name: 'Show earlier events' }).click();
    await stage.page.locator('li[data-seq="48999"]').waitFor();
    await stage.page.getByLabel('Events of the step').fill('row-00077');
    await stage.page.keyboard.press('Enter');
    await stage.page.locator('li[data-seq="1"]').waitFor({ state: 'detached' });
    await stage.page.waitForFunction(() => document.querySelectorAll('li[data-seq]').length === 3);
    await query('about', 'row-00077');
  });

  it('filters the log by type and opens the data of an event', async () => {
    await open('thousand', '?view=events');
    await ready();
    await stage.page.getByLabel('Type of event').selectOption('step.failed');
    await stage.page.waitForFunction(() => document.querySelectorAll('li[data-seq]').length === 1);
    await stage.page.locator('li[data-seq]').click();
    await stage.page.getByText('"UNIQUE constraint failed: customers.email"').waitFor();
    await stage.page.getByLabel('Type of event').selectOption('execution.started');
    await stage.page.locator('li[data-seq="1"]', { hasText: 'by http' }).waitFor();
  });

  it('travels in time by keys, slider and number: what an event changed, and what a step would have seen', async () => {
    await open('compensated');
    await ready();
    await stage.page.keyboard.press('t');
    const slider = stage.page.getByRole('slider', { name: 'Event' });
    await slider.waitFor();
    const last = Number(await slider.getAttribute('max'));
    await query('at', String(last));
    await stage.page.keyboard.press('[');
    await stage.page.getByRole('complementary', { name: `Context after event ${last - 1}` }).waitFor();
    await slider.focus();
    await stage.page.keyboard.press('Home');
    const first = stage.page.getByRole('complementary', { name: 'Context after event 1', exact: true });
    await first.getByText('execution.started').waitFor();
    await stage.page.locator('.wf-later').waitFor({ state: 'attached' });
    let seq = 1;
    while (seq < last) {
      await stage.page.keyboard.press(']');
      seq++;
      await stage.page
        .getByRole('complementary', { name: `Context after event ${seq}`, exact: true })
        .getByText('In the log')
        .waitFor();
      if ((await stage.page.locator('.changes-row[data-path="steps.reserve-inventory"], .changes-row[data-path="reserve-inventory"]').count()) > 0) break;
    }
    await stage.page.locator('.changes-row').getByText('"warehouse":"eu-west-1"').waitFor();
    const json = stage.page.getByRole('group', { name: 'Context' });
    await json.getByText('reserve-inventory').first().waitFor();
    await expect.poll(() => json.getByText('charge-payment').count()).toBe(0);
    await stage.page.getByRole('button', { name: 'In the log' }).click();
    await stage.page.locator(`li[data-seq="${seq}"]`).waitFor();
    await stage.page.keyboard.press('Escape');
    await slider.waitFor({ state: 'detached' });
    await query('at', null);
  });

  it('opens at the moment that the address names, and says what is not known', async () => {
    await open('compensated', '?at=9999');
    await stage.page.getByText('The context at this event is not known here.').waitFor();
    await stage.page.getByRole('spinbutton', { name: 'Event' }).fill('2');
    await stage.page.keyboard.press('Enter');
    await stage.page.getByRole('complementary', { name: 'Context after event 2' }).getByText('step.').first().waitFor();
  });

  it('zooms and pans by keys, and shows where it is', async () => {
    await open('fifty');
    await ready();
    const whole = await stage.page.locator('#wf').getAttribute('data-to');
    await stage.page.keyboard.press('+');
    await stage.page.waitForFunction((to) => Number(document.getElementById('wf')?.dataset.to) < Number(to), whole);
    await stage.page.locator('.wf-minimap-window').waitFor();
    const from = Number(await stage.page.locator('#wf').getAttribute('data-from'));
    await stage.page.keyboard.press('Shift+ArrowLeft');
    await stage.page.waitForFunction((before) => Number(document.getElementById('wf')?.dataset.from) < before, from);
    await stage.page.keyboard.press('0');
    await stage.page.locator(`#wf[data-to="${whole}"]`).waitFor();
  });

  it('says how much of the time was waiting', async () => {
    await open('compensated');
    await stage.page.getByText('waited').waitFor();
    await stage.page.locator('[data-key="s:charge-payment"]').click();
    await stage.page.getByText('of it waiting 3.20 s').waitFor();
  });

  it('shows the definition as a graph, or as a list, with the way that was taken', async () => {
    await open('compensated', '?view=definition');
    const card = (name: string) => stage.page.locator('.graph-card', { hasText: name });
    await card('charge-payment').waitFor();
    await expect.poll(() => card('charge-payment').getAttribute('data-status')).toBe('failed');
    await expect.poll(() => stage.page.locator('.graph-card[data-reached=false]').allInnerTexts()).toHaveLength(2);
    await expect.poll(() => stage.page.locator('.graph-edge[data-lit=true]').count()).toBe(5);
    await card('reserve-inventory').click();
    await stage.page.getByRole('complementary', { name: 'Details of reserve-inventory' }).waitFor();
    await stage.page.keyboard.press('Escape');
    await stage.page.getByRole('button', { name: 'List', exact: true }).click();
    await stage.page.locator('.flow-card').first().waitFor();
    await expect.poll(() => stage.page.locator('.flow-item[data-reached=false]').allInnerTexts()).toHaveLength(2);
    await open('two-thousand-items', '?view=definition');
    await stage.page.locator('.graph-card', { hasText: '2,000 times' }).getByText('1 failed').waitFor();
  });
});
