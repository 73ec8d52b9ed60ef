/** One circuit breaker: its state, its settings, and how it came to it. */
import { component$ } from '@builder.io/qwik';
import { BreakerButtons } from '~/components/breakers/breaker-buttons';
import { BreakerOutlook, BreakerState, breakerWord } from '~/components/breakers/breaker-state';
import { Copy } from '~/components/ui/copy';
import { Crumbs } from '~/components/ui/crumbs';
import { Moment } from '~/components/ui/moment';
import { type ActorNames, actorWords } from '~/lib/actors';
import type { BreakerDetail } from '~/lib/api-types';
import { breakerPath, breakersPath } from '~/lib/breaker-links';
import { formatDuration } from '~/lib/time';

type Change = BreakerDetail['history'][number];

export const BreakerView = component$<{ breaker: BreakerDetail; names: ActorNames; now: number }>(({ breaker, names, now }) => (
  <>
    <header class="border-b border-line px-3 pt-3 pb-3 sm:px-4">
      <Crumbs trail={[{ href: breakersPath(breaker.environment), label: 'Circuit breakers' }]} />
      <div class="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 class="min-w-0 text-20 font-semibold">
          <Copy text={breaker.name} label="Name" class="mono" />
        </h1>
        <BreakerState breaker={breaker} />
        <span class="text-13 text-text-2">
          <BreakerOutlook breaker={breaker} now={now} />
        </span>
        <span class="sm:ml-auto">
          <BreakerButtons breaker={breaker} regions={breaker.regions !== undefined} />
        </span>
      </div>
    </header>
    <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 px-3 py-4 text-13 sm:px-4">
      <dt class="text-text-3">Environment</dt>
      <dd>{breaker.environment}</dd>
      {breaker.regions && (
        <>
          <dt class="text-text-3">Region</dt>
          <dd>
            {breaker.region}
            {breaker.regions
              .filter(({ region }) => region !== breaker.region)
              .map((other) => (
                <Elsewhere key={other.region} breaker={breaker} other={other} />
              ))}
          </dd>
        </>
      )}
      <dt class="text-text-3">Opens after</dt>
      <dd>
        {times(breaker.failure_threshold, 'failure')} in a row{breaker.status === 'closed' && breaker.failures > 0 && `; ${breaker.failures} so far`}
      </dd>
      <dt class="text-text-3">Is tried again after</dt>
      <dd>{formatDuration(breaker.timeout_ms)}</dd>
      <dt class="text-text-3">Closes after</dt>
      <dd>
        {times(breaker.success_threshold, 'success', 'successes')} in a row{breaker.status === 'half_open' && `; ${breaker.successes} so far`}
      </dd>
    </dl>
    <section class="px-3 pb-6 sm:px-4">
      <h2 class="mb-2 text-14 font-semibold">History</h2>
      {breaker.history.length === 0 ? (
        <p class="text-13 text-text-2">It has never opened.</p>
      ) : (
        <ol class="border-t border-line">
          {breaker.history.map((change, index) => (
            <li key={`${change.at}/${index}`} class="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line py-1 text-13">
              <span class="font-medium">{breakerWord(change.to)}</span>
              <span class="text-text-2">{because(change, breaker, names)}</span>
              {change.note && <span class="basis-full text-text-2 sm:basis-auto">{change.note}</span>}
              <span class="ml-auto text-text-2">
                <Moment at={change.at} now={now} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  </>
));

/** How the breaker of the same name is in another region. */
const Elsewhere = ({ breaker, other }: { breaker: BreakerDetail; other: NonNullable<BreakerDetail['regions']>[number] }) => (
  <>
    {'; in '}
    {other.status === null ? (
      `${other.region} ${other.answers ? 'none' : 'unknown, for it does not answer'}`
    ) : (
      <>
        <a class="link" href={breakerPath({ ...breaker, region: other.region })}>
          {other.region}
        </a>{' '}
        {breakerWord(other.status).toLowerCase()}
      </>
    )}
  </>
);

function because({ reason, by }: Change, { failure_threshold, success_threshold }: BreakerDetail, names: ActorNames): string {
  switch (reason) {
    case 'failures':
      return `${times(failure_threshold, 'failure')} in a row`;
    case 'timeout':
      return 'its time was over, a call tries';
    case 'probe_failed':
      return 'the call that tried has failed';
    case 'recovered':
      return `${times(success_threshold, 'success', 'successes')} in a row`;
    case 'manual':
      return `by hand, ${actorWords(by ?? '', names)}`;
  }
}

function times(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
