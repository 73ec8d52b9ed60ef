/** Circuit breakers of a company in two regions, held in memory: for the pages. */
import { Problem } from '#contracts/problems';
import type { BreakerDetail } from '../../../dashboard/src/lib/api-types';

const REGIONS = ['eu', 'us', 'ap'];

type Order = { action: 'open' | 'close'; for?: string; note?: string; everywhere?: true };

export class FixtureBreakers {
  readonly #breakers: BreakerDetail[];

  constructor(private readonly now: number) {
    const opened = { at: this.#ago(20_000), from: 'closed' as const, to: 'open' as const, reason: 'failures' as const };
    this.#breakers = [
      this.#one('api.stripe.com', { status: 'open', failures: 5, retry_at: new Date(now + 3_600_000).toISOString(), history: [opened] }),
      this.#one('inventory-service', { failing: true, failures: 2 }),
      this.#one('inventory-service', { region: 'us', status: 'open', retry_at: null, history: [{ ...opened, reason: 'manual', by: 'user:operator' }] }),
      this.#one('rates', { status: 'half_open', successes: 1, history: [{ ...opened, from: 'open', to: 'half_open', reason: 'timeout' }, opened] }),
    ];
  }

  async answer(request: Request, url: URL, rest: string): Promise<Response> {
    const regions = REGIONS.map((region) => ({ region, status: region === 'ap' ? 'unavailable' : 'ok' }));
    if (url.searchParams.get('environment') === 'empty') return Response.json({ items: [], next_cursor: null });
    const name = decodeURIComponent(rest.slice(1));
    if (name === '')
      return Response.json({ items: this.#breakers.map(({ history: _, failures: __, successes: ___, ...row }) => row), next_cursor: null, regions });
    const region = request.headers.get('x-region');
    const named = this.#breakers.filter((one) => one.name === name);
    const breaker = named.find((one) => region === null || one.region === region);
    if (!breaker) throw new Problem('unknown_breaker', `There is no circuit breaker ${name} in production.`);
    const order = request.method === 'POST' ? ((await request.json()) as Order) : undefined;
    if (order) for (const one of order.everywhere ? named : [breaker]) this.#act(one, order);
    const statusIn = (one: string) => named.find((other) => other.region === one)?.status ?? null;
    const each = REGIONS.map((one) => ({ region: one, status: statusIn(one), answers: one !== 'ap' }));
    return Response.json({ ...breaker, ...(region === null ? { regions: each } : {}) });
  }

  #act(breaker: BreakerDetail, order: Order): void {
    if (order.for === 'soon') throw new Problem('invalid_request', 'for: a duration such as 30s, 10m or 2h; 30 days at most');
    const to = order.action === 'open' ? 'open' : 'closed';
    const note = order.note === undefined ? {} : { note: order.note };
    const change = { at: new Date(this.now).toISOString(), from: breaker.status, to, reason: 'manual', by: 'user:operator', ...note } as const;
    Object.assign(breaker, { status: to, failing: false, retry_at: null, failures: 0, successes: 0, history: [change, ...breaker.history] });
  }

  #one(name: string, more: Partial<BreakerDetail>): BreakerDetail {
    return {
      name,
      environment: 'production',
      region: 'eu',
      status: 'closed',
      failing: false,
      retry_at: null,
      since: this.#ago(20_000),
      updated_at: this.#ago(20_000),
      failure_threshold: 5,
      success_threshold: 3,
      timeout_ms: 30_000,
      failures: 0,
      successes: 0,
      history: [],
      ...more,
    };
  }

  #ago(ms: number): string {
    return new Date(this.now - ms).toISOString();
  }
}
