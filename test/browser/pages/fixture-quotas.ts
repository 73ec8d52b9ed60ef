/** The quota of the company and who waits, held in memory: for the page. */
import { tenantQuotaRequest } from '#contracts/api-quotas';
import { Problem } from '#contracts/problems';
import { PLANS, quotaOf, type TenantQuota } from '#contracts/quota';
import type { UsageItem } from '../../../dashboard/src/lib/api-types';
import { fixtureId, TENANT } from './fixture-executions';

export class FixtureQuotas {
  #set: TenantQuota | undefined = { plan: 'team', overrides: { max_concurrent: 80 } };

  constructor(private readonly now: number) {}

  async answer(request: Request, rest: string): Promise<Response> {
    if (rest.endsWith('/usage')) return Response.json(this.#usage(request.headers.get('x-region') === 'us' ? 7 : 80));
    if (request.method === 'PUT') {
      const order = tenantQuotaRequest.safeParse(await request.json());
      if (!order.success) throw new Problem('invalid_request', order.error.issues[0]!.message);
      const { plan, overrides } = order.data;
      this.#set = plan === null ? undefined : { plan, ...(overrides ? { overrides } : {}) };
    }
    const { plan, quota } = quotaOf(this.#set, 'unlimited');
    return Response.json({ tenant: TENANT, plan, is_default: this.#set === undefined, overrides: this.#set?.overrides ?? {}, quota, plans: PLANS });
  }

  #usage(in_flight: number): UsageItem {
    const { plan, quota } = quotaOf(this.#set, 'unlimited');
    const { max_concurrent, rate, queue_soft, queue_hard, api_rate, live_streams } = quota;
    const ago = (ms: number) => new Date(this.now - ms).toISOString();
    const waiting = (name: string, position: number, of: 'company' | 'application') => ({
      execution_id: fixtureId(name),
      workflow: of === 'company' ? 'orders' : 'imports',
      environment: 'production',
      pipeline: of === 'company' ? 'process-order' : 'nightly',
      of,
      key: 'orders.process-order',
      priority: 0,
      position,
      since: ago(position * 4000),
    });
    const company = { of: 'company' as const, max_concurrent, in_flight, waiting: 2, rate, available: 12, queue_soft, queue_hard };
    return {
      tenant: TENANT,
      plan,
      at: ago(0),
      bounds: [
        ...(plan === 'unlimited' ? [] : [company]),
        {
          ...company,
          of: 'application',
          workflow: 'imports',
          environment: 'staging',
          max_concurrent: 4,
          in_flight: 4,
          waiting: 8,
          rate: null,
          available: null,
          queue_soft: 8,
          queue_hard: 16,
        },
      ],
      calls: { rate: api_rate, available: api_rate && api_rate.burst - 20 },
      live_streams: { max: live_streams, open: 3 },
      waiting: plan === 'unlimited' ? [] : [waiting('queued-1', 1, 'company'), waiting('queued-2', 2, 'company'), waiting('queued-3', 1, 'application')],
      more: false,
    };
  }
}
