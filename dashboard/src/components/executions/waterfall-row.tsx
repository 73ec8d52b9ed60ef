/** One line of the waterfall. Inline, not a component: it has no state of its own. */
import { Icon } from '~/components/ui/icon';
import { StatusMark } from '~/components/ui/status-mark';
import type { Segment } from '~/lib/segments';
import { formatCounting, formatDuration } from '~/lib/time';
import type { Line } from '~/lib/waterfall';

interface Props {
  line: Line;
  index: number;
  /** Part of the time that is shown, ms. */
  span: { from: number; to: number };
  current: boolean;
  selected: boolean;
}

export const WaterfallRow = ({ line, index, span, current, selected }: Props) => (
  <div
    key={line.key}
    id={`row-${line.key}`}
    class="wf-row"
    role="row"
    aria-rowindex={index + 1}
    aria-selected={selected ? 'true' : 'false'}
    data-key={line.key}
    data-step={line.step}
    data-kind={line.kind}
    data-status={line.status}
    data-cursor={current ? 'true' : undefined}
  >
    <div class="wf-name" role="rowheader" title={line.label}>
      {line.depth > 0 && <span class="wf-indent" style={{ width: `${Math.min(line.depth, 6) * 14}px` }} aria-hidden="true" />}
      {line.block && (
        <button
          type="button"
          class="wf-toggle"
          data-toggle={line.step}
          tabIndex={-1}
          aria-expanded={line.block.closed ? 'false' : 'true'}
          aria-label={`${line.block.closed ? 'Show' : 'Hide'} the ${line.block.inner} steps of ${line.name}`}
          title={line.block.closed ? 'Show its steps (→)' : 'Hide its steps (←)'}
        >
          <Icon name="chevron" size={12} />
        </button>
      )}
      <StatusMark status={line.status} />
      <span class="wf-step">{line.name}</span>
      {line.attempts > 1 && (
        <span class="wf-times" title={`${line.attempts} attempts`}>
          <Icon name="retry" size={11} />
          {line.attempts}
        </span>
      )}
      {line.mocked && (
        <span class="wf-mock" title="Mocked: nothing went out">
          mock
        </span>
      )}
      <span class="wf-type">{line.block ? line.block.summary : line.type.replace(/^step\./, '')}</span>
      <span class="sr-only">{line.label}</span>
    </div>
    <div class="wf-dur" role="gridcell">
      {line.duration === undefined || line.status === 'skipped' ? '' : line.open ? formatCounting(line.duration) : formatDuration(line.duration)}
    </div>
    <div class="wf-track" role="gridcell" aria-label={line.start === undefined ? 'not started' : `starts at ${formatDuration(line.start)}`}>
      <div class="wf-clip">
        <div class="wf-lane">
          {line.segments
            .filter((segment) => segment.end >= span.from && segment.start <= span.to)
            .map((segment) => (
              <span
                key={`${segment.kind}${segment.start}`}
                class="wf-seg"
                data-status={segment.status}
                data-kind={segment.kind}
                data-open={segment.open ? 'true' : undefined}
                title={titleOf(segment)}
                style={place(segment, span)}
              />
            ))}
        </div>
      </div>
    </div>
  </div>
);

/** In percent of the track; a pixel is left between neighbours, and a bar at the very end stays inside. */
function place(segment: Segment, span: { from: number; to: number }) {
  const whole = span.to - span.from;
  const left = ((segment.start - span.from) / whole) * 100;
  const width = ((segment.end - segment.start) / whole) * 100;
  return { left: `min(${left.toFixed(3)}%, 100% - 3px)`, width: `calc(${width.toFixed(3)}% - 1px)` };
}

function titleOf(segment: Segment): string {
  const what =
    segment.kind === 'wait'
      ? segment.status === 'retrying'
        ? 'Waiting for the next attempt'
        : 'Waiting'
      : segment.attempt !== undefined
        ? `Attempt ${segment.attempt}`
        : '';
  return [what, formatDuration(segment.end - segment.start)].filter(Boolean).join(', ');
}
