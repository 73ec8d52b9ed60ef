/** The text beside the graph. What is written here is drawn at once; the step that is selected is marked here. */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { stepAround, stepRange } from '~/builder/document/ranges';
import { type Session, write } from '~/builder/session';

export const TextPane = component$<{ session: Session }>(({ session }) => {
  const field = useSignal<HTMLTextAreaElement>();
  const typing = $((_: Event, area: HTMLTextAreaElement) => write(session, area.value));
  const pointed = $((_: Event, area: HTMLTextAreaElement) => {
    const id = stepAround(session.past.text, session.model.flows, area.selectionStart);
    if (id !== undefined) session.selected = id;
  });
  // The field is written only where its text differs: its own typing must not move the cursor.
  useVisibleTask$(({ track }) => {
    const { text } = track(() => session.past);
    if (field.value && field.value.value !== text) field.value.value = text;
  });
  useVisibleTask$(({ track, cleanup }) => {
    const selected = track(() => session.selected);
    const area = field.value;
    if (!area) return;
    const mark = (from: number, to: number) => {
      area.setSelectionRange(from, to);
      const line = area.value.slice(0, from).split('\n').length - 1;
      area.scrollTop = Math.max(0, line * LINE - area.clientHeight / 3);
    };
    const range = selected === undefined ? undefined : stepRange(session.past.text, session.model.flows, selected);
    if (range && document.activeElement !== area) mark(...range);
    const show = (event: Event) => {
      const lines = area.value.split('\n');
      const from = lines.slice(0, (event as CustomEvent<number>).detail - 1).join('\n').length + 1;
      mark(from, from);
      area.focus();
    };
    document.addEventListener('showline', show);
    cleanup(() => document.removeEventListener('showline', show));
  });
  return (
    <textarea
      id="builder-text"
      ref={field}
      class="builder-text mono"
      aria-label="YAML of the document"
      spellcheck={false}
      autoCapitalize="off"
      value={session.past.text}
      onInput$={typing}
      onClick$={pointed}
    />
  );
});

/** Height of a line, px. */
const LINE = 18;
