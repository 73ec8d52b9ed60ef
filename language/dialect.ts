/**
 * The dialect's vocabulary: which keys exist, and which of them the platform acts on. A key that is known
 * but has no effect yet is always said, never silently dropped.
 */
import type { TriggerType } from '#contracts/events';

export const TOP_LEVEL: ReadonlySet<string> = new Set([
  'name',
  'version',
  'description',
  'modules',
  'workflows',
  'triggers',
  'pipelines',
  'strict_templates',
  'reverseproxy',
  'scheduler',
  'retention',
  'schemas',
  'scale',
  'isolation',
  'regions',
]);
/** Of the dialect, without effect on this version. */
export const TOP_LEVEL_NOT_YET: ReadonlySet<string> = new Set(['environments', 'infrastructure', 'deployment', 'alerts', 'billing']);
/** Of other systems that speak the dialect; they mean nothing on the edge. */
export const TOP_LEVEL_FOREIGN: ReadonlySet<string> = new Set(['app', 'sidecars', 'platform', 'requires', 'imports']);

export const MODULE_KEYS: ReadonlySet<string> = new Set(['name', 'type', 'config', 'dependsOn', 'branches', 'description']);

export const WORKFLOW_SECTIONS: ReadonlySet<string> = new Set(['http', 'messaging', 'statemachine', 'scheduler', 'event', 'integration', 'actors']);
export const TRIGGER_SECTIONS: ReadonlySet<string> = new Set(['http', 'event', 'schedule']);

export const PIPELINE_KEYS: ReadonlySet<string> = new Set([
  'trigger',
  'steps',
  'description',
  'on_error',
  'timeout',
  'retry',
  'idempotency',
  'saga',
  'dead_letter',
  'compensation',
  'concurrency',
  'attributes',
  'debounce',
  'strict_templates',
  'retention',
  'residency',
  'mask',
]);

export const STEP_KEYS: ReadonlySet<string> = new Set([
  'name',
  'type',
  'config',
  'if',
  'skip_if',
  'on_error',
  'timeout',
  'retry',
  'idempotent',
  'idempotency_key',
  'compensate',
  'detached',
  'circuit_breaker',
  'description',
]);
export const COMPENSATE_KEYS: ReadonlySet<string> = new Set([
  'name',
  'type',
  'config',
  'timeout',
  'retry',
  'idempotent',
  'idempotency_key',
  'detached',
  'circuit_breaker',
]);
/** Policy that may also stand inside `config`. */
export const POLICY_IN_CONFIG: readonly string[] = ['idempotent', 'idempotency_key', 'circuit_breaker'];

export const RETRY_KEYS: ReadonlySet<string> = new Set(['max_attempts', 'backoff', 'initial_delay', 'max_delay', 'jitter', 'retry_on', 'give_up_on']);
export const BREAKER_KEYS: ReadonlySet<string> = new Set([
  'enabled',
  'name',
  'service_name',
  'failure_threshold',
  'success_threshold',
  'timeout',
  'reset_timeout',
  'fallback',
]);
export const FALLBACK_KEYS: ReadonlySet<string> = new Set(['type', 'response', 'value', 'max_age']);
export const FALLBACK_RESPONSE_KEYS: ReadonlySet<string> = new Set(['status', 'status_code', 'body']);
export const SCHEMA_KEYS: ReadonlySet<string> = new Set(['version', 'type', 'data_schema', 'description']);
export const SAGA_KEYS: ReadonlySet<string> = new Set(['enabled', 'timeout', 'compensation_order', 'track_compensation']);
export const CONCURRENCY_KEYS: ReadonlySet<string> = new Set(['max', 'key', 'on_conflict', 'priority']);
export const DEBOUNCE_KEYS: ReadonlySet<string> = new Set(['window', 'max_wait', 'key']);
export const SCALE_KEYS: ReadonlySet<string> = new Set(['worker_pool', 'tenant_quotas', 'backpressure']);
export const WORKER_POOL_KEYS: ReadonlySet<string> = new Set(['min_workers', 'max_workers', 'queue_size', 'idle_timeout']);
export const TENANT_QUOTA_KEYS: ReadonlySet<string> = new Set(['max_concurrent', 'rate_limit', 'priority']);
export const BACKPRESSURE_KEYS: ReadonlySet<string> = new Set(['queue_threshold', 'soft_threshold']);
export const ISOLATION_KEYS: ReadonlySet<string> = new Set(['tenants']);
export const TENANT_ISOLATION_KEYS: ReadonlySet<string> = new Set(['worker_pool', 'db_pool', 'transform_memory', 'egress_rate']);
export const DB_POOL_KEYS: ReadonlySet<string> = new Set(['max_connections']);
/** Of one region; what the document says of its executions is `data_residency`, beside the regions. */
export const REGION_KEYS: ReadonlySet<string> = new Set(['role', 'services', 'databases', 'brokers']);
export const REGION_ROLES = ['primary', 'secondary'] as const;
export const RESIDENCY_RULE_KEYS: ReadonlySet<string> = new Set(['match', 'primary_region', 'replication', 'description']);
export const DEAD_LETTER_KEYS: ReadonlySet<string> = new Set(['enabled', 'retention', 'alert_threshold', 'replayable']);
export const MASK_KEYS: ReadonlySet<string> = new Set(['paths', 'patterns']);
export const IDEMPOTENCY_KEYS: ReadonlySet<string> = new Set(['key_template', 'ttl']);
export const CONDITIONAL_KEYS: ReadonlySet<string> = new Set(['field', 'expression', 'routes', 'cases', 'default', 'if', 'then', 'else']);
export const ROUTE_KEYS: ReadonlySet<string> = new Set(['method', 'path', 'handler', 'middlewares', 'pipeline', 'steps', 'description', 'summary', 'tags']);
export const HTTP_KEYS: ReadonlySet<string> = new Set(['routes', 'server', 'router', 'middlewares']);
export const TRIGGER_ROUTE_KEYS: ReadonlySet<string> = new Set(['method', 'path', 'workflow', 'action', 'pipeline', 'params', 'middlewares']);
export const MESSAGING_KEYS: ReadonlySet<string> = new Set(['broker', 'subscriptions', 'producers']);
export const SUBSCRIPTION_KEYS: ReadonlySet<string> = new Set(['topic', 'topics', 'handler', 'pipeline', 'filter', 'event']);
export const PRODUCER_KEYS: ReadonlySet<string> = new Set(['name', 'forwardTo', 'forward_to']);
export const SCHEDULER_KEYS: ReadonlySet<string> = new Set(['scheduler', 'jobs']);
export const JOB_KEYS: ReadonlySet<string> = new Set([
  'name',
  'scheduler',
  'job',
  'handler',
  'pipeline',
  'workflow',
  'action',
  'command',
  'cron',
  'schedule',
  'expression',
  'every',
  'interval',
  'timezone',
  'overlap',
  'catch_up',
  'enabled',
  'config',
  'params',
  'description',
]);
export const EVENT_TRIGGER_KEYS: ReadonlySet<string> = new Set(['topic', 'topics', 'event', 'workflow', 'action', 'pipeline', 'params', 'filter']);

export const EVENT_SECTION_KEYS: ReadonlySet<string> = new Set(['processor', 'patterns', 'handlers', 'adapters']);
export const PATTERN_KEYS: ReadonlySet<string> = new Set([
  'patternId',
  'eventTypes',
  'windowTime',
  'condition',
  'minOccurs',
  'maxOccurs',
  'orderMatters',
  'description',
  'extraParams',
]);
export const PATTERN_HANDLER_KEYS: ReadonlySet<string> = new Set(['patternId', 'handler']);
export const ADAPTER_KEYS: ReadonlySet<string> = new Set(['broker', 'topics', 'eventType', 'sourceIdKey', 'correlIdKey']);

export const INTEGRATION_KEYS: ReadonlySet<string> = new Set(['registry', 'connectors', 'steps']);
export const INTEGRATION_CONNECTOR_KEYS: ReadonlySet<string> = new Set(['name', 'type', 'config']);
export const INTEGRATION_CONFIG_KEYS: ReadonlySet<string> = new Set([
  'baseURL',
  'authType',
  'token',
  'username',
  'password',
  'headers',
  'timeoutSeconds',
  'requestsPerMinute',
  'allowPrivateIPs',
  'path',
  'port',
]);
export const INTEGRATION_STEP_KEYS: ReadonlySet<string> = new Set([
  'name',
  'connector',
  'action',
  'input',
  'retryCount',
  'retryDelay',
  'onError',
  'onSuccess',
  'transform',
  'timeout',
]);

export const ACTORS_KEYS: ReadonlySet<string> = new Set(['pools', 'description']);
export const ACTOR_POOL_KEYS: ReadonlySet<string> = new Set(['receive', 'description']);

export const MACHINE_SECTION_KEYS: ReadonlySet<string> = new Set(['engine', 'definitions', 'hooks', 'resourceMappings', 'description']);
export const MACHINE_KEYS: ReadonlySet<string> = new Set(['name', 'description', 'initialState', 'states', 'transitions']);
export const MACHINE_STATE_KEYS: ReadonlySet<string> = new Set(['description', 'isFinal', 'isError', 'data']);
export const MACHINE_TRANSITION_KEYS: ReadonlySet<string> = new Set(['description', 'fromState', 'toState', 'condition', 'autoTransform', 'data']);
export const HOOK_KEYS: ReadonlySet<string> = new Set(['workflowType', 'transitions', 'fromStates', 'toStates', 'handler', 'pipeline', 'description']);
export const RECEIVE_KEYS: ReadonlySet<string> = new Set(['description', 'steps']);
export const RESOURCE_MAPPING_KEYS: ReadonlySet<string> = new Set(['resourceType', 'stateMachine', 'instanceIDKey']);

export const ON_ERROR = ['stop', 'skip', 'continue', 'compensate'] as const;
export const BACKOFF = ['exponential', 'linear', 'fixed'] as const;
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '*'] as const;

const SCHEDULE_TRIGGER_KEYS = ['cron', 'schedule', 'expression', 'interval', 'every', 'timezone', 'overlap', 'catch_up', 'enabled', 'params'] as const;

/** `broker` is for the reader: all brokers of an application are the event bus of its region. */
const EVENT_KEYS: readonly string[] = ['source', 'topic', 'topics', 'event', 'events', 'schema', 'filter', 'subscription', 'broker'];

/** Trigger types with the settings they know. */
export const TRIGGERS: { readonly [type: string]: { type: TriggerType; keys: readonly string[] } } = {
  http: { type: 'http', keys: ['path', 'method', 'router', 'server', 'schema', 'middlewares'] },
  manual: { type: 'manual', keys: [] },
  workflow: { type: 'workflow', keys: [] },
  event: { type: 'event', keys: EVENT_KEYS },
  eventbus: { type: 'eventbus', keys: EVENT_KEYS },
  schedule: { type: 'schedule', keys: SCHEDULE_TRIGGER_KEYS },
  cron: { type: 'cron', keys: SCHEDULE_TRIGGER_KEYS },
  webhook: {
    type: 'webhook',
    keys: [
      'path',
      'method',
      'router',
      'middlewares',
      'provider',
      'secret',
      'header',
      'signature_header',
      'algorithm',
      'encoding',
      'timestamp_header',
      'delivery_header',
      'tolerance',
    ],
  },
};

/** Step types of other systems that cannot be had at the edge, and what to do instead. */
export const REFUSED_STEPS: { readonly [type: string]: { why: string; instead: string } } = {
  'step.build_ui': {
    why: 'it builds a front end with npm, and there are no processes and no file system at the edge',
    instead: 'Build before you deploy, send the built files along (npm run wf -- deploy FILE), and serve them with static.fileserver.',
  },
  'step.shell_exec': { why: 'it runs a command, and there are no processes at the edge', instead: 'Call a service with step.http_call.' },
  'step.sandbox_exec': {
    why: 'it runs a container, and there are none at the edge',
    instead: 'Use step.js for JavaScript, or call a service with step.http_call.',
  },
  'step.docker_build': { why: 'it runs Docker, and there is none at the edge', instead: 'Build images in your CI.' },
  'step.docker_push': { why: 'it runs Docker, and there is none at the edge', instead: 'Push images from your CI.' },
  'step.docker_run': { why: 'it runs Docker, and there is none at the edge', instead: 'Call a service with step.http_call.' },
};
