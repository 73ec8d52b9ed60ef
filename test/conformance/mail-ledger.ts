/** What every MailLedger does. `make` gives an empty one. */
import { describe, expect, it } from 'vitest';
import type { MailLedger } from '#storage/mail-ports';

const HOUR = 3_600_000;
const mail = (key: string, tenant = 'acme') => ({ tenant, key, kind: 'invitation', to: 'ada@example.com' });

export function describeMailLedger(name: string, make: () => Promise<MailLedger>): void {
  describe(`mail ledger: ${name}`, () => {
    it('admits so many an hour, for each tenant', async () => {
      const ledger = await make();
      const admit = (tenant: string, now: number) => ledger.admit(tenant, now, 2);
      expect([await admit('acme', 1), await admit('acme', 2), await admit('acme', 3)]).toEqual([true, true, false]);
      expect(await admit('globex', 3)).toBe(true);
      expect([await admit('acme', HOUR), await admit('acme', HOUR + 1), await admit('acme', HOUR + 2)]).toEqual([true, true, false]);
    });

    it('lets one caller send a mail, and another once the lease is over', async () => {
      const ledger = await make();
      expect(await ledger.claim(mail('a'), 1_000, 500, 0)).toBe('claimed');
      expect(await ledger.claim(mail('a'), 1_400, 500, 0)).toBe('busy');
      expect(await ledger.claim(mail('a', 'globex'), 1_400, 500, 0)).toBe('claimed');
      expect(await ledger.claim(mail('a'), 1_501, 500, 0)).toBe('claimed');
      await ledger.settle('acme', 'a', { now: 1_600, error: 'later' });
      expect((await ledger.list('acme', { limit: 5 })).items).toMatchObject([{ status: 'sending', attempts: 2, error: 'later', sent_at: null }]);
      expect(await ledger.claim(mail('a'), 1_601, 500, 0)).toBe('claimed');
      await ledger.settle('acme', 'a', { status: 'sent', now: 1_700 });
      expect(await ledger.claim(mail('a'), 9_000, 500, 0)).toBe('sent');
      await ledger.settle('acme', 'a', { status: 'failed', now: 1_800 });
      const [record] = (await ledger.list('acme', { limit: 5 })).items;
      expect(record).toEqual({ key: 'a', kind: 'invitation', to: 'ada@example.com', status: 'sent', attempts: 3, at: 1_000, sent_at: 1_700, error: null });
    });

    it('lists newest first, page by page, and forgets what is old', async () => {
      const ledger = await make();
      await ledger.claim(mail('old'), 1_000, 1, 0);
      await ledger.claim(mail('b'), 2_000, 1, 0);
      await ledger.claim(mail('a'), 2_000, 1, 0);
      await ledger.claim(mail('other', 'globex'), 2_500, 1, 0);
      const first = await ledger.list('acme', { limit: 2 });
      const second = await ledger.list('acme', { limit: 2, cursor: first.next_cursor! });
      expect([...first.items, ...second.items].map((item) => item.key)).toEqual(['b', 'a', 'old']);
      expect(second.next_cursor).toBeNull();
      await ledger.claim(mail('new'), 3_000, 1, 1_500);
      expect((await ledger.list('acme', { limit: 5 })).items.map((item) => item.key)).toEqual(['new', 'b', 'a']);
      expect((await ledger.list('globex', { limit: 5 })).items.map((item) => item.key)).toEqual(['other']);
    });
  });
}
