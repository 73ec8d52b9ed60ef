/** What the execution needs from whoever looks at it: a decision at a breakpoint, an approval, a signal. */
import { component$, type QRL } from '@builder.io/qwik';
import { BreakpointPanel } from '~/components/executions/breakpoint-panel';
import { WaitPanel } from '~/components/executions/wait-panel';
import type { SlimTimeline } from '~/lib/waterfall';

export const Steering = component$<{ timeline: SlimTimeline; refresh: QRL<() => Promise<void>> }>(({ timeline, refresh }) => {
  const shown = typeof timeline.metadata.imported_from !== 'string';
  const held = shown ? timeline.paused?.breakpoint : undefined;
  const waiting = shown && !held ? timeline.steps.filter((step) => step.waiting_for && step.waiting_for.kind !== 'call') : [];
  // Keys without a space: one that has it is not known again in the browser, and what was typed in the panel would be lost.
  return (
    <div>
      {held && <BreakpointPanel key={`${held.id}@${timeline.paused!.since}`} timeline={timeline} refresh={refresh} />}
      {waiting.map((step) => (
        <WaitPanel key={`${encodeURIComponent(step.name)}@${step.started_at}`} executionId={timeline.execution_id} step={step} refresh={refresh} />
      ))}
    </div>
  );
});
