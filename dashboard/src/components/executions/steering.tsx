/** What the execution needs from whoever looks at it: a decision at a breakpoint, an approval, a signal. */
import { component$, type QRL } from '@builder.io/qwik';
import { BreakpointPanel } from '~/components/executions/breakpoint-panel';
import { WaitPanel } from '~/components/executions/wait-panel';
import type { SlimTimeline } from '~/lib/waterfall';

export const Steering = component$<{ timeline: SlimTimeline; refresh: QRL<() => Promise<void>> }>(({ timeline, refresh }) => {
  if (typeof timeline.metadata.imported_from === 'string') return null;
  const held = timeline.paused?.breakpoint;
  if (held) return <BreakpointPanel key={`${held.id} ${timeline.paused!.since}`} timeline={timeline} refresh={refresh} />;
  const waiting = timeline.steps.filter((step) => step.waiting_for && step.waiting_for.kind !== 'call');
  return (
    <>
      {waiting.map((step) => (
        <WaitPanel key={`${step.name} ${step.started_at}`} executionId={timeline.execution_id} step={step} refresh={refresh} />
      ))}
    </>
  );
});
