/** Where a choice leads, and the branches of a block: what is drawn on the graph, for the keyboard. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { addLaneOf, connectOf, disconnectOf, removeLaneOf } from '~/builder/actions';
import { exitsOf, hasBranches } from '~/builder/document/ways';
import { foundIn } from '~/builder/found';
import type { Session } from '~/builder/session';
import { pathText } from '~/builder/yaml/tree';
import { valuesOf } from '~/components/ui/form-values';
import { Icon } from '~/components/ui/icon';
import { keyFor } from '~/lib/keys';

export const StepWays = component$<{ session: Session; id: string }>(({ session, id }) => {
  const wanted = useSignal('');
  const found = foundIn(session, id);
  if (!found?.type) return null;
  const { list, step, type, own } = found;
  const exits = exitsOf(own, type);
  const others = list.steps.filter((one) => one.id !== step.id && one.name !== '');
  const lead = $((_: Event, form: HTMLFormElement) => {
    const { typed } = valuesOf(form);
    const exit = exits[Number(typed('exit'))];
    if (exit && typed('target') !== '') connectOf(session, step, exit, typed('target'), typed('value'));
  });
  const branch = $((_: Event, form: HTMLFormElement) => {
    const name = valuesOf(form).text('branch');
    if (name !== '') addLaneOf(session, step, name);
  });
  const chosen = exits[Number(wanted.value || 0)];
  return (
    <section class="mb-5">
      {exits.length > 0 && (
        <>
          <h3 class="mb-1 text-12 font-medium text-text-3">Leads to</h3>
          <ul class="border-t border-line">
            {step.ways.map((way) => (
              <li key={keyFor(pathText(way.path))} class="flex min-h-9 items-center gap-2 border-b border-line text-13">
                <span class="mono min-w-0 truncate text-12 text-text-2" title={way.label}>
                  {way.label}
                </span>
                <Icon name="chevron" size={12} class="flex-none text-text-3" />
                <span class="min-w-0 truncate font-medium">{way.target}</span>
                <button
                  type="button"
                  class="btn btn-quiet btn-icon btn-small ml-auto"
                  aria-label={`Take back: ${way.label} to ${way.target}`}
                  onClick$={() => disconnectOf(session, step, way.path)}
                >
                  <Icon name="close" size={12} />
                </button>
              </li>
            ))}
          </ul>
          <form class="mt-2 flex flex-wrap items-end gap-2" preventdefault:submit onSubmit$={lead}>
            {exits.length > 1 && (
              <select
                class="field field-small"
                name="exit"
                aria-label="Way"
                onChange$={(_, select) => {
                  wanted.value = select.value;
                }}
              >
                {exits.map((exit, index) => (
                  <option key={exit.key} value={String(index)}>
                    {exit.label}
                  </option>
                ))}
              </select>
            )}
            {exits.length === 1 && <input type="hidden" name="exit" value="0" />}
            {chosen?.asks && <input class="field field-small mono w-24" name="value" aria-label="Value that leads there" placeholder="value" />}
            <select class="field field-small max-w-40" name="target" aria-label="Step it leads to">
              {others.map((one) => (
                <option key={keyFor(one.id)} value={one.name}>
                  {one.name}
                </option>
              ))}
            </select>
            <button type="submit" class="btn btn-small" disabled={others.length === 0}>
              Lead there
            </button>
          </form>
        </>
      )}
      {hasBranches(own, type) && (
        <>
          <h3 class="mt-4 mb-1 text-12 font-medium text-text-3">Branches</h3>
          <ul class="border-t border-line">
            {step.lanes.map((lane) => (
              <li key={keyFor(lane.id)} class="flex min-h-9 items-center gap-2 border-b border-line text-13">
                <span class="min-w-0 truncate font-medium">{lane.label}</span>
                <span class="text-12 text-text-3">
                  {lane.list.steps.length} {lane.list.steps.length === 1 ? 'step' : 'steps'}
                </span>
                <button
                  type="button"
                  class="btn btn-quiet btn-icon btn-small ml-auto"
                  aria-label={`Remove the branch ${lane.label} with its steps`}
                  onClick$={() => removeLaneOf(session, step, lane)}
                >
                  <Icon name="close" size={12} />
                </button>
              </li>
            ))}
          </ul>
          <form class="mt-2 flex items-end gap-2" preventdefault:submit onSubmit$={branch}>
            <input
              class="field field-small mono w-32"
              name="branch"
              aria-label={type.kind === 'branch' ? 'Value of the branch' : 'Name of the branch'}
              placeholder={type.kind === 'branch' ? 'value' : 'name'}
            />
            <button type="submit" class="btn btn-small">
              Add branch
            </button>
          </form>
        </>
      )}
    </section>
  );
});
