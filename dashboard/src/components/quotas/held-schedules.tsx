/** Schedules whose time has come and that were not let in: they are no executions yet, so nothing else of the page shows them. */
import { component$ } from '@builder.io/qwik';
import { Moment } from '~/components/ui/moment';
import type { ScheduleItem } from '~/lib/api-types';

export const HeldSchedules = component$<{ schedules: ScheduleItem[]; now: number }>(({ schedules, now }) => (
  <section aria-labelledby="held" class="border-b border-line pt-4">
    <h2 id="held" class="px-3 pb-2 text-16 font-semibold sm:px-4">
      Waiting schedules
    </h2>
    <ul>
      {schedules.map(({ workflow, name, waiting }) => (
        <li key={`${workflow}/${name}`} class="px-3 pb-3 text-13 sm:px-4">
          <a class="link" href="/schedules">
            {workflow}.{name}
          </a>
          <span class="ml-2 text-text-2">
            {waiting!.times.length > 1 && `${waiting!.times.length} times, the first `}
            due <Moment at={waiting!.times[0]!} now={now} />
          </span>
          <p class="mt-1 text-text-2">{waiting!.reason}</p>
        </li>
      ))}
    </ul>
  </section>
));
