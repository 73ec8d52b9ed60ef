/** The pages of idempotency keys in Chromium: found, looked at, released. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { KNOWN_KEY } from './fixture-idempotency';
import { describePages } from './in-chromium';

describePages('idempotency keys', {}, (stage) => {
  const main = () => stage.page.locator('main');
  const keys = () => main().locator('tbody tr');
  const open = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);

  it('are listed, filtered and paged, by keyboard', async () => {
    await open('/executions');
    await stage.page.getByRole('link', { name: 'Idempotency keys' }).first().click();
    await keys().nth(1).waitFor();
    await expect.poll(() => keys().count()).toBe(2);
    await stage.page.getByRole('link', { name: 'Older' }).click();
    // What is in a key is text.
    await stage.page.getByText('evt_1QhZ<b>x</b>').waitFor();
    await stage.page.keyboard.press('/');
    await stage.page.getByRole('searchbox', { name: 'Text in the key' }).fill('abc');
    await stage.page.keyboard.press('Enter');
    await stage.page.waitForURL(/q=abc/);
    await stage.page.getByRole('link', { name: 'order_ord_20260215_abc123', exact: true }).waitFor();
    await expect.poll(() => keys().count()).toBe(1);
    await stage.page.getByRole('link', { name: 'Of steps' }).click();
    await stage.page.getByText('No key fits these filters').waitFor();
    await main().getByRole('link', { name: 'Clear filters' }).click();
    await stage.page.getByRole('link', { name: KNOWN_KEY, exact: true }).waitFor();
  });

  it('are released where nothing is at work, after it is said what happens twice', async () => {
    await open('/idempotency-keys');
    await expect.poll(() => stage.page.getByRole('button', { name: 'Release the key order_ord_20260215_def456' }).isDisabled()).toBe(true);
    await stage.page.getByRole('button', { name: 'Release the key order_ord_20260215_abc123' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'Release the key' }).and(stage.page.locator('[open]'));
    await dialog.getByText('then happens a second time').waitFor();
    await dialog.getByRole('textbox').fill('sent by mistake');
    await dialog.getByRole('button', { name: 'Release it' }).click();
    await stage.page.getByText('The key order_ord_20260215_abc123 is free.').waitFor();
    await keys().first().getByText('Free again').waitFor();
    expect(stage.server.idempotency.released).toEqual([{ key: 'order_ord_20260215_abc123', reason: 'sent by mistake' }]);
  });

  it('lead to the replay of their execution', async () => {
    await open('/idempotency-keys');
    await stage.page.getByRole('link', { name: 'Replay the execution of order_ord_20260215_abc123' }).click();
    await stage.page.getByRole('dialog', { name: 'Replay this execution' }).getByText('A new execution').waitFor();
    expect(new URL(stage.page.url()).pathname).toBe(`/executions/${fixtureId('compensated')}`);
  });

  it('of a step say who had the effect, and are released there', async () => {
    await open('/idempotency-keys/step');
    await stage.page.getByText('Which key?').waitFor();
    await stage.page.getByRole('textbox', { name: 'Key' }).fill(KNOWN_KEY);
    await stage.page.keyboard.press('Enter');
    await stage.page.getByText('Done once.').waitFor();
    await stage.page.getByText('ch_1').waitFor();
    const holder = main().getByRole('link', { name: /^exec_/ });
    await expect.poll(() => holder.getAttribute('href')).toBe(`/executions/${fixtureId('compensated')}?step=charge-payment`);
    await main()
      .getByRole('button', { name: `Release the key ${KNOWN_KEY}` })
      .click();
    await stage.page.getByText('has its effect a second time').waitFor();
    await stage.page.getByRole('button', { name: 'Release it' }).click();
    await stage.page.getByText('No effect is known under this key').waitFor();
  });

  it('tell an unknown key from a mistake', async () => {
    await open('/idempotency-keys/step?key=unknown');
    await stage.page.getByText('No effect is known under this key').waitFor();
  });
});
