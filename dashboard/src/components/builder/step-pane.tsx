/** What is set of the step that is selected: by form, or as the text of the step. */
import { $, component$, useSignal, useTask$ } from '@builder.io/qwik';
import type { JsonObject } from '#contracts/json';
import { dataAt, moveOf, removeOf, renameOf, settingsOf, shiftOf, stepTextOf, wrapOf } from '~/builder/actions';
import { formSchema, isBlock, type StepType } from '~/builder/document/catalog';
import { nameFor } from '~/builder/document/new-step';
import { type Step, stepAt } from '~/builder/document/outline';
import { spotAfter } from '~/builder/document/places';
import { settingsIn } from '~/builder/document/settings';
import { stepText } from '~/builder/document/steps';
import { foundIn } from '~/builder/found';
import { diagnosticsOf, type Session } from '~/builder/session';
import { Draft } from '~/builder/yaml/edit';
import { parse } from '~/builder/yaml/tree';
import { StepRules } from '~/components/builder/step-rules';
import { StepWays } from '~/components/builder/step-ways';
import type { Reading } from '~/components/schema-form/read-form';
import { SchemaForm } from '~/components/schema-form/schema-form';
import { Icon } from '~/components/ui/icon';
import { keyFor } from '~/lib/keys';

interface Filled {
  /** Counts how often the form was filled: each time is a form of its own. */
  times: number;
  given: JsonObject;
  /** The settings as they are written now, as JSON. */
  known: string;
}

/** What it shows it reads from the session, so that it is never of a step as it was before. */
export const StepPane = component$<{ session: Session; id: string }>(({ session, id }) => {
  const view = useSignal<'form' | 'text'>('form');
  const errors = useSignal<Reading['errors']>({});
  const filled = useSignal<Filled>({ times: 0, given: {}, known: '{}' });
  // What was changed elsewhere, in the text or by undoing, fills the form anew; what it has written itself does not.
  useTask$(({ track }) => {
    track(() => session.model);
    track(() => session.types);
    const found = foundIn(session, id);
    if (!found?.type || session.model.fault) return;
    const given = settingsIn(found.own, found.type);
    const known = JSON.stringify(given);
    if (known !== filled.value.known) filled.value = { times: filled.value.times + 1, given, known };
  });

  const close = $(() => {
    session.selected = undefined;
  });
  const found = foundIn(session, id);
  if (!found) return null;
  const { flow, list, step, type } = found;
  const readable = session.model.fault === undefined;
  const changed = $((reading: Reading) => {
    errors.value = reading.errors;
    if (!type || Object.keys(reading.errors).length > 0) return;
    const next = dataAt(reading.value);
    filled.value = { ...filled.value, known: JSON.stringify(settingsIn({ config: next }, type)) };
    settingsOf(session, step, type, next);
  });
  const after = $(() => {
    session.spot = spotAfter(step.path);
    document.dispatchEvent(new CustomEvent('addstep'));
  });
  const blocks = session.types.filter(isBlock);
  const label = `Step ${step.name}`;
  const index = list.steps.findIndex((one) => one.id === step.id);
  return (
    <aside class="pane builder-pane" aria-label={label}>
      <div class="flex items-start gap-2 px-4 pt-3 pb-2">
        <div class="min-w-0 grow">
          <label class="block text-12 text-text-3">
            Name
            <input
              key={step.name}
              class="field mt-1 block w-full font-semibold"
              value={step.name}
              disabled={!readable}
              onChange$={(_, input) => {
                if (!renameOf(session, flow, list, step, input.value.trim())) input.value = step.name;
              }}
            />
          </label>
          <p class="mt-1 text-12 text-text-3">
            <span class="mono text-text-2">{step.type}</span>
            {type ? ` · ${type.summary}` : ' · no such type'}
          </p>
        </div>
        <button type="button" class="btn btn-quiet btn-icon" aria-label="Close the step" onClick$={close}>
          <Icon name="close" />
        </button>
      </div>
      <div class="flex items-center gap-1 px-4 pb-2">
        <button
          type="button"
          class="btn btn-small"
          aria-label={`Move ${step.name} up`}
          disabled={!readable || index <= 0}
          onClick$={() => shiftOf(session, step, -1)}
        >
          Up
        </button>
        <button
          type="button"
          class="btn btn-small"
          aria-label={`Move ${step.name} down`}
          disabled={!readable || index < 0 || index >= list.steps.length - 1}
          onClick$={() => shiftOf(session, step, 1)}
        >
          Down
        </button>
        <button type="button" class="btn btn-small" disabled={!readable} onClick$={after}>
          Add after
        </button>
        <button type="button" class="btn btn-small btn-danger ml-auto" disabled={!readable} onClick$={() => removeOf(session, step, list)}>
          Remove
        </button>
      </div>
      <div class="flex flex-wrap gap-1 px-4 pb-3">
        <select
          class="field field-small min-w-0 flex-1"
          aria-label="Put it into"
          disabled={!readable}
          onChange$={(_, select) => {
            if (select.value !== '') wrapOf(session, flow, step, select.value);
            select.value = '';
          }}
        >
          <option value="">Put it into…</option>
          {blocks.map((one) => (
            <option key={one.type} value={one.type}>
              {nameFor(one.type)}
            </option>
          ))}
        </select>
        {list.steps.length > 1 && (
          <select
            class="field field-small min-w-0 flex-1"
            aria-label="Move it behind"
            disabled={!readable}
            onChange$={(_, select) => {
              const target = list.steps.find((one) => one.id === select.value);
              if (target) moveOf(session, step, spotAfter(target.path));
              select.value = '';
            }}
          >
            <option value="">Move behind…</option>
            {list.steps
              .filter((one) => one.id !== step.id)
              .map((one) => (
                <option key={keyFor(one.id)} value={one.id}>
                  {one.name}
                </option>
              ))}
          </select>
        )}
      </div>
      <div class="segmented mx-4 mb-2 self-start" role="group" aria-label="How to edit the step">
        <button type="button" aria-pressed={view.value === 'form' ? 'true' : 'false'} onClick$={() => (view.value = 'form')}>
          Form
        </button>
        <button type="button" aria-pressed={view.value === 'text' ? 'true' : 'false'} onClick$={() => (view.value = 'text')}>
          YAML
        </button>
      </div>
      <div class="min-h-0 grow overflow-auto overscroll-contain px-4 pb-6">
        <Findings session={session} id={step.id} />
        {!readable && <p class="text-13 text-text-2">Fix the text first; then this step can be edited here.</p>}
        {readable && view.value === 'text' && <StepText session={session} id={id} />}
        {readable && view.value === 'form' && (
          <>
            {type && (step.kind === 'choice' || type.kind === 'branch' || type.kind === 'parallel') && <StepWays session={session} id={id} />}
            {type && hasSettings(type) ? (
              <section class="mb-5">
                <h3 class="mb-2 text-12 font-medium text-text-3">Settings</h3>
                <SchemaForm
                  key={`${filled.value.times}`}
                  schema={settingsSchema(type, step)}
                  value={filled.value.given}
                  templates
                  errors={errors.value}
                  change$={changed}
                />
              </section>
            ) : null}
            <StepRules session={session} id={id} />
          </>
        )}
      </div>
    </aside>
  );
});

/** Mistakes of a step or a pipeline, each with what to do. Apart from the fields: drawn anew as they are found, it leaves alone what is being typed. */
export const Findings = component$<{ session: Session; id: string }>(({ session, id }) => {
  const found = diagnosticsOf(session.diagnostics, id);
  if (found.length === 0) return null;
  return (
    <ul class="mb-4 grid gap-2 text-13">
      {found.map((one, index) => (
        <li key={index} class={one.severity === 'error' ? 'text-bad' : 'text-retry'}>
          {one.message} {one.hint && <span class="text-text-2">{one.hint}</span>}
        </li>
      ))}
    </ul>
  );
});

const StepText = component$<{ session: Session; id: string }>(({ session, id }) => {
  const fault = useSignal<string>();
  const step = stepAt(session.model.flows, id)?.step;
  if (!step) return null;
  const text = stepText(new Draft(session.past.text), step.path);
  return (
    <div>
      <textarea
        class="field mono builder-yaml block w-full py-2 text-12"
        aria-label={`YAML of ${step.name}`}
        aria-invalid={fault.value ? 'true' : undefined}
        spellcheck={false}
        value={text}
        onChange$={(_, field) => {
          const { fault: found } = parse(field.value);
          fault.value = found && `Line ${found.line}: ${found.message}`;
          if (!found) stepTextOf(session, step, field.value);
        }}
      />
      {fault.value && (
        <p class="mt-1 text-12 text-bad" role="alert">
          {fault.value}
        </p>
      )}
      <p class="mt-1 text-12 text-text-3">Taken over when you leave the field.</p>
    </div>
  );
});

/** Ways have a form of their own. */
function settingsSchema(type: StepType, step: Step): JsonObject {
  const schema = formSchema(type);
  if (step.kind !== 'choice' && type.kind !== 'branch') return schema;
  const own = new Set(['routes', 'then', 'else', 'default', 'merge_step', type.chooses?.yes, type.chooses?.no]);
  const properties = Object.fromEntries(Object.entries(dataAt(schema.properties)).filter(([key]) => !own.has(key)));
  return { ...schema, properties, required: [] };
}

function hasSettings(type: StepType): boolean {
  return Object.keys(dataAt(formSchema(type).properties)).length > 0;
}
