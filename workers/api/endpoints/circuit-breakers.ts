/** Circuit breakers: what state they are in, how they came to it, and opening and closing by hand. */
import { breakerDetailsSchema, breakerPage, breakerQuery, breakerRequest, breakersQuery } from '#contracts/api-circuit-breakers';
import { BREAKER_NAME, type BreakerDetails, type BreakerName, type BreakerRow } from '#contracts/breaker';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import { breakerChanged, breakerOf } from '#workers/breakers/ports';

const TAG = 'Circuit breakers';
const PRODUCTION = 'production';

const list = endpoint({
  route: 'GET /circuit-breakers',
  tag: TAG,
  summary: 'List circuit breakers',
  description: 'One is listed from its first failed call on, and until it has been closed and quiet for a week.',
  query: breakersQuery,
  answer: breakerPage,
  answers: { 200: { description: 'By name', schema: breakerPage } },
  problems: ['invalid_cursor'],
  async handle(call) {
    const { environment = PRODUCTION, limit = LIMITS.listDefault, cursor } = call.query;
    const { items, next_cursor } = await call.stores.breakers.list(call.tenant, environment, { limit, ...(cursor === undefined ? {} : { cursor }) });
    return { body: { items: items.map(rowView), next_cursor } };
  },
});

const read = endpoint({
  route: 'GET /circuit-breakers/{breaker}',
  tag: TAG,
  summary: 'Read a circuit breaker',
  query: breakerQuery,
  answer: breakerDetailsSchema,
  answers: { 200: { description: 'Its state, and the last fifty changes', schema: breakerDetailsSchema } },
  problems: ['unknown_breaker'],
  async handle(call) {
    const name = nameOf(call);
    // Asked only where there is a row: looking for one that is not there makes no object.
    const found = (await call.stores.breakers.read(name)) && (await breakerOf(call.env)(name).details(name));
    if (!found) throw unknown(name);
    return { body: detailsView(found) };
  },
});

const act = endpoint({
  route: 'POST /circuit-breakers/{breaker}',
  tag: TAG,
  summary: 'Open or close a circuit breaker',
  description: 'Every isolate follows within a second. Opened without an end it stays open until it is closed.',
  query: breakerQuery,
  body: breakerRequest,
  answer: breakerDetailsSchema,
  answers: { 200: { description: 'As it is now', schema: breakerDetailsSchema } },
  problems: ['unknown_breaker', 'invalid_json'],
  async handle(call) {
    const name = nameOf(call);
    const { action, note, for: for_ms } = call.body;
    const before = await call.stores.breakers.read(name);
    if (!before && action === 'close') throw unknown(name);
    const order = { action, by: call.actor.by, ...(note === undefined ? {} : { note }), ...(for_ms === undefined ? {} : { until: call.now + for_ms }) };
    const details = await breakerOf(call.env)(name).command(name, order);
    breakerChanged(name, details, call.now);
    call.note.before = { status: before?.status ?? 'closed' };
    return { body: detailsView(details) };
  },
});

/** A name that could not be one is not there, whoever asks. */
function nameOf(call: Call<{ environment?: string | undefined }, unknown>): BreakerName {
  const name = { tenant: call.tenant, environment: call.query.environment ?? PRODUCTION, name: call.params.breaker! };
  if (!BREAKER_NAME.test(name.name)) throw unknown(name);
  return name;
}

function unknown({ environment, name }: BreakerName): Problem {
  return new Problem('unknown_breaker', `There is no circuit breaker ${name.slice(0, 100)} in ${environment}.`);
}

function rowView({ name, environment, status, failing, until, since, updated_at, failure_threshold, success_threshold, timeout_ms }: BreakerRow) {
  return {
    name,
    environment,
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

function detailsView(details: BreakerDetails) {
  const { failures, successes, history } = details;
  return { ...rowView(details), failures, successes, history: history.map(({ at, ...change }) => ({ at: instant(at), ...change })) };
}

export const circuitBreakerEndpoints: AnyEndpoint[] = [list, read, act];
