/**
 * The builder: palette, graph, what is set of the step that is selected, and the text. All of them show one session; what
 * each of them changes is a change of its text.
 */
import { $, component$, useSignal, useStore, useTask$, useVisibleTask$ } from '@builder.io/qwik';
import { stepAt } from '~/builder/document/outline';
import { flowOf, lookInto, type Session, write } from '~/builder/session';
import { AddStep } from '~/components/builder/add-step';
import { Canvas } from '~/components/builder/canvas';
import { FlowPane } from '~/components/builder/flow-pane';
import { Palette } from '~/components/builder/palette';
import { StepList } from '~/components/builder/step-list';
import { StepPane } from '~/components/builder/step-pane';
import { TextPane } from '~/components/builder/text-pane';
import { Toolbar } from '~/components/builder/toolbar';
import { useBuilderKeys } from '~/components/builder/use-builder-keys';
import { useDragging } from '~/components/builder/use-dragging';
import { DiagnosticList } from '~/components/editor/diagnostic-list';
import type { Saved } from '~/components/editor/save-dialog';
import { useValidation } from '~/components/editor/use-validation';
import { keyFor } from '~/lib/keys';
import { stepTypes } from '~/lib/step-types';

interface Props {
  /** Absent: it is not stored yet. */
  application?: Saved;
  session: Session;
  /** Of environments that run a version. */
  environments: string[];
}

export const BuilderView = component$<Props>(({ application: stored, session: given, environments }) => {
  const application = useSignal(stored);
  const session = useStore<Session>(given, { deep: false });
  const root = useSignal<HTMLElement>();
  const adding = useSignal<HTMLDialogElement>();
  const saving = useSignal<HTMLDialogElement>();
  const text = useSignal(false);
  const line = useSignal<number>();
  const written = useSignal(given.past.text);
  /** What the editor has written last; it is ahead of the session, and nothing may take it back. */
  const typed = useSignal<string>();
  const validation = useValidation(written, application.value?.name ?? 'draft', stored?.id);
  // The editor works on a signal, everything else on the session: each follows the other.
  useTask$(({ track }) => {
    const { text } = track(() => session.past);
    if (text === typed.value) return;
    typed.value = undefined;
    written.value = text;
  });
  useTask$(({ track }) => {
    const text = track(written);
    if (text === session.past.text) return;
    typed.value = text;
    write(session, text);
  });
  useTask$(({ track }) => {
    session.diagnostics = track(validation)?.diagnostics ?? [];
  });
  useBuilderKeys(session, adding);
  useDragging(session, root);

  // The page comes with what the graph needs of the types; forms and the palette need the whole of them.
  useVisibleTask$(
    async () => {
      const types = await stepTypes();
      if (types.length === 0) {
        session.notice = { text: 'The step types could not be loaded; forms need them. Load the page again.', refused: true };
        return;
      }
      session.types = types;
    },
    { strategy: 'document-ready' },
  );
  useVisibleTask$(({ cleanup }) => {
    const leave = (event: BeforeUnloadEvent) => {
      if (session.past.text !== session.saved) event.preventDefault();
    };
    window.addEventListener('beforeunload', leave);
    cleanup(() => window.removeEventListener('beforeunload', leave));
  });

  const look = $((at: number, column: number) => {
    const diagnostic = session.diagnostics.find((one) => one.line === at && one.column === column);
    if (diagnostic && lookInto(session, diagnostic)) return;
    text.value = true;
    line.value = undefined;
    line.value = at;
  });
  const stored$ = $((one: Saved, text: string) => {
    application.value = one;
    session.saved = text;
    // The page is that of the application from now on.
    window.history.replaceState(window.history.state, '', `/applications/${one.id}/build`);
  });
  const toggleText = $(() => {
    text.value = !text.value;
  });
  const flow = flowOf(session.model, session.flow);
  const found = session.selected === undefined ? undefined : stepAt(session.model.flows, session.selected);
  return (
    <div ref={root} class="builder" data-text={text.value ? 'true' : undefined}>
      <Toolbar
        application={application}
        session={session}
        written={written}
        environments={environments}
        adding={adding}
        saving={saving}
        files={validation.value?.outline?.files ?? []}
        saved$={stored$}
        text={text.value}
        toggleText$={toggleText}
      />
      <div class="builder-body">
        <aside class="builder-palette" aria-label="Step types">
          <Palette session={session} field="palette-search" />
        </aside>
        <div class="builder-middle">
          {session.model.fault && (
            <p class="notice notice-bad m-3" role="alert">
              Line {session.model.fault.line} of the text cannot be read, so the graph shows what it said before: {session.model.fault.message}
            </p>
          )}
          {flow && session.model.drawing ? (
            <>
              <Canvas session={session} />
              <StepList session={session} />
            </>
          ) : (
            <p class="px-4 py-10 text-13 text-text-2">There is no pipeline in this document yet. Add one, and its steps can be drawn here.</p>
          )}
          {text.value && <TextPane session={session} text={written} validation={validation} line={line} />}
          <DiagnosticList validation={validation.value} stale={validation.value?.text !== session.past.text} show$={look} />
        </div>
        {found ? (
          <StepPane key={keyFor(`${found.step.id} ${found.step.type}`)} session={session} id={found.step.id} />
        ) : (
          flow && <FlowPane key={keyFor(flow.id)} session={session} />
        )}
      </div>
      <AddStep session={session} dialog={adding} />
    </div>
  );
});
