/**
 * The builder: palette, graph, what is set of the step that is selected, and the text. All of them show one session; what
 * each of them changes is a change of its text.
 */
import { $, component$, useSignal, useStore, useVisibleTask$ } from '@builder.io/qwik';
import { stepAt } from '~/builder/document/outline';
import { keyFor } from '~/builder/keys';
import { flowOf, type Session } from '~/builder/session';
import { AddStep } from '~/components/builder/add-step';
import { Canvas } from '~/components/builder/canvas';
import { FlowPane } from '~/components/builder/flow-pane';
import { Mistakes } from '~/components/builder/mistakes';
import { Palette } from '~/components/builder/palette';
import { StepList } from '~/components/builder/step-list';
import { StepPane } from '~/components/builder/step-pane';
import { TextPane } from '~/components/builder/text-pane';
import { Toolbar } from '~/components/builder/toolbar';
import { useBuilderKeys } from '~/components/builder/use-builder-keys';
import { useChecking } from '~/components/builder/use-checking';
import { useDragging } from '~/components/builder/use-dragging';
import { stepTypes } from '~/lib/step-types';

interface Props {
  /** Absent: it is not stored yet. */
  application?: { id: string; name: string; version: number };
  session: Session;
  /** Of environments that run a version. */
  environments: string[];
}

export const BuilderView = component$<Props>(({ application, session: given, environments }) => {
  const session = useStore<Session>(given, { deep: false });
  const root = useSignal<HTMLElement>();
  const adding = useSignal<HTMLDialogElement>();
  const saving = useSignal<HTMLDialogElement>();
  const text = useSignal(false);
  useChecking(session, application?.name);
  useBuilderKeys(session, adding, saving);
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
        environments={environments}
        adding={adding}
        saving={saving}
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
          {text.value && <TextPane session={session} />}
          <Mistakes session={session} />
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
