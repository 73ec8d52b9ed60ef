/**
 * Saves a text as the next version of an application, or as a new one: first what is different from the last version,
 * then, once it is saved, where it is to run. For every page that writes documents.
 */
import { $, component$, type QRL, type Signal, useSignal } from '@builder.io/qwik';
import type { NamedFile } from '#contracts/outline';
import type { ProblemBody } from '#contracts/problems';
import { DeployPanel } from '~/components/applications/deploy-panel';
import { filesIn, SaveFiles } from '~/components/editor/save-files';
import { TextDiff } from '~/components/editor/text-diff';
import { Dialog, FormFoot } from '~/components/ui/dialog';
import { valuesOf } from '~/components/ui/form-values';
import { Skeleton } from '~/components/ui/skeleton';
import { bodyWithFiles, type ChosenFiles, filePlaces, type StoredFile } from '~/editor/document-files';
import type { LineDiff } from '~/editor/line-diff';
import { call } from '~/lib/api';
import type { VersionDetail, WorkflowItem } from '~/lib/api-types';

export interface Saved {
  id: string;
  name: string;
  version: number;
}

interface Props {
  /** Absent: a new one. `version` is what the text was begun from. */
  application?: Saved;
  text: Signal<string>;
  /** Mistakes in it; with any it cannot be saved. */
  errors: number;
  /** Files and folders that it names. */
  files: NamedFile[];
  environments: string[];
  dialog: Signal<HTMLDialogElement | undefined>;
  saved$: QRL<(saved: Saved, text: string) => unknown>;
}

interface Compared {
  version: number;
  diff: LineDiff;
}

const NO_FILES: ChosenFiles = {};

export const SaveDialog = component$<Props>(({ application, text, errors, files, environments, dialog, saved$ }) => {
  const compared = useSignal<Compared>();
  const problem = useSignal<ProblemBody>();
  const busy = useSignal(false);
  const done = useSignal<Saved>();
  const before = useSignal<StoredFile[]>([]);
  const chosen = useSignal<ChosenFiles>(NO_FILES);

  const open = $(async () => {
    compared.value = undefined;
    problem.value = undefined;
    done.value = undefined;
    chosen.value = NO_FILES;
    if (!application) return;
    const base = `/api/v1/workflows/${application.id}`;
    const [{ lineDiff }, workflow] = await Promise.all([import('~/editor/line-diff'), call<WorkflowItem>(base)]);
    const latest = workflow.ok ? await call<VersionDetail>(`${base}/versions/${workflow.value.version}`) : workflow;
    if (!latest.ok) {
      problem.value = latest.problem;
      return;
    }
    const { version, source, definition } = latest.value;
    compared.value = { version, diff: lineDiff(source, text.value) };
    before.value = Object.entries(definition.files ?? {}).map(([path, { size }]) => ({ path, size }));
  });
  const places = filePlaces(files, before.value, chosen.value);
  const save = $(async (_: Event, form: HTMLFormElement) => {
    const written = text.value;
    const name = valuesOf(form).text('name');
    busy.value = true;
    problem.value = undefined;
    const path = application ? `/api/v1/workflows/${application.id}` : `/api/v1/workflows${name === '' ? '' : `?name=${encodeURIComponent(name)}`}`;
    const whole = bodyWithFiles(written, { ...chosen.value, ...(await filesIn(form, places)) }, application === undefined);
    const content = whole ? { type: 'application/json', body: JSON.stringify(whole) } : { type: 'application/yaml', body: written };
    const answer = await call<Saved>(path, { method: application ? 'PUT' : 'POST', headers: { 'content-type': content.type }, body: content.body });
    busy.value = false;
    if (!answer.ok) {
      problem.value = answer.problem;
      return;
    }
    const { id, name: called, version } = answer.value;
    done.value = { id, name: called, version };
    await saved$(done.value, written);
  });
  const close = $(() => dialog.value?.close());
  const same = compared.value !== undefined && compared.value.diff.added + compared.value.diff.removed === 0 && Object.keys(chosen.value).length === 0;
  const title = done.value ? `Version ${done.value.version} is saved` : application ? 'Save as the next version' : 'Save the application';
  return (
    <Dialog label="Save" title={title} button="btn btn-primary" width={application ? 960 : 560} dialog={dialog} onOpen$={open}>
      {done.value ? (
        <>
          <p class="text-13 text-text-2">It runs nowhere until it is deployed.</p>
          <DeployPanel workflow={done.value} version={done.value.version} environments={environments} later="Not now" close$={close} />
        </>
      ) : (
        <form preventdefault:submit onSubmit$={save}>
          {errors > 0 && (
            <p class="notice notice-bad mt-2" role="alert">
              {errors === 1 ? 'There is a mistake in it.' : `There are ${errors} mistakes in it.`} A version has to be without.
            </p>
          )}
          {application ? (
            <Comparison compared={compared.value} began={application.version} failed={problem.value !== undefined} />
          ) : (
            <label class="mt-3 block text-12 text-text-2">
              Name
              <input class="field mt-1 block w-full" name="name" placeholder="as the document says" autoComplete="off" spellcheck={false} />
            </label>
          )}
          {places.length > 0 && (
            <SaveFiles
              places={places}
              chosen={chosen.value}
              before={before.value.map(({ path }) => path)}
              change$={(next) => {
                chosen.value = next;
              }}
            />
          )}
          <FormFoot dialog={dialog} problem={problem.value} disabled={busy.value || errors > 0 || same} verb={application ? 'Save version' : 'Save'} />
        </form>
      )}
    </Dialog>
  );
});

const Comparison = component$<{ compared: Compared | undefined; began: number; failed: boolean }>(({ compared, began, failed }) => {
  if (!compared) return failed ? null : <Skeleton label="Comparing with the last version" rows={3} />;
  return (
    <>
      {compared.version > began && (
        <p class="notice mt-2 text-13" role="status">
          Somebody has saved version {compared.version} since you began with version {began}. What you save goes in place of it; look at what would be lost.
        </p>
      )}
      <div class="mt-2 max-h-[55vh] overflow-auto border border-line">
        <TextDiff diff={compared.diff} left={`Version ${compared.version}`} right="What you wrote" />
      </div>
    </>
  );
});
