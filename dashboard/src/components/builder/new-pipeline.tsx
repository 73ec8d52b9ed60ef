/** One more pipeline: its name and what starts it. */
import { $, component$, useSignal } from '@builder.io/qwik';
import type { JsonObject } from '#contracts/json';
import { addPipelineOf } from '~/builder/actions';
import { TRIGGER_SETTINGS, TRIGGER_TYPES } from '~/builder/document/triggers';
import type { Session } from '~/builder/session';
import { SettingField } from '~/components/builder/setting-field';
import { Choice, named } from '~/components/ui/choice';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';

export const NewPipeline = component$<{ session: Session }>(({ session }) => {
  const dialog = useSignal<HTMLDialogElement>();
  const type = useSignal<string>('http');
  const refused = useSignal('');
  const add = $((_: Event, form: HTMLFormElement) => {
    const { text } = valuesOf(form);
    const trigger: JsonObject = { type: text('type') };
    for (const { key } of TRIGGER_SETTINGS[text('type')] ?? []) {
      const value = text(key);
      if (value !== '') trigger[key] = value;
    }
    if (addPipelineOf(session, text('name'), trigger)) {
      refused.value = '';
      dialog.value?.close();
    } else refused.value = session.notice?.text ?? '';
  });
  return (
    <Dialog label="New pipeline" title="New pipeline" width={420} dialog={dialog}>
      <form preventdefault:submit onSubmit$={add} class="mt-3 grid gap-3">
        <label class="block text-12 text-text-3">
          Name
          <input
            class="field mt-1 block w-full"
            name="name"
            required
            autoComplete="off"
            placeholder="create-order"
            aria-invalid={refused.value ? 'true' : undefined}
          />
        </label>
        <label class="block text-12 text-text-3">
          Starts with
          <Choice name="type" value="http" options={named(TRIGGER_TYPES)} onChange$={(_, field) => (type.value = field.value)} />
        </label>
        {(TRIGGER_SETTINGS[type.value] ?? []).map((setting) => (
          <SettingField key={`${type.value}-${setting.key}`} setting={setting} value={setting.choices?.[0] ?? ''} required />
        ))}
        {refused.value && (
          <p class="text-13 text-bad" role="alert">
            {refused.value}
          </p>
        )}
        <FormFoot dialog={dialog} problem={undefined} disabled={false} verb="Add pipeline" />
      </form>
    </Dialog>
  );
});
