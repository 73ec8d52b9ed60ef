/** Orders of mail, their text, and the queue: on memory, with a server that can refuse. */
import { describe, expect, it } from 'vitest';
import { type MailMessage, type MailOrder, mailOrderSchema } from '#contracts/mail';
import { MemoryMailLedger } from '#storage/memory/mail-ledger';
import { compose } from '#workers/mail/compose';
import { consumeMail } from '#workers/mail/consumer';
import { MailRefused, messageId } from '#workers/mail/port';
import { mailTransportOf } from '#workers/mail/transport';

const order: MailOrder = {
  tenant: 'acme',
  key: 'invitation/1',
  kind: 'invitation',
  to: 'ada@example.com',
  subject: 'Join Acme',
  paragraphs: ['Hello <b>Ada</b>,', 'Bob & co. invite you.'],
  action: { label: 'Accept', url: 'https://flows.example/invitation?token=a&x="b"' },
};

describe('an order of mail', () => {
  it.each<[string, Partial<MailOrder>]>([
    ['a subject of two lines', { subject: 'Hello\r\nBcc: eve@example.com' }],
    ['a bare line feed in a subject', { subject: 'Hello\nBcc: eve@example.com' }],
    ['a line separator in a subject', { subject: 'Hello\u2028Bcc: eve@example.com' }],
    ['a NUL in a subject', { subject: 'Hello\0' }],
    ['two recipients in one', { to: 'ada@example.com, eve@example.com' }],
    ['a recipient with a line break', { to: 'ada@example.com\r\nRCPT TO:<eve@example.com>' }],
    ['a recipient with a name', { to: 'Ada <ada@example.com>' }],
    ['a link that is a script', { action: { label: 'Go', url: 'javascript:alert(1)' } }],
    ['a label of two lines', { action: { label: 'Go\nthere', url: 'https://flows.example' } }],
    ['no text', { paragraphs: [] }],
  ])('is refused with %s', (_name, more) => {
    expect(mailOrderSchema.safeParse({ ...order, ...more }).success).toBe(false);
  });

  it('becomes text and escaped HTML of the same words', () => {
    const mail = compose(mailOrderSchema.parse(order));
    expect(mail.text).toBe('Hello <b>Ada</b>,\n\nBob & co. invite you.\n\nAccept:\nhttps://flows.example/invitation?token=a&x="b"\n');
    expect(mail.html).toContain('Hello &lt;b&gt;Ada&lt;/b&gt;,');
    expect(mail.html).toContain('Bob &amp; co. invite you.');
    expect(mail.html).toContain('href="https://flows.example/invitation?token=a&amp;x=&quot;b&quot;"');
  });
});

describe('how mail leaves', () => {
  it('is the mailbox locally, and nothing in a hosted region that has no server', () => {
    expect(mailTransportOf({ MODE: 'local' })).toBeUndefined();
    expect(() => mailTransportOf({ MODE: 'hosted' })).toThrow(expect.objectContaining({ code: 'mail_unavailable' }));
    expect(() => mailTransportOf({ MODE: 'hosted', EMAIL: {} as SendEmail, MAIL_FROM: 'not an address' })).toThrow(/MAIL_FROM/);
  });

  it('hands the binding a mail of one recipient, and tells what is refused for good', async () => {
    const sent: unknown[] = [];
    const transport = mailTransportOf({
      MODE: 'hosted',
      MAIL_FROM: 'Acme <mail@flows.example>',
      EMAIL: { send: async (mail: unknown) => void sent.push(mail) } as never,
    })!;
    await transport.send(compose(order));
    expect(sent).toMatchObject([{ from: { name: 'Acme', email: 'mail@flows.example' }, to: 'ada@example.com', subject: 'Join Acme' }]);
    const failing = (code: string) =>
      mailTransportOf({ MODE: 'hosted', EMAIL: { send: async () => Promise.reject(Object.assign(new Error('no'), { code })) } as never })!;
    await expect(failing('E_RECIPIENT_SUPPRESSED').send(compose(order))).rejects.toBeInstanceOf(MailRefused);
    await expect(failing('E_RATE_LIMIT_EXCEEDED').send(compose(order))).rejects.not.toBeInstanceOf(MailRefused);
  });

  it('names a mail by its key, the same at every attempt', async () => {
    const sender = { name: 'Acme', address: 'mail@flows.example' };
    const id = await messageId(compose(order), sender);
    expect(id).toMatch(/^<[0-9a-f]{32}@flows\.example>$/);
    expect(await messageId(compose(order), sender)).toBe(id);
    expect(await messageId(compose({ ...order, tenant: 'globex' }), sender)).not.toBe(id);
  });
});

describe('the queue of mails', () => {
  function desk() {
    const ledger = new MemoryMailLedger();
    const state = { now: 1_000_000, answer: async () => {}, sent: 0 };
    const ports = {
      ledger,
      now: () => state.now,
      transport: {
        send: async () => {
          await state.answer();
          state.sent++;
        },
      },
    };
    const deliver = async (body: MailMessage, attempts = 1) => {
      let outcome = 'nothing';
      const message = {
        body,
        attempts,
        ack: () => (outcome = 'ack'),
        retry: ({ delaySeconds }: { delaySeconds: number }) => (outcome = `retry ${delaySeconds}`),
      };
      await consumeMail({ messages: [message] } as never, ports);
      return outcome;
    };
    return { ledger, state, deliver, record: async () => (await ledger.list('acme', { limit: 1 })).items[0] };
  }
  const message: MailMessage = { mail: compose(order), asked_at: 1_000_000 };

  it('sends a mail once, however often it is in the queue', async () => {
    const { deliver, state, record } = desk();
    expect([await deliver(message), await deliver(message), state.sent]).toEqual(['ack', 'ack', 1]);
    expect(await record()).toMatchObject({ status: 'sent', attempts: 1 });
  });

  it('tries again later when the server is away, ever more slowly', async () => {
    const { deliver, state, record } = desk();
    state.answer = () => Promise.reject(new Error('connection refused'));
    expect([await deliver(message), await deliver(message, 2), await deliver(message, 12)]).toEqual(['retry 15', 'retry 30', 'retry 3600']);
    expect(await record()).toMatchObject({ status: 'sending', attempts: 3 });
    state.answer = async () => {};
    expect(await deliver(message, 13)).toBe('ack');
    expect(await record()).toMatchObject({ status: 'sent', error: null });
  });

  it('lets go of what is refused for good, and of what is a day old', async () => {
    const { deliver, state, record } = desk();
    state.answer = () => Promise.reject(new MailRefused('The mail server answered 550.'));
    expect(await deliver(message)).toBe('ack');
    expect(await record()).toMatchObject({ status: 'failed', error: 'The mail server answered 550.' });
    state.now += 25 * 3_600_000;
    const late = { ...message, mail: { ...message.mail, key: 'late' } };
    expect(await deliver(late)).toBe('ack');
    expect(state.sent).toBe(0);
  });

  it('waits while another consumer sends it, and sends it when that one is gone', async () => {
    const { deliver, state, ledger } = desk();
    await ledger.claim(message.mail, state.now, 120_000, 0);
    expect(await deliver(message)).toBe('retry 15');
    state.now += 120_001;
    expect([await deliver(message), state.sent]).toEqual(['ack', 1]);
  });
});
