/** Memory twin of the API keys. */
import type { PlaceRef } from '#contracts/access';
import { LIMITS } from '#contracts/limits';
import type { ApiKey, ApiKeyFilter, ApiKeyStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import type { Page } from '#storage/platform-ports';

export class MemoryApiKeys implements ApiKeyStore {
  readonly #keys = new Map<string, ApiKey>();
  /** Of a key's hash: when people are to be told that it runs out. */
  readonly #notices = new Map<string, number>();

  async byHash(hash: string): Promise<ApiKey | null> {
    return this.#keys.get(hash) ?? null;
  }

  async byId(tenant: string, id: string): Promise<ApiKey | null> {
    return this.#find(tenant, id)?.[1] ?? null;
  }

  async create(key: ApiKey, hash: string): Promise<void> {
    this.#keys.set(hash, { ...key });
    const { expires_at, created_at } = key;
    if (expires_at !== undefined && expires_at - created_at > LIMITS.keyNoticeMs) this.#notices.set(hash, expires_at - LIMITS.keyNoticeMs);
  }

  async list(tenant: string, { limit, cursor, ...of }: ApiKeyFilter): Promise<Page<ApiKey>> {
    const after = cursor === undefined ? '' : decodeCursor('api-keys', ['string'], cursor)[0];
    const rows = [...this.#keys.values()]
      .filter((key) => key.tenant === tenant && key.id > after)
      .filter((key) => (['organization', 'project', 'service_account'] as const).every((each) => of[each] === undefined || key[each] === of[each]))
      .sort((left, right) => (left.id < right.id ? -1 : 1));
    return pageOf(rows.slice(0, limit + 1), limit, (last) => encodeCursor('api-keys', [last.id]));
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const found = this.#find(tenant, id);
    return found ? this.#keys.delete(found[0]) : false;
  }

  async replace(tenant: string, id: string, until: number, next: ApiKey, hash: string): Promise<boolean> {
    const found = this.#find(tenant, id);
    if (!found || found[1].replaced_by !== undefined) return false;
    const [oldHash, old] = found;
    this.#keys.set(oldHash, { ...old, replaced_by: next.id, expires_at: Math.min(old.expires_at ?? until, until) });
    this.#notices.delete(oldHash);
    await this.create(next, hash);
    return true;
  }

  async used(tenant: string, id: string, now: number): Promise<void> {
    const found = this.#find(tenant, id);
    if (found) this.#keys.set(found[0], { ...found[1], last_used_at: now });
  }

  async removeOfAccount(tenant: string, serviceAccount: string): Promise<void> {
    this.#removeAll((key) => key.tenant === tenant && key.service_account === serviceAccount);
  }

  async removeOfPlace(tenant: string, { level, id }: PlaceRef): Promise<void> {
    if (level !== 'company') this.#removeAll((key) => key.tenant === tenant && key[level] === id);
  }

  async claimExpiring(now: number, again: number, limit: number): Promise<ApiKey[]> {
    const due = [...this.#notices].filter(([hash, at]) => at <= now && this.#keys.has(hash)).sort(([, left], [, right]) => left - right);
    const claimed = due.slice(0, limit).map(([hash]) => hash);
    for (const hash of claimed) this.#notices.set(hash, again);
    return claimed.map((hash) => this.#keys.get(hash)!).sort((left, right) => left.expires_at! - right.expires_at!);
  }

  async told(tenant: string, id: string): Promise<void> {
    const found = this.#find(tenant, id);
    if (found) this.#notices.delete(found[0]);
  }

  #removeAll(which: (key: ApiKey) => boolean): void {
    for (const [hash, key] of this.#keys) if (which(key)) this.#keys.delete(hash);
  }

  #find(tenant: string, id: string): [hash: string, key: ApiKey] | undefined {
    return [...this.#keys].find(([, key]) => key.tenant === tenant && key.id === id);
  }
}
