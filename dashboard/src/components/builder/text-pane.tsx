/** The text beside the graph. What is written here is drawn at once; the step that is selected is marked here. */
import { $, component$, type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { stepAround, stepRange } from '~/builder/document/ranges';
import { lookAt, type Session } from '~/builder/session';
import { lineOf } from '~/builder/yaml/text';
import { useEditor, useTold } from '~/components/editor/use-editor';
import type { Validation } from '~/components/editor/use-validation';
import { YamlSource } from '~/components/ui/yaml-source';

interface Props {
  session: Session;
  text: Signal<string>;
  validation: Signal<Validation | undefined>;
  /** To be shown, once it is set. */
  line: Signal<number | undefined>;
}

export const TextPane = component$<Props>(({ session, text, validation, line }) => {
  const parent = useSignal<HTMLElement>();
  const moved = $((line: number) => {
    const at = session.past.text.split('\n').slice(0, line).join('\n').length;
    const id = stepAround(session.past.text, session.model.flows, at);
    if (id !== undefined && id !== session.selected) lookAt(session, id);
  });
  const editor = useEditor({ parent, text, label: 'YAML of the document', moved$: moved });
  // What was done on the graph, or undone.
  useVisibleTask$(({ track }) => {
    const mounted = track(editor);
    const wanted = track(text);
    if (mounted && mounted.text() !== wanted) mounted.write(wanted);
  });
  useTold(editor, validation);
  useVisibleTask$(({ track }) => {
    const mounted = track(editor);
    const id = track(() => session.selected);
    track(() => session.model);
    if (!mounted) return;
    const range = id === undefined ? undefined : stepRange(session.past.text, session.model.flows, id);
    if (!range || mounted.text() !== session.past.text) return mounted.mark([]);
    const [first, last] = [lineOf(mounted.text(), range[0]), lineOf(mounted.text(), range[1])];
    mounted.mark([{ from: first, to: last, status: 'chosen' }]);
    if (!parent.value?.contains(document.activeElement)) mounted.reveal(first);
  });
  useVisibleTask$(({ track }) => {
    const mounted = track(editor);
    const wanted = track(line);
    if (mounted && wanted !== undefined) mounted.show(wanted);
  });
  return (
    <div class="builder-text editor-text">
      <div ref={parent} class="editor-host" />
      {!editor.value && <YamlSource text={session.past.text} />}
    </div>
  );
});
