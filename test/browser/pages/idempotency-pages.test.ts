/** The page of idempotency keys in Chromium: from the key of a step to who had its effect. */
import { expect, it } from 'vitest';
import { fixtureId } from './fixture-executions';
import { KNOWN_KEY } from './fixture-idempotency';
import { describePages } from './in-chromium';

describePages('idempotency keys', {}, (stage) => {
  it('say who had the effect under a key, by keyboard', async () => {
    await stage.page.goto(`${stage.server.origin}/executions`);
    await stage.page.getByRole('link', { name: 'Idempotency keys' }).first().click();
    await stage.page.getByText('Which key?').waitFor();
    await stage.page.getByRole('textbox', { name: 'Key' }).fill(KNOWN_KEY);
    await stage.page.keyboard.press('Enter');
    await stage.page.getByText('Had once.').waitFor();
    await stage.page.getByText('ch_1').waitFor();
    const holder = stage.page.locator('main').getByRole('link', { name: /^exec_/ });
    expect(await holder.getAttribute('href')).toBe(`/executions/${fixtureId('compensated')}?step=charge-payment`);
  });

  it('tell an unknown key from a mistake', async () => {
    await stage.page.goto(`${stage.server.origin}/idempotency-keys?key=unknown`);
    await stage.page.getByText('No effect is known under this key').waitFor();
    await stage.page.goto(`${stage.server.origin}/idempotency-keys?key=${encodeURIComponent(KNOWN_KEY)}&phase=compensate`);
    await stage.page.getByText('No effect is known under this key').waitFor();
  });
});
