/** What is so, line by line: a name, and its value at the right. */
import { component$ } from '@builder.io/qwik';

export const Facts = component$<{ facts: (readonly [name: string, value: string])[] }>(({ facts }) => (
  <dl class="grid max-w-[480px] grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-1 text-13">
    {facts.map(([name, value]) => [
      <dt key={`${name}-name`} class="text-text-2">
        {name}
      </dt>,
      <dd key={`${name}-value`} class="text-right tabular-nums">
        {value}
      </dd>,
    ])}
  </dl>
));
