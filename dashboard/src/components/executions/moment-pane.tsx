/** The details of a moment: what the event changed of what steps see, and all that a step right after it would have seen. */
import { component$, type QRL } from '@builder.io/qwik';
import type { ValueDiff } from '#contracts/diff';
import type { ProblemBody } from '#contracts/problems';
import type { Moment } from '~/components/executions/use-moment';
import { Icon } from '~/components/ui/icon';
import { JsonView } from '~/components/ui/json-view';
import { ProblemNotice } from '~/components/ui/problem-notice';
import { Skeleton } from '~/components/ui/skeleton';
import { Status } from '~/components/ui/status-mark';
import { pathMark, sideText } from '~/lib/diff-marks';
import { formatClock, formatCount, formatDuration, formatExact } from '~/lib/time';

interface Props {
  at: number;
  /** ISO 8601; start of the execution. */
  startedAt: string;
  moment?: Moment;
  problem?: ProblemBody;
  close: QRL<() => void>;
  showEvent: QRL<(seq: number) => void>;
}

export const MomentPane = component$<Props>(({ at, startedAt, moment, problem, close, showEvent }) => {
  const after = moment?.after.seq === at ? moment.after : undefined;
  return (
    <aside class="pane pane-moment" aria-label={`Context after event ${at}`}>
      <div class="flex items-start gap-2 px-4 pt-3">
        <div class="min-w-0 grow">
          <h2 class="truncate text-16 font-semibold">After event {formatCount(at)}</h2>
          <p class="flex min-h-5 flex-wrap items-center gap-x-3 text-13 text-text-2">
            {after && moment && (
              <>
                <span class="mono text-12">{after.type}</span>
                {after.step && <span class="truncate">{after.step}</span>}
                <Status status={moment.status} />
              </>
            )}
          </p>
        </div>
        <button type="button" class="btn btn-quiet btn-icon" onClick$={close} aria-label="Close the context" title="Close (Esc)">
          <Icon name="close" />
        </button>
      </div>
      <div class="min-h-0 grow overflow-auto overscroll-contain px-4 pb-4">
        {after && moment ? (
          <>
            <p class="mb-3 flex flex-wrap items-center gap-x-3 text-12 text-text-3">
              <span title={formatExact(after.at)}>
                {formatClock(after.at)} UTC, {formatDuration(Date.parse(after.at) - Date.parse(startedAt))} after the start
              </span>
              <button type="button" class="link" onClick$={() => showEvent(at)}>
                In the log
              </button>
            </p>
            <h3 class="mb-1 text-13 font-semibold">What it changed</h3>
            <Changes changes={after.changes} cut={after.changes_cut} />
            <h3 class="mt-4 mb-1 text-13 font-semibold">What a step would see then</h3>
            {/* Without a key of its own: what is open stays open from one event to the next. */}
            <JsonView value={moment.context} label="Context" />
          </>
        ) : problem ? (
          <>
            <p class="text-13 text-text-2">
              {problem.code === 'not_found'
                ? 'The context at this event is not known here. Of an imported execution only its log is.'
                : 'The context could not be loaded.'}
            </p>
            {problem.code !== 'not_found' && <ProblemNotice problem={problem} />}
          </>
        ) : (
          <Skeleton label="Loading the context" />
        )}
      </div>
    </aside>
  );
});

const Changes = ({ changes, cut }: { changes: ValueDiff; cut: boolean }) => {
  const entries = Object.entries(changes);
  if (entries.length === 0) return <p class="text-13 text-text-3">Nothing that a step can see.</p>;
  return (
    <ul class="changes">
      {entries.map(([path, entry]) => {
        const { sign, word, tone } = pathMark(entry);
        return (
          <li key={encodeURIComponent(path)} class="changes-row" data-path={path}>
            <span class="diff-mark" data-tone={tone}>
              <span class="diff-sign" aria-hidden="true">
                {sign}
              </span>
              <span class="sr-only">{word}</span>
            </span>
            <span class="min-w-0">
              <span class="mono text-12 break-all">{path}</span>
              {tone === 'changed' && <code class="changes-value text-text-3 line-through">{sideText(entry.left, false)}</code>}
              {tone !== 'removed' && <code class="changes-value">{sideText(entry.right, false)}</code>}
            </span>
          </li>
        );
      })}
      {cut && <li class="py-1 text-12 text-text-3">There are more changes than are listed.</li>}
    </ul>
  );
};
