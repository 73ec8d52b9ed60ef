/** Identity providers of companies, in the region's D1; what is secret of them is sealed. */
import { and, asc, eq } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { LIMITS } from '#contracts/limits';
import { identityProviders, userIdentities } from '#storage/d1/identity-schema';
import type { IdentityProvider, IdentityProviderStore } from '#storage/identity-ports';

export class D1IdentityProviders implements IdentityProviderStore {
  readonly #db: DrizzleD1Database;

  constructor(d1: D1Database) {
    this.#db = drizzle(d1);
  }

  async get(tenant: string, id: string): Promise<IdentityProvider | null> {
    const row = await this.#db.select().from(identityProviders).where(isProvider(tenant, id)).get();
    return row ? providerOf(row) : null;
  }

  async list(tenant: string): Promise<IdentityProvider[]> {
    const rows = await this.#db
      .select()
      .from(identityProviders)
      .where(eq(identityProviders.tenant, tenant))
      .orderBy(asc(identityProviders.id))
      .limit(LIMITS.identityProviders);
    return rows.map(providerOf);
  }

  async put(tenant: string, { id, settings, secret, created_at, updated_at }: IdentityProvider): Promise<void> {
    const changed = { settings, sealed: secret?.sealed ?? null, sealedBy: secret?.sealed_by ?? null, updatedAt: updated_at };
    await this.#db
      .insert(identityProviders)
      .values({ tenant, id, createdAt: created_at, ...changed })
      .onConflictDoUpdate({ target: [identityProviders.tenant, identityProviders.id], set: changed });
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const [removed] = await this.#db.batch([
      this.#db.delete(identityProviders).where(isProvider(tenant, id)).returning({ id: identityProviders.id }),
      this.#db.delete(userIdentities).where(and(eq(userIdentities.tenant, tenant), eq(userIdentities.provider, id))),
    ]);
    return removed.length > 0;
  }
}

function isProvider(tenant: string, id: string) {
  return and(eq(identityProviders.tenant, tenant), eq(identityProviders.id, id));
}

function providerOf({ id, settings, sealed, sealedBy, createdAt, updatedAt }: typeof identityProviders.$inferSelect): IdentityProvider {
  return { id, settings, secret: sealed !== null && sealedBy !== null ? { sealed, sealed_by: sealedBy } : null, created_at: createdAt, updated_at: updatedAt };
}
