/** Which key is looked up: a plain form, so that it stands in the URL. */
import { component$ } from '@builder.io/qwik';
import type { AskedKey } from '~/lib/effect-key';
import { PRODUCTION } from '~/lib/environment';

export const KeyLookup = component$<{ asked: AskedKey }>(({ asked }) => (
  <form class="filters filters-labelled border-b border-line" action="/idempotency-keys/step" method="get">
    <label class="block min-w-0 text-12 text-text-3 max-sm:w-full">
      Key
      <input
        name="key"
        class="field mono mt-1 block w-full sm:w-[360px]"
        value={asked.key}
        placeholder="charge_ord_20260215_abc123"
        maxLength={512}
        required
        spellcheck={false}
        autoComplete="off"
      />
    </label>
    <label class="block min-w-0 text-12 text-text-3 max-sm:w-full">
      Environment
      <input
        name="environment"
        class="field mt-1 block w-full sm:w-[160px]"
        value={asked.environment}
        placeholder={PRODUCTION}
        spellcheck={false}
        autoComplete="off"
      />
    </label>
    <label class="block min-w-0 text-12 text-text-3 max-sm:w-full">
      Of
      <select name="phase" class="field mt-1 block w-full sm:w-[160px]">
        <option value="run" selected={asked.phase === 'run'}>
          the step
        </option>
        <option value="compensate" selected={asked.phase === 'compensate'}>
          its undoing
        </option>
      </select>
    </label>
    <button type="submit" class="btn">
      Look up
    </button>
  </form>
));
