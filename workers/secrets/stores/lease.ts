/**
 * What a store lends to whoever has shown a credential: a token for a time. It is used until two thirds of that are over,
 * then renewed where that is possible, or asked for anew. A store that takes it no longer is asked once more with a new one.
 */
export interface Lease {
  token: string;
  /** ms; 0: for ever. */
  lasts: number;
  renewable: boolean;
}

export interface LeaseSource {
  obtain(): Promise<Lease>;
  /** Throws when it cannot be. */
  renew?(token: string): Promise<Lease>;
}

/** Part of its time after which a token is renewed. */
const RENEW_AT = 2 / 3;

export class LeasedToken {
  #lease: Lease | undefined;
  #renewAt = 0;
  #endsAt = 0;

  constructor(
    private readonly source: LeaseSource,
    /** Epoch ms. */
    private readonly now: () => number,
  ) {}

  async get(): Promise<string> {
    const now = this.now();
    if (this.#lease && now < this.#renewAt) return this.#lease.token;
    if (this.#lease?.renewable && this.source.renew && now < this.#endsAt) {
      const renewed = await this.source.renew(this.#lease.token).catch(() => undefined);
      if (renewed) return this.#keep(renewed);
    }
    return this.#keep(await this.source.obtain());
  }

  /** It is not taken any more. */
  forget(): void {
    this.#lease = undefined;
  }

  #keep(lease: Lease): string {
    const now = this.now();
    this.#lease = lease;
    this.#renewAt = lease.lasts === 0 ? Number.POSITIVE_INFINITY : now + lease.lasts * RENEW_AT;
    this.#endsAt = lease.lasts === 0 ? Number.POSITIVE_INFINITY : now + lease.lasts;
    return lease.token;
  }
}
