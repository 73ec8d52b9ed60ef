/** Calls of the API and live streams: what of them is left. */
import { component$ } from '@builder.io/qwik';
import type { UsageItem } from '~/lib/api-types';
import { callWords } from '~/lib/quotas';

export const CallUse = component$<{ usage: UsageItem }>(({ usage }) => (
  <section aria-labelledby="calls" class="border-b border-line px-3 py-4 sm:px-4">
    <h2 id="calls" class="pb-2 text-16 font-semibold">
      API and live pages
    </h2>
    <dl class="grid max-w-[480px] grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-1 text-13">
      {callWords(usage).map(([what, value]) => [
        <dt key={`${what}-name`} class="text-text-2">
          {what}
        </dt>,
        <dd key={`${what}-value`} class="text-right tabular-nums">
          {value}
        </dd>,
      ])}
    </dl>
  </section>
));
