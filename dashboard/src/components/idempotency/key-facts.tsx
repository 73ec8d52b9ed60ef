/** What is known of the key of a step: who had the effect, what came of it, and for how long that is given again. */
import { component$ } from '@builder.io/qwik';
import { ReleaseKey } from '~/components/idempotency/release-key';
import { Copy, shortId } from '~/components/ui/copy';
import { JsonView } from '~/components/ui/json-view';
import { Moment } from '~/components/ui/moment';
import type { IdempotencyKeyItem } from '~/lib/api-types';

export const KeyFacts = component$<{ found: IdempotencyKeyItem; now: number }>(({ found, now }) => {
  const stored = found.status === 'stored';
  const step = found.phase === 'run' ? `?step=${encodeURIComponent(found.step)}` : '';
  return (
    <>
      <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 px-3 py-4 text-13 sm:px-4">
        <dt class="text-text-3">Key</dt>
        <dd>
          <Copy text={found.key} label="Key" class="mono" />
        </dd>
        <dt class="text-text-3">Effect</dt>
        <dd>{stored ? 'Done once. Whoever comes with this key gets its result.' : 'Under way right now. Whoever comes with this key waits for its result.'}</dd>
        <dt class="text-text-3">By</dt>
        <dd class="flex min-w-0 flex-wrap gap-x-2">
          <span>{found.phase === 'run' ? found.step : `the undoing of ${found.step}`} of</span>
          <a class="link mono" href={`/executions/${found.execution_id}${step}`} title={found.execution_id}>
            {shortId(found.execution_id)}
          </a>
        </dd>
        <dt class="text-text-3">{stored ? 'Free again' : 'Its holder counts as lost'}</dt>
        <dd>
          <Moment at={found.expires_at} now={now} />
        </dd>
      </dl>
      <div class="px-3 pb-4 sm:px-4">
        <ReleaseKey held={{ ...found, scope: 'step' }} running={!stored} button="btn" />
      </div>
      {found.output !== undefined && (
        <section class="px-3 pb-6 sm:px-4">
          <h2 class="mb-2 text-14 font-semibold">Result</h2>
          <JsonView value={found.output} label="Result" />
        </section>
      )}
    </>
  );
});
