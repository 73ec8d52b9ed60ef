/** What the mover of a tenant leans on, over the bindings of the region that it leaves. */
import { createHash } from 'node:crypto';
import type { CarriedNames, MoveOrder, MoverRpc, MoveStage, Parcel } from '#contracts/moving';
import { Problem } from '#contracts/problems';
import type { MoverPorts } from '#objects/tenant-mover';
import { CarriedRows, type SqlRow } from '#storage/carried-rows';
import type { RegionEnv } from '#workers/env';
import { erasureStages, FOLDERS } from '#workers/erasure/stages';
import { isOfThisRegion, namedExecutionId } from '#workers/execution-stub';
import { carriableOf, executionOf, isObjectStage, type ObjectStage } from '#workers/moving/carried';
import { sealedColumns, sealedForTravel } from '#workers/moving/sealed-columns';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';
import { calledName } from '#workers/performer/calls';
import { Peer } from '#workers/regions/peers';
import { callRouter } from '#workers/regions/router-link';
import { keyedGeneration, keyedName } from '#workers/start';
import { storesOf } from '#workers/stores';

/** Objects and files that are spoken to at the same time. */
const AT_ONCE = 6;
const FILES = 50;
/** Pages of rows, and tables looked into for them. */
const PAGES = 5;
const TABLES = 20;
const ENDED = ['completed', 'failed', 'cancelled', 'compensated'];
/** Tables, or batches of a large one. */
const ERASED_AT_ONCE = 100;
/** How far the names of an execution are tried, until one is its own. */
const GENERATIONS = 100;
const RUNS = 1000;

const calls = callsOf<MoverRpc>('move of the company', { begin: 'again', progress: 'again', cancel: 'again', again: 'again' });

export function moverOf(env: RegionEnv, tenant: string): MoverRpc {
  return objectNamed(calls, env.TENANT_MOVER, env, tenant);
}

export function moverPorts(env: RegionEnv): MoverPorts {
  const { plan: planToErase, erase } = erasureStages(env);
  const rows = new CarriedRows(env.DB);
  const { moves } = storesOf(env);
  const peerOf = ({ tenant, to }: Pick<MoveOrder, 'tenant' | 'to'>) => new Peer(env, to, tenant);

  const ports: MoverPorts = {
    now: Date.now,

    async close({ tenant, to }) {
      if (!(await moves.leave(tenant, to, Date.now()))) return false;
      await env.DB.prepare('DELETE FROM outposts WHERE tenant = ? AND region = ?').bind(tenant, to).run();
      return true;
    },

    async plan(stage, tenant, cursor) {
      if (stage === 'rows') return planRows(rows, tenant, cursor);
      if (stage === 'files') return planFiles(env, tenant, cursor);
      return planToErase(stage, tenant, cursor);
    },

    async still(stage, tenant, names) {
      const open = stage === 'executions' ? await openOnes(env, tenant, names) : names;
      const news = await each(open, async (name) => {
        const object = carriableOf(env, stage as ObjectStage, tenant, name);
        const isNews = await object.carry({ do: 'still' });
        if (stage === 'executions') await noteGate(env, tenant, await object.carry({ do: 'names', tenant }));
        return isNews;
      });
      return news.includes(true);
    },

    async send(order, stage, names) {
      const { tenant } = order;
      const peer = peerOf(order);
      if (stage === 'files') return peer.ask('POST', '/move/files', { keys: names });
      if (stage === 'rows') {
        for (const name of names) {
          const [table, after] = JSON.parse(name) as [string, SqlRow | null];
          const { next: _, ...page } = await rows.page(table, tenant, after);
          if (page.rows.length > 0) await peer.ask('POST', '/move/rows', await sealedForTravel(env, tenant, page));
        }
        return;
      }
      await each(names, (name) => sendObject(env, peer, stage as ObjectStage, tenant, name));
    },

    async compare(order, stage, names) {
      const here = await digests(env, stage, order.tenant, names);
      // What is nothing here is not asked for there: an object is made by asking.
      const asked = names.filter((_, at) => here[at]!.sha256 !== '');
      const there = asked.length > 0 ? (await peerOf(order).ask<{ digests: Digest[] }>('POST', '/move/digests', { stage, names: asked })).digests : [];
      const found = new Map(asked.map((name, at) => [name, there[at]?.sha256]));
      return {
        sha256s: names.map((name, at) => (here[at]!.sha256 === '' || here[at]!.sha256 === found.get(name) ? here[at]!.sha256 : null)),
        count: here.reduce((sum, { count, sha256 }) => sum + (sha256 === '' ? 0 : count), 0),
      };
    },

    async leave({ tenant, to }) {
      const line = await env.DB.prepare('SELECT * FROM tenants WHERE slug = ?').bind(tenant).first<Record<string, string | number | null>>();
      // Gone already where a crash came right after the switch: the other region has it then.
      if (line) await peerOf({ tenant, to }).ask('POST', '/move/line', { line });
      await moves.set({ tenant, peer: to, status: 'gone', at: Date.now() });
    },

    async arrive(order) {
      const { tenant, from, to } = order;
      await peerOf(order).ask('POST', '/move/arrive', {});
      await env.DB.prepare('DELETE FROM tenants WHERE slug = ?').bind(tenant).run();
      const response = await callRouter(env, `/directory/${tenant}?from=${from}&to=${to}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${env.ADMIN_API_KEY}` },
      });
      if (!response.ok) throw new Problem('region_unavailable', `The router answered ${response.status}.`);
    },

    async open(order, stage, names) {
      if (!isObjectStage(stage) || stage === 'breakers') return;
      const filled = stage === 'keys' ? await filledOnes(env, order.tenant, names) : names;
      await peerOf(order).ask('POST', '/move/open', { stage, names: filled });
    },

    async purge(order, stage, names) {
      const { tenant } = order;
      if (stage === 'executions' || stage === 'machines' || stage === 'objects') await sendLate(env, peerOf(order), stage, tenant, names);
      if (stage !== 'rows') return erase(stage, tenant, names);
      // Whatever the pages say: as much as goes into one step, table after table.
      let cursor: string | null = null;
      for (let batches = 0; batches < ERASED_AT_ONCE; batches++) {
        const page = await planToErase(stage, tenant, cursor);
        if (page.names.length > 0) await erase(stage, tenant, page.names);
        if (page.next === null) return;
        cursor = page.next;
      }
    },

    report: (move) => peerOf(move).ask('POST', '/move/report', { move }),

    async takeBack(order, stage, names) {
      await peerOf(order).ask('POST', '/move/discard', { stage, names });
      if (isObjectStage(stage)) await each(names, (name) => carriableOf(env, stage, order.tenant, name).carry({ do: 'wake' }));
    },

    async reopen(order) {
      await peerOf(order).ask('POST', '/move/discard', { stage: 'rows', names: [] });
      await moves.remove(order.tenant);
    },
  };
  return ports;
}

export interface Digest {
  /** `null`: there is no such thing here. Empty: it is, and has nothing in it. */
  sha256: string | null;
  count: number;
}

/** The same in both regions, when both hold the same. */
export async function digests(env: RegionEnv, stage: MoveStage, tenant: string, names: string[]): Promise<Digest[]> {
  if (stage === 'files') return each(names, (key) => fileDigest(env, key));
  if (stage === 'rows') {
    const rows = new CarriedRows(env.DB);
    return each(names, (name) => {
      const [table, after] = JSON.parse(name) as [string, SqlRow | null];
      return rows.digest(table, tenant, after, sealedColumns(table));
    });
  }
  return each(names, async (name) => ({ sha256: await carriableOf(env, stage, tenant, name).carry({ do: 'digest' }), count: 1 }));
}

async function fileDigest(env: RegionEnv, key: string): Promise<Digest> {
  const stored = await env.STORE.get(key);
  if (!stored) return { sha256: null, count: 1 };
  const hash = createHash('sha256').update(JSON.stringify([stored.httpMetadata ?? {}, stored.customMetadata ?? {}]));
  for await (const chunk of stored.body) hash.update(chunk as Uint8Array);
  return { sha256: hash.digest('hex'), count: 1 };
}

/** Names are pages: table, and the key behind which the page begins. Some of them at a time. */
async function planRows(rows: CarriedRows, tenant: string, cursor: string | null) {
  const tables = (await rows.tables()).map(({ table }) => table);
  let place: [string, SqlRow | null] | null = cursor === null ? [tables[0]!, null] : JSON.parse(cursor);
  const names: string[] = [];
  for (let looked = 0; place !== null && looked < TABLES && names.length < PAGES; looked++) {
    const [name, after]: [string, SqlRow | null] = place;
    const page = await rows.page(name, tenant, after);
    if (page.rows.length > 0) names.push(JSON.stringify(place));
    const following = tables[tables.indexOf(name) + 1];
    place = page.next ? [name, page.next] : following === undefined ? null : [following, null];
  }
  return { names, next: place && JSON.stringify(place) };
}

async function planFiles(env: RegionEnv, tenant: string, cursor: string | null) {
  const [at, place] = cursor === null ? [0, undefined] : (JSON.parse(cursor) as [number, string | undefined]);
  const page = await env.STORE.list({ prefix: `${FOLDERS[at]}/${tenant}/`, limit: FILES, ...(place ? { cursor: place } : {}) });
  const following = at + 1 < FOLDERS.length ? JSON.stringify([at + 1]) : null;
  return { names: page.objects.map(({ key }) => key), next: page.truncated ? JSON.stringify([at, page.cursor]) : following };
}

/** Of these executions those that have not ended. */
async function openOnes(env: RegionEnv, tenant: string, names: string[]): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT started_at, execution_id FROM executions
     WHERE tenant = ?1 AND (started_at, execution_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2))
       AND status NOT IN (${ENDED.map((status) => `'${status}'`).join(', ')})`,
  )
    .bind(tenant, JSON.stringify(names.map((name) => JSON.parse(name))))
    .all<{ started_at: number; execution_id: string }>();
  return results.map(({ started_at, execution_id }) => JSON.stringify([started_at, execution_id]));
}

/** Gates are on no list otherwise. */
async function noteGate(env: RegionEnv, tenant: string, { gate }: CarriedNames): Promise<void> {
  if (gate !== undefined) await noteObject(env, 'GATE', tenant, gate);
}

async function sendObject(env: RegionEnv, peer: Peer, stage: ObjectStage, tenant: string, name: string): Promise<void> {
  const object = carriableOf(env, stage, tenant, name);
  // An archived execution has nothing in its object; that it is known there by its id is what is sent.
  if (stage !== 'executions' && (await object.carry({ do: 'digest' })) === '') return;
  const names = stage === 'executions' ? namesOf(env, tenant, executionOf(name), await object.carry({ do: 'names', tenant })) : undefined;
  for (let from: string | null = null, first = true; first || from !== null; first = false) {
    const parcel: Parcel = await object.carry({ do: 'pack', from });
    await peer.ask('POST', '/move/objects', { stage, name, parcel, first, ...(names ? { names } : {}) });
    from = parcel.next;
  }
}

/** Those that have something to look after. */
async function filledOnes(env: RegionEnv, tenant: string, names: string[]): Promise<string[]> {
  const here = await digests(env, 'keys', tenant, names);
  return names.filter((_, at) => here[at]!.sha256 !== '');
}

/** What was not at a halt yet came up only now: it goes after its tenant, and goes on there at once. */
async function sendLate(env: RegionEnv, peer: Peer, stage: 'executions' | 'machines' | 'objects', tenant: string, names: string[]): Promise<void> {
  await each(names, async (name) => {
    if (!(await carriableOf(env, stage, tenant, name).carry({ do: 'still' }))) return;
    await sendObject(env, peer, stage, tenant, name);
    await peer.ask('POST', '/move/open', { stage, names: [name], late: true });
  });
}

/** Under which other names its object is asked for: those that lead to it in this region. */
function namesOf(env: RegionEnv, tenant: string, id: string, { names, key, parent }: CarriedNames): string[] {
  if (names.length > 0 || !isOfThisRegion(env, id)) return names;
  const isItsOwn = (name: string) => namedExecutionId(env, name) === id;
  const found: string[] = [];
  if (key) {
    const name = keyedName({ tenant, ...key });
    for (let generation = 0; generation < GENERATIONS && found.length === 0; generation++) {
      if (isItsOwn(keyedGeneration(name, generation))) found.push(keyedGeneration(name, generation));
    }
  }
  for (let run = 0; parent && run < RUNS && found.length === 0; run++) {
    const name = calledName({ tenant, execution_id: parent.execution_id, step: parent.step_name, run });
    if (isItsOwn(name)) found.push(name);
  }
  return found;
}

async function each<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return results;
}
