/** What comes from outside for an execution that waits. */

import { atLeast, ROLES } from '#contracts/access';
import { signalKey, signalledSchema } from '#contracts/api-control';
import { json } from '#contracts/api-parts';
import { newId } from '#contracts/ids';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { SignalResult } from '#contracts/waiting';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { unknownExecution } from '#workers/api/unknown';

const MAX_NAME = 200;

const signal = endpoint({
  route: 'POST /executions/{execution}/signals/{signal}',
  weight: 'start',
  tag: 'Executions',
  // It stands in the log of the execution, with its sender; there may be a great many.
  audited: false,
  summary: 'Send a signal to a step that waits',
  description:
    'The name is that of the event, or of the step. The body is any JSON; for an approval `{decision: approve | reject, comment, form}`. Where the step has a `form`, the body satisfies it. A signal that comes before its step waits is kept for it, an approval is not. The same `Idempotency-Key` is taken once.',
  headers: { 'Idempotency-Key': 'The same key is taken once' },
  body: json,
  answer: signalledSchema,
  answers: { 200: { description: 'Taken', schema: signalledSchema } },
  problems: [
    'invalid_id',
    'unknown_execution',
    'execution_finished',
    'unknown_signal',
    'not_waiting',
    'too_many_signals',
    'not_an_approver',
    'invalid_signal',
    'schema_mismatch',
    'invalid_json',
    'body_too_large',
  ],
  async handle(call) {
    const { id, object } = executionOf(call);
    const name = call.params.signal!;
    if (name.length > MAX_NAME || !name.isWellFormed()) throw new Problem('invalid_request', `The name of a signal has 1 to ${MAX_NAME} characters.`);
    const sent = { id: idOf(call.request), name, data: call.body, by: call.actor.by, sender: await namesOf(call, id), source: 'api' as const };
    const result = (await object.signal(call.tenant, sent)) as SignalResult | null;
    if (!result) throw unknownExecution(id);
    if (!result.ok)
      throw new Problem(result.code, result.message, {
        errors: result.errors,
        extra: { execution_id: id, ...(result.expected ? { expected: result.expected } : {}) },
      });
    // Without a key nobody can have sent it before: it was sent again because its object was gone.
    const { ok: _, ...taken } = call.request.headers.has('idempotency-key') ? result : { ...result, duplicate: false };
    const summary = await object.summary(call.tenant);
    return { body: { execution_id: id, status: summary!.status, ...taken } };
  },
});

export const executionSignalEndpoints: AnyEndpoint[] = [signal];

/** Throws Problem: invalid_request. */
function idOf(request: Request): string {
  const key = request.headers.get('idempotency-key');
  if (key === null) return newId('sig');
  const parsed = signalKey.safeParse(key);
  if (!parsed.success) throw new Problem('invalid_request', `Idempotency-Key: 1 to ${LIMITS.idempotencyKey} characters.`);
  return parsed.data;
}

/** Everything that a step may name the sender by: who it is, id and name of the key, and the roles that it has where the execution belongs. */
async function namesOf({ access, actor, stores, tenant }: Call, execution: string): Promise<string[]> {
  const key = actor.key_id === undefined ? null : await stores.apiKeys.byId(tenant, actor.key_id);
  const role = await access.roleInExecution(execution);
  return [actor.by, actor.id, ...(key ? [key.id, key.name] : []), ...ROLES.filter((each) => atLeast(role, each))];
}
