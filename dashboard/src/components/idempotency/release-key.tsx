/** Releases a key before its time, and says first what may happen twice then. */
import { $, component$ } from '@builder.io/qwik';
import type { KeyScopeName } from '#contracts/api-idempotency';
import { Confirm } from '~/components/ui/confirm';
import { send } from '~/lib/api';
import { keyApi } from '~/lib/effect-key';
import { toastNext } from '~/lib/toast';

/** A key that is held. */
export interface HeldKey {
  scope: KeyScopeName;
  key: string;
  environment: string;
  phase?: 'run' | 'compensate';
  execution_id: string;
  /** `workflow.pipeline`, where it is known. */
  pipeline?: string;
  step?: string;
}

export const ReleaseKey = component$<{ held: HeldKey; running: boolean; button?: string }>(({ held, running, button = 'btn btn-small' }) => {
  const release = $(async ({ reason }: { [name: string]: string }) => {
    const path = held.scope === 'pipeline' ? `/api/v1/executions/${held.execution_id}/release-key` : keyApi({ phase: 'run', ...held }, '/release');
    const refused = await send('POST', path, reason ? { reason } : {});
    if (refused) return refused;
    toastNext({ text: `The key ${held.key.slice(0, 60)} is free.` });
    location.reload();
  });
  return (
    <Confirm
      label="Release"
      describe={`Release the key ${held.key}`}
      title="Release the key"
      verb="Release it"
      keep="Leave it"
      button={button}
      disabled={running}
      hint={running ? 'What holds it is still at work: let it end, or cancel it first' : undefined}
      act={release}
    >
      <p class="mono mb-3 break-all text-text">{held.key}</p>
      {held.scope === 'pipeline' ? (
        <p>
          The next start with this key is another execution{held.pipeline ? ` of ${held.pipeline}` : ''}, a delivery that its sender repeats as well. Whatever
          this one has done (charges, messages, calls) then happens a second time. This execution and its log stay.
        </p>
      ) : (
        <p>
          The stored result is forgotten: the next step that comes with this key has its effect a second time. The other side is sent another idempotency key,
          so it will not recognise the first.
        </p>
      )}
      <label class="mt-3 block text-12 text-text-3">
        Why, if you like; kept in the audit log
        <input name="reason" class="field mt-1 block w-full" maxLength={500} autoComplete="off" />
      </label>
    </Confirm>
  );
});
