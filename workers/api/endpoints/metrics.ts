/** How many executions there were, how long they took, how well they went: for people, and for Prometheus. */
import { metricsQuery, metricsSchema } from '#contracts/api-metrics';
import { parseDuration } from '#contracts/duration';
import { pricesOf } from '#contracts/prices';
import type { MeasuredPlace, TallySpan } from '#contracts/tally';
import { reportOf } from '#engine/metrics/report';
import { keyOf, together } from '#engine/metrics/tally';
import type { DeadLetterDepth } from '#storage/dead-letter-ports';
import { HOUR_MS } from '#storage/metric-hours';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { namesOf, reachedIds } from '#workers/api/execution-names';
import { EXPOSITION_TYPE } from '#workers/metrics/exposition';
import { type Pool, prometheusText } from '#workers/metrics/prometheus';
import { spansOf } from '#workers/metrics/regions';
import { type BoundInUse, boundsInUse, whose } from '#workers/quota/in-use';

const TAG = 'Metrics';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;

const dashboard = endpoint({
  route: 'GET /dashboard/metrics',
  weight: 'medium',
  tag: TAG,
  summary: 'Metrics of pipelines and steps',
  description:
    'Of executions that started in the period. Quantiles are within 3.2 % of the true value. A period up to two hours is told by minutes, up to twelve by five minutes, a longer one by hours.',
  query: metricsQuery,
  answer: metricsSchema,
  answers: { 200: { description: 'Sums, steps, pipelines, hours', schema: metricsSchema } },
  problems: ['unknown_workflow', 'unknown_project'],
  async handle(call) {
    const { period, pipeline = null, environment } = call.query;
    const named = await namesOf(call, call.query.workflow, call.query.pipeline);
    const filter = { ...named, environment, ...(await reachedIds(call, call.query.project)) };
    const times = timesOf(period, call.now);
    const { spans, partial, regions } = await spansOf(call.env, call.tenant, times, call.now, call.from !== undefined);
    const depths = await call.stores.deadLetters.depths(call.tenant, environment);
    const seen = await visible(call, depths, call.query.project);
    const report = reportOf(within(spans, filter), { ...times, pipeline, period, point_ms: times.span_ms, prices: pricesOf(call.env.PRICES) });
    const dlq_depth = seen.filter((each) => meets(each, named)).reduce((sum, { depth }) => sum + depth, 0);
    return { body: { ...report, summary: { ...report.summary, dlq_depth }, ...(partial ? { partial } : {}), ...(regions ? { regions } : {}) } };
  },
});

const scrape = endpoint({
  route: 'GET /metrics',
  weight: 'medium',
  tag: TAG,
  summary: 'Metrics in the text format of Prometheus',
  description: 'Also at `/metrics` of the platform. Counters begin anew at midnight UTC.',
  answers: { 200: { description: 'Families of samples', mediaType: 'text/plain' } },
  async handle(call) {
    const { stores, tenant, now } = call;
    const times = { from: now - (now % DAY_MS), to: now - (now % HOUR_MS) + HOUR_MS, span_ms: HOUR_MS };
    const filter = await reachedIds(call);
    const [{ spans }, open, depths, { seen }] = await Promise.all([
      spansOf(call.env, tenant, times, now, call.from !== undefined),
      stores.measures.open(tenant),
      stores.deadLetters.depths(tenant),
      boundsInUse(call.env, tenant, 0),
    ]);
    const pipelines = [
      ...Map.groupBy(
        within(spans, filter).flatMap((span) => span.pipelines),
        keyOf,
      ).values(),
    ].map(together);
    const text = prometheusText({
      tenant,
      pipelines,
      open: open.filter((each) => meets(each, filter)),
      depths: await visible(call, depths),
      pools: await poolsOf(call, seen),
      prices: pricesOf(call.env.PRICES),
    });
    return new Response(text, { headers: { 'Content-Type': EXPOSITION_TYPE, 'Cache-Control': 'no-store' } });
  },
});

export const metricsEndpoints: AnyEndpoint[] = [dashboard, scrape];

interface Filter {
  workflow?: string;
  pipeline?: string;
  environment?: string;
  workflow_ids?: string[];
}

function within(spans: readonly TallySpan[], filter: Filter): TallySpan[] {
  return spans.map(({ at, pipelines }) => ({ at, pipelines: pipelines.filter((each) => meets(each, filter)) }));
}

function meets(place: Partial<MeasuredPlace>, { workflow, pipeline, environment, workflow_ids }: Filter): boolean {
  return (
    (workflow === undefined || place.workflow === workflow) &&
    (pipeline === undefined || place.pipeline === pipeline) &&
    (environment === undefined || place.environment === environment) &&
    (workflow_ids === undefined || (place.workflow_id !== undefined && workflow_ids.includes(place.workflow_id)))
  );
}

async function visible({ access, stores, tenant }: Call, depths: DeadLetterDepth[], project?: string): Promise<DeadLetterDepth[]> {
  const reached = (await access.workflows())?.names;
  const within = project === undefined ? undefined : new Set((await stores.workflows.refsIn(tenant, [project])).map(({ name }) => name));
  return depths.filter(({ workflow }) => (!reached || reached.has(workflow)) && (!within || within.has(workflow)));
}

/** The company's own is for who sees all of it. */
async function poolsOf({ access }: Call, seen: readonly BoundInUse[]): Promise<Pool[]> {
  const reached = (await access.workflows())?.names;
  return seen.flatMap(({ bound, view: { in_flight, waiting } }) => {
    const owner = whose(bound);
    if (reached && (owner.of === 'company' || !reached.has(owner.workflow))) return [];
    return [{ name: owner.of === 'company' ? 'company' : `${owner.workflow}/${owner.environment}`, active: in_flight, waiting }];
  });
}

/** The period up to now, from the edge of a span to the edge of one. */
function timesOf(period: string, now: number): { from: number; to: number; span_ms: number } {
  const length = parseDuration(period)!;
  const span_ms = length <= 2 * HOUR_MS ? MINUTE_MS : length <= 12 * HOUR_MS ? 5 * MINUTE_MS : HOUR_MS;
  const from = now - length;
  return { from: from - (from % span_ms), to: now - (now % span_ms) + span_ms, span_ms };
}
