/** Memory twin of the mails that went out. */
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { MailClaim, MailLedger, MailRecord } from '#storage/mail-ports';
import type { Page, PageRequest } from '#storage/platform-ports';

const HOUR_MS = 3_600_000;

export class MemoryMailLedger implements MailLedger {
  readonly #mails = new Map<string, MailRecord & { tenant: string; lease_until: number }>();
  readonly #hours = new Map<string, { hour: number; count: number }>();

  async admit(tenant: string, now: number, perHour: number): Promise<boolean> {
    const hour = Math.floor(now / HOUR_MS);
    const known = this.#hours.get(tenant);
    const count = known?.hour === hour ? known.count : 0;
    if (count >= perHour) return false;
    this.#hours.set(tenant, { hour, count: count + 1 });
    return true;
  }

  async claim({ tenant, key, kind, to }: Parameters<MailLedger['claim']>[0], now: number, leaseMs: number, forgetBefore: number): Promise<MailClaim> {
    for (const [at, mail] of this.#mails) if (mail.tenant === tenant && mail.at < forgetBefore) this.#mails.delete(at);
    const at = `${tenant}/${key}`;
    const known = this.#mails.get(at);
    if (known && known.status !== 'sending') return known.status;
    if (known && known.lease_until >= now) return 'busy';
    const fresh = { tenant, key, kind, to, status: 'sending' as const, attempts: 0, at: now, sent_at: null, error: null, lease_until: 0 };
    const claimed = known ?? fresh;
    this.#mails.set(at, { ...claimed, attempts: claimed.attempts + 1, lease_until: now + leaseMs });
    return 'claimed';
  }

  async settle(tenant: string, key: string, { status, now, error }: Parameters<MailLedger['settle']>[2]): Promise<void> {
    const known = this.#mails.get(`${tenant}/${key}`);
    if (known?.status !== 'sending') return;
    Object.assign(known, { status: status ?? 'sending', lease_until: 0, sent_at: status === 'sent' ? now : null, error: error ?? null });
  }

  async list(tenant: string, page: PageRequest): Promise<Page<MailRecord>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('mails', ['number', 'string'], page.cursor);
    const rows = [...this.#mails.values()]
      .filter((mail) => mail.tenant === tenant && (after === undefined || mail.at < after[0] || (mail.at === after[0] && mail.key < after[1])))
      .sort((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1))
      .map(({ tenant: _, lease_until: __, ...record }) => record);
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('mails', [last.at, last.key]));
  }
}
