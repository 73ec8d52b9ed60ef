/** The state of a circuit breaker: a shape and a word, and what follows from it. */
import { Moment } from '~/components/ui/moment';
import type { AnyStatus } from '~/components/ui/status-mark';
import { StatusMark } from '~/components/ui/status-mark';
import type { BreakerItem } from '~/lib/api-types';

const WORDS: { [status in BreakerItem['status']]: string } = { closed: 'Closed', open: 'Open', half_open: 'Half open' };

export function breakerWord(status: BreakerItem['status']): string {
  return WORDS[status];
}

export const BreakerState = ({ breaker }: { breaker: Pick<BreakerItem, 'status' | 'failing'> }) => {
  const mark = markOf(breaker);
  return (
    <span class="status" data-status={mark}>
      <StatusMark status={mark} />
      {WORDS[breaker.status]}
    </span>
  );
};

/** What becomes of calls now, in a few words. */
export const BreakerOutlook = ({ breaker, now }: { breaker: BreakerItem; now: number }) => {
  if (breaker.status === 'half_open') return <>one call at a time tries</>;
  if (breaker.status === 'closed') return <>{breaker.failing ? 'the last call failed' : 'calls go out'}</>;
  if (breaker.retry_at === null) return <>held back until it is closed by hand</>;
  if (Date.parse(breaker.retry_at) <= now) return <>the next call tries</>;
  return (
    <>
      held back, tried again <Moment at={breaker.retry_at} now={now} />
    </>
  );
};

function markOf({ status, failing }: Pick<BreakerItem, 'status' | 'failing'>): AnyStatus {
  if (status === 'open') return 'failed';
  return status === 'half_open' || failing ? 'retrying' : 'completed';
}
