/** What is wrong with the text, below it; each line leads to its place. */
import { component$, type QRL } from '@builder.io/qwik';
import type { Validation } from '~/components/editor/use-validation';
import { formatCount } from '~/lib/time';

interface Props {
  validation: Validation | undefined;
  /** The text is another one by now. */
  stale: boolean;
  show$: QRL<(line: number, column: number) => unknown>;
}

const MOST = 100;

export const DiagnosticList = component$<Props>(({ validation, stale, show$ }) => {
  const all = validation?.diagnostics ?? [];
  const errors = all.filter((one) => one.severity === 'error').length;
  return (
    <section class="editor-problems" aria-label="What is wrong with the document">
      <p class="px-3 py-1.5 text-12 text-text-2" role="status">
        {stale && !validation?.failed
          ? 'Checking'
          : validation?.failed
            ? `It could not be checked: ${validation.failed}`
            : summary(errors, all.length - errors)}
      </p>
      {all.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        <ul class="max-h-40 overflow-y-auto border-t border-line" tabIndex={0} aria-label="Places">
          {all.slice(0, MOST).map((one, index) => (
            <li key={index}>
              <button type="button" class="editor-problem" data-severity={one.severity} onClick$={() => show$(one.line, one.column)}>
                <span class="num w-16 flex-none text-text-3">
                  {one.line}:{one.column}
                </span>
                <span class="min-w-0">
                  <span class="sr-only">{one.severity}: </span>
                  {one.message}
                  {one.hint && <span class="text-text-3"> {one.hint}</span>}
                </span>
                <span class="mono ml-auto flex-none text-text-3 max-sm:hidden">{one.code}</span>
              </button>
            </li>
          ))}
          {all.length > MOST && <li class="px-3 py-1 text-12 text-text-3">{formatCount(all.length - MOST)} more.</li>}
        </ul>
      )}
    </section>
  );
});

function summary(errors: number, warnings: number): string {
  const part = (count: number, word: string) => (count === 0 ? [] : [`${formatCount(count)} ${word}${count === 1 ? '' : 's'}`]);
  const parts = [...part(errors, 'mistake'), ...part(warnings, 'warning')];
  return parts.length === 0 ? 'No problems found.' : `${parts.join(', ')}.`;
}
