/** How it stands with a job over a whole company: who asked for it, what it does, and what keeps it. Light parts, drawn with the page. */
import { Actor } from '~/components/ui/actor';
import { Moment } from '~/components/ui/moment';
import { type AnyStatus, StatusMark } from '~/components/ui/status-mark';
import type { ActorNames } from '~/lib/actors';

interface Asked {
  by: string;
  at: string;
  names: ActorNames;
  now: number;
  /** An instant that matters beside it, in words: `over`. */
  then?: string;
  thenAt?: string;
}

export const RequestedBy = ({ by, at, names, now, then, thenAt }: Asked) => (
  <p class="mb-3 text-13 text-text-2">
    Requested by <Actor by={by} names={names} />, <Moment at={at} now={now} />
    {thenAt && (
      <>
        ; {then} <Moment at={thenAt} now={now} />
      </>
    )}
  </p>
);

export const JobState = ({ status, children }: { status: AnyStatus; children?: unknown }) => (
  <p class="flex max-w-[720px] items-center gap-2 text-13" role="status">
    <span class="status" data-status={status}>
      <StatusMark status={status} />
    </span>
    {children as never}
  </p>
);

export const JobFault = ({ fault }: { fault: string | undefined }) =>
  fault ? (
    <div class="notice notice-bad mt-2 max-w-[720px]" role="alert">
      <p>{fault} It is tried again until it works.</p>
    </div>
  ) : null;
