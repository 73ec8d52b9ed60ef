/** What executions cost, in money. See `docs/metrics.md` for what is counted, what is estimated, and what is left out. */
import { executionCostSchema, tenantCostQuery, tenantCostSchema } from '#contracts/api-metrics';
import { parseDuration } from '#contracts/duration';
import { costOf, PRICES_AS_OF, pricesOf, totalOf } from '#contracts/prices';
import type { PipelineCounts } from '#contracts/tally';
import { executionsOf } from '#engine/metrics/report';
import { keyOf, together } from '#engine/metrics/tally';
import { HOUR_MS } from '#storage/metric-hours';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { ownTenant } from '#workers/api/own-tenant';
import { unknownExecution } from '#workers/api/unknown';
import { instant } from '#workers/api/views';
import { spansOf } from '#workers/metrics/regions';

const TAG = 'Metrics';
const DAY_MS = 24 * HOUR_MS;

const ofExecution = endpoint({
  route: 'GET /executions/{execution}/cost',
  tag: TAG,
  summary: 'What an execution has cost so far',
  description:
    'From its log: rows, requests, the time for which its object was awake, messages, large values. An estimate, at the prices that the answer names.',
  answer: executionCostSchema,
  answers: { 200: { description: 'In all, and by step', schema: executionCostSchema } },
  problems: ['invalid_id', 'unknown_execution'],
  async handle(call) {
    const { id, object } = executionOf(call);
    const measure = await object.measure(call.tenant);
    if (!measure) throw unknownExecution(id);
    const prices = pricesOf(call.env.PRICES);
    const { usage, steps } = measure;
    return {
      body: {
        execution_id: id,
        estimated: true,
        cost_usd: totalOf(usage, prices),
        usage,
        cost: costOf(usage, prices),
        by_step: steps.map(({ step, type, usage: own }) => ({ step, type, cost_usd: totalOf(own, prices), usage: own })),
        prices,
        prices_as_of: PRICES_AS_OF,
      },
    };
  },
});

const ofTenant = endpoint({
  route: 'GET /tenants/{tenant}/cost',
  weight: 'medium',
  tag: TAG,
  summary: 'What the executions of a company cost',
  description:
    'Of executions that started in the period, in all regions; those that have not ended cost nothing yet. An estimate, at the prices that the answer names.',
  query: tenantCostQuery,
  answer: tenantCostSchema,
  answers: { 200: { description: 'In all, by pipeline and by day', schema: tenantCostSchema } },
  problems: ['unknown_tenant'],
  async handle(call) {
    const { env, tenant, now, query, from: peer } = ownTenant(call);
    const begin = now - parseDuration(query.period)!;
    const times = { from: begin - (begin % HOUR_MS), to: now - (now % HOUR_MS) + HOUR_MS, span_ms: HOUR_MS };
    const { spans, partial } = await spansOf(env, tenant, times, now, peer !== undefined);
    const prices = pricesOf(env.PRICES);
    const cost = (counts: PipelineCounts) => ({ executions: executionsOf(counts), cost_usd: totalOf(counts.usage, prices) });
    const all = together(spans.flatMap((span) => span.pipelines));
    const byPipeline = [
      ...Map.groupBy(
        spans.flatMap((span) => span.pipelines),
        keyOf,
      ).values(),
    ].map(together);
    const byDay = Map.groupBy(spans, ({ at }) => at - (at % DAY_MS));
    return {
      body: {
        tenant,
        period: query.period,
        from: instant(times.from),
        to: instant(times.to),
        estimated: true,
        ...cost(all),
        usage: all.usage,
        cost: costOf(all.usage, prices),
        by_pipeline: byPipeline
          .map((counts) => ({ workflow: counts.workflow, pipeline: counts.pipeline, environment: counts.environment, ...cost(counts), usage: counts.usage }))
          .sort((left, right) => right.cost_usd - left.cost_usd),
        by_day: [...byDay].map(([at, ofDay]) => ({ day: instant(at).slice(0, 10), ...cost(together(ofDay.flatMap((span) => span.pipelines))) })),
        ...(partial ? { partial } : {}),
        prices,
        prices_as_of: PRICES_AS_OF,
      },
    };
  },
});

export const costEndpoints: AnyEndpoint[] = [ofExecution, ofTenant];
