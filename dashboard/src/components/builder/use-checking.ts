/** The platform checks the text as it changes, a moment after the last change. */
import { useVisibleTask$ } from '@builder.io/qwik';
import type { Diagnostic } from '#contracts/diagnostics';
import type { Session } from '~/builder/session';
import { call } from '~/lib/api';

const PAUSE_MS = 350;

export function useChecking(session: Session, name: string | undefined): void {
  useVisibleTask$(
    ({ track, cleanup }) => {
      const { text } = track(() => session.past);
      if (text === session.checked) return;
      const stop = new AbortController();
      const timer = setTimeout(
        async () => {
          const query = name === undefined ? '?name=draft' : `?name=${encodeURIComponent(name)}`;
          const init = { method: 'POST', headers: { 'content-type': 'application/yaml' }, body: text, signal: stop.signal };
          const answer = await call<{ errors: Diagnostic[]; warnings: Diagnostic[] }>(`/api/v1/workflows/validate${query}`, init);
          if (stop.signal.aborted) return;
          if (answer.ok) session.diagnostics = [...answer.value.errors, ...answer.value.warnings];
          else session.notice = { text: `The text could not be checked: ${answer.problem.title}.`, refused: true };
          session.checked = text;
        },
        session.checked === undefined ? 0 : PAUSE_MS,
      );
      cleanup(() => {
        clearTimeout(timer);
        stop.abort();
      });
    },
    { strategy: 'document-ready' },
  );
}
