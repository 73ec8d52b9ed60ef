/** All rows at once, for lists too long for the window: where the time went, and which rows are on the page. */
import { $, component$, type Signal } from '@builder.io/qwik';
import { panned, type Span } from '~/lib/axis';
import type { LineStatus } from '~/lib/segments';
import type { Line } from '~/lib/waterfall';

interface Props {
  lines: Line[];
  whole: Span;
  zoom: Signal<Span | undefined>;
  /** Rows above the window, and rows in it. */
  top: number;
  rows: number;
}

const HEIGHT = 48;

export const Minimap = component$<Props>(({ lines, whole, zoom, top, rows }) => {
  const jump = $((event: PointerEvent, element: HTMLElement) => {
    if (event.type === 'pointermove' && event.buttons !== 1) return;
    const box = element.getBoundingClientRect();
    const body = document.getElementById('waterfall');
    if (!body) return;
    const row = Number.parseFloat(getComputedStyle(body).getPropertyValue('--row')) || 28;
    const target = ((event.clientY - box.top) / box.height) * lines.length * row - window.innerHeight / 2;
    const scroller = body.closest('[data-scroller]') ?? document.documentElement;
    scroller.scrollTo({ top: scroller.scrollTop + body.getBoundingClientRect().top + target });
    const span = zoom.value;
    if (!span) return;
    const center = whole.from + ((event.clientX - box.left) / box.width) * (whole.to - whole.from);
    zoom.value = panned(span, whole, (center - (span.from + span.to) / 2) / (span.to - span.from));
  });
  const height = HEIGHT / lines.length;
  const from = Math.min(1, top / lines.length);
  const share = Math.min(1 - from, rows / lines.length);
  const part = (ms: number) => ((ms - whole.from) / (whole.to - whole.from)) * 100;
  const span = zoom.value ?? whole;
  return (
    <div class="wf-minimap" aria-hidden="true" onPointerDown$={jump} onPointerMove$={jump}>
      <svg aria-hidden="true" viewBox={`0 0 1000 ${HEIGHT}`} preserveAspectRatio="none" focusable="false">
        {[...pathsByStatus(lines, whole.to, height)].map(([status, path]) => (
          <path key={status} data-status={status} d={path} fill="var(--state-bar)" />
        ))}
      </svg>
      <span
        class="wf-minimap-window"
        style={{
          top: `${from * 100}%`,
          height: `max(4px, ${share * 100}%)`,
          left: `${part(span.from)}%`,
          width: `max(4px, ${part(span.to) - part(span.from)}%)`,
        }}
      />
    </div>
  );
});

/** One path per state: a thousand bars are a handful of elements. */
function pathsByStatus(lines: Line[], end: number, height: number): Map<LineStatus, string> {
  const paths = new Map<LineStatus, string>();
  lines.forEach((line, i) => {
    for (const segment of line.segments) {
      const x = (segment.start / end) * 1000;
      const width = Math.max(4, ((segment.end - segment.start) / end) * 1000);
      const bar = `M${x.toFixed(1)} ${(i * height).toFixed(2)}h${width.toFixed(1)}v${Math.min(14, Math.max(height * 0.8, segment.status === 'failed' ? 3 : 1.4)).toFixed(2)}h${(-width).toFixed(1)}z`;
      paths.set(segment.status, (paths.get(segment.status) ?? '') + bar);
    }
  });
  // Many rows share a pixel: what was skipped lies below its neighbours, what failed on top.
  const depth = (status: LineStatus) => (status === 'skipped' ? 0 : status === 'failed' ? 2 : 1);
  return new Map([...paths].sort(([one], [other]) => depth(one) - depth(other)));
}
