/** Signing in by SAML as a person does, in Chromium: from our page to the provider's, and back by the form that it posts across sites. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, started } from '../e2e/started.ts';
import { type SamlPeer, startSaml } from '../peers/saml.ts';
import { CHROMIUM, launch } from './chromium.ts';

describe.skipIf(!CHROMIUM)('signing in by SAML', () => {
  let platform: Started;
  let saml: { peer: SamlPeer; stop(): Promise<void> };
  let browser: Browser;

  beforeAll(async () => {
    [platform, saml, browser] = await Promise.all([started({ pages: true, deployments: [] }), startSaml('localhost'), launch()]);
  });
  afterAll(() => Promise.all([platform?.stop(), saml?.stop()]));

  it('is set up by an owner, and signs somebody in', async () => {
    const owner = await (await browser.newContext()).newPage();
    await owner.goto(`${platform.origin}/sign-in?key=${platform.adminKey}`);
    await owner.goto(`${platform.origin}/identity-providers`);
    await owner.getByRole('button', { name: 'Add provider' }).click();
    const adding = owner.getByRole('dialog', { name: 'Add an identity provider' });
    await adding.getByLabel('Kind').selectOption('saml');
    await adding.getByLabel('Name').fill('Corp');
    await adding.getByLabel('Metadata of the provider').waitFor();
    await adding.getByRole('button', { name: 'Save provider' }).click();
    await owner.getByText('waits for the metadata of the provider').waitFor();

    // As the admin of the provider does with the address that the page shows.
    const address = await owner.getByRole('button', { name: 'Copy metadata address' }).first().getAttribute('data-copy');
    const metadata = await (await fetch(address!)).text();
    const registered = await fetch(new URL('/register', saml.peer.sso), { method: 'POST', body: metadata });
    expect(await registered.text()).toBe('registered');

    await owner.getByRole('button', { name: 'Change Corp' }).click();
    const changing = owner.getByRole('dialog', { name: 'Change Corp' });
    await changing.getByLabel('Metadata of the provider').fill(saml.peer.metadata);
    await changing.getByLabel('E-mail domains').fill('corp.example');
    await changing.getByLabel('Whoever comes without an invitation').selectOption('viewer');
    await changing.getByRole('button', { name: 'Save provider' }).click();
    await owner.getByText('Addresses of corp.example; others join as viewer').waitFor();
    await owner.getByText('2 certificates until').waitFor();

    const ada = await (await browser.newContext()).newPage();
    await ada.goto(`${platform.origin}/sign-in?company=acme&next=%2Fmachines`);
    await ada.getByRole('link', { name: 'Sign in with Corp' }).click();
    await ada.waitForURL((url) => url.href.startsWith(`${saml.peer.sso}?`));
    await ada.getByLabel('Name').fill('ada');
    const posted = ada.waitForRequest((request) => request.method() === 'POST' && request.url().startsWith(`${platform.origin}/sign-in/saml/`));
    const returned = ada.waitForRequest((request) => request.url().includes('/return?code='));
    await ada.getByRole('button', { name: 'Sign in' }).click();
    await ada.waitForURL(`${platform.origin}/machines`);
    // What the sign-in rests on: the form of another site comes without our cookie, the address that it leads to with it.
    expect(await (await posted).headerValue('cookie')).toBeNull();
    expect(await (await returned).headerValue('cookie')).toContain('wf_sign_in=');
    await ada.goto(`${platform.origin}/account`);
    await ada.getByText('ada@corp.example').first().waitFor();

    // A browser that has forgotten that it began: the answer is good, and nobody is signed in by it.
    const stranger = await (await browser.newContext()).newPage();
    await stranger.goto(`${platform.origin}/sign-in/with/${new URL(address!).pathname.split('/')[4]}?company=acme`);
    await stranger.context().clearCookies();
    await stranger.getByLabel('Name').fill('ada');
    await stranger.getByRole('button', { name: 'Sign in' }).click();
    await stranger.getByText('What the identity provider sent is not valid here.').waitFor();
    await Promise.all([owner, ada, stranger].map((page) => page.context().close()));
  });
});
