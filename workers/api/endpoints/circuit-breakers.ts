/**
 * Circuit breakers: what state they are in, how they came to it, and opening and closing by hand.
 *
 * Each region of a tenant has its own. A call sees those of all of them, a call with X-Region those of one.
 */
import { breakerDetailsSchema, breakerPage, breakerQuery, breakerRequest, breakersQuery } from '#contracts/api-circuit-breakers';
import { BREAKER_NAME, type BreakerDetails, type BreakerName, type BreakerRow } from '#contracts/breaker';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import { type BreakerAnswers, listBreakers, orderBreakers, readBreakers } from '#workers/breakers/regions';
import { REGION_HEADER } from '#workers/regions/elsewhere';

const TAG = 'Circuit breakers';
const PRODUCTION = 'production';

const list = endpoint({
  route: 'GET /circuit-breakers',
  tag: TAG,
  summary: 'List circuit breakers',
  description:
    'Those of all regions of the tenant, or of the one that X-Region names. One is listed from its first failed call on, and until it has been closed and quiet for a week.',
  query: breakersQuery,
  answer: breakerPage,
  answers: { 200: { description: 'By name', schema: breakerPage } },
  problems: ['invalid_cursor'],
  async handle(call) {
    const { environment = PRODUCTION, limit = LIMITS.listDefault, cursor } = call.query;
    const { items, ...page } = await listBreakers(call.env, call.tenant, { environment, limit, cursor }, isOfOne(call));
    return { body: { ...page, items: items.map(({ region, ...row }) => rowView(row, region)) } };
  },
});

const read = endpoint({
  route: 'GET /circuit-breakers/{breaker}',
  tag: TAG,
  summary: 'Read a circuit breaker',
  description: 'That of the home, where there is one, else of another region; `regions` says how it is in each.',
  query: breakerQuery,
  answer: breakerDetailsSchema,
  answers: { 200: { description: 'Its state, and the last fifty changes', schema: breakerDetailsSchema } },
  problems: ['unknown_breaker'],
  async handle(call) {
    const name = nameOf(call);
    return { body: detailsView(name, await readBreakers(call.env, name, isOfOne(call))) };
  },
});

const act = endpoint({
  route: 'POST /circuit-breakers/{breaker}',
  tag: TAG,
  summary: 'Open or close a circuit breaker',
  description:
    'At home, in the region that X-Region names, or `everywhere`. Every isolate follows within a second. Opened without an end it stays open until it is closed.',
  query: breakerQuery,
  body: breakerRequest,
  answer: breakerDetailsSchema,
  answers: { 200: { description: 'As it is now; `regions` says which did not answer, and have it as it was', schema: breakerDetailsSchema } },
  problems: ['unknown_breaker', 'invalid_json', 'invalid_request'],
  async handle(call) {
    const name = nameOf(call);
    const { action, note, for: for_ms, everywhere = false } = call.body;
    if (everywhere && isOfOne(call)) throw new Problem('invalid_request', 'everywhere is all regions, and X-Region names one.');
    const before = await call.stores.breakers.read(name);
    const order = { action, by: call.actor.by, ...(note === undefined ? {} : { note }), ...(for_ms === undefined ? {} : { until: call.now + for_ms }) };
    const answers = await orderBreakers(call.env, name, order, call.now, !everywhere);
    const body = detailsView(name, answers);
    call.note.before = { status: before?.status ?? 'closed' };
    if (body.regions) call.note.after = { action, regions: body.regions.filter(({ answers: did }) => did).map(({ region }) => region) };
    return { body };
  },
});

/** Asked for one region: by its peers, or by whoever names it. */
function isOfOne(call: Pick<Call<never, never>, 'from' | 'request'>): boolean {
  return call.from !== undefined || call.request.headers.has(REGION_HEADER);
}

/** A name that could not be one is not there, whoever asks. */
function nameOf(call: Call<{ environment?: string | undefined }, unknown>): BreakerName {
  const name = { tenant: call.tenant, environment: call.query.environment ?? PRODUCTION, name: call.params.breaker! };
  if (!BREAKER_NAME.test(name.name)) throw unknown(name);
  return name;
}

function unknown({ environment, name }: BreakerName): Problem {
  return new Problem('unknown_breaker', `There is no circuit breaker ${name.slice(0, 100)} in ${environment}.`);
}

function rowView(
  { name, environment, status, failing, until, since, updated_at, failure_threshold, success_threshold, timeout_ms }: BreakerRow,
  region: string,
) {
  return {
    name,
    environment,
    region,
    status,
    failing,
    retry_at: until === null ? null : instant(until),
    since: instant(since),
    updated_at: instant(updated_at),
    failure_threshold,
    success_threshold,
    timeout_ms,
  };
}

/** The first that is there: this region's comes first. Throws Problem: unknown_breaker, region_unavailable. */
function detailsView(name: BreakerName, { found, regions }: BreakerAnswers) {
  const first = found.find((one): one is { region: string; details: BreakerDetails } => one.details !== null);
  const silent = (regions ?? []).filter(({ status }) => status === 'unavailable').map(({ region }) => region);
  if (!first && silent.length > 0)
    throw new Problem('region_unavailable', `${silent.join(', ')} does not answer; the other regions have no circuit breaker ${name.name}.`);
  if (!first) throw unknown(name);
  const { failures, successes, history } = first.details;
  const statusIn = (region: string) => found.find((one) => one.region === region)?.details?.status ?? null;
  return {
    ...rowView(first.details, first.region),
    failures,
    successes,
    ...(regions ? { regions: regions.map(({ region, status }) => ({ region, status: statusIn(region), answers: status === 'ok' })) } : {}),
    history: history.map(({ at, ...change }) => ({ at: instant(at), ...change })),
  };
}

export const circuitBreakerEndpoints: AnyEndpoint[] = [list, read, act];
