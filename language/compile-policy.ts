/** The policies of a step or pipeline: retry, saga, idempotency, and the choice on error. */
import type { Pipeline } from '#contracts/definition';
import type { OnError, RetryPolicy } from '#contracts/graph';
import { LIMITS } from '#contracts/limits';
import type { PipelineDefaults } from '#contracts/module';
import { PROBLEMS } from '#contracts/problems';
import { checkTemplate } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { BACKOFF, IDEMPOTENCY_KEYS, ON_ERROR, RETRY_KEYS, SAGA_KEYS } from '#language/dialect';
import { nearest } from '#language/nearest';
import type { StepView } from '#language/step-view';

const MAX_ATTEMPTS = 100;
const MAX_DELAY_MS = 24 * 3_600_000;
const MAX_TTL_MS = 366 * 24 * 3_600_000;
/** Ten years. */
export const MAX_RETENTION_MS = 3653 * 24 * 3_600_000;
/** An execution may sleep long; more than a year is a slip of the pen. */
export const MAX_PIPELINE_MS = 366 * 24 * 3_600_000;

const RETRY_DEFAULTS: RetryPolicy = { max_attempts: 3, backoff: 'exponential', initial_delay_ms: 1000, max_delay_ms: 30_000, jitter: true };

/** A duration longer than nothing. */
export function positive(checker: Checker, place: Place, what: string, max: number): number | undefined {
  const ms = checker.duration(place, what, max);
  if (ms === 0) checker.error('invalid_duration', `${what} must be longer than 0.`, place, 'Write 1s, for instance, or take it out.');
  return ms;
}

export function onError(checker: Checker, place: Place | undefined): OnError | undefined {
  return place && checker.choice(place, 'on_error', ON_ERROR);
}

export function retry(checker: Checker, place: Place | undefined): RetryPolicy | undefined {
  const map = place && checker.map(place, 'retry');
  if (!place || !map) return undefined;
  checker.keys(map, place.path, RETRY_KEYS, 'retry');
  const at = (key: string) => checker.given(map, place.path, key);
  const attempts = at('max_attempts');
  const backoff = at('backoff');
  const initial = at('initial_delay');
  const longest = at('max_delay');
  const jitter = at('jitter');
  const policy: RetryPolicy = { ...RETRY_DEFAULTS };
  if (attempts) policy.max_attempts = checker.whole(attempts, 'max_attempts', 1, MAX_ATTEMPTS) ?? policy.max_attempts;
  if (backoff) policy.backoff = checker.choice(backoff, 'backoff', BACKOFF) ?? policy.backoff;
  if (initial) policy.initial_delay_ms = checker.duration(initial, 'initial_delay', MAX_DELAY_MS) ?? policy.initial_delay_ms;
  if (longest) policy.max_delay_ms = checker.duration(longest, 'max_delay', MAX_DELAY_MS) ?? policy.max_delay_ms;
  else policy.max_delay_ms = Math.max(policy.max_delay_ms, policy.initial_delay_ms);
  if (longest && policy.max_delay_ms < policy.initial_delay_ms)
    checker.error('invalid_value', 'max_delay is shorter than initial_delay.', longest, 'Raise max_delay, or lower initial_delay.');
  if (jitter) policy.jitter = checker.flag(jitter, 'jitter') ?? policy.jitter;
  const only = statuses(checker, at('retry_on'), 'retry_on');
  const never = statuses(checker, at('give_up_on'), 'give_up_on');
  if (only) policy.retry_on = only;
  if (never) policy.give_up_on = never;
  return policy;
}

export function defaultRetry({ max_attempts }: PipelineDefaults): RetryPolicy | undefined {
  return max_attempts === undefined ? undefined : { ...RETRY_DEFAULTS, max_attempts };
}

/** HTTP status numbers or error codes. Others than the platform's own may come from what is called, so only what looks like a slip is told. */
function statuses(checker: Checker, place: Place | undefined, key: string): (number | string)[] | undefined {
  const items = place && checker.list(place, key);
  if (!place || !items) return undefined;
  const values: (number | string)[] = [];
  items.forEach((node, index) => {
    const value = node.kind === 'scalar' ? node.value : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599) values.push(value);
    else if (typeof value === 'string' && /^[1-5]\d\d$/.test(value)) values.push(Number(value));
    else if (typeof value === 'string' && /^[a-z][a-z0-9_]*$/i.test(value)) {
      values.push(value);
      if (Object.hasOwn(PROBLEMS, value)) return;
      const meant = nearest(value, Object.keys(PROBLEMS));
      const hint = `Did you mean "${meant}"?`;
      if (meant !== undefined)
        checker.warn('unknown_error_code', `No step fails with the code "${value}" by itself.`, { path: `${place.path}[${index}]`, node }, hint);
    } else
      checker.error(
        'invalid_value',
        `${key} lists HTTP statuses (100 to 599) and error codes.`,
        { path: `${place.path}[${index}]`, node },
        'Write [503, connection_failed], for instance.',
      );
  });
  return values;
}

export function saga(checker: Checker, place: Place | undefined): Pipeline['saga'] {
  const map = place && checker.map(place, 'saga');
  if (!place || !map) return undefined;
  checker.keys(map, place.path, SAGA_KEYS, 'saga');
  const at = (key: string) => checker.given(map, place.path, key);
  const enabled = at('enabled');
  const on = enabled ? (checker.flag(enabled, 'enabled') ?? true) : true;
  const timeout = at('timeout');
  const order = at('compensation_order');
  const track = at('track_compensation');
  const timeoutMs = timeout && positive(checker, timeout, 'timeout', MAX_PIPELINE_MS);
  const chosen = order ? checker.choice(order, 'compensation_order', ['reverse', 'parallel'] as const) : undefined;
  if (track && checker.flag(track, 'track_compensation') === false) {
    checker.warn(
      'no_effect',
      'track_compensation: false has no effect: what is undone is always recorded, or a crash would undo it twice.',
      track,
      'Take it out.',
    );
  }
  if (!on) return undefined;
  return { ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }), order: chosen ?? 'reverse', track: true };
}

export function idempotency(checker: Checker, place: Place | undefined): Pipeline['idempotency'] {
  const map = place && checker.map(place, 'idempotency');
  if (!place || !map) return undefined;
  checker.keys(map, place.path, IDEMPOTENCY_KEYS, 'idempotency');
  const template = checker.given(map, place.path, 'key_template');
  const ttl = checker.given(map, place.path, 'ttl');
  const ttlMs = ttl && checker.duration(ttl, 'ttl', MAX_TTL_MS);
  if (!template) {
    checker.report.error(
      'missing_key',
      'The key "key_template" is missing in idempotency.',
      `${place.path}.key_template`,
      place.keyRange,
      'Write key_template: "{{ .trigger.body.order_id }}".',
    );
    return undefined;
  }
  const text = keyTemplate(checker, template, 'key_template', undefined);
  return text === undefined ? undefined : { key_template: text, ttl_ms: ttlMs ?? LIMITS.idempotencyTtlMs };
}

/** A key is written to the log and sent along, so no secret may be part of it. */
export function keyTemplate(checker: Checker, place: Place, what: string, steps: StepView | undefined): string | undefined {
  const text = checker.text(place, what);
  if (text === undefined || place.node.kind !== 'scalar') return undefined;
  if (text.trim() === '') {
    checker.error('invalid_value', `${what} must not be empty.`, place, 'Write a template such as "{{ .trigger.body.order_id }}", or take it out.');
    return undefined;
  }
  const { secrets } = checkTemplate(checker, { path: place.path, node: place.node }, steps);
  if (secrets.length > 0)
    checker.warn(
      'secret_not_resolved',
      `\${${secrets[0]}} stays as it stands in ${what}: a key is written to the log.`,
      place,
      'Make the key of what identifies the work, such as {{ .trigger.body.order_id }}.',
    );
  return text;
}
