/** The step types, searchable and by what they do. Pressed, one is added; pulled, it goes where it is dropped. */
import { $, component$, type QRL, useSignal } from '@builder.io/qwik';
import { addOf } from '~/builder/actions';
import { groupsOf } from '~/builder/document/groups';
import { nameFor } from '~/builder/document/new-step';
import type { Session } from '~/builder/session';

interface Props {
  session: Session;
  /** Id of the field that searches. */
  field: string;
  added$?: QRL<() => void>;
}

export const Palette = component$<Props>(({ session, field, added$ }) => {
  const wanted = useSignal('');
  const add = $((event: Event) => {
    const type = (event.target as Element).closest<HTMLElement>('[data-type]')?.dataset.type;
    if (type && addOf(session, type)) return added$?.();
  });
  const first = $((event: KeyboardEvent, input: HTMLInputElement) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      const type = groupsOf(session.types, input.value)[0]?.types[0]?.type;
      if (type && addOf(session, type)) return added$?.();
    }
    if (event.key === 'ArrowDown') input.closest('[data-palette]')?.querySelector<HTMLElement>('[data-type]')?.focus();
  });
  const move = $((event: KeyboardEvent, list: HTMLElement) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    const items = [...list.querySelectorAll<HTMLElement>('[data-type]')];
    items[items.indexOf(document.activeElement as HTMLElement) + by]?.focus();
  });
  const groups = groupsOf(session.types, wanted.value);
  return (
    <div class="flex min-h-0 grow flex-col" data-palette>
      <div class="px-3 pt-3 pb-2">
        <input
          id={field}
          type="search"
          class="field w-full"
          placeholder="Search step types"
          aria-label="Search step types"
          autoComplete="off"
          onInput$={(_, input) => {
            wanted.value = input.value;
          }}
          onKeyDown$={first}
        />
      </div>
      <div class="min-h-0 grow overflow-y-auto px-2 pb-3" onClick$={add} onKeyDown$={move}>
        {groups.map(({ name, types }) => (
          <section key={name} aria-label={name}>
            <h3 class="px-2 pt-2 pb-1 text-12 font-medium text-text-3">{name}</h3>
            <ul>
              {types.map((type) => (
                <li key={type.type}>
                  <button type="button" class="builder-type" data-type={type.type} data-drag={`type ${type.type}`} title={type.summary}>
                    <span class="block truncate font-medium">{nameFor(type.type)}</span>
                    <span class="block truncate text-12 text-text-3">{type.summary}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && <p class="px-2 py-6 text-13 text-text-3">No step type has this in its name or summary.</p>}
      </div>
    </div>
  );
});
