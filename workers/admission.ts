/** What a start asks of its gate: the settings of the pipeline, filled in from the trigger. */
import type { AdmissionRequest } from '#contracts/admission';
import { LIMITS } from '#contracts/limits';
import { PRIORITIES, PRIORITY_MAX } from '#contracts/priority';
import { Problem } from '#contracts/problems';
import { renderAtStart } from '#workers/render-at-start';
import type { StartOrder } from '#workers/start';

/** `undefined`: the pipeline has no gate. Throws Problem: what the key or the priority is made of is missing, or no such thing. */
export function admissionOf(order: StartOrder): AdmissionRequest | undefined {
  const { concurrency, debounce } = order.pipeline;
  if ((!concurrency && !debounce) || order.dry_run || order.mocks) return undefined;
  const template = debounce?.key ?? concurrency?.key;
  const key = template === undefined ? undefined : renderAtStart(order, template, 'concurrency.key');
  if (key !== undefined && key.length > LIMITS.concurrencyKey) {
    throw new Problem('invalid_request', `A concurrency key has at most ${LIMITS.concurrencyKey} characters; this one has ${key.length}.`);
  }
  // The next run of a chain is no new start: it waits for the end of the one it goes on from, and is neither skipped nor held back.
  const continues = order.called?.parent.continues === true;
  return {
    ...(key === undefined ? {} : { key }),
    ...(concurrency ? { max: concurrency.max } : {}),
    on_conflict: continues ? 'queue' : (concurrency?.on_conflict ?? 'queue'),
    priority: priorityOf(order, concurrency?.priority),
    ...(debounce && !continues
      ? { debounce: { window_ms: debounce.window_ms, ...(debounce.max_wait_ms === undefined ? {} : { max_wait_ms: debounce.max_wait_ms }) } }
      : {}),
  };
}

function priorityOf(order: StartOrder, setting: number | string | undefined): number {
  if (setting === undefined || typeof setting === 'number') return setting ?? PRIORITIES.normal;
  const text = renderAtStart(order, setting, 'concurrency.priority').trim();
  if (Object.hasOwn(PRIORITIES, text)) return PRIORITIES[text as keyof typeof PRIORITIES];
  const value = text === '' ? PRIORITIES.normal : Number(text);
  if (Number.isInteger(value) && Math.abs(value) <= PRIORITY_MAX) return value;
  throw new Problem(
    'invalid_request',
    `The priority of an execution is ${Object.keys(PRIORITIES).join(', ')}, or a whole number from -${PRIORITY_MAX} to ${PRIORITY_MAX}; this start makes it "${text.slice(0, 50)}".`,
  );
}
