/** Everything the platform finds wrong with the text; each leads to its step, or its line. */
import { $, component$ } from '@builder.io/qwik';
import type { Diagnostic } from '#contracts/diagnostics';
import { stepsOf } from '~/builder/document/outline';
import { refresh, type Session } from '~/builder/session';

export const Mistakes = component$<{ session: Session }>(({ session }) => {
  const go = $((diagnostic: Diagnostic) => {
    for (const flow of session.model.flows) {
      const holds = [...stepsOf(flow.list)].filter(
        ({ id }) => diagnostic.path === id || diagnostic.path.startsWith(`${id}.`) || diagnostic.path.startsWith(`${id}[`),
      );
      const step = holds.at(-1);
      if (!step && !diagnostic.path.startsWith(flow.id)) continue;
      session.flow = flow.id;
      session.selected = step?.id;
      refresh(session);
      return;
    }
    document.dispatchEvent(new CustomEvent('showline', { detail: diagnostic.line }));
  });
  const errors = session.diagnostics.filter((one) => one.severity === 'error');
  const warnings = session.diagnostics.filter((one) => one.severity !== 'error');
  const stale = session.checked !== session.past.text;
  return (
    <section class="builder-mistakes" aria-label="What is wrong" aria-live="polite">
      <p class="flex items-center gap-2 px-3 py-1.5 text-12 text-text-3">
        {stale ? 'Checking…' : errors.length + warnings.length === 0 ? 'Nothing wrong with it.' : summary(errors.length, warnings.length)}
      </p>
      {errors.length + warnings.length > 0 && (
        <ul class="max-h-36 overflow-y-auto px-1 pb-1">
          {[...errors, ...warnings].slice(0, 100).map((one, index) => (
            <li key={index}>
              <button type="button" class="builder-mistake" data-severity={one.severity} onClick$={() => go(one)}>
                <span class="num flex-none text-text-3">{one.line}</span>
                <span class="min-w-0">
                  {one.message} {one.hint && <span class="text-text-3">{one.hint}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
});

function summary(errors: number, warnings: number): string {
  const part = (count: number, word: string) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]);
  return [...part(errors, 'mistake'), ...part(warnings, 'warning')].join(', ');
}
