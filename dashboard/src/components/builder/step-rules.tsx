/** What stands beside the settings of a step: when it runs, how it is tried, and what its failure comes to. */
import { $, component$ } from '@builder.io/qwik';
import type { Json, JsonObject } from '#contracts/json';
import { dataAt, stepKeyOf } from '~/builder/actions';
import { isBlock } from '~/builder/document/catalog';
import type { Setting } from '~/builder/document/triggers';
import { foundIn } from '~/builder/found';
import type { Session } from '~/builder/session';
import { SettingField } from '~/components/builder/setting-field';

const ALWAYS: readonly Setting[] = [
  { key: 'if', label: 'Runs if', hint: 'steps.check.ok == true' },
  { key: 'skip_if', label: 'Skipped if', hint: 'trigger.kind == "test"' },
];
const TRIED: readonly Setting[] = [
  { key: 'timeout', label: 'Timeout', hint: '30s' },
  { key: 'on_error', label: 'When it fails', choices: ['stop', 'skip', 'continue', 'compensate'] },
];
const KEYED: readonly Setting[] = [{ key: 'idempotency_key', label: 'Idempotency key', hint: '{{ .order_id }}' }];

const RETRY: readonly Setting[] = [
  { key: 'max_attempts', label: 'Calls at most', type: 'number' },
  { key: 'initial_delay', label: 'First pause', hint: '1s' },
  { key: 'backoff', label: 'Pauses grow', choices: ['exponential', 'linear', 'fixed'] },
];

export const StepRules = component$<{ session: Session; id: string }>(({ session, id }) => {
  const found = foundIn(session, id);
  if (!found) return null;
  const { step, type, own } = found;
  const rules = type?.kind === 'conditional' ? ALWAYS : isBlock(type) ? [...ALWAYS, ...TRIED] : [...ALWAYS, ...TRIED, ...(type?.pure ? [] : KEYED)];
  const retries = !isBlock(type) && type?.kind !== 'conditional' && !type?.pure;
  const retry = dataAt(own.retry);
  const set = $((event: Event) => {
    const field = event.target as HTMLInputElement | HTMLSelectElement;
    stepKeyOf(session, step, field.name, field.value === '' ? undefined : field.value);
  });
  const setRetry = $((event: Event) => {
    const field = event.target as HTMLInputElement | HTMLSelectElement;
    // As it is written now: two fields may be changed before either is drawn anew.
    const retry = dataAt(foundIn(session, id)?.own.retry);
    const { [field.name]: _old, ...rest } = retry;
    const value: Json = field.name === 'max_attempts' ? Number(field.value) : field.value;
    const next: JsonObject = field.value === '' ? rest : { ...retry, [field.name]: value };
    stepKeyOf(session, step, 'retry', Object.keys(next).length === 0 ? undefined : next);
  });
  return (
    <section>
      <h3 class="mb-2 text-12 font-medium text-text-3">Rules</h3>
      <div class="grid gap-3" onChange$={set}>
        {rules.map((rule) => (
          <SettingField key={rule.key} setting={rule} value={shown(own[rule.key])} none="as the pipeline says" />
        ))}
      </div>
      {retries && (
        <fieldset class="m-0 mt-3 grid min-w-0 grid-cols-3 gap-2 border-0 p-0" onChange$={setRetry}>
          <legend class="sr-only">Retry</legend>
          {RETRY.map((rule) => (
            <SettingField key={rule.key} setting={rule} value={shown(retry[rule.key])} none="by default" />
          ))}
        </fieldset>
      )}
    </section>
  );
});

function shown(value: Json | undefined): string {
  return value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
