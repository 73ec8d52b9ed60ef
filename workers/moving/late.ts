/**
 * A tenant that is on its way, or has gone: what stands in front of every door, and what becomes of messages that come late.
 *
 * 1. While it is on its way nothing of it is started, and messages wait where they are.
 * 2. Once it has gone, they are sent after it.
 */
import { z } from 'zod';
import type { EventMessage } from '#contracts/bus-rpc';
import type { ProjectionEnvelope } from '#contracts/execution';
import type { MailMessage } from '#contracts/mail';
import { LEFT_REGION_HEADER } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { publish } from '#workers/events/publish';
import { Peer } from '#workers/regions/peers';
import { passToRouter, type RouterLink } from '#workers/regions/router-link';
import { storesOf } from '#workers/stores';

export interface LateMessages {
  events?: EventMessage[];
  mails?: MailMessage[];
  projections?: ProjectionEnvelope[];
}

const list = <T>() => z.array(z.custom<T>((value) => typeof value === 'object' && value !== null)).optional();
export const lateSchema = z.strictObject({ events: list<EventMessage>(), mails: list<MailMessage>(), projections: list<ProjectionEnvelope>() });

type MovesEnv = Pick<RegionEnv, 'DB' | 'STORE'>;

/** Throws Problem('tenant_moving') while the tenant is not at work here. `reading`: also what is at a halt may be looked at. */
export async function assertSettled(env: MovesEnv, tenant: string, { reading = false } = {}): Promise<void> {
  const standing = await storesOf(env).moves.open(tenant);
  if (!standing || (reading && standing.status === 'leaving')) return;
  throw movingProblem(tenant, standing.status === 'arriving' ? standing.peer : undefined);
}

export function movingProblem(tenant: string, from?: string): Problem {
  const detail = from === undefined ? `${tenant} is being moved to another region.` : `${tenant} is on its way here from ${from}.`;
  return new Problem('tenant_moving', `${detail} Try again in a moment.`, { extra: { headers: { 'Retry-After': '5' } } });
}

/** The region that a tenant has gone to; `null`: it is here. Throws Problem('tenant_moving') while it is on its way. */
export async function goneTo(env: RegionEnv, tenant: string): Promise<Peer | null> {
  const standing = await storesOf(env).moves.open(tenant);
  if (!standing) return null;
  if (standing.status === 'gone') return new Peer(env, standing.peer, tenant);
  throw movingProblem(tenant);
}

/** A request of a tenant that has gone: the router looks anew where it is. Throws Problem: body_too_slow, region_unavailable. */
export function goAfter(request: Request, env: RouterLink & Pick<RegionEnv, 'REGION'>): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set(LEFT_REGION_HEADER, env.REGION);
  return passToRouter(env, new Request(request, { headers, redirect: 'manual' }));
}

export function sendAfter(peer: Peer, late: LateMessages): Promise<void> {
  return peer.ask('POST', '/move/late', late);
}

/** Whether the mail is now the other region's. Throws Problem('tenant_moving'). */
export async function mailedAfter(message: MailMessage, env: RegionEnv): Promise<boolean> {
  const peer = await goneTo(env, message.mail.tenant);
  if (peer) await sendAfter(peer, { mails: [message] });
  return peer !== null;
}

/** In the region that they are sent to. */
export async function takeLate(env: RegionEnv, { events = [], mails = [], projections = [] }: LateMessages): Promise<void> {
  for (const message of events) await publish(message, env);
  for (const message of mails) await env.MAIL.send(message);
  for (const message of projections) await env.PROJECTION.send(message);
}
