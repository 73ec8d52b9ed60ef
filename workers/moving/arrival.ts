/**
 * What a tenant's home asks of the region that the tenant moves to, under `/peer/v1/move`.
 *
 * 1. Only the region that was let in as the one it comes from is listened to.
 * 2. Until the tenant has arrived nothing of it does anything here: objects come at a halt, and no door is open.
 * 3. Every call can be made again.
 */
import { type ZodType, z } from 'zod';
import { MOVE_STAGES, type Move, type MoveStage, type MoveStanding, type Parcel } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import { CarriedRows, type RowPage } from '#storage/carried-rows';
import type { RegionEnv } from '#workers/env';
import { eraserOf } from '#workers/erasure/ports';
import { erasureStages, FOLDERS } from '#workers/erasure/stages';
import { namedExecutionId, newExecutionStub } from '#workers/execution-stub';
import { carriableOf, executionOf, isObjectStage, type ObjectStage } from '#workers/moving/carried';
import { lateSchema, takeLate } from '#workers/moving/late';
import { digests, moverOf } from '#workers/moving/ports';
import { sealedOnArrival } from '#workers/moving/sealed-columns';
import { Peer } from '#workers/regions/peers';
import { deploymentsChanged } from '#workers/regions/replicate';
import { storesOf } from '#workers/stores';

export interface ArrivalCall {
  env: RegionEnv;
  tenant: string;
  /** The region that speaks. */
  from: string;
  read<T>(schema: ZodType<T>): Promise<T>;
}

const names = z.array(z.string()).max(1000);
const stage = z.enum(MOVE_STAGES);
const cells = z.array(z.union([z.string(), z.number(), z.null()]));

const acceptSchema = z.strictObject({ needs_key: z.boolean() });
const objectSchema = z.strictObject({
  stage,
  name: z.string(),
  parcel: z.custom<Parcel>((value) => typeof value === 'object' && value !== null && 'next' in value),
  first: z.boolean(),
  names: z.array(z.string()).max(10).optional(),
});
const rowsSchema = z.strictObject({ table: z.string(), columns: z.array(z.string()), rows: z.array(cells).max(1000) }) satisfies ZodType<RowPage>;
const filesSchema = z.strictObject({ keys: names });
const namedSchema = z.strictObject({ stage, names, late: z.literal(true).optional() });
const lineSchema = z.strictObject({ line: z.record(z.string(), z.union([z.string(), z.number(), z.null()])) });
const reportSchema = z.strictObject({ move: z.custom<Move>((value) => typeof value === 'object' && value !== null) });
const empty = z.strictObject({});

/** By the last part of the path. */
const CALLS: { readonly [name: string]: { statuses: readonly MoveStanding['status'][]; answer(call: ArrivalCall): Promise<unknown> } } = {
  objects: { statuses: ['arriving', 'arrived'], answer: async (call) => takeObject(call, await call.read(objectSchema)) },
  rows: { statuses: ['arriving'], answer: async (call) => takeRows(call, await call.read(rowsSchema)) },
  files: { statuses: ['arriving'], answer: async (call) => takeFiles(call, await call.read(filesSchema)) },
  digests: { statuses: ['arriving'], answer: async (call) => tellDigests(call, await call.read(namedSchema)) },
  line: { statuses: ['arriving', 'arrived'], answer: async (call) => takeLine(call, await call.read(lineSchema)) },
  arrive: { statuses: ['arriving', 'arrived'], answer: async (call) => arrive(call, await call.read(empty)) },
  open: { statuses: ['arrived'], answer: async (call) => open(call, await call.read(namedSchema)) },
  discard: { statuses: ['arriving'], answer: async (call) => discard(call, await call.read(namedSchema)) },
  late: { statuses: ['arrived'], answer: async (call) => takeLate(call.env, await call.read(lateSchema)) },
  report: { statuses: ['arrived'], answer: async (call) => storesOf(call.env).moves.keepReport((await call.read(reportSchema)).move) },
};

/** Gives JSON; nothing for 204. Throws Problem. */
export async function serveArrival(call: ArrivalCall, name: string): Promise<unknown> {
  if (name === 'accept') return accept(call, await call.read(acceptSchema));
  const known = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  if (!known) throw new Problem('not_found', 'Regions do not ask each other for this.');
  const standing = await storesOf(call.env).moves.standing(call.tenant);
  if (standing?.peer !== call.from || !known.statuses.includes(standing.status)) {
    // A discard that was answered already has nothing left to do.
    if (name === 'discard' && standing === null) return undefined;
    throw new Problem('forbidden', `${call.tenant} is not on its way here from ${call.from}.`);
  }
  return known.answer(call);
}

/** Throws Problem('move_refused'). */
async function accept({ env, tenant, from }: ArrivalCall, { needs_key }: z.output<typeof acceptSchema>): Promise<void> {
  const { tenants, moves } = storesOf(env);
  const standing = await moves.standing(tenant);
  if (standing?.status === 'arriving' && standing.peer === from) return;
  if (await tenants.get(tenant)) throw new Problem('move_refused', `${tenant} is at home in ${env.REGION} already.`);
  if (await moverOf(env, tenant).progress())
    throw new Problem('move_refused', `${env.REGION} is still erasing what ${tenant} has left there. Try again when it is over.`);
  if (needs_key && !env.SECRETS_KEY)
    throw new Problem('move_refused', `${env.REGION} has no SECRETS_KEY, so the secrets of ${tenant} could not be kept there.`);
  if (await moves.expect(tenant, from, Date.now())) {
    // Asked once the tenant is expected: an erasure that begins after this finds that, and gives up.
    if (!(await eraserOf(env, tenant).progress())) return;
    await moves.remove(tenant);
    throw new Problem('move_refused', `${env.REGION} is still erasing what lived of ${tenant} there. Try again when it is over.`);
  }
  throw new Problem(
    'move_refused',
    `Executions of ${tenant} live in ${env.REGION} already, or have lived there, with databases of their own; two of one name cannot become one.`,
    { extra: { hint: wayOut(tenant, env.REGION) } },
  );
}

/** What makes room for a tenant where executions of its live already. */
function wayOut(tenant: string, region: string): string {
  const at = `/api/v1/tenants/${tenant}`;
  return [
    `Let nothing leave (PUT ${at}/regions {"replication": "none"})`,
    `keep what is there where you want it (POST ${at}/export with the header X-Region: ${region})`,
    `erase it (POST ${at}/regions/${region}/clear)`,
    'and ask again.',
  ].join(', ');
}

async function takeObject({ env, tenant }: ArrivalCall, { stage, name, parcel, first, names = [] }: z.output<typeof objectSchema>): Promise<void> {
  const object = carriableOf(env, objectStage(stage), tenant, name);
  const isExecution = stage === 'executions';
  await object.carry({ do: 'unpack', parcel, first, ...(isExecution ? { id: executionOf(name), names } : {}) });
  if (!isExecution || parcel.next !== null) return;
  // An execution that comes home is its own name again.
  for (const alias of names)
    if (namedExecutionId(env, alias) !== executionOf(name)) await newExecutionStub(env, alias).carry({ do: 'alias', id: executionOf(name) });
}

async function takeRows({ env, tenant }: ArrivalCall, page: RowPage): Promise<void> {
  const at = page.columns.indexOf('tenant');
  if (at >= 0 && page.rows.some((row) => row[at] !== tenant)) throw new Problem('forbidden', 'Rows of another tenant.');
  await new CarriedRows(env.DB).put(await sealedOnArrival(env, tenant, page));
}

/** Fetched from the other region one by one, whatever their size. */
async function takeFiles({ env, tenant, from }: ArrivalCall, { keys }: z.output<typeof filesSchema>): Promise<void> {
  const peer = new Peer(env, from, tenant);
  for (const key of keys) {
    checkKey(tenant, key);
    const about = await peer.ask<FileFacts | Record<string, never>>('POST', '/move-source/about', { key });
    if (!('size' in about)) continue;
    const { readable, writable } = new FixedLengthStream(about.size);
    const piped = (await peer.open('/move-source/file', { key })).pipeTo(writable);
    await Promise.all([piped, env.STORE.put(key, readable, { httpMetadata: about.httpMetadata, customMetadata: about.customMetadata })]);
  }
}

async function tellDigests({ env, tenant }: ArrivalCall, { stage, names: asked }: z.output<typeof namedSchema>) {
  if (stage === 'files') for (const key of asked) checkKey(tenant, key);
  return { digests: await digests(env, stage, tenant, asked) };
}

/** The tenant's own line, with all that is set there; what says where it lives is this region's. */
async function takeLine({ env, tenant }: ArrivalCall, { line }: z.output<typeof lineSchema>): Promise<void> {
  const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info('tenants')").all<{ name: string }>();
  const row: Record<string, string | number | null> = { ...line, slug: tenant, region: env.REGION, closed_at: null };
  const columns = results.map(({ name }) => name).filter((name) => Object.hasOwn(row, name));
  await env.DB.prepare(`INSERT OR REPLACE INTO tenants (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
    .bind(...columns.map((name) => row[name]!))
    .run();
}

async function arrive({ env, tenant, from }: ArrivalCall, _: object): Promise<void> {
  await storesOf(env).moves.set({ tenant, peer: from, status: 'arrived', at: Date.now() });
  // Other regions where executions live hear of their new home with what is deployed.
  await deploymentsChanged(env, tenant);
}

async function open({ env, tenant }: ArrivalCall, { stage, names: asked, late }: z.output<typeof namedSchema>): Promise<void> {
  for (const name of asked) await carriableOf(env, objectStage(stage), tenant, name).carry({ do: 'wake', ...(late ? { tell: true } : {}) });
}

/** The move was called off. Without names: what is left to go. */
async function discard({ env, tenant }: ArrivalCall, { stage, names: asked }: z.output<typeof namedSchema>): Promise<void> {
  const { plan, erase } = erasureStages(env);
  if (asked.length > 0) return stage === 'rows' ? undefined : erase(stage, tenant, asked);
  for (let cursor: string | null = null, more = true; more; ) {
    const page = await plan('rows', tenant, cursor);
    if (page.names.length > 0) await erase('rows', tenant, page.names);
    cursor = page.next;
    more = cursor !== null;
  }
  await env.DB.batch([
    ...['executions', 'machine_instances', 'circuit_breakers', 'named_objects'].map((table) =>
      env.DB.prepare(`DELETE FROM ${table} WHERE tenant = ?`).bind(tenant),
    ),
    env.DB.prepare('DELETE FROM tenants WHERE slug = ?').bind(tenant),
  ]);
  await storesOf(env).moves.remove(tenant);
}

/** What the new home wants to know of a file before it fetches it. */
export interface FileFacts {
  size: number;
  httpMetadata: R2HTTPMetadata;
  customMetadata: Record<string, string>;
}

const keySchema = z.strictObject({ key: z.string() });

/** What the new home fetches from the region that the tenant leaves. */
export async function serveSource({ env, tenant, from, read }: ArrivalCall, name: string): Promise<unknown> {
  const standing = await storesOf(env).moves.standing(tenant);
  if (standing?.peer !== from || standing.status !== 'leaving') throw new Problem('forbidden', `${tenant} is not on its way to ${from}.`);
  const { key } = await read(keySchema);
  checkKey(tenant, key);
  if (name === 'about') {
    const { size, httpMetadata = {}, customMetadata = {} } = (await env.STORE.head(key)) ?? {};
    return size === undefined ? {} : ({ size, httpMetadata, customMetadata } satisfies FileFacts);
  }
  const stored = await env.STORE.get(key);
  if (!stored) throw new Problem('not_found', 'The file is gone.');
  return new Response(stored.body, { headers: { 'content-type': 'application/octet-stream', 'content-length': String(stored.size) } });
}

function checkKey(tenant: string, key: string): void {
  if (!FOLDERS.some((folder) => key.startsWith(`${folder}/${tenant}/`))) throw new Problem('forbidden', 'A file of another tenant.');
}

function objectStage(stage: MoveStage): ObjectStage {
  if (isObjectStage(stage)) return stage;
  throw new Problem('invalid_request', `${stage} are not objects.`);
}
