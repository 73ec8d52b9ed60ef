/** `concurrency` and `debounce` of a pipeline: how many of its executions run at once, and which of those that come close together. */
import { CONFLICTS, type Pipeline } from '#contracts/definition';
import { PRIORITIES, PRIORITY_MAX } from '#contracts/priority';
import type { Checker, Place } from '#language/checker';
import { keyTemplate, positive } from '#language/compile-policy';
import { CONCURRENCY_KEYS, DEBOUNCE_KEYS } from '#language/dialect';

const MAX_IN_FLIGHT = 10_000;
const MAX_WINDOW_MS = 30 * 24 * 3_600_000;

/** `concurrency: 5` is `{max: 5}`. */
export function concurrency(checker: Checker, place: Place | undefined): Pipeline['concurrency'] {
  if (!place) return undefined;
  if (place.node.kind === 'scalar') {
    const max = checker.whole(place, 'concurrency', 1, MAX_IN_FLIGHT);
    return max === undefined ? undefined : { max, on_conflict: 'queue' };
  }
  const map = checker.map(place, 'concurrency');
  if (!map) return undefined;
  checker.keys(map, place.path, CONCURRENCY_KEYS, 'concurrency');
  const at = (key: string) => checker.given(map, place.path, key);
  const max = at('max');
  const key = at('key');
  const conflict = at('on_conflict');
  const urgency = at('priority');
  const most = max && checker.whole(max, 'max', 1, MAX_IN_FLIGHT);
  const template = key && keyTemplate(checker, key, 'key', undefined);
  const chosen = conflict && checker.choice(conflict, 'on_conflict', CONFLICTS);
  const first = urgency && priority(checker, urgency);
  return {
    max: most ?? 1,
    on_conflict: chosen ?? 'queue',
    ...(template === undefined ? {} : { key: template }),
    ...(first === undefined ? {} : { priority: first }),
  };
}

/** `debounce: 5s` is `{window: 5s}`. */
export function debounce(checker: Checker, place: Place | undefined, beside: Pipeline['concurrency']): Pipeline['debounce'] {
  if (!place) return undefined;
  if (place.node.kind === 'scalar') {
    const window = positive(checker, place, 'debounce', MAX_WINDOW_MS);
    return window === undefined ? undefined : { window_ms: window };
  }
  const map = checker.map(place, 'debounce');
  if (!map) return undefined;
  checker.keys(map, place.path, DEBOUNCE_KEYS, 'debounce');
  const at = (key: string) => checker.given(map, place.path, key);
  const window = at('window');
  const longest = at('max_wait');
  const key = at('key');
  if (!window) checker.report.error('missing_key', 'The key "window" is missing in debounce.', `${place.path}.window`, place.keyRange, 'Write window: 5s.');
  const windowMs = window && positive(checker, window, 'window', MAX_WINDOW_MS);
  const longestMs = longest && positive(checker, longest, 'max_wait', MAX_WINDOW_MS);
  if (windowMs !== undefined && longestMs !== undefined && longest && longestMs < windowMs) {
    checker.error('invalid_value', 'max_wait is shorter than window.', longest, 'Raise max_wait above window, or take it out.');
  }
  const template = key && keyTemplate(checker, key, 'key', undefined);
  if (key && beside?.key !== undefined && template !== beside.key) {
    checker.error('invalid_value', 'debounce and concurrency of a pipeline have one key.', key, 'Give it in one of them, or the same in both.');
  }
  if (windowMs === undefined) return undefined;
  return { window_ms: windowMs, ...(longestMs === undefined ? {} : { max_wait_ms: longestMs }), ...(template === undefined ? {} : { key: template }) };
}

/** A name, a number, or a template that gives one. */
function priority(checker: Checker, place: Place): number | string | undefined {
  const value = place.node.kind === 'scalar' ? place.node.value : undefined;
  if (typeof value === 'string' && Object.hasOwn(PRIORITIES, value)) return PRIORITIES[value as keyof typeof PRIORITIES];
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= PRIORITY_MAX) return value;
  if (typeof value === 'string' && value.includes('{{')) return keyTemplate(checker, place, 'priority', undefined);
  checker.error(
    'invalid_value',
    `priority is ${Object.keys(PRIORITIES).join(', ')}, a whole number from -${PRIORITY_MAX} to ${PRIORITY_MAX}, or a template that gives one.`,
    place,
    'Write priority: high, or priority: "{{ .trigger.body.priority }}".',
  );
  return undefined;
}
