/** The page that writes a document: the text, what is wrong with it, and saving it as the next version. */
import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { trailOf } from '~/components/applications/trail';
import { DiagnosticList } from '~/components/editor/diagnostic-list';
import { SaveDialog, type Saved } from '~/components/editor/save-dialog';
import { TryPanel } from '~/components/editor/try-panel';
import { useEditor, useTold } from '~/components/editor/use-editor';
import { useValidation } from '~/components/editor/use-validation';
import { Crumbs } from '~/components/ui/crumbs';
import { YamlSource } from '~/components/ui/yaml-source';

interface Props {
  /** Absent: a new one. */
  application?: Saved;
  source: string;
  environments: string[];
}

export const EditorView = component$<Props>(({ application: given, source, environments }) => {
  const application = useSignal(given);
  const text = useSignal(source);
  const kept = useSignal(source);
  const parent = useSignal<HTMLElement>();
  const dialog = useSignal<HTMLDialogElement>();
  const trying = useSignal(false);
  const name = application.value?.name ?? 'draft';
  const line = useSignal(1);
  const moved = $((at: number) => {
    line.value = at;
  });
  const editor = useEditor({ parent, text, label: `YAML of ${name}`, moved$: moved });
  const validation = useValidation(text, name, given?.id);
  useTold(editor, validation);
  useVisibleTask$(({ cleanup }) => {
    const ask = (event: BeforeUnloadEvent) => {
      if (text.value !== kept.value) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    cleanup(() => removeEventListener('beforeunload', ask));
  });
  const show = $((line: number, column: number) => editor.value?.show(line, column));
  const saved = $((one: Saved, written: string) => {
    application.value = one;
    kept.value = written;
    // The page is that of the application from now on.
    history.replaceState(history.state, '', `/applications/${one.id}/edit`);
  });
  const keys = $((event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's' && !dialog.value?.open) document.querySelector<HTMLElement>('[data-save] button')?.click();
  });
  const stale = validation.value?.text !== text.value;
  const errors = stale ? 0 : (validation.value?.diagnostics.filter((one) => one.severity === 'error').length ?? 0);
  return (
    <div class="editor-page" onKeyDown$={keys}>
      <header class="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-3 py-2 sm:px-4">
        <div class="min-w-0 grow">
          <Crumbs trail={trailOf(application.value)} />
          <h1 class="truncate text-16 font-semibold">
            {application.value ? `Edit ${application.value.name}` : 'New application'}
            <span class="ml-3 text-13 font-normal text-text-2" role="status">
              {text.value === kept.value ? (application.value ? `Version ${application.value.version}` : '') : 'Not saved'}
            </span>
          </h1>
        </div>
        <span class="text-12 text-text-3 max-md:hidden" title="Tab indents; after Escape it leaves the editor.">
          <kbd class="kbd">Ctrl</kbd> <kbd class="kbd">Space</kbd> completes, <kbd class="kbd">Esc</kbd> <kbd class="kbd">Tab</kbd> leaves
        </span>
        <button type="button" class="btn" aria-expanded={trying.value ? 'true' : 'false'} onClick$={() => (trying.value = !trying.value)}>
          Try it
        </button>
        <span data-save>
          <SaveDialog
            application={application.value}
            text={text}
            errors={errors}
            files={validation.value?.outline?.files ?? []}
            environments={environments}
            dialog={dialog}
            saved$={saved}
          />
        </span>
      </header>
      <div class="editor-body" data-beside={trying.value ? 'true' : 'false'}>
        <div class="editor-text">
          {/* Its content is the editor's; the text stands there to be read until that is loaded. */}
          <div ref={parent} class="editor-host" />
          {!editor.value && <YamlSource text={source} />}
        </div>
        {trying.value && (
          <TryPanel text={text} editor={editor} validation={validation} line={line} workflow={application.value?.id} close$={() => (trying.value = false)} />
        )}
      </div>
      <DiagnosticList validation={validation.value} stale={stale} show$={show} />
    </div>
  );
});
