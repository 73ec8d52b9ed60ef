/** What is at work, what is left of the API, and who waits, followed while the page is looked at. */
import { component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { ExecutionSummary } from '#contracts/execution';
import { BoundList } from '~/components/quotas/bound-list';
import { CallUse } from '~/components/quotas/call-use';
import { WaitingList } from '~/components/quotas/waiting-list';
import { call } from '~/lib/api';
import type { Page, UsageItem } from '~/lib/api-types';
import { pendingPath, usagePath, waitingRows } from '~/lib/quotas';

const ASK_EVERY_MS = 3000;

interface Props {
  usage: UsageItem;
  pending: Page<ExecutionSummary>;
  /** Whose bounds are shown. */
  region: string;
  /** Calls of the API are counted there. */
  isHome: boolean;
  now: number;
}

export const QuotaUse = component$<Props>((props) => {
  const usage = useSignal(props.usage);
  const pending = useSignal(props.pending);
  const now = useSignal(props.now);
  useVisibleTask$(({ cleanup }) => {
    const timer = setInterval(async () => {
      if (document.hidden) return;
      const [used, waiting] = await Promise.all([
        call<UsageItem>(usagePath(props.usage.tenant), props.isHome ? undefined : { headers: { 'x-region': props.region } }),
        call<Page<ExecutionSummary>>(pendingPath()),
      ]);
      if (used.ok) usage.value = used.value;
      if (waiting.ok) pending.value = waiting.value;
      if (used.ok) now.value = Date.parse(used.value.at);
    }, ASK_EVERY_MS);
    cleanup(() => clearInterval(timer));
  });
  const { bounds, more, tenant } = usage.value;
  return (
    <>
      {bounds.length > 0 && <BoundList bounds={bounds} tenant={tenant} />}
      {props.isHome && <CallUse usage={usage.value} />}
      <WaitingList rows={waitingRows(usage.value, pending.value.items, props.region)} more={more || pending.value.next_cursor !== null} now={now.value} />
    </>
  );
});
