/**
 * One chart of the metrics. uPlot is loaded here and nowhere else, once the page stands; until then, and without script,
 * its place is kept and the table below says the same. A click, or a drag over some points, leads to the executions behind.
 */
import { component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import type { Metrics } from '#contracts/api-metrics';
import { behind, CHARTS, COUNT_STEPS, chartData, chartSentence, formatPoint, formatValue, type MetricsFilters } from '~/lib/metrics';
import { serverNow } from '~/lib/server-clock';

const HEIGHT = 168;
/** Pixels that the pointer has to move before it is a drag. */
const DRAG = 6;
const FONT = '12px "Inter Variable", system-ui, sans-serif';

/** Of the labels beside a chart, px: room for the longest, and the same for most. */
const widthOf = (labels: readonly string[]) => Math.max(64, 7.5 * Math.max(0, ...labels.map((label) => label.length)) + 16);

interface Props {
  /** Of CHARTS. */
  id: string;
  series: Metrics['series'];
  pointMs: number;
  filters: MetricsFilters;
}

export const Chart = component$<Props>(({ id, series, pointMs, filters }) => {
  const spec = CHARTS.find((one) => one.id === id)!;
  const box = useSignal<HTMLElement>();
  const readout = useSignal<HTMLElement>();

  useVisibleTask$(async ({ cleanup }) => {
    const element = box.value;
    if (!element) return;
    const { default: UPlot } = await import('uplot');
    const data = chartData(series, spec);
    const isPast = (at: string) => Date.parse(at) <= serverNow();
    /** Tokens say two colours; only a computed style says which of them it is. */
    const color = (token: string) => {
      const probe = document.createElement('span');
      probe.style.cssText = `transition: none; color: var(--${token})`;
      element.append(probe);
      const { color: computed } = getComputedStyle(probe);
      probe.remove();
      return computed;
    };
    const leave = (from: number, to: number) => {
      const first = series[from];
      const last = series[to];
      if (first && last && isPast(first.at))
        location.assign(behind(filters, { from: first.at, to: new Date(Date.parse(last.at) + pointMs).toISOString() }, spec.status));
    };
    const say = (index: number | null | undefined) => {
      const point = index === null || index === undefined ? undefined : series[index];
      const text =
        point &&
        `${formatPoint(point.at, filters.period)}  ${spec.lines.map(({ field, label }) => `${formatValue(point[field], spec.format)} ${label}`).join(', ')}`;
      if (readout.value) readout.value.textContent = text ?? '';
    };
    const make = () => {
      const axis = { stroke: color('text-3'), font: FONT, ticks: { show: false }, grid: { stroke: color('line'), width: 1 } };
      // A drag shows in all charts; it was made in one.
      let pressed = false;
      let dragged = false;
      const chart = new UPlot(
        {
          width: element.clientWidth,
          height: HEIGHT,
          tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
          padding: [8, 20, 0, 0],
          legend: { show: false },
          cursor: { y: false, sync: { key: 'metrics' }, drag: { x: true, y: false, setScale: false, dist: DRAG }, points: { size: 7 } },
          scales: {
            // A bar stands behind its point.
            x: { range: (_, low, high) => [low, high + pointMs / 1000] },
            y: { range: (_, low, high) => (spec.format === 'percent' ? [Math.min(low ?? 100, 99), 100] : [0, high > 0 ? high * 1.08 : 1]) },
          },
          axes: [
            {
              ...axis,
              grid: { show: false },
              size: 28,
              values: (_, ticks) => ticks.map((tick) => formatPoint(new Date(tick * 1000).toISOString(), filters.period)),
              space: 90,
            },
            {
              ...axis,
              ...(spec.format === 'count' ? { incrs: [...COUNT_STEPS] } : {}),
              size: (_, values) => widthOf(values ?? []),
              space: 36,
              values: (_, ticks) => ticks.map((tick) => formatValue(tick, spec.format)),
            },
          ],
          series: [
            {},
            ...spec.lines.map((line) => {
              const stroke = color(line.color);
              return spec.kind === 'bars'
                ? { label: line.label, stroke, fill: stroke, width: 0, paths: UPlot.paths.bars!({ size: [0.7, 40], align: 1 }), points: { show: false } }
                : { label: line.label, stroke, width: 1.5, points: { show: series.length <= 48, size: 4, fill: stroke }, spanGaps: false };
            }),
          ],
          hooks: {
            setCursor: [(self) => say(self.cursor.idx)],
            setSelect: [
              (self) => {
                if (!pressed || self.select.width < DRAG) return;
                pressed = false;
                dragged = true;
                leave(self.posToIdx(self.select.left), self.posToIdx(self.select.left + self.select.width));
              },
            ],
          },
        },
        data as never,
        element,
      );
      chart.over.addEventListener('mousedown', () => {
        pressed = true;
        dragged = false;
      });
      chart.over.addEventListener('click', () => {
        const { idx } = chart.cursor;
        pressed = false;
        if (!dragged && idx !== null && idx !== undefined) leave(idx, idx);
      });
      return chart;
    };
    let chart = make();
    const again = () => {
      chart.destroy();
      chart = make();
    };
    const width = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    width.observe(element);
    const pinned = new MutationObserver(again);
    pinned.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', again);
    element.dataset.ready = 'true';
    cleanup(() => {
      width.disconnect();
      pinned.disconnect();
      system.removeEventListener('change', again);
      chart.destroy();
    });
  });

  return (
    <section class={['chart', spec.wide && 'chart-wide']} aria-label={spec.title}>
      <div class="flex min-h-6 flex-wrap items-baseline gap-x-3 text-12">
        <h2 class="text-13 font-medium">{spec.title}</h2>
        {spec.lines.map((line) => (
          <span key={line.field} class="inline-flex items-center gap-1.5 text-text-2">
            <span class="chart-key" style={{ background: `var(--${line.color})` }} aria-hidden="true" />
            {line.label}
          </span>
        ))}
        <span ref={readout} class="ml-auto text-text-2" aria-hidden="true" />
      </div>
      <div ref={box} class="chart-box" role="img" aria-label={chartSentence({ series }, spec)} style={{ height: `${HEIGHT}px` }} />
    </section>
  );
});
