/** Calls of the API and live streams: what of them is left. */
import { component$ } from '@builder.io/qwik';
import { Facts } from '~/components/ui/facts';
import type { UsageItem } from '~/lib/api-types';
import { callWords } from '~/lib/quotas';

export const CallUse = component$<{ usage: UsageItem }>(({ usage }) => (
  <section aria-labelledby="calls" class="border-b border-line px-3 py-4 sm:px-4">
    <h2 id="calls" class="pb-2 text-16 font-semibold">
      API and live pages
    </h2>
    <Facts facts={callWords(usage)} />
  </section>
));
