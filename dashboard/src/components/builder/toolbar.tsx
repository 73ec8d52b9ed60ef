/** Which pipeline is shown, what can be undone, and the way out: saving a version. */
import { component$, type QRL, type Signal } from '@builder.io/qwik';
import type { NamedFile } from '#contracts/outline';
import { goBack, goForth, type Session, show } from '~/builder/session';
import { trailOf } from '~/components/applications/trail';
import { NewPipeline } from '~/components/builder/new-pipeline';
import { SaveDialog, type Saved } from '~/components/editor/save-dialog';
import { Crumbs } from '~/components/ui/crumbs';
import { keyFor } from '~/lib/keys';

interface Props {
  application: Signal<Saved | undefined>;
  session: Session;
  /** The text as it is. */
  written: Signal<string>;
  saved$: QRL<(saved: Saved, text: string) => unknown>;
  environments: string[];
  /** That the text names. */
  files: NamedFile[];
  adding: Signal<HTMLDialogElement | undefined>;
  saving: Signal<HTMLDialogElement | undefined>;
  text: boolean;
  toggleText$: QRL<() => void>;
}

export const Toolbar = component$<Props>(({ application, session, written, saved$, environments, files, adding, saving, text, toggleText$ }) => {
  const errors = session.diagnostics.filter((one) => one.severity === 'error').length;
  const changed = session.past.text !== session.saved;
  const last = session.past.done.at(-1)?.label;
  const next = session.past.undone.at(-1)?.label;
  return (
    <header class="builder-bar">
      <div class="min-w-0">
        <Crumbs trail={trailOf(application.value)} />
        <h1 class="truncate text-16 font-semibold">
          Build {application.value?.name ?? 'a new application'}
          {changed && <span class="ml-2 text-12 font-normal text-text-3">not saved</span>}
        </h1>
      </div>
      <select
        class="field ml-auto max-w-48"
        aria-label="Pipeline"
        onChange$={(_, select) => show(session, select.value)}
        disabled={session.model.flows.length === 0}
      >
        {session.model.flows.map((flow) => (
          <option key={keyFor(flow.id)} value={flow.id} selected={flow.id === session.flow}>
            {flow.label}
          </option>
        ))}
        {session.model.flows.length === 0 && <option>No pipeline</option>}
      </select>
      <NewPipeline session={session} />
      <button
        type="button"
        class="btn"
        data-command="Add a step"
        onClick$={() => {
          session.spot = undefined;
          adding.value?.showModal();
        }}
      >
        Add step
      </button>
      <span class="flex gap-1">
        <button type="button" class="btn btn-quiet" disabled={!last} title={last && `Undo: ${last} (Ctrl Z)`} onClick$={() => goBack(session)}>
          Undo
        </button>
        <button type="button" class="btn btn-quiet" disabled={!next} title={next && `Redo: ${next} (Ctrl Shift Z)`} onClick$={() => goForth(session)}>
          Redo
        </button>
      </span>
      <button type="button" class="btn" aria-pressed={text ? 'true' : 'false'} onClick$={toggleText$}>
        {text ? 'Hide text' : 'Text'}
      </button>
      <span data-save>
        <SaveDialog application={application.value} text={written} errors={errors} files={files} environments={environments} dialog={saving} saved$={saved$} />
      </span>
      {session.notice && (
        <p class={['notice builder-notice', session.notice.refused ? 'text-bad' : 'text-text-2']} role={session.notice.refused ? 'alert' : 'status'}>
          {session.notice.text}
        </p>
      )}
    </header>
  );
});
