/** The platform reads the text a moment after the last change, and says what is wrong with it. */
import { type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Diagnostic } from '#contracts/diagnostics';
import { call } from '~/lib/api';

export interface Validation {
  /** The text that it is about. */
  text: string;
  diagnostics: Diagnostic[];
  /** Why it could not be asked for. */
  failed?: string;
}

const PAUSE_MS = 350;

/** @param name what the application is called, where the text does not say it. */
export function useValidation(text: Signal<string>, name: string): Signal<Validation | undefined> {
  const validation = useSignal<Validation>();
  useVisibleTask$(
    ({ track, cleanup }) => {
      const asked = track(text);
      if (asked === validation.value?.text) return;
      const stop = new AbortController();
      const timer = setTimeout(
        async () => {
          validation.value = asked.trim() === '' ? { text: asked, diagnostics: [] } : await validate(asked, name, stop.signal).catch(() => validation.value);
        },
        validation.value === undefined ? 0 : PAUSE_MS,
      );
      cleanup(() => {
        clearTimeout(timer);
        stop.abort();
      });
    },
    { strategy: 'document-ready' },
  );
  return validation;
}

async function validate(text: string, name: string, signal: AbortSignal): Promise<Validation> {
  const init = { method: 'POST', headers: { 'content-type': 'application/yaml' }, body: text, signal };
  const answer = await call<{ errors: Diagnostic[]; warnings: Diagnostic[] }>(`/api/v1/workflows/validate?name=${encodeURIComponent(name)}`, init);
  if (signal.aborted) throw new Error('superseded');
  if (answer.ok) return { text, diagnostics: [...answer.value.errors, ...answer.value.warnings] };
  return { text, diagnostics: [], failed: answer.problem.detail ?? answer.problem.title };
}
