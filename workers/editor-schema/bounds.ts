/** `scale` and `isolation` for editors. */
import { PLAN_NAMES, QUOTA_PRIORITIES } from '#contracts/quota';
import { BACKPRESSURE_KEYS, DB_POOL_KEYS, ISOLATION_KEYS, SCALE_KEYS, TENANT_ISOLATION_KEYS, TENANT_QUOTA_KEYS, WORKER_POOL_KEYS } from '#language/dialect';
import { described, duration, type JsonSchema, named, object, text } from '#workers/editor-schema/json-schema';

const count: JsonSchema = { type: 'integer', minimum: 1 };

export function scaleSchema(): JsonSchema {
  return object(
    [...SCALE_KEYS],
    {
      worker_pool: workerPool(),
      tenant_quotas: named(
        object([...TENANT_QUOTA_KEYS], {
          max_concurrent: described(count, 'Executions of the application at work at the same time.'),
          rate_limit: { anyOf: [text, { type: 'number', exclusiveMinimum: 0 }], description: 'Starts: 100/s, 600/m, 5000/h.' },
          priority: { enum: [...QUOTA_PRIORITIES], description: 'Of starts whose pipeline says nothing of its own.' },
        }),
        { description: `By the plan of the company (${PLAN_NAMES.join(', ')}), or default.` },
      ),
      backpressure: object([...BACKPRESSURE_KEYS], {
        queue_threshold: described(count, 'With so many waiting, every start is refused.'),
        soft_threshold: described(count, 'With so many waiting, starts of low priority are refused.'),
      }),
    },
    { description: 'How much of the application runs at once, and how fast it may be started.' },
  );
}

export function isolationSchema(): JsonSchema {
  return object(
    [...ISOLATION_KEYS],
    {
      tenants: named(
        object([...TENANT_ISOLATION_KEYS], {
          worker_pool: workerPool(),
          db_pool: object([...DB_POOL_KEYS], { max_connections: described(count, 'Statements under way at the same time, in each isolate.') }),
          transform_memory: described(text, 'Memory of one jq program or script: 64MB.'),
          egress_rate: described(text, 'Data of outbound calls, in each isolate: 10Mbps, 1MB/s.'),
        }),
        { description: 'By company, or default for all others.' },
      ),
    },
    { description: 'What the application may use up for a company.' },
  );
}

function workerPool(): JsonSchema {
  return object([...WORKER_POOL_KEYS], {
    min_workers: { type: 'integer', minimum: 0, description: 'Has no effect: executions start when they are wanted.' },
    max_workers: described(count, 'Executions at work at the same time.'),
    queue_size: described(count, 'Executions that may wait for a place.'),
    idle_timeout: duration,
  });
}
