/** An instant: relative, exact on hover. The browser keeps `data-rel` texts fresh (`shell/page-actions.tsx`). */
import { formatExact, formatRelative } from '~/lib/time';

export const Moment = ({ at, now }: { at: string; now: number }) => (
  <time dateTime={at} data-rel title={formatExact(at)}>
    {formatRelative(Date.parse(at), now)}
  </time>
);
