/** Two executions side by side: a row for each step, and below it a row for each place where its outputs differ. */
import { component$, useSignal } from '@builder.io/qwik';
import type { ExecutionDiff, StepDiff, ValueDiff } from '#contracts/diff';
import { shortId } from '~/components/ui/copy';
import { Crumbs } from '~/components/ui/crumbs';
import { Status } from '~/components/ui/status-mark';
import { type Mark, pathMark, sideText, statusMark, timeApart } from '~/lib/diff-marks';
import { formatDuration } from '~/lib/time';

export const DiffView = component$<{ diff: ExecutionDiff }>(({ diff }) => {
  const all = useSignal(true);
  const { summary } = diff;
  const steps = all.value ? diff.step_diffs : diff.step_diffs.filter((step) => step.status !== 'identical');
  const longest = Math.max(1, ...diff.step_diffs.flatMap(({ left_duration_ms = 0, right_duration_ms = 0 }) => [left_duration_ms, right_duration_ms]));
  return (
    <>
      <header class="px-3 pt-3 pb-3 sm:px-4">
        <Crumbs trail={[{ href: '/executions', label: 'Executions' }]} />
        <h1 class="text-20 font-semibold">Comparison</h1>
        <p class="mt-1 text-14">{inWords(diff)}</p>
        {summary.steps_identical > 0 && summary.steps_different > 0 && (
          <label class="mt-2 inline-flex min-h-7 items-center gap-2 text-13">
            <input id="only-different" type="checkbox" checked={!all.value} onChange$={(_, field) => (all.value = !field.checked)} />
            Only steps that differ
          </label>
        )}
      </header>
      <table class="diff border-t border-line">
        <thead>
          <tr>
            <th scope="col" style={{ width: '22%' }}>
              Step
            </th>
            <th scope="col" style={{ width: '22%' }}>
              Difference
            </th>
            <th scope="col">Left</th>
            <th scope="col">Right</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">The execution</th>
            <td>{mark(statusMark(summary.left_status === summary.right_status ? 'identical' : 'status_different'), 'Status')}</td>
            {(['left', 'right'] as const).map((side) => (
              <td key={side} data-side={word(side)}>
                <a class="link mono mr-3 text-12" href={`/executions/${diff[side]}`} title={diff[side]}>
                  {shortId(diff[side])}
                </a>
                <Status status={summary[`${side}_status`]} /> {duration(summary[`${side}_duration_ms`])}
                {side === 'right' && apart(summary.left_duration_ms, summary.right_duration_ms)}
              </td>
            ))}
          </tr>
          {diff.trigger_diff && (
            <tr>
              <th scope="row">Trigger</th>
              <td>{mark({ sign: '~', word: 'Another trigger', tone: 'changed' })}</td>
              <td />
              <td />
            </tr>
          )}
          {pathRows('trigger', diff.trigger_diff)}
          {steps.map((step) => [stepRow(step, longest), pathRows(step.step, step.diff), pathRows(`${step.step} input`, step.input_diff, 'input ')])}
        </tbody>
      </table>
      {diff.step_diffs.length === 0 && <p class="px-4 py-8 text-center text-text-2">Neither of them has run a step yet.</p>}
    </>
  );
});

/** What a side says that has no status of its own for the step. */
const SILENT = { left: { right_only: 'not there', left_skipped: 'not run' }, right: { left_only: 'not there', right_skipped: 'not run' } } as const;

function silenceOf(step: StepDiff, side: 'left' | 'right'): string | undefined {
  const words: { [status in StepDiff['status']]?: string } = SILENT[side];
  return step[`${side}_status`] ? undefined : words[step.status];
}

/** `longest`: of all steps on both sides, ms; the bars are to its scale. */
function stepRow(step: StepDiff, longest: number) {
  const { word: said } = statusMark(step.status);
  return (
    <tr key={step.step} data-step={step.step} data-diff={step.status}>
      <th scope="row">{step.step}</th>
      <td>
        {mark(statusMark(step.status), step.status === 'identical' && step.input_different ? 'Identical, from another input' : said)}
        {step.reason && <p class="mt-1 text-12 text-text-3">{step.reason}</p>}
        {step.truncated && <p class="mt-1 text-12 text-text-3">There are more differences than are listed.</p>}
      </td>
      {(['left', 'right'] as const).map((side) => (
        <td key={side} data-side={word(side)}>
          {silenceOf(step, side) && <span class="text-text-3">{silenceOf(step, side)}</span>}
          {step[`${side}_status`] && <Status status={step[`${side}_status`]!} />} {duration(step[`${side}_duration_ms`])}
          {side === 'right' && apart(step.left_duration_ms, step.right_duration_ms)}
          {bar(step[`${side}_duration_ms`], longest)}
          {step[`${side}_error`] && <p class="mt-1 text-12 text-bad">{step[`${side}_error`]!.message}</p>}
        </td>
      ))}
    </tr>
  );
}

function pathRows(key: string, paths: ValueDiff | undefined, prefix = '') {
  return Object.entries(paths ?? {}).map(([path, entry]) => {
    const { sign, word: said, tone } = pathMark(entry);
    return (
      <tr key={`${key}@${encodeURIComponent(prefix + path)}`} class="diff-path" data-path={path}>
        <th scope="row">
          {prefix}
          {path === '$' ? 'the whole value' : path}
        </th>
        <td>{mark({ sign, word: said, tone })}</td>
        <td data-side="Left">{sideText(entry.left, tone === 'added')}</td>
        <td data-side="Right">{sideText(entry.right, tone === 'removed')}</td>
      </tr>
    );
  });
}

const mark = ({ sign, word: said, tone }: Mark, text = said) => (
  <span class="diff-mark" data-tone={tone}>
    <span class="diff-sign" aria-hidden="true">
      {sign}
    </span>
    {text}
  </span>
);

function word(side: 'left' | 'right'): string {
  return side === 'left' ? 'Left' : 'Right';
}

function apart(left: number | null | undefined, right: number | null | undefined) {
  const time = timeApart(left, right);
  return (
    time && (
      <span class="diff-apart" data-tone={time.tone} title="Compared with the left">
        {time.text}
      </span>
    )
  );
}

function bar(ms: number | undefined, longest: number) {
  return ms !== undefined && ms > 0 && <span class="diff-bar" style={{ width: `max(1px, ${((ms / longest) * 100).toFixed(1)}%)` }} aria-hidden="true" />;
}

function duration(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '' : formatDuration(ms);
}

function inWords({ summary, trigger_diff }: ExecutionDiff): string {
  const { steps_different: different, steps_identical: identical, left_duration_ms, right_duration_ms } = summary;
  const time = timeApart(left_duration_ms, right_duration_ms);
  const took = time && time.tone !== 'same' ? ` The right one took ${time.text.slice(1)} ${time.tone === 'slower' ? 'longer' : 'less'}.` : '';
  const trigger = `${trigger_diff ? ' Their triggers differ.' : ''}${took}`;
  if (different === 0) return `${identical === 1 ? 'The one step is' : `All ${identical} steps are`} identical.${trigger}`;
  const steps = `${different} ${different === 1 ? 'step differs' : 'steps differ'}`;
  return `${steps}, ${identical === 0 ? 'none is' : identical === 1 ? 'one is' : `${identical} are`} identical.${trigger}`;
}
