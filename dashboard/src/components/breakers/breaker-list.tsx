/** Circuit breakers: which calls are held back, since when, and until when. */
import { component$ } from '@builder.io/qwik';
import { BreakerButtons } from '~/components/breakers/breaker-buttons';
import { BreakerOutlook, BreakerState } from '~/components/breakers/breaker-state';
import { Moment } from '~/components/ui/moment';
import type { BreakerItem } from '~/lib/api-types';
import { breakerPath } from '~/lib/breaker-links';

export const BreakerList = component$<{ breakers: BreakerItem[]; now: number }>(({ breakers, now }) => (
  <div>
    <table class="data max-sm:hidden">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">Calls</th>
          <th scope="col">Since</th>
          <th scope="col">
            <span class="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody class="rows">
        {breakers.map((breaker) => (
          <tr key={breaker.name}>
            <td class="mono">
              <a class="row-link" href={breakerPath(breaker)}>
                {breaker.name}
              </a>
            </td>
            <td>
              <BreakerState breaker={breaker} />
            </td>
            <td class="text-text-2">
              <BreakerOutlook breaker={breaker} now={now} />
            </td>
            <td>
              <Moment at={breaker.since} now={now} />
            </td>
            <td>
              <BreakerButtons breaker={breaker} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <ul class="sm:hidden">
      {breakers.map((breaker) => (
        <li key={breaker.name} class="border-b border-line px-3 py-3">
          <p class="flex flex-wrap items-center gap-x-3 gap-y-1 text-13">
            <a class="row-link mono break-all" href={breakerPath(breaker)}>
              {breaker.name}
            </a>
            <BreakerState breaker={breaker} />
          </p>
          <p class="mt-1 text-12 text-text-2">
            <BreakerOutlook breaker={breaker} now={now} />
          </p>
          <div class="mt-2">
            <BreakerButtons breaker={breaker} />
          </div>
        </li>
      ))}
    </ul>
  </div>
));
