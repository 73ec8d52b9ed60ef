/**
 * Writes down who changed what. One entry for each call that changed something, and for each that was forbidden;
 * reading, and starting an execution (whose own log says by whom), leave none.
 */
import type { AuditLogRpc } from '#contracts/audit';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { viaOf } from '#workers/api/via';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import { strongestOf } from '#workers/identity/grants';
import { inRegion, placementOptions } from '#workers/placement';

/** What a handler adds to the entry of its call. */
export interface AuditNote {
  before?: JsonObject;
  after?: JsonObject;
}

export function auditLogOf(env: Pick<RegionEnv, 'AUDIT' | 'PLACEMENT' | 'MODE'>, tenant: string): AuditLogRpc {
  return inRegion(env.AUDIT, env).getByName(tenant, placementOptions(env)) as unknown as AuditLogRpc;
}

interface Done {
  actor: Actor;
  tenant: string;
  /** Route of the call. */
  action: string;
  /** Path of the route, and its parameters. */
  path: string;
  params: Record<string, string>;
  status: number;
  requestId: string;
  request: Request;
  now: number;
  note?: AuditNote;
  /** The answer's body: says the id of what was made. */
  answer?: unknown;
}

/** Waited for: a change is answered once it is in the log. A log that cannot be reached is told to the operator and holds nobody up. */
export async function record(env: RegionEnv, done: Done): Promise<void> {
  const { actor, tenant, action, status, requestId, request, now, note } = done;
  const address = request.headers.get('cf-connecting-ip');
  const via = viaOf(request);
  const fact = {
    at: now,
    actor: actor.by,
    role: strongestOf(actor.grants) ?? 'none',
    action,
    target: targetOf(done),
    status,
    request_id: requestId,
    ...(via === undefined ? {} : { via }),
    ...(address ? { address } : {}),
    ...(note?.before ? { before: note.before } : {}),
    ...(note?.after ? { after: note.after } : {}),
  };
  const log = auditLogOf(env, tenant);
  try {
    await log.append(fact).catch(() => auditLogOf(env, tenant).append(fact));
  } catch (error) {
    console.error(JSON.stringify({ level: 'error', message: 'An audit entry could not be written', error: String(error), ...fact }));
  }
}

/** `secrets/STRIPE_KEY`: the path up to its last parameter, or, of what was made, with the id that it got. */
function targetOf({ path, params, answer }: Done): string {
  const parts = path.slice(1).split('/');
  const last = parts.findLastIndex((part) => part.startsWith('{'));
  if (last >= 0)
    return parts
      .slice(0, last + 1)
      .map((part) => (part.startsWith('{') ? (params[part.slice(1, -1)] ?? part) : part).slice(0, 200))
      .join('/');
  const made = isJsonObject(answer as Json) ? (answer as JsonObject) : {};
  const id = made.id ?? made.name;
  return typeof id === 'string' ? `${parts[0]}/${id}` : parts[0]!;
}
