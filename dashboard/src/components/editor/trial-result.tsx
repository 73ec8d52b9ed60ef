/** How a trial went: how it ended, what a caller would get, and the steps in the waterfall of the pages of executions. */
import { $, component$, type QRL, type Signal, useComputed$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Trial } from '#contracts/api-trial';
import type { ExecutionStatus, TimelineStep } from '#contracts/execution';
import type { Json } from '#contracts/json';
import { TrialStep } from '~/components/editor/trial-step';
import { WaterfallView } from '~/components/executions/waterfall-view';
import { JsonView } from '~/components/ui/json-view';
import { Status } from '~/components/ui/status-mark';
import type { Span } from '~/lib/axis';
import { formatDuration } from '~/lib/time';
import type { SlimTimeline } from '~/lib/timeline';
import { layOut } from '~/lib/waterfall';
import { lineAfter } from '~/lib/waterfall-moves';

interface Props {
  trial: Trial;
  /** The step that is looked at, and the line that the arrows stand on. */
  chosen: Signal<string | undefined>;
  cursor: Signal<string | undefined>;
  choose$: QRL<(step: string | undefined) => unknown>;
  /** To its lines. */
  show$: QRL<(step: string) => unknown>;
}

export const TrialResult = component$<Props>((props) => {
  const { chosen, cursor, choose$ } = props;
  const turned = useSignal<{ [step: string]: boolean }>({});
  const zoom = useSignal<Span>();
  const waterfall = useComputed$(() => layOut(props.trial.timeline as unknown as SlimTimeline, Date.parse(props.trial.clock), turned.value));
  const select = $((step: string | undefined) => {
    choose$(step);
  });
  const turn = $((step: string, open: boolean) => {
    turned.value = { ...turned.value, [step]: open };
  });
  useVisibleTask$(({ track }) => {
    track(() => props.trial);
    zoom.value = undefined;
    turned.value = {};
  });
  const grid = useSignal<HTMLElement>();
  useVisibleTask$(({ track, cleanup }) => {
    const element = track(grid);
    const keys = (event: KeyboardEvent) => {
      if ((event.target as Element).id !== 'waterfall' || event.ctrlKey || event.metaKey || event.altKey) return;
      const { lines } = waterfall.value;
      const at = lines.findIndex((line) => line.key === cursor.value);
      const to = lineAfter(event.key, at, lines);
      const here = lines[at];
      if (to !== undefined) {
        cursor.value = lines[to]?.key;
        document.getElementById(`row-${cursor.value}`)?.scrollIntoView({ block: 'nearest' });
        if (chosen.value !== undefined && lines[to]) choose$(lines[to].step);
      } else if (event.key === 'Enter' && here) choose$(chosen.value === here.step ? undefined : here.step);
      else if (here?.block && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) turn(here.step, event.key === 'ArrowRight');
      else if (event.key === 'Escape' && chosen.value !== undefined) choose$(undefined);
      else return;
      event.preventDefault();
    };
    element?.addEventListener('keydown', keys);
    cleanup(() => element?.removeEventListener('keydown', keys));
  });
  const { timeline, response, ended, unmocked, refused } = props.trial;
  const step = timeline.steps.find((one) => one.name === chosen.value);
  return (
    <section ref={grid} class="border-t border-line pt-3" aria-label="How it went">
      <div class="px-3 pb-2" aria-live="polite">
        <p class="flex flex-wrap items-center gap-x-3 text-13">
          <Status status={timeline.status as ExecutionStatus} />
          {timeline.duration_ms !== undefined && <span class="text-text-2">{formatDuration(timeline.duration_ms)} on its own clock</span>}
          {response && (
            <span>
              Answers <span class="num font-medium">{response.status}</span>
            </span>
          )}
        </p>
        {!ended && <p class="mt-1 text-12 text-text-2">It does not end: it waits for something that nobody sends. Say above what comes.</p>}
        {timeline.error && <p class="mt-1 text-13 text-bad">{timeline.error.message}</p>}
        {refused.map((why) => (
          <p key={encodeURIComponent(why)} class="mt-1 text-13 text-bad">
            Not taken: {why}
          </p>
        ))}
        {unmocked.length > 0 && <p class="mt-1 text-12 text-text-2">Without a mock: {unmocked.join(', ')}.</p>}
      </div>
      <WaterfallView
        waterfall={waterfall.value}
        whole={{ from: 0, to: waterfall.value.end }}
        zoom={zoom}
        cursor={cursor}
        selected={chosen}
        select={select}
        turn={turn}
        ticks={4}
      />
      {step && <TrialStep key={step.name} step={step as unknown as TimelineStep} show$={props.show$} />}
      {response && response.body !== '' && (
        <div class="px-3 pb-4">
          <h3 class="mb-1 text-12 font-medium text-text-3">Answer</h3>
          <JsonView value={parsed(response.body)} label="Answer" />
        </div>
      )}
    </section>
  );
});

function parsed(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
