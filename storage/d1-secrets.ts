/** Secrets of tenants in the region's D1: ciphertext and wrapped keys. */
import { and, asc, count, desc, eq, inArray, ne, notInArray, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { dataKeys, secrets } from '#storage/d1/secret-schema';
import type { DataKey, Page, PageRequest, SealedSecret, SecretStore } from '#storage/platform-ports';

export class D1Secrets implements SecretStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async find(tenant: string, name: string, environment: string): Promise<SealedSecret | null> {
    const row = await this.#db
      .select()
      .from(secrets)
      .where(and(eq(secrets.tenant, tenant), eq(secrets.name, name), inArray(secrets.environment, [environment, ''])))
      .orderBy(desc(secrets.environment))
      .limit(1)
      .get();
    return row ? secretOf(row) : null;
  }

  async get(tenant: string, name: string, environment: string): Promise<SealedSecret | null> {
    const row = await this.#db
      .select()
      .from(secrets)
      .where(isSecret(tenant, name, environment))
      .get();
    return row ? secretOf(row) : null;
  }

  async put(tenant: string, secret: SealedSecret): Promise<boolean> {
    const row = rowOf(tenant, secret);
    if (secret.version === 1) {
      const made = await this.#db.insert(secrets).values(row).onConflictDoNothing().returning({ name: secrets.name });
      return made.length > 0;
    }
    const { sealed, dataKey, version, updatedAt, updatedBy } = row;
    const changed = await this.#db
      .update(secrets)
      .set({ sealed, dataKey, version, updatedAt, updatedBy })
      .where(and(isSecret(tenant, secret.name, secret.environment), eq(secrets.version, version - 1)))
      .returning({ name: secrets.name });
    return changed.length > 0;
  }

  async list(tenant: string, page: PageRequest): Promise<Page<Omit<SealedSecret, 'sealed' | 'data_key'>>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('secrets', ['string', 'string'], page.cursor);
    const rows = await this.#db
      .select()
      .from(secrets)
      .where(and(eq(secrets.tenant, tenant), after && sql`(${secrets.name}, ${secrets.environment}) > (${after[0]}, ${after[1]})`))
      .orderBy(asc(secrets.name), asc(secrets.environment))
      .limit(page.limit + 1);
    const items = rows.map((row) => {
      const { sealed: _, data_key: __, ...shown } = secretOf(row);
      return shown;
    });
    return pageOf(items, page.limit, (last) => encodeCursor('secrets', [last.name, last.environment]));
  }

  async remove(tenant: string, name: string, environment: string): Promise<boolean> {
    const removed = await this.#db
      .delete(secrets)
      .where(isSecret(tenant, name, environment))
      .returning({ name: secrets.name });
    return removed.length > 0;
  }

  async count(tenant: string): Promise<number> {
    return (await this.#db.select({ n: count() }).from(secrets).where(eq(secrets.tenant, tenant)).get())?.n ?? 0;
  }

  async all(tenant: string): Promise<SealedSecret[]> {
    return (await this.#db.select().from(secrets).where(eq(secrets.tenant, tenant))).map(secretOf);
  }

  async reseal(tenant: string, resealed: SealedSecret[], key: DataKey): Promise<void> {
    const inUse = this.#db.select({ id: secrets.dataKey }).from(secrets).where(eq(secrets.tenant, tenant));
    await this.#db.batch([
      this.#db.insert(dataKeys).values(keyRowOf(tenant, key)),
      ...resealed.map((secret) =>
        this.#db
          .update(secrets)
          .set({ sealed: secret.sealed, dataKey: secret.data_key })
          .where(and(isSecret(tenant, secret.name, secret.environment), eq(secrets.version, secret.version))),
      ),
      this.#db.delete(dataKeys).where(and(eq(dataKeys.tenant, tenant), ne(dataKeys.id, key.id), notInArray(dataKeys.id, inUse))),
    ]);
  }

  async newestKey(tenant: string): Promise<DataKey | null> {
    const row = await this.#db.select().from(dataKeys).where(eq(dataKeys.tenant, tenant)).orderBy(desc(dataKeys.createdAt), desc(dataKeys.id)).limit(1).get();
    return row ? keyOf(row) : null;
  }

  async key(tenant: string, id: string): Promise<DataKey | null> {
    const row = await this.#db
      .select()
      .from(dataKeys)
      .where(and(eq(dataKeys.tenant, tenant), eq(dataKeys.id, id)))
      .get();
    return row ? keyOf(row) : null;
  }

  async addKey(tenant: string, key: DataKey): Promise<void> {
    await this.#db.insert(dataKeys).values(keyRowOf(tenant, key));
  }
}

function isSecret(tenant: string, name: string, environment: string) {
  return and(eq(secrets.tenant, tenant), eq(secrets.name, name), eq(secrets.environment, environment));
}

function secretOf(row: typeof secrets.$inferSelect): SealedSecret {
  const { tenant: _, dataKey, createdAt, updatedAt, updatedBy, ...rest } = row;
  return { ...rest, data_key: dataKey, created_at: createdAt, updated_at: updatedAt, updated_by: updatedBy };
}

function rowOf(tenant: string, { data_key, created_at, updated_at, updated_by, ...rest }: SealedSecret): typeof secrets.$inferInsert {
  return { ...rest, tenant, dataKey: data_key, createdAt: created_at, updatedAt: updated_at, updatedBy: updated_by };
}

function keyOf({ id, wrapped, wrappedBy, createdAt }: typeof dataKeys.$inferSelect): DataKey {
  return { id, wrapped, wrapped_by: wrappedBy, created_at: createdAt };
}

function keyRowOf(tenant: string, { id, wrapped, wrapped_by, created_at }: DataKey): typeof dataKeys.$inferInsert {
  return { tenant, id, wrapped, wrappedBy: wrapped_by, createdAt: created_at };
}
