/** Publishes an event by hand: to a topic of the list, or to any. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/schema-form/data-field';
import type { Reading } from '~/components/schema-form/read-form';
import { FormDialog } from '~/components/ui/form-dialog';
import { post } from '~/lib/api';
import { toast } from '~/lib/toast';

/** `topic`: absent where it is typed. */
export const PublishDialog = component$<{ topic?: string; environment: string }>(({ topic, environment }) => {
  const text = useSignal('{}');
  const faults = useSignal<Reading['errors']>({});
  const publish = $(async (fields: FormData): Promise<ProblemBody | undefined> => {
    const to = topic ?? String(fields.get('topic') ?? '').trim();
    const key = String(fields.get('key') ?? '').trim();
    let data: Json;
    try {
      data = JSON.parse(text.value.trim() || '{}') as Json;
    } catch (error) {
      return { type: 'about:blank', title: `The data is not JSON: ${(error as Error).message}`, status: 400, code: 'invalid_json' };
    }
    const body = { data, environment, ...(key === '' ? {} : { key }) };
    const answer = await post<{ event_id: string }>(`/api/v1/topics/${encodeURIComponent(to)}/events`, body);
    if (!answer.ok) return answer.problem;
    toast({ text: `${to} is published.`, href: '/executions', link: 'See what it starts' });
    return undefined;
  });
  return (
    <FormDialog
      label="Publish"
      describe={topic === undefined ? 'Publish an event' : `Publish ${topic}`}
      title={topic === undefined ? 'Publish an event' : `Publish ${topic}`}
      button={topic === undefined ? 'btn' : 'btn btn-small'}
      verb="Publish"
      width={520}
      save={publish}
    >
      <p class="mb-3 text-13 text-text-2">
        For real{environment === 'production' ? '' : `, in ${environment}`}: pipelines that take it start, executions that wait for it go on.
      </p>
      {topic === undefined && (
        <label class="mb-3 block text-12 text-text-3">
          Topic
          <input
            name="topic"
            class="field mono mt-1 block w-full text-12"
            required
            pattern="[^\s*]+"
            placeholder="order.shipped"
            autoComplete="off"
            spellcheck={false}
          />
        </label>
      )}
      <DataField label="Data" height={120} text={text} faults={faults} />
      <label class="mt-3 block text-12 text-text-3">
        Key, where events are to keep their order
        <input name="key" class="field mono mt-1 block w-full text-12" maxLength={200} placeholder="none" autoComplete="off" spellcheck={false} />
      </label>
    </FormDialog>
  );
});
