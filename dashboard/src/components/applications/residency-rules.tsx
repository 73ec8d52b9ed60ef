/** Where executions of an application live: what its pipelines say, then the rules of its document, in the order in which they are asked. */
import { component$ } from '@builder.io/qwik';
import type { ResidencyLine } from '~/lib/residency';

export const ResidencyRules = component$<{ lines: ResidencyLine[] }>(({ lines }) => (
  <section>
    <div class="mb-2 flex items-baseline gap-3">
      <h2 class="text-14 font-semibold">Where executions live</h2>
      <a class="link text-13" href="/regions">
        Regions
      </a>
    </div>
    <ol class="border-t border-line">
      {lines.map((line, index) => (
        <li key={index} class="flex min-h-9 flex-wrap items-center gap-x-4 border-b border-line py-1 text-13">
          <span class="font-medium">{line.name}</span>
          <span class="min-w-0 break-words text-text-2">{line.when}</span>
          <span class="ml-auto flex flex-wrap items-center gap-x-4">
            <span class="mono min-w-0 break-all">{line.region}</span>
            <span class="text-text-3">definition: {line.leaves}</span>
          </span>
        </li>
      ))}
    </ol>
    <p class="mt-2 text-12 text-text-3">The first rule that fits decides. Other executions live where they are started.</p>
  </section>
));
