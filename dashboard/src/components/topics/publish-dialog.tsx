/** Publishes an event by hand: to the topic that was pressed in the list, or, by its own button, to any. One for the whole page. */
import { $, component$, type QRL, type Signal } from '@builder.io/qwik';
import type { Json } from '#contracts/json';
import type { ProblemBody } from '#contracts/problems';
import { DataField } from '~/components/schema-form/data-field';
import { jsonOf, useData } from '~/components/schema-form/data-state';
import { FormDialog } from '~/components/ui/form-dialog';
import type { FormValues } from '~/components/ui/form-values';
import { post } from '~/lib/api';
import { mistake } from '~/lib/mistake';
import { toast } from '~/lib/toast';

interface Props {
  /** Empty: it is typed. */
  topic: Signal<string>;
  dialog: Signal<HTMLDialogElement | undefined>;
  environment: string;
  /** Says for which topic it is from now on. */
  begin$: QRL<(topic: string) => void>;
}

export const PublishDialog = component$<Props>(({ topic, dialog, environment, begin$ }) => {
  const content = useData('{}');
  const publish = $(async (values: FormValues): Promise<ProblemBody | undefined> => {
    const to = topic.value || values.text('topic');
    const key = values.text('key');
    let data: Json;
    try {
      data = jsonOf(values.typed('data'));
    } catch (error) {
      return mistake(`The data is not JSON: ${(error as Error).message}`, 'invalid_json');
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
      describe="Publish an event"
      command="Publish an event"
      title={topic.value === '' ? 'Publish an event' : `Publish ${topic.value}`}
      button="btn"
      verb="Publish"
      width={520}
      dialog={dialog}
      onOpen$={$(() => begin$(''))}
      save={publish}
    >
      <div>
        <p class="mb-3 text-13 text-text-2">
          For real{environment === 'production' ? '' : `, in ${environment}`}: pipelines that take it start, executions that wait for it go on.
        </p>
        {topic.value === '' && (
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
        <DataField name="data" label="Data" height={120} data={content} />
        <label class="mt-3 block text-12 text-text-3">
          Key, where events are to keep their order
          <input name="key" class="field mono mt-1 block w-full text-12" maxLength={200} placeholder="none" autoComplete="off" spellcheck={false} />
        </label>
      </div>
    </FormDialog>
  );
});
