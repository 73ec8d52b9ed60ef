/** Memory twin of the mailbox. */
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Mailbox, MailboxEntry } from '#storage/mail-ports';
import type { Page, PageRequest } from '#storage/platform-ports';

export class MemoryMailbox implements Mailbox {
  readonly #entries = new Map<string, MailboxEntry>();

  async put(entry: MailboxEntry): Promise<void> {
    const at = `${entry.tenant}/${entry.key}`;
    if (!this.#entries.has(at)) this.#entries.set(at, { ...entry });
  }

  async get(tenant: string, id: string): Promise<MailboxEntry | null> {
    return [...this.#entries.values()].find((entry) => entry.tenant === tenant && entry.id === id) ?? null;
  }

  async list(tenant: string, page: PageRequest & { to?: string }): Promise<Page<MailboxEntry>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('mailbox', ['number', 'string'], page.cursor);
    const rows = [...this.#entries.values()]
      .filter((entry) => entry.tenant === tenant && (page.to === undefined || entry.to === page.to))
      .filter((entry) => after === undefined || entry.at < after[0] || (entry.at === after[0] && entry.id < after[1]))
      .sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (last) => encodeCursor('mailbox', [last.at, last.id]));
  }
}
