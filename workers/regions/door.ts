/**
 * What the other regions may ask of this one, under `/peer/v1`. Whoever has no passport of a region is nobody here.
 *
 * 1. A tenant that is at home here takes no definitions from elsewhere.
 * 2. Secrets are told to regions that run executions of the tenant, one at a time, for an effect that is about to go out.
 */
import { type ZodType, z } from 'zod';
import type { Definition } from '#contracts/definition';
import type { RegionErasure } from '#contracts/erasure';
import { KEY_STATES, type KeyPage } from '#contracts/key-store';
import { LIMITS } from '#contracts/limits';
import { LOG_LEVELS } from '#contracts/log-level';
import type { LinePage } from '#contracts/log-line';
import {
  type PeerStart,
  peerBreakerOrderSchema,
  peerBreakerSchema,
  peerBreakersSchema,
  peerDefinitionSchema,
  peerDeploymentsSchema,
  peerQuotaSchema,
  peerSecretSchema,
  peerStartSchema,
} from '#contracts/peer';
import { Problem } from '#contracts/problems';
import { guestQuota } from '#contracts/quota';
import type { ExecutionFilter } from '#storage/execution-ports';
import { HOUR_MS } from '#storage/metric-hours';
import { problemOfZod, problemResponse } from '#workers/api/problem-response';
import { orderBreakerHere, readBreakerHere } from '#workers/breakers/regions';
import { readBody, utf8 } from '#workers/door/request-body';
import type { RegionEnv } from '#workers/env';
import { assertNotClosed } from '#workers/erasure/closed';
import { certificateOf, eraserOf, erasureId } from '#workers/erasure/ports';
import { executionStub } from '#workers/execution-stub';
import { releaseStepKeyHere, stepKeyHere, stepKeysHere } from '#workers/idempotency/step-keys';
import { linesHere } from '#workers/logs/lines-here';
import { readSpans, type Spans } from '#workers/metrics/spans';
import { type ArrivalCall, serveArrival, serveSource } from '#workers/moving/arrival';
import { assertSettled } from '#workers/moving/late';
import { moverOf } from '#workers/moving/ports';
import { placesAnew } from '#workers/quota/ports';
import { settle } from '#workers/regions/lodging';
import { type Passport, passportOf } from '#workers/regions/passport';
import { startElsewhere } from '#workers/regions/residency';
import { countOldExecutions, type OldCount } from '#workers/retention/preview';
import { secretsOf } from '#workers/secrets/secrets-of';
import { type Started, startExecution } from '#workers/start';
import { storesOf } from '#workers/stores';

const PREFIX = '/peer/v1/';

interface PeerCall {
  request: Request;
  env: RegionEnv;
  passport: Passport;
  tenant: string;
  /** The last part of the path, where it is a name. */
  name: string;
}

/** Gives JSON, a whole response, or nothing for 204. */
type Handler = (call: PeerCall) => Promise<unknown>;

const ROUTES: readonly { method: string; path: RegExp; handle: Handler }[] = [
  { method: 'PUT', path: /^deployments$/, handle: takeDeployments },
  { method: 'PUT', path: /^quota$/, handle: takeQuota },
  { method: 'PUT', path: /^definitions$/, handle: takeDefinition },
  { method: 'PUT', path: /^files\/([0-9a-f]{64})$/, handle: takeFile },
  { method: 'POST', path: /^executions$/, handle: start },
  { method: 'POST', path: /^executions\/list$/, handle: list },
  { method: 'POST', path: /^executions\/lines$/, handle: lines },
  { method: 'POST', path: /^executions\/spans$/, handle: spans },
  { method: 'POST', path: /^keys\/list$/, handle: listKeys },
  { method: 'POST', path: /^keys\/look$/, handle: lookKey },
  { method: 'POST', path: /^keys\/release$/, handle: releaseKey },
  { method: 'POST', path: /^breakers\/list$/, handle: listBreakersHere },
  { method: 'POST', path: /^breakers\/read$/, handle: readBreaker },
  { method: 'POST', path: /^breakers\/order$/, handle: orderBreaker },
  { method: 'POST', path: /^executions\/old$/, handle: countOld },
  { method: 'GET', path: /^executions\/(exec_\w+)$/, handle: look },
  { method: 'POST', path: /^executions\/(exec_\w+)\/cancel$/, handle: cancel },
  { method: 'POST', path: /^secrets$/, handle: tellSecret },
  { method: 'POST', path: /^erasure$/, handle: erase },
  { method: 'POST', path: /^move\/(\w+)$/, handle: (call) => serveArrival(arrivalOf(call), call.name) },
  { method: 'POST', path: /^move-source\/(\w+)$/, handle: (call) => serveSource(arrivalOf(call), call.name) },
  { method: 'GET', path: /^move-progress$/, handle: async ({ env, tenant }) => ({ move: await moverOf(env, tenant).progress() }) },
];

export function isPeerRequest(url: URL): boolean {
  return url.pathname.startsWith(PREFIX);
}

export async function servePeer(request: Request, url: URL, env: RegionEnv): Promise<Response> {
  const requestId = crypto.randomUUID();
  try {
    const passport = await passportOf(request, env);
    if (!passport || passport.actor) throw new Problem('unauthenticated');
    const path = url.pathname.slice(PREFIX.length);
    for (const route of ROUTES) {
      const match = request.method === route.method ? route.path.exec(path) : null;
      if (!match) continue;
      if (!path.startsWith('move')) {
        await assertSettled(env, passport.tenant);
        await assertNotClosed(env, passport.tenant);
      }
      const answer = await route.handle({ request, env, passport, tenant: passport.tenant, name: match[1] ?? '' });
      if (answer instanceof Response) return answer;
      return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
    }
    throw new Problem('not_found', 'Regions do not ask each other for this.');
  } catch (error) {
    return problemResponse(error, requestId);
  }
}

function arrivalOf(call: PeerCall): ArrivalCall {
  return { env: call.env, tenant: call.tenant, from: call.passport.from, read: (schema) => read(call, schema) };
}

async function takeDeployments(call: PeerCall) {
  const { env, tenant, passport } = call;
  const { tenants, links, definitions, files } = storesOf(env);
  if (await tenants.get(tenant)) throw new Problem('forbidden', `${tenant} is at home in this region.`);
  const sent = await read(call, peerDeploymentsSchema);
  const hashes = [...new Set(sent.deployments.map(({ hash }) => hash))];
  const missing: { definitions: string[]; files: string[] } = { definitions: [], files: [] };
  for (const hash of hashes) {
    const definition = await definitions.get(tenant, hash);
    if (!definition) missing.definitions.push(hash);
    for (const { sha256 } of Object.values(definition?.files ?? {})) if (!(await files.has(tenant, sha256))) missing.files.push(sha256);
  }
  if (missing.definitions.length + missing.files.length === 0) await links.admit(tenant, passport.from, sent, Date.now());
  return { ...missing, files: [...new Set(missing.files)] };
}

async function takeQuota(call: PeerCall) {
  const { env, tenant } = call;
  if (await storesOf(env).tenants.get(tenant)) throw new Problem('forbidden', `${tenant} is at home in this region.`);
  const sent = await read(call, peerQuotaSchema);
  const { settings } = storesOf(env);
  const before = (await settings.read(tenant)).quota;
  await settings.noteQuota(tenant, sent);
  const now = (await settings.read(tenant)).quota;
  // Those that wait get the places that are free now.
  if (before && now) await placesAnew(env, tenant, guestQuota(now).quota);
}

async function takeDefinition(call: PeerCall) {
  const { definition, source } = await read(call, peerDefinitionSchema);
  if (await storesOf(call.env).tenants.get(call.tenant)) throw new Problem('forbidden', `${call.tenant} is at home in this region.`);
  await storesOf(call.env).definitions.put(call.tenant, definition as unknown as Definition, source);
}

async function takeFile({ request, env, tenant, name }: PeerCall) {
  const bytes = await readBody(request, LIMITS.peerBody);
  if (!bytes) throw new Problem('body_too_large');
  await storesOf(env).files.put(tenant, name, bytes);
}

async function start(call: PeerCall): Promise<Started> {
  const { env, tenant, passport } = call;
  const order: PeerStart = await read(call, peerStartSchema);
  const { region, deployment, pipeline: name, ...rest } = order;
  const definition = await storesOf(env).definitions.get(tenant, deployment.hash);
  const pipeline = definition && Object.hasOwn(definition.pipelines, name) ? definition.pipelines[name] : undefined;
  if (!pipeline) throw new Problem('not_replicated', `The definition ${deployment.hash} is not in ${env.REGION}.`);
  const here = { ...rest, tenant, deployment, pipeline };
  if (region !== env.REGION) return startElsewhere(env, here, region);
  await settle(env, tenant, passport.from, Date.now());
  return startExecution(env, { ...here, stays: true, let_in: true });
}

const filterSchema = z.record(z.string(), z.unknown()) as unknown as ZodType<ExecutionFilter>;

async function list(call: PeerCall) {
  return storesOf(call.env).executions.list(call.tenant, await read(call, filterSchema));
}

const linesQuestion = z.strictObject({
  executions: z.array(z.strictObject({ id: z.string(), before: z.number().int().optional() })).max(200),
  limit: z.number().int().min(1).max(LIMITS.listMax),
  level: z.enum(LOG_LEVELS).optional(),
  text: z.string().optional(),
  step: z.string().optional(),
  from: z.number().int().optional(),
  to: z.number().int().optional(),
});

async function lines(call: PeerCall): Promise<LinePage[]> {
  return linesHere(call.env, call.tenant, await read(call, linesQuestion));
}

const spanQuestion = z.strictObject({ from: z.number().int(), to: z.number().int(), span_ms: z.number().int().min(60_000).max(HOUR_MS) });

async function spans(call: PeerCall): Promise<Spans> {
  return readSpans(storesOf(call.env).measures, call.tenant, await read(call, spanQuestion), Date.now());
}

const keyQuestion = z.strictObject({
  prefix: z.string().optional(),
  text: z.string().optional(),
  environment: z.string().optional(),
  state: z.enum(KEY_STATES).optional(),
  workflow: z.string().optional(),
  pipeline: z.string().optional(),
  workflow_ids: z.array(z.string()).optional(),
  limit: z.number().int().min(1).max(LIMITS.listMax),
  before: z.strictObject({ at: z.number().int(), key: z.string() }).optional(),
});

async function listKeys(call: PeerCall): Promise<KeyPage> {
  return stepKeysHere(call.env, call.tenant, await read(call, keyQuestion));
}

async function lookKey(call: PeerCall) {
  const { key } = await read(call, z.strictObject({ key: z.string() }));
  return { found: await stepKeyHere(call.env, call.tenant, key) };
}

async function releaseKey(call: PeerCall): Promise<void> {
  await releaseStepKeyHere(call.env, call.tenant, await read(call, z.strictObject({ key: z.string(), holder: z.string() })));
}

async function listBreakersHere(call: PeerCall) {
  const { environment, limit, from } = await read(call, peerBreakersSchema);
  return storesOf(call.env).breakers.list(call.tenant, environment, { limit, ...(from ? { from } : {}) });
}

async function readBreaker(call: PeerCall) {
  return { details: await readBreakerHere(call.env, { tenant: call.tenant, ...(await read(call, peerBreakerSchema)) }) };
}

/** What is opened here by hand lives here, as what a call with X-Region keeps does. */
async function orderBreaker(call: PeerCall) {
  const { env, tenant, passport } = call;
  const { environment, name, action, by, note, until } = await read(call, peerBreakerOrderSchema);
  const now = Date.now();
  if (action === 'open') await settle(env, tenant, passport.from, now);
  const order = { action, by, ...(note === undefined ? {} : { note }), ...(until === undefined ? {} : { until }) };
  return { details: await orderBreakerHere(env, { tenant, environment, name }, order, now) };
}

const ageQuestion = z.strictObject({ ended_before: z.number().int(), letters_before: z.number().int().optional(), now: z.number().int() });

async function countOld(call: PeerCall): Promise<OldCount> {
  return countOldExecutions(call.env.DB, call.tenant, await read(call, ageQuestion));
}

/** Its line of the list; 404 for one that is not of this region, or not of this tenant. */
async function look({ env, tenant, name }: PeerCall) {
  const summary = await executionStub(env, name).summary(tenant);
  if (!summary) throw new Problem('unknown_execution', `There is no execution ${name} in this region.`);
  return summary;
}

async function cancel(call: PeerCall) {
  const { by, reason } = await read(call, z.strictObject({ by: z.string(), reason: z.string() }));
  await executionStub(call.env, call.name).cancel(call.tenant, { by, reason });
}

async function tellSecret(call: PeerCall) {
  const { env, tenant, passport } = call;
  const { environment, name, definition } = await read(call, peerSecretSchema);
  const runsThere = (await storesOf(env).links.outposts(tenant)).some(({ region }) => region === passport.from);
  if (!runsThere) throw new Problem('forbidden', `${tenant} has no executions in ${passport.from}.`);
  const value = await secretsOf(env).all.get({ tenant, environment, ...(definition === undefined ? {} : { definition }) }, name);
  return value === undefined ? {} : { value };
}

/** The tenant is erased at home: what lived here goes, too. Asked again until it is done. */
async function erase(call: PeerCall): Promise<{ done: RegionErasure | null }> {
  const { env, tenant } = call;
  const order = await read(call, z.strictObject({ requested_by: z.string(), requested_at: z.number().int() }));
  if (await storesOf(env).tenants.get(tenant)) throw new Problem('forbidden', `${tenant} is at home in this region.`);
  const certificate = await certificateOf(env, erasureId({ tenant, ...order }));
  if (certificate) return { done: certificate.regions[0]! };
  await eraserOf(env, tenant).begin({ tenant, region: env.REGION, home: false, ...order });
  return { done: null };
}

async function read<T>({ request }: PeerCall, schema: ZodType<T>): Promise<T> {
  const bytes = await readBody(request, LIMITS.peerBody);
  if (!bytes) throw new Problem('body_too_large', `What regions send each other has at most ${LIMITS.peerBody} bytes.`);
  let value: unknown;
  try {
    value = JSON.parse(utf8(bytes) ?? '');
  } catch {
    throw new Problem('invalid_json');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw problemOfZod(parsed.error, 'body');
  return parsed.data;
}
