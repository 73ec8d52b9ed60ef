/**
 * The dialect's vocabulary: which keys exist, and which of them the platform acts on. A key that is known
 * but has no effect yet is always said, never silently dropped.
 */
import type { TriggerType } from '#contracts/events';

export const TOP_LEVEL: ReadonlySet<string> = new Set(['name', 'version', 'description', 'modules', 'workflows', 'triggers', 'pipelines', 'strict_templates']);
/** Of the dialect, without effect on this version. */
export const TOP_LEVEL_NOT_YET: ReadonlySet<string> = new Set([
  'schemas',
  'environments',
  'infrastructure',
  'deployment',
  'alerts',
  'scale',
  'isolation',
  'regions',
  'billing',
]);
/** Of other systems that speak the dialect; they mean nothing on the edge. */
export const TOP_LEVEL_FOREIGN: ReadonlySet<string> = new Set(['app', 'sidecars', 'platform', 'requires', 'imports', 'reverseproxy', 'scheduler']);

export const MODULE_KEYS: ReadonlySet<string> = new Set(['name', 'type', 'config', 'dependsOn']);
export const MODULE_KEYS_NOT_YET: ReadonlySet<string> = new Set(['branches']);

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
  'strict_templates',
]);
export const PIPELINE_KEYS_NOT_YET: ReadonlySet<string> = new Set(['dead_letter', 'concurrency', 'compensation']);

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
  'description',
]);
export const COMPENSATE_KEYS: ReadonlySet<string> = new Set(['name', 'type', 'config', 'timeout', 'retry', 'idempotent', 'idempotency_key', 'detached']);
/** Policy that may also stand inside `config`. */
export const POLICY_IN_CONFIG: readonly string[] = ['idempotent', 'idempotency_key', 'circuit_breaker'];

export const RETRY_KEYS: ReadonlySet<string> = new Set(['max_attempts', 'backoff', 'initial_delay', 'max_delay', 'jitter', 'retry_on', 'give_up_on']);
export const SAGA_KEYS: ReadonlySet<string> = new Set(['enabled', 'timeout', 'compensation_order', 'track_compensation']);
export const IDEMPOTENCY_KEYS: ReadonlySet<string> = new Set(['key_template', 'ttl']);
export const CONDITIONAL_KEYS: ReadonlySet<string> = new Set(['field', 'expression', 'routes', 'cases', 'default', 'if', 'then', 'else']);
export const ROUTE_KEYS: ReadonlySet<string> = new Set(['method', 'path', 'handler', 'middlewares', 'pipeline', 'steps', 'description', 'summary', 'tags']);
export const TRIGGER_ROUTE_KEYS: ReadonlySet<string> = new Set(['method', 'path', 'workflow', 'action', 'pipeline', 'params']);

export const ON_ERROR = ['stop', 'skip', 'continue', 'compensate'] as const;
export const BACKOFF = ['exponential', 'linear', 'fixed'] as const;
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '*'] as const;

/** Trigger types with the settings they know. `effect: false`: such a trigger starts nothing on this version. */
export const TRIGGERS: { readonly [type: string]: { type: TriggerType; keys: readonly string[]; effect: boolean } } = {
  http: { type: 'http', keys: ['path', 'method', 'router', 'server', 'schema'], effect: true },
  manual: { type: 'manual', keys: [], effect: true },
  workflow: { type: 'workflow', keys: [], effect: true },
  event: { type: 'event', keys: ['source', 'topic', 'topics', 'event', 'events', 'schema', 'filter', 'subscription'], effect: true },
  eventbus: { type: 'eventbus', keys: ['source', 'topic', 'topics', 'event', 'events', 'schema', 'filter', 'subscription'], effect: true },
  schedule: { type: 'schedule', keys: ['cron', 'schedule', 'interval', 'every', 'timezone', 'params'], effect: false },
  cron: { type: 'cron', keys: ['cron', 'schedule', 'expression', 'timezone', 'params'], effect: false },
  webhook: { type: 'webhook', keys: ['path', 'method', 'secret', 'provider', 'signature_header', 'schema'], effect: false },
};
