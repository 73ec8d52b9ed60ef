/** The editor on a page: mounted when the page is awake, told of mistakes, asked for its text. */
import { type NoSerialize, noSerialize, type QRL, type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { JsonObject } from '#contracts/json';
import type { Editor } from '~/components/editor/code-mirror';
import type { Validation } from '~/components/editor/use-validation';

export type MountedEditor = Signal<NoSerialize<Editor> | undefined>;

interface Order {
  /** Empty, and never given content by the page. */
  parent: Signal<HTMLElement | undefined>;
  text: Signal<string>;
  label: string;
  moved$?: QRL<(line: number) => unknown>;
}

/** Nothing of it is loaded before the page is there. */
export function useEditor({ parent, text, label, moved$ }: Order): MountedEditor {
  const editor = useSignal<NoSerialize<Editor>>();
  useVisibleTask$(
    async ({ cleanup }) => {
      let gone = false;
      cleanup(() => {
        gone = true;
        editor.value?.destroy();
      });
      const [{ mountEditor }, schema] = await Promise.all([import('~/components/editor/code-mirror'), dialect()]);
      if (gone || !parent.value) return;
      const mounted = mountEditor(parent.value, {
        text: text.value,
        label,
        change: (next) => {
          text.value = next;
        },
        ...(moved$ ? { moved: (line) => void moved$(line) } : {}),
      });
      if (schema) mounted.know(schema);
      editor.value = noSerialize(mounted);
    },
    { strategy: 'document-ready' },
  );
  return editor;
}

/** The editor shows what the platform says of its text, once that is about the text that stands there. */
export function useTold(editor: MountedEditor, validation: Signal<Validation | undefined>): void {
  useVisibleTask$(({ track }) => {
    const mounted = track(editor);
    const found = track(validation);
    if (!mounted || !found || found.text !== mounted.text()) return;
    mounted.tell(found.diagnostics);
    if (found.outline) mounted.read(found.outline);
  });
}

/** Without it the editor is one without completion. */
async function dialect(): Promise<JsonObject | undefined> {
  try {
    const answer = await fetch('/dialect.schema.json');
    return answer.ok ? ((await answer.json()) as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
