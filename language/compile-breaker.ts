/** `circuit_breaker` of a step, in either generation's spelling: `service_name` for `name`, `reset_timeout` for `timeout`. */
import { BREAKER_NAME, type BreakerFallback, type BreakerPolicy } from '#contracts/breaker';
import type { Json } from '#contracts/json';
import { eachText } from '#language/check-config';
import { checkTemplate } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { positive } from '#language/compile-policy';
import { BREAKER_KEYS, FALLBACK_KEYS, FALLBACK_RESPONSE_KEYS } from '#language/dialect';
import { type MapNode, toJson } from '#language/source';
import type { StepView } from '#language/step-view';

const MAX_THRESHOLD = 1000;
const MAX_TIMEOUT_MS = 24 * 3_600_000;
const MAX_AGE_MS = 7 * 24 * 3_600_000;

const BREAKER_DEFAULTS: BreakerPolicy = { failure_threshold: 5, success_threshold: 3, timeout_ms: 30_000 };

const NAME_RULE = 'a host, or letters, digits, "-", "_", "." up to 200 characters';

/** `undo`: it guards a compensation, which nothing can stand in for. */
export function breaker(checker: Checker, place: Place | undefined, steps: StepView, undo = false): BreakerPolicy | undefined {
  if (!place) return undefined;
  if (place.node.kind === 'scalar' && typeof place.node.value === 'boolean') return place.node.value ? BREAKER_DEFAULTS : undefined;
  const map = checker.map(place, 'circuit_breaker');
  if (!map) return undefined;
  checker.keys(map, place.path, BREAKER_KEYS, 'circuit_breaker');
  const enabled = checker.given(map, place.path, 'enabled');
  const on = enabled ? (checker.flag(enabled, 'enabled') ?? true) : true;
  const policy = breakerLimits(checker, place, map);
  const given = checker.given(map, place.path, 'fallback');
  const fallback = given && fallbackOf(checker, given, steps);
  if (given && undo) {
    const message = 'Nothing can stand in for undoing a step, so its circuit breaker has no fallback: it is tried again once calls may go out.';
    checker.report.error('invalid_value', message, given.path, given.keyRange, 'Take it out.');
  }
  return on ? { ...policy, ...(fallback && !undo ? { fallback } : {}) } : undefined;
}

/** Name, thresholds and timeout; they also stand in the settings of steps that are breakers themselves. */
export function breakerLimits(checker: Checker, place: Pick<Place, 'path'>, map: MapNode): BreakerPolicy {
  const at = (key: string) => checker.given(map, place.path, key);
  const either = (key: string, other: string) => {
    const [first, second] = [at(key), at(other)];
    if (first && second)
      checker.report.error('invalid_value', `Either "${key}" or "${other}": they are the same.`, second.path, second.keyRange, `Take "${other}" out.`);
    return first ?? second;
  };
  const name = either('name', 'service_name');
  const failures = at('failure_threshold');
  const successes = at('success_threshold');
  const timeout = either('timeout', 'reset_timeout');
  const called = name && nameOf(checker, name);
  return {
    ...(called === undefined ? {} : { name: called }),
    failure_threshold: (failures && checker.whole(failures, 'failure_threshold', 1, MAX_THRESHOLD)) ?? BREAKER_DEFAULTS.failure_threshold,
    success_threshold: (successes && checker.whole(successes, 'success_threshold', 1, MAX_THRESHOLD)) ?? BREAKER_DEFAULTS.success_threshold,
    timeout_ms: (timeout && positive(checker, timeout, 'timeout', MAX_TIMEOUT_MS)) || BREAKER_DEFAULTS.timeout_ms,
  };
}

function nameOf(checker: Checker, place: Place): string | undefined {
  const text = checker.text(place, 'name');
  if (text === undefined || BREAKER_NAME.test(text)) return text;
  checker.error(
    'invalid_name',
    `"${text.slice(0, 100)}" is not a name of a circuit breaker: ${NAME_RULE}.`,
    place,
    'It is taken as it stands; templates are not filled in.',
  );
  return undefined;
}

function fallbackOf(checker: Checker, place: Place, steps: StepView): BreakerFallback | undefined {
  const map = checker.map(place, 'fallback');
  if (!map) return undefined;
  checker.keys(map, place.path, FALLBACK_KEYS, 'fallback');
  const at = (key: string) => checker.given(map, place.path, key);
  const named = at('type');
  const type = named ? checker.choice(named, 'The type of a fallback', ['static', 'cached'] as const) : 'static';
  const response = at('response');
  const value = at('value');
  const age = at('max_age');
  const unused = type === 'cached' ? [response, value] : [age];
  for (const entry of unused)
    if (entry)
      checker.report.error(
        'invalid_value',
        `A fallback of the type ${type} has no "${entry.path.split('.').at(-1)}".`,
        entry.path,
        entry.keyRange,
        `Take it out, or write another type of fallback.`,
      );
  if (type === undefined) return undefined;
  if (type === 'cached') return { type, max_age_ms: (age && positive(checker, age, 'max_age', MAX_AGE_MS)) || 300_000 };
  if (response && value)
    checker.report.error(
      'invalid_value',
      'Either "response" or "value": one of them.',
      value.path,
      value.keyRange,
      'Take "value" out; the body of the response is the value.',
    );
  if (!response && !value) {
    checker.report.error('missing_key', 'A static fallback needs a response.', `${place.path}.response`, place.keyRange, 'response: {status: 200, body: {…}}');
    return undefined;
  }
  return response ? responseOf(checker, response, steps) : { type, status: 200, body: filledIn(checker, value!, steps) };
}

function responseOf(checker: Checker, place: Place, steps: StepView): BreakerFallback | undefined {
  const map = checker.map(place, 'response');
  if (!map) return undefined;
  checker.keys(map, place.path, FALLBACK_RESPONSE_KEYS, 'response');
  const status = checker.given(map, place.path, 'status') ?? checker.given(map, place.path, 'status_code');
  const body = checker.given(map, place.path, 'body');
  const number = status && checker.whole(status, 'status', 200, 599);
  return { type: 'static', status: number ?? 200, body: body ? filledIn(checker, body, steps) : null };
}

/** What the log keeps is filled in by the engine, which knows no secrets. */
function filledIn(checker: Checker, place: Place, steps: StepView): Json {
  eachText(place.node, place.path, (node, path) => {
    const { secrets } = checkTemplate(checker, { path, node }, steps);
    if (secrets.length > 0)
      checker.warn(
        'secret_not_resolved',
        `\${${secrets[0]}} stays as it stands: it would be written to the log.`,
        { path, node },
        'Write the value that stands in without a secret.',
      );
  });
  return toJson(place.node) as Json;
}
