/** What the execution needs from whoever looks at it: a decision at a breakpoint, an approval, a signal. */
import { component$, type QRL } from '@builder.io/qwik';
import { BreakpointPanel } from '~/components/executions/breakpoint-panel';
import { WaitPanel } from '~/components/executions/wait-panel';
import { formatCount } from '~/lib/time';
import type { SlimTimeline } from '~/lib/timeline';

/** Panels at once: of two thousand items that wait for a decision, the first are shown. */
const MOST = 5;

export const Steering = component$<{ timeline: SlimTimeline; refresh: QRL<() => Promise<void>> }>(({ timeline, refresh }) => {
  const shown = typeof timeline.metadata.imported_from !== 'string';
  const held = shown ? timeline.paused?.breakpoint : undefined;
  const waiting = shown && !held ? timeline.steps.filter((step) => step.waiting_for && step.waiting_for.kind !== 'call') : [];
  // Keys without a space: one that has it is not known again in the browser, and what was typed in the panel would be lost.
  return (
    <div>
      {held && <BreakpointPanel key={`${held.id}@${timeline.paused!.since}`} timeline={timeline} refresh={refresh} />}
      {waiting.slice(0, MOST).map((step) => (
        <WaitPanel key={`${encodeURIComponent(step.name)}@${step.started_at}`} executionId={timeline.execution_id} step={step} refresh={refresh} />
      ))}
      {waiting.length > MOST && <p class="px-3 pb-3 text-13 text-text-2 sm:px-4">{formatCount(waiting.length - MOST)} more steps wait like these.</p>}
    </div>
  );
});
