/** Memory twin of the links between regions. */
import type { PeerDeployment, PeerDeployments, Replication } from '#contracts/peer';
import type { Lodging, Outpost, RegionLinks } from '#storage/region-ports';

interface Guest {
  home: string;
  revision: number;
  deployments: PeerDeployment[];
}

export class MemoryRegionLinks implements RegionLinks {
  readonly #replications = new Map<string, Replication | null>();
  readonly #outposts = new Map<string, Map<string, Outpost>>();
  readonly #guests = new Map<string, Guest>();

  async replication(tenant: string): Promise<Replication | null> {
    return this.#replications.get(tenant) ?? null;
  }

  async setReplication(tenant: string, replication: Replication | null): Promise<void> {
    this.#replications.set(tenant, replication);
  }

  async outposts(tenant: string): Promise<Outpost[]> {
    return [...this.#of(tenant).values()].map((each) => ({ ...each })).sort((left, right) => (left.region < right.region ? -1 : 1));
  }

  async open(tenant: string, region: string, now: number): Promise<void> {
    const known = this.#of(tenant);
    if (!known.has(region)) known.set(region, { region, since: now, wanted: 1, sent: 0 });
    this.#outposts.set(tenant, known);
  }

  async touch(tenant: string): Promise<void> {
    for (const each of this.#of(tenant).values()) each.wanted += 1;
  }

  async noteSent(tenant: string, region: string, revision: number): Promise<void> {
    const outpost = this.#of(tenant).get(region);
    if (outpost) outpost.sent = Math.max(outpost.sent, revision);
  }

  async clear(tenant: string, region: string, by: string, now: number): Promise<{ at: number; by: string } | null> {
    const outpost = this.#of(tenant).get(region);
    if (!outpost) return null;
    outpost.clearing ??= { at: now, by };
    return outpost.clearing;
  }

  async close(tenant: string, region: string): Promise<void> {
    this.#of(tenant).delete(region);
  }

  async homeOf(tenant: string): Promise<string | null> {
    return this.#guests.get(tenant)?.home ?? null;
  }

  /** Nobody is on the way here in memory. */
  async lodge(tenant: string): Promise<Lodging> {
    return this.#guests.has(tenant) ? 'lives' : 'unknown';
  }

  async admit(tenant: string, home: string, { revision, deployments }: PeerDeployments): Promise<void> {
    const known = this.#guests.get(tenant);
    if ((known?.revision ?? 0) <= revision) this.#guests.set(tenant, { home, revision, deployments });
  }

  /** What is deployed of a guest, for tests. */
  deployed(tenant: string): PeerDeployment[] {
    return this.#guests.get(tenant)?.deployments ?? [];
  }

  #of(tenant: string): Map<string, Outpost> {
    return this.#outposts.get(tenant) ?? new Map();
  }
}
