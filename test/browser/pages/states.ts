/**
 * What pages look like once somebody has done something, and when their data are not as usual: beside `PAGES`, for pictures.
 * An act ends when what it opened is there.
 */
import type { Page } from 'playwright-core';
import { fixtureId } from './fixture-executions';
import { EXTREMES, type Extreme } from './fixture-extremes';
import { PAGES } from './pages';

export interface State {
  name: string;
  path: string;
  extreme?: Extreme;
  act?: (page: Page) => Promise<unknown>;
  /** As it comes out of a printer. */
  print?: boolean;
}

const execution = (name: string, query = '') => `/executions/${fixtureId(name)}${query}`;

/** Presses what opens a dialog, and waits for it. */
const open =
  (name: string, exact = true) =>
  async (page: Page) => {
    await page.getByRole('button', { name, exact }).first().click();
    await page.locator('dialog[open]').waitFor();
  };
const press = (key: string) => async (page: Page) => {
  await page.waitForTimeout(300);
  await page.keyboard.press(key);
  await page.locator('dialog[open]').waitFor();
};

const DIALOGS: readonly [name: string, path: string, button: string][] = [
  ['cancel', execution('running'), 'Cancel'],
  ['replay', execution('compensated'), 'Replay'],
  ['compare', execution('compensated'), 'Compare'],
  ['bulk', '/executions?live=0&status=failed', 'Bulk action'],
  ['run', '/applications/wf_orders', 'Run process-order'],
  ['impact', '/applications/wf_orders?view=versions', 'Impact of version 3'],
  ['deploy', '/applications/wf_orders?view=versions', 'Deploy version 1'],
  ['invite', '/members', 'Invite'],
  ['new-key', '/api-keys', 'New key'],
  ['delete-key', '/api-keys', 'Delete ci'],
  ['new-project', '/projects', 'New project'],
  ['new-secret', '/secrets', 'New secret'],
  ['store', '/secrets', 'Add store'],
  ['provider', '/identity-providers', 'Add provider'],
  ['egress', '/security', 'Change what applications may call'],
  ['retention', '/security', 'Change the retention'],
  ['replication', '/regions', 'Change where definitions go'],
  ['erase', '/regions', 'Erase acme'],
  ['transition', '/machines/order-lifecycle/order/o-1001', 'ship'],
  ['new-instance', '/machines/order-lifecycle/order', 'New instance'],
  ['discard', `/dead-letters/${fixtureId('letter-payments-0')}?pipeline=payments.process-payment`, 'Discard'],
  ['replay-all', '/dead-letters', 'Replay all'],
];

/** Pages whose data can be as an extreme has it. */
const isExtreme: Record<Extreme, (path: string) => boolean> = {
  long: () => true,
  empty: (path) =>
    !/^\/(?:executions\/|regions|design|nowhere|applications\/|machines\/|dead-letters\/|circuit-breakers\/|mailbox\/|quotas|security)/.test(path),
  broken: (path) => !/^\/(?:design|nowhere)/.test(path),
};

export const STATES: readonly State[] = [
  ...DIALOGS.map(([name, path, button]): State => ({ name: `dialog-${name}`, path, act: open(button) })),
  { name: 'palette', path: '/executions?live=0', act: press('Control+k') },
  { name: 'keys', path: execution('compensated'), act: press('?') },
  { name: 'views-menu', path: '/executions?live=0', act: (page) => page.getByText('Views', { exact: true }).click() },
  { name: 'focus', path: '/executions?live=0', act: (page) => tabTo(page, 14) },
  { name: 'hover', path: '/executions?live=0', act: (page) => page.locator('.rows > tr').nth(2).hover() },
  { name: 'pane-loading', path: execution('compensated'), act: paneThatLoads },
  { name: 'print-executions', path: '/executions?live=0', print: true },
  { name: 'print-execution', path: execution('compensated', '?step=charge-payment'), print: true },
  ...EXTREMES.flatMap((extreme) =>
    PAGES.filter(([, path]) => isExtreme[extreme](path)).map(([name, path]): State => ({ name: `${extreme}-${name}`, path, extreme })),
  ),
];

async function tabTo(page: Page, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await page.keyboard.press('Tab');
}

/** The details of a step that do not come. */
async function paneThatLoads(page: Page): Promise<void> {
  await page.route(/timeline\?step=/, () => {});
  await page.locator('.wf-row').nth(2).click();
  await page.waitForTimeout(600);
}
