/** Nothing here yet: what this is, and the one thing that fills it. */
import { component$, Slot } from '@builder.io/qwik';

export const EmptyState = component$<{ heading: string }>(({ heading }) => (
  <section class="mx-auto max-w-[560px] px-4 py-16 text-center">
    <h2 class="mb-1 text-16 font-semibold">{heading}</h2>
    <div class="text-text-2">
      <Slot />
    </div>
  </section>
));
