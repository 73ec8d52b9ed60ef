/** The frame of every page in front of the shell: product, heading, a few words, and what is to be done. */
import { component$, Slot } from '@builder.io/qwik';
import { ProductMark } from '~/components/shell/top-bar';

export const SignInCard = component$<{ title: string; intro?: string }>(({ title, intro }) => (
  <main class="grid min-h-dvh place-items-center px-4 py-12">
    <div class="w-full max-w-[400px]">
      <div class="mb-6 flex items-center gap-2 text-16 font-semibold">
        <ProductMark />
        Workflow
      </div>
      <div class="rounded-lg border border-line bg-surface p-6">
        <h1 class="mb-1 text-20 font-semibold">{title}</h1>
        {intro && <p class="mb-5 text-text-2">{intro}</p>}
        <Slot />
      </div>
      <div class="mt-4 text-13 text-text-2">
        <Slot name="below" />
      </div>
    </div>
  </main>
));
