/** What is known of a key under which a step has its effect once. */
import { idempotencyKeyQuery, idempotencyKeySchema } from '#contracts/api-idempotency';
import type { KeyStoreRpc } from '#contracts/execution-rpc';
import { Problem } from '#contracts/problems';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { instant } from '#workers/api/views';
import { keyShard } from '#workers/performer/shard';
import { inRegion, placementOptions } from '#workers/placement';

const get = endpoint({
  route: 'GET /idempotency-keys/{idempotency_key}',
  tag: 'Executions',
  summary: 'Look up the key of a step',
  description:
    'Who had the effect under the key of a deduplicated step, what came of it, and until when it is given again. A key of a pipeline names its execution: a start with it answers that one.',
  query: idempotencyKeyQuery,
  answer: idempotencyKeySchema,
  answers: { 200: { description: 'The key', schema: idempotencyKeySchema } },
  problems: ['not_found'],
  async handle({ env, tenant, params, query, access }) {
    const { environment, phase } = query;
    const key = params.idempotency_key!;
    const stored = `${environment}/${phase}/${key}`;
    const store = inRegion(env.KEY_STORE, env).getByName(keyShard(tenant, stored), placementOptions(env)) as unknown as KeyStoreRpc;
    const found = await store.look(stored);
    const unknown = new Problem('not_found', `No effect is known under the key ${key.slice(0, 256)} in ${environment}.`);
    if (!found) throw unknown;
    const [execution_id = '', ...rest] = found.holder.split('/');
    await access.inExecution(execution_id).catch(() => {
      throw unknown;
    });
    return {
      body: {
        key,
        environment,
        phase,
        status: found.result ? ('stored' as const) : ('under_way' as const),
        execution_id,
        step: rest.slice(0, -1).join('/'),
        expires_at: instant(found.until),
        ...found.result,
      },
    };
  },
});

export const idempotencyKeyEndpoints: AnyEndpoint[] = [get];
