/** What every Mailbox does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { Mailbox, MailboxEntry } from '#storage/mail-ports';

const entry = (id: string, at: number, more: Partial<MailboxEntry> = {}): MailboxEntry => ({
  tenant: 'acme',
  key: `key of ${id}`,
  id,
  at,
  kind: 'invitation',
  to: 'ada@example.com',
  subject: `Subject ${id}`,
  text: 'text',
  html: '<p>text</p>',
  ...more,
});

export function describeMailbox(name: string, make: () => Promise<Mailbox>): void {
  describe(`mailbox: ${name}`, () => {
    it('keeps a mail once under its key, for its tenant', async () => {
      const mailbox = await make();
      await mailbox.put(entry('m1', 1));
      await mailbox.put(entry('m2', 2, { key: 'key of m1', subject: 'again' }));
      expect(await mailbox.get('acme', 'm1')).toEqual(entry('m1', 1));
      expect(await mailbox.get('acme', 'm2')).toBeNull();
      expect(await mailbox.get('globex', 'm1')).toBeNull();
    });

    it('lists newest first, page by page, also for one recipient', async () => {
      const mailbox = await make();
      for (const each of [entry('m1', 1), entry('m3', 2), entry('m2', 2, { to: 'bob@example.com' })]) await mailbox.put(each);
      await mailbox.put(entry('m9', 9, { tenant: 'globex' }));
      const first = await mailbox.list('acme', { limit: 2 });
      const second = await mailbox.list('acme', { limit: 2, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((item) => item.id)).toEqual(['m3', 'm2', 'm1']);
      expect((await mailbox.list('acme', { limit: 5, to: 'bob@example.com' })).items.map((item) => item.id)).toEqual(['m2']);
    });
  });
}
