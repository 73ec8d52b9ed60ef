/** Pauses what goes on by itself, and lets go on what somebody paused. A breakpoint has a panel of its own. */
import { component$, type QRL } from '@builder.io/qwik';
import { FINAL_STATUSES } from '#contracts/execution';
import type { SlimTimeline } from '~/lib/timeline';

interface Props {
  timeline: SlimTimeline;
  busy: boolean;
  act: QRL<(action: 'pause' | 'resume') => Promise<unknown>>;
}

export const PauseButton = component$<Props>(({ timeline, busy, act }) => {
  const { status, paused, metadata } = timeline;
  if (FINAL_STATUSES.includes(status) || status === 'compensating' || paused?.breakpoint || typeof metadata.imported_from === 'string') return null;
  return status === 'paused' ? (
    <button type="button" class="btn btn-primary" disabled={busy} onClick$={() => act('resume')}>
      Resume
    </button>
  ) : (
    <button type="button" class="btn" disabled={busy} onClick$={() => act('pause')}>
      Pause
    </button>
  );
});
