/** Mail on the runtime: over SMTP to a real server, and in the mailbox of local development by the API. */
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { COMPANY } from '#contracts/access';
import type { BreakpointHit } from '#contracts/debugging';
import type { MailOrder } from '#contracts/mail';
import { Problem } from '#contracts/problems';
import { D1MailLedger } from '#storage/d1-mail-ledger';
import { D1Mailbox } from '#storage/d1-mailbox';
import type { RegionEnv } from '#workers/env';
import { breakpointEvent } from '#workers/events/breakpoint-event';
import { mailHit, mailsOf } from '#workers/events/breakpoint-mail';
import { receive } from '#workers/events/receive';
import { compose } from '#workers/mail/compose';
import { MailRefused } from '#workers/mail/port';
import { mayBeMailed } from '#workers/mail/recipients';
import { sendMail } from '#workers/mail/send';
import { mailTransportOf } from '#workers/mail/transport';
import { storesOf } from '#workers/stores';
import { describeMailLedger } from '../conformance/mail-ledger';
import { describeMailbox } from '../conformance/mailbox';
import { call } from './api-client';
import { twoCompanies } from './companies';
import { person } from './people';

const region = env as unknown as RegionEnv;
const smtp = inject('smtp');

const order: MailOrder = {
  tenant: 'acme',
  key: 'invitation/1',
  kind: 'invitation',
  to: 'ada@example.com',
  subject: 'Willkommen bei Käthe – und „Zitat“',
  paragraphs: ['Hallo Ada,', '.\r\nRCPT TO:<eve@example.com>'],
  action: { label: 'Accept', url: 'https://flows.example/invitation' },
};

async function empty(): Promise<D1Database> {
  await env.DB.batch(['mails', 'mail_hours', 'mailbox'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  return env.DB;
}

beforeAll(async () => {
  await twoCompanies();
});
beforeEach(empty);

describeMailLedger('D1', async () => new D1MailLedger(await empty()));
describeMailbox('D1', async () => new D1Mailbox(await empty()));

describe('over SMTP', () => {
  const transport = (url: string) => mailTransportOf({ MODE: 'hosted', SMTP_URL: url, MAIL_FROM: 'Flüsse <mail@flows.example>' })!;
  const server = transport(`smtp://wf:p%40ss@127.0.0.1:${smtp.port}`);
  const inbox = async () => (await (await fetch(smtp.inbox)).json()) as { from: string; to: string[]; raw: string }[];

  it('goes to its one recipient, whatever its words are', async () => {
    await server.send(compose(order));
    const [mail, ...others] = await inbox();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ from: 'mail@flows.example', to: ['ada@example.com'] });
    const head = mail!.raw.slice(0, mail!.raw.indexOf('\r\n\r\n'));
    expect(head).toMatch(/^To: ada@example\.com$/m);
    expect(head).toMatch(/^Message-ID: <[0-9a-f]{32}@flows\.example>$/m);
    expect(head).toMatch(/^From: =\?UTF-8\?/m);
    expect(head).not.toMatch(/RCPT|^Bcc/m);
    expect(mail!.raw).toContain('RCPT TO:<eve@example.com>');
  });

  it('tells what is refused for good from what may go later', async () => {
    await expect(server.send(compose({ ...order, to: 'nobody@refused.example' }))).rejects.toBeInstanceOf(MailRefused);
    for (const send of [
      () => server.send(compose({ ...order, to: 'ada@busy.example' })),
      () => transport(`smtp://wf:wrong@127.0.0.1:${smtp.port}`).send(compose(order)),
      () => transport('smtp://127.0.0.1:1').send(compose(order)),
      // Its answer is not TLS.
      () => transport(`smtps://wf:p%40ss@127.0.0.1:${smtp.port}`).send(compose(order)),
    ]) {
      const error = await send().then(
        () => 'sent',
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(MailRefused);
    }
    expect(await inbox()).toEqual([]);
  });
});

describe('sending', () => {
  it('keeps mail in the mailbox locally, once under its key, for the owner of the tenant', async () => {
    await sendMail(region, order);
    await sendMail(region, { ...order, subject: 'again' });
    await sendMail(region, { ...order, tenant: 'globex' });
    const list = await call('GET', '/mailbox');
    expect(list.body.items).toMatchObject([{ to: 'ada@example.com', subject: order.subject, kind: 'invitation' }]);
    expect((await call('GET', '/mailbox?to=bob@example.com')).body.items).toEqual([]);
    const one = await call('GET', `/mailbox/${list.body.items[0].id}`);
    expect(one.body.html).toContain('https://flows.example/invitation');
    expect((await call('GET', `/mailbox/${list.body.items[0].id}`, { headers: { 'x-tenant': 'globex' } })).status).toBe(404);
    expect((await call('GET', '/mailbox', { bindings: { MODE: 'hosted' } })).status).toBe(404);
  });

  it('goes into the queue where there is a server', async () => {
    const queued: unknown[] = [];
    const MAIL = { send: async (message: unknown) => void queued.push(message) } as unknown as RegionEnv['MAIL'];
    await sendMail({ ...region, MODE: 'hosted', SMTP_URL: 'smtps://mail.example', MAIL }, order, 5_000);
    expect(queued).toEqual([{ mail: compose(order), asked_at: 5_000 }]);
  });

  it('is refused over the bound of the hour, where nothing is set up, and when a header would be forged', async () => {
    await env.DB.prepare('INSERT INTO mail_hours (tenant, hour, count) VALUES (?, ?, ?)').bind('acme', 0, 200).run();
    await expect(sendMail(region, order, 5_000)).rejects.toMatchObject({ code: 'mail_limit' });
    await sendMail(region, order, 3_600_000);
    await expect(sendMail({ ...region, MODE: 'hosted' }, order)).rejects.toMatchObject({ code: 'mail_unavailable' });
    await expect(sendMail(region, { ...order, subject: 'Hi\r\nBcc: eve@example.com' })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('is listed by how it went, without its text', async () => {
    await new D1MailLedger(env.DB).claim(compose(order), 5_000, 1, 0);
    const list = await call('GET', '/mails');
    expect(list.body.items).toEqual([
      {
        key: 'invitation/1',
        kind: 'invitation',
        to: 'ada@example.com',
        status: 'sending',
        attempts: 1,
        created_at: '1970-01-01T00:00:05.000Z',
        sent_at: null,
        error: null,
      },
    ]);
  });
});

describe('a breakpoint that was hit', () => {
  const hit: BreakpointHit = {
    tenant: 'acme',
    environment: 'production',
    workflow: 'orders',
    pipeline: 'process-order',
    execution_id: 'exec_1',
    seq: 7,
    step: 'charge',
    condition: 'total > 100',
    breakpoint_id: 'bp_1',
    set_by: 'key:1',
    notify: ['ada@example.com', 'https://hooks.test/held', 'bob@example.com'],
  };

  it('mails each address once, whatever becomes of the others and however often the event comes', async () => {
    const posts = vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response(null, { status: 503 }));
    posts.mockImplementation(async () => new Response(null, { status: 204 }));
    const event = breakpointEvent(hit, 5_000);
    await expect(receive(event, region)).rejects.toThrow('hooks.test answered 503');
    await receive(event, region);
    posts.mockRestore();
    const { items } = (await call('GET', '/mailbox')).body;
    expect(items.map(({ to, kind, subject }: { [key: string]: string }) => [to, kind, subject]).sort()).toEqual([
      ['ada@example.com', 'breakpoint', 'Held before charge: orders.process-order'],
      ['bob@example.com', 'breakpoint', 'Held before charge: orders.process-order'],
    ]);
    expect(items[0].text).toContain('total > 100');
  });

  it('has its page in the mail where the dashboard has a name, and tells the others when no mail can go', async () => {
    expect(mailsOf(breakpointEvent(hit, 0), 'flows.example')[1]).toMatchObject({
      key: 'evt_exec_1_7/2',
      to: 'bob@example.com',
      action: { url: 'https://flows.example/executions/exec_1' },
    });
    expect(mailsOf({ ...breakpointEvent(hit, 0), type: 'order.shipped' })).toEqual([]);
    const refused = vi.fn(async () => {
      throw new Problem('mail_unavailable');
    });
    await mailHit(breakpointEvent(hit, 0), region, refused);
    expect(refused).toHaveBeenCalledTimes(2);
  });

  it('mails nobody but members where mail leaves the platform, and nobody who has left', async () => {
    const hosted = { ...region, MODE: 'hosted', EMAIL: { send: async () => undefined } } as unknown as RegionEnv;
    const stores = storesOf(region);
    await env.DB.batch(['users', 'members'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
    const [ada, bob, eve] = [await person('ada@example.com'), await person('bob@example.com'), await person('eve@example.com')];
    const join = (subject: string) => stores.members.put('acme', { ...COMPANY, subject, role: 'viewer', created_at: 1, created_by: 'admin' });
    for (const each of [ada, bob]) await join(each);
    const told = async (notify: string[]) => {
      const to: string[] = [];
      await mailHit(breakpointEvent({ ...hit, notify }, 0), hosted, async (_, order) => void to.push(order.to));
      return to;
    };
    const all = ['Ada@Example.com', 'bob@example.com', 'eve@example.com', 'stranger@example.com', 'https://hooks.test/held'];
    expect(await told(all)).toEqual(['Ada@Example.com', 'bob@example.com']);
    await stores.users.disable('acme', bob, 1);
    expect(await told(all)).toEqual(['Ada@Example.com']);
    await stores.members.removeSubject('acme', ada);
    expect(await told(all)).toEqual([]);
    await join(eve);
    await env.DB.prepare('UPDATE users SET verified_at = NULL WHERE id = ?').bind(eve).run();
    expect(await told(all)).toEqual([]);
    // Of another company they are strangers.
    expect(await mayBeMailed(hosted, 'globex', 'ada@example.com')).toBe(false);
  });
});
