/** Service accounts: who a program is. What it may do is in its roles, how it proves who it is in its keys. */
import { and, asc, eq, gt } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { Made, ServiceAccount, ServiceAccountStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { serviceAccounts } from '#storage/d1/access-schema';
import { inTexts } from '#storage/d1/text-list';
import type { Page, PageRequest } from '#storage/platform-ports';

export class D1ServiceAccounts implements ServiceAccountStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async get(tenant: string, id: string): Promise<ServiceAccount | null> {
    const row = await this.#db
      .select()
      .from(serviceAccounts)
      .where(and(eq(serviceAccounts.tenant, tenant), eq(serviceAccounts.id, id)))
      .get();
    return row ? accountOf(row) : null;
  }

  async create(tenant: string, { id, name, created_at, created_by }: ServiceAccount): Promise<Made> {
    const made = await this.#db
      .insert(serviceAccounts)
      .values({ tenant, id, name, createdAt: created_at, createdBy: created_by })
      .onConflictDoNothing()
      .returning({ id: serviceAccounts.id });
    return made.length === 1 ? 'made' : 'name_taken';
  }

  async list(tenant: string, page: PageRequest): Promise<Page<ServiceAccount>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('service-accounts', ['string'], page.cursor)[0];
    const rows = await this.#db
      .select()
      .from(serviceAccounts)
      .where(and(eq(serviceAccounts.tenant, tenant), after === undefined ? undefined : gt(serviceAccounts.name, after)))
      .orderBy(asc(serviceAccounts.name))
      .limit(page.limit + 1);
    return pageOf(rows.map(accountOf), page.limit, (last) => encodeCursor('service-accounts', [last.name]));
  }

  async some(tenant: string, ids: readonly string[]): Promise<ServiceAccount[]> {
    if (ids.length === 0) return [];
    const rows = await this.#db
      .select()
      .from(serviceAccounts)
      .where(and(eq(serviceAccounts.tenant, tenant), inTexts(serviceAccounts.id, ids)));
    return rows.map(accountOf);
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const removed = await this.#db
      .delete(serviceAccounts)
      .where(and(eq(serviceAccounts.tenant, tenant), eq(serviceAccounts.id, id)))
      .returning({ id: serviceAccounts.id });
    return removed.length === 1;
  }

  count(tenant: string): Promise<number> {
    return this.#db.$count(serviceAccounts, eq(serviceAccounts.tenant, tenant));
  }
}

function accountOf({ id, name, createdAt, createdBy }: typeof serviceAccounts.$inferSelect): ServiceAccount {
  return { id, name, created_at: createdAt, created_by: createdBy };
}
