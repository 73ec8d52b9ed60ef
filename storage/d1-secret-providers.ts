/** Stores of secrets that companies have elsewhere, in the region's D1; what is secret of them is sealed. */
import { and, asc, eq } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { LIMITS } from '#contracts/limits';
import { secretProviders } from '#storage/d1/secret-schema';
import type { SecretProviderHealth, SecretProviderRecord, SecretProviderStore } from '#storage/secret-provider-ports';

export class D1SecretProviders implements SecretProviderStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async get(tenant: string, name: string): Promise<SecretProviderRecord | null> {
    const row = await this.#db.select().from(secretProviders).where(isProvider(tenant, name)).get();
    return row ? recordOf(row) : null;
  }

  async list(tenant: string): Promise<SecretProviderRecord[]> {
    const rows = await this.#db
      .select()
      .from(secretProviders)
      .where(eq(secretProviders.tenant, tenant))
      .orderBy(asc(secretProviders.name))
      .limit(LIMITS.secretProviders);
    return rows.map(recordOf);
  }

  async put(tenant: string, { name, settings, credential, created_at, updated_at, updated_by, health }: SecretProviderRecord): Promise<void> {
    const { sealed, sealed_by: sealedBy } = credential;
    const changed = { settings, sealed, sealedBy, updatedAt: updated_at, updatedBy: updated_by, ...healthRow(health) };
    await this.#db
      .insert(secretProviders)
      .values({ tenant, name, createdAt: created_at, ...changed })
      .onConflictDoUpdate({ target: [secretProviders.tenant, secretProviders.name], set: changed });
  }

  async note(tenant: string, { name, updated_at }: Pick<SecretProviderRecord, 'name' | 'updated_at'>, health: SecretProviderHealth): Promise<void> {
    await this.#db
      .update(secretProviders)
      .set(healthRow(health))
      .where(and(isProvider(tenant, name), eq(secretProviders.updatedAt, updated_at)));
  }

  async remove(tenant: string, name: string): Promise<boolean> {
    const removed = await this.#db.delete(secretProviders).where(isProvider(tenant, name)).returning({ name: secretProviders.name });
    return removed.length > 0;
  }
}

function isProvider(tenant: string, name: string) {
  return and(eq(secretProviders.tenant, tenant), eq(secretProviders.name, name));
}

function healthRow(health: SecretProviderHealth | null) {
  return { seenAt: health?.at ?? null, problem: health?.problem ?? null };
}

function recordOf(row: typeof secretProviders.$inferSelect): SecretProviderRecord {
  const { name, settings, sealed, sealedBy, createdAt, updatedAt, updatedBy, seenAt, problem } = row;
  return {
    name,
    settings,
    credential: { sealed, sealed_by: sealedBy },
    created_at: createdAt,
    updated_at: updatedAt,
    updated_by: updatedBy,
    health: seenAt === null ? null : { at: seenAt, problem },
  };
}
