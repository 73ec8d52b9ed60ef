/** The files that a document names: those that come along from the version before, and those that are added here. */
import { $, component$, type QRL } from '@builder.io/qwik';
import { Icon } from '~/components/ui/icon';
import { type ChosenFiles, type FilePlace, pathFor } from '~/editor/document-files';
import { formatBytes } from '~/lib/time';

interface Props {
  places: FilePlace[];
  chosen: ChosenFiles;
  /** Paths of the version before. */
  before: string[];
  change$: QRL<(chosen: ChosenFiles) => unknown>;
}

export const SaveFiles = component$<Props>((props) => {
  const { places, change$ } = props;
  const add = $(async (place: FilePlace, field: HTMLInputElement) => {
    const read = await readIn(place, field);
    field.value = '';
    await change$({ ...props.chosen, ...read });
  });
  const takeOut = $((path: string) => {
    const { [path]: _, ...rest } = props.chosen;
    return change$(props.before.includes(path) ? { ...rest, [path]: null } : rest);
  });
  return (
    <section class="mt-3" aria-label="Files">
      <h3 class="text-13 font-semibold">Files</h3>
      <p class="text-12 text-text-3">What the document names. Those of the version before come along.</p>
      <ul class="mt-1 border-t border-line">
        {places.map((place) => (
          <li key={encodeURIComponent(place.named)} class="border-b border-line py-1 text-13">
            <div class="flex min-h-7 flex-wrap items-center gap-x-3">
              <span class="mono min-w-0 break-all text-12">{place.named}</span>
              <span class="text-12 text-text-3">{place.module}</span>
              {place.files.length === 0 && <span class="text-12 text-retry">Not there yet</span>}
              <label class="btn btn-small ml-auto">
                {place.folder ? 'Add files' : place.files.length > 0 ? 'Choose another' : 'Choose the file'}
                <input
                  type="file"
                  class="sr-only"
                  multiple={place.folder}
                  data-place={place.named}
                  aria-label={`${place.folder ? 'Add files to' : 'Choose the file'} ${place.named}`}
                  onChange$={(_, field) => add(place, field)}
                />
              </label>
            </div>
            {place.files.map((file) => (
              <div key={encodeURIComponent(file.path)} class="flex items-center gap-x-3 pl-3 text-12">
                <span class="mono min-w-0 break-all">{file.path}</span>
                <span class="whitespace-nowrap text-text-3">{formatBytes(file.size)}</span>
                {file.from === 'chosen' && <span class="text-ok">new</span>}
                <button type="button" class="btn btn-quiet btn-icon ml-auto" aria-label={`Take out ${file.path}`} onClick$={() => takeOut(file.path)}>
                  <Icon name="close" />
                </button>
              </div>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
});

/** Files of the form that were chosen a moment ago and are not among the chosen ones yet. */
export async function filesIn(form: HTMLFormElement, places: readonly FilePlace[]): Promise<ChosenFiles> {
  const fields = [...form.querySelectorAll<HTMLInputElement>('input[type=file]')];
  const read = await Promise.all(places.flatMap((place) => fields.filter(({ dataset }) => dataset.place === place.named).map((field) => readIn(place, field))));
  return Object.assign({}, ...read);
}

async function readIn(place: FilePlace, field: HTMLInputElement): Promise<ChosenFiles> {
  return Object.fromEntries(await Promise.all([...(field.files ?? [])].map(async (file) => [pathFor(place, file.name), await contentOf(file)] as const)));
}

async function contentOf(file: File): Promise<{ base64: string; size: number }> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return { base64: url.slice(url.indexOf(',') + 1), size: file.size };
}
