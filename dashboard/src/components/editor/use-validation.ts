/** The platform reads the text a moment after the last change, and says what is wrong with it. */
import { type Signal, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Diagnostic } from '#contracts/diagnostics';
import type { Outline } from '#contracts/outline';
import { call } from '~/lib/api';

export interface Validation {
  /** The text that it is about. */
  text: string;
  diagnostics: Diagnostic[];
  /** What stands where in it; of an earlier text, where this one could not be read at all. */
  outline?: Outline;
  /** Why it could not be asked for. */
  failed?: string;
}

const PAUSE_MS = 350;

interface Answer {
  errors: Diagnostic[];
  warnings: Diagnostic[];
  outline: Outline | null;
}

/**
 * @param name what the application is called, where the text does not say it.
 * @param workflow the application that the text is of, whose files it may name.
 */
export function useValidation(text: Signal<string>, name: string, workflow: string | undefined): Signal<Validation | undefined> {
  const validation = useSignal<Validation>();
  useVisibleTask$(
    ({ track, cleanup }) => {
      const asked = track(text);
      if (asked === validation.value?.text) return;
      const stop = new AbortController();
      const timer = setTimeout(
        async () => {
          validation.value =
            asked.trim() === ''
              ? { text: asked, diagnostics: [] }
              : await validate(asked, { name, ...(workflow === undefined ? {} : { workflow }) }, validation.value?.outline, stop.signal).catch(
                  () => validation.value,
                );
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

async function validate(text: string, about: { name: string; workflow?: string }, before: Outline | undefined, signal: AbortSignal): Promise<Validation> {
  const init = { method: 'POST', headers: { 'content-type': 'application/yaml' }, body: text, signal };
  const answer = await call<Answer>(`/api/v1/workflows/validate?${new URLSearchParams(about)}`, init);
  if (signal.aborted) throw new Error('superseded');
  const kept = before ? { outline: before } : {};
  if (!answer.ok) return { text, diagnostics: [], failed: answer.problem.detail ?? answer.problem.title, ...kept };
  const { errors, warnings, outline } = answer.value;
  return { text, diagnostics: [...errors, ...warnings], ...(outline ? { outline } : kept) };
}
