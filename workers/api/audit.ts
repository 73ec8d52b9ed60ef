/**
 * Writes down who changed what. One entry for each call that changed something, and for each that was forbidden;
 * reading, and starting an execution (whose own log says by whom), leave none.
 */
import type { AuditLogRpc } from '#contracts/audit';
import type { ErasableRpc } from '#contracts/erasure';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import type { CarriableRpc } from '#contracts/moving';
import { viaOf } from '#workers/api/via';
import type { RegionEnv } from '#workers/env';
import type { Actor } from '#workers/identity/actor';
import { strongestOf } from '#workers/identity/grants';
import { callsOf } from '#workers/objects/calls';
import { CARRIABLE, ERASABLE, objectNamed } from '#workers/objects/stubs';

/** What a handler adds to the entry of its call. */
export interface AuditNote {
  before?: JsonObject;
  after?: JsonObject;
}

type AuditObject = AuditLogRpc & ErasableRpc & CarriableRpc;

/** An entry that stands there twice is better than one that does not. */
const calls = callsOf<AuditObject>('audit log', {
  ...ERASABLE,
  ...CARRIABLE,
  append: 'again',
  page: 'again',
  lines: 'again',
  verify: 'again',
  forget: 'again',
  checkpoint: 'again',
});

export function auditLogOf(env: Pick<RegionEnv, 'AUDIT' | 'PLACEMENT' | 'MODE'>, tenant: string): AuditObject {
  return objectNamed(calls, env.AUDIT, env, tenant);
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
  try {
    await auditLogOf(env, tenant).append(fact);
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
