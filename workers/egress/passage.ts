/**
 * The way of one call out through the lanes of its company: a place while it is under way, and its bytes paid for.
 *
 * 1. Where nothing is bounded, nothing is counted.
 * 2. A place is given back once, however often its end is told.
 */
import type { Bulkhead, Held, Turn } from '#workers/egress/bulkhead';

/** What a company may have in an isolate; `null`: no bound. */
export interface EgressBounds {
  /** Calls under way at the same time. */
  calls: number | null;
  bytes_per_s: number | null;
}

type Patience = Pick<Turn, 'patience_ms' | 'signal'>;

export class Passage {
  private constructor(
    private readonly bulkhead: Bulkhead,
    private readonly tenant: string,
    private readonly bytesPerSecond: number | null,
    private readonly held: Held | undefined,
  ) {}

  /** Resolves when the call may go out. Throws Problem('egress_busy'), or the signal's reason. */
  static async begin(bulkhead: Bulkhead, tenant: string, { calls, bytes_per_s }: EgressBounds, turn: Omit<Turn, 'most'>): Promise<Passage> {
    const held = calls === null ? undefined : await bulkhead.enter(`calls ${tenant}`, { ...turn, most: calls });
    const passage = new Passage(bulkhead, tenant, bytes_per_s, held);
    try {
      await passage.pace(turn);
    } catch (error) {
      passage.end();
      throw error;
    }
    return passage;
  }

  /** Whether its bytes count. */
  get isPaid(): boolean {
    return this.bytesPerSecond !== null;
  }

  /** Resolves once what the company's calls had go by before is paid for. Throws as `begin`. */
  async pace(patience: Patience): Promise<void> {
    if (this.bytesPerSecond !== null) await this.bulkhead.pace(this.tenant, this.bytesPerSecond, patience);
  }

  /** So many bytes went by, in either direction. */
  spend(bytes: number): void {
    if (this.bytesPerSecond !== null) this.bulkhead.spend(this.tenant, this.bytesPerSecond, bytes);
  }

  /** It goes on: its place is kept for so long from now, ms. */
  keep(ms: number): void {
    this.held?.keep(ms);
  }

  end(): void {
    this.held?.end();
  }
}
