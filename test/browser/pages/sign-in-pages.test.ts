/** Signing in and keeping an account, in Chromium: with a code, by a link, and what an account page does. */
import { expect, it } from 'vitest';
import { PERSON } from './fixture-sign-in';
import { describePages } from './in-chromium';

describePages('signing in', {}, (stage) => {
  const at = (path: string) => stage.page.goto(`${stage.server.origin}${path}`);

  it('asks for a code once the password is right, and leads on', async () => {
    await stage.context.clearCookies();
    await at('/machines');
    await at('/sign-in?company=acme&next=%2Fmachines');
    await expect.poll(() => stage.page.getByRole('link', { name: 'Sign in with Corp' }).getAttribute('href')).toBe('/sign-in/with/idp_1?company=acme');
    await stage.page.getByLabel('E-mail address').fill(PERSON.email);
    await stage.page.getByLabel('Password').fill('wrong');
    await stage.page.getByRole('button', { name: 'Sign in' }).click();
    await stage.page.getByRole('alert').getByText('is not right').waitFor();
    await stage.page.getByLabel('Password').fill(PERSON.password);
    await stage.page.getByRole('button', { name: 'Sign in' }).click();
    await stage.page.getByLabel('Code').fill(PERSON.code);
    await stage.page.getByRole('button', { name: 'Sign in' }).click();
    await stage.page.waitForURL(`${stage.server.origin}/machines`);
  });

  it('sends a link for a forgotten password, and takes a new one', async () => {
    await at('/sign-in/forgot?company=acme');
    await stage.page.getByLabel('E-mail address').fill(PERSON.email);
    await stage.page.getByRole('button', { name: 'Send the link' }).click();
    await stage.page.getByRole('status').getByText('is on its way').waitFor();
    await at('/sign-in/reset?company=acme&token=abc');
    await stage.page.getByLabel('New password').fill('password1234');
    await stage.page.getByRole('button', { name: 'Set password' }).click();
    await stage.page.getByRole('alert').getByText('every list of passwords').waitFor();
    await stage.page.getByLabel('New password').fill('a few words of mine');
    await stage.page.getByRole('button', { name: 'Set password' }).click();
    await stage.page.getByText('You have been signed out everywhere.').waitFor();
  });

  it('makes an account of an invitation, and says when it does not hold any more', async () => {
    await at('/sign-in/invitation?company=acme&token=gone');
    await stage.page.getByText('This invitation does not hold any more').waitFor();
    await at('/sign-in/invitation?company=acme&token=invited');
    await stage.page.getByText('You are invited as editor in one of its projects.').waitFor();
    await stage.page.getByLabel('Name').fill('Bob');
    await stage.page.getByLabel('Password').fill('a few words of mine');
    await stage.page.getByRole('button', { name: 'Accept invitation' }).click();
    await stage.page.waitForURL(`${stage.server.origin}/executions`);
  });

  it('asks for no password where an identity provider or a session says who it is', async () => {
    await at('/sign-in/invitation?company=acme&token=known');
    const way = stage.page.getByRole('link', { name: 'Accept with Corp' });
    await expect.poll(() => way.getAttribute('href')).toBe('/sign-in/with/idp_1?company=acme');
    expect(await stage.page.getByRole('button', { name: 'Accept invitation' }).count()).toBe(0);
    await stage.page.getByRole('link', { name: 'Set a password' }).waitFor();
    await at('/sign-in/invitation?company=acme&token=signed-in');
    await stage.page.getByText('You are signed in with this address.').waitFor();
    expect(await stage.page.locator('input').count()).toBe(0);
    await stage.page.getByRole('button', { name: 'Accept invitation' }).click();
    await stage.page.waitForURL(`${stage.server.origin}/executions`);
  });
});

describePages('the account', {}, (stage) => {
  it('gets a second factor, and keeps its recovery codes in sight', async () => {
    await stage.page.goto(`${stage.server.origin}/executions`);
    await stage.page.getByRole('link', { name: 'Account' }).click();
    await stage.page.getByRole('button', { name: 'Set up' }).click();
    await stage.page.getByLabel('Your password').fill(PERSON.password);
    await stage.page.getByRole('button', { name: 'Continue' }).click();
    await stage.page.getByRole('img', { name: 'QR code for your authenticator' }).waitFor();
    await stage.page.getByLabel('Code', { exact: true }).fill('000000');
    await stage.page.getByRole('button', { name: 'Confirm' }).click();
    await stage.page.getByRole('alert').getByText('is not right').waitFor();
    await stage.page.getByLabel('Code', { exact: true }).fill(PERSON.code);
    await stage.page.getByRole('button', { name: 'Confirm' }).click();
    await stage.page.getByText('ab2cd-ef3gh').waitFor();
    await stage.page.getByText('2 recovery codes are left').waitFor();
  });

  it('changes its password and ends its other sessions', async () => {
    await stage.page.goto(`${stage.server.origin}/account`);
    await stage.page.getByLabel('Current password').fill('wrong');
    await stage.page.getByLabel('New password').fill('a few words of mine');
    await stage.page.getByRole('button', { name: 'Change password' }).click();
    await stage.page.getByText('The present password is not right.').waitFor();
    await stage.page.getByLabel('Current password').fill(PERSON.password);
    await stage.page.getByRole('button', { name: 'Change password' }).click();
    await stage.page.getByText('Your password is changed.').waitFor();
    await expect.poll(() => stage.page.getByText('Chrome 142 on Linux').getAttribute('title')).toContain('Mozilla/5.0 (X11;');
    await stage.page.getByRole('button', { name: 'End all others' }).click();
    await stage.page.getByRole('button', { name: 'End them' }).click();
    await stage.page.getByText('curl 8.5.0').waitFor({ state: 'detached' });
  });

  it('of an owner adds an identity provider, with the reason when something is missing', async () => {
    await stage.page.goto(`${stage.server.origin}/identity-providers`);
    await stage.page.getByRole('button', { name: 'Add provider' }).click();
    const dialog = stage.page.getByRole('dialog', { name: 'Add an identity provider' });
    await dialog.getByText('/sign-in/callback/acme').waitFor();
    await dialog.getByLabel('Name').fill('Google');
    await dialog.getByLabel('Issuer').fill('https://accounts.google.com');
    await dialog.getByLabel('Client id').fill('id');
    await dialog.getByLabel('Whoever comes without an invitation').selectOption('viewer');
    await dialog.getByRole('button', { name: 'Save provider' }).click();
    await dialog.getByRole('alert').getByText('name the domains').waitFor();
    await dialog.getByLabel('E-mail domains').fill('example.com, example.org');
    await dialog.getByRole('button', { name: 'Save provider' }).click();
    await stage.page.getByText('Addresses of example.com, example.org; others join as viewer').waitFor();
  });

  it('of an admin shuts another one out', async () => {
    await stage.page.goto(`${stage.server.origin}/identity-providers`);
    await stage.page.getByRole('button', { name: 'Disable bob@example.com' }).click();
    await stage.page.getByRole('button', { name: 'Disable account' }).click();
    await stage.page.getByText('bob@example.com is disabled.').waitFor();
    await stage.page.getByRole('button', { name: 'Enable bob@example.com' }).waitFor();
    await expect.poll(() => stage.page.getByRole('button', { name: 'Delete ada@example.com' }).count()).toBe(0);
  });

  it('of an admin lets somebody in who has lost the second factor', async () => {
    await stage.page.goto(`${stage.server.origin}/identity-providers`);
    await stage.page.getByRole('button', { name: 'Remove second factor of bob@example.com' }).click();
    await stage.page.getByRole('button', { name: 'Remove second factor', exact: true }).click();
    await stage.page.getByText('bob@example.com signs in without a second factor now.').waitFor();
    await expect.poll(() => stage.page.getByRole('button', { name: 'Remove second factor of bob@example.com' }).count()).toBe(0);
  });

  it('reads mail of local development, whose links can be followed', async () => {
    await stage.page.goto(`${stage.server.origin}/mailbox`);
    await stage.page.getByRole('link', { name: 'Set a new password' }).click();
    const link = stage.page.getByRole('link', { name: /sign-in\/reset/ });
    await expect.poll(() => link.getAttribute('href')).toBe('http://127.0.0.1:8787/sign-in/reset?company=acme&token=abc');
  });
});
