/** The time axis: round places for its ticks, and the part of the time that is shown. Pure; ms from the start of the execution. */

/** A part of the time. */
export interface Span {
  from: number;
  to: number;
}

/** Round steps of the axis: 1, 2, 5 times a power of ten below a minute, then clock units. */
const CLOCK_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map((s) => s * 1000);

export interface Tick {
  at: number;
  label: string;
}

/** At most `wanted` ticks after the one at the start, all at round places. */
export function ticks(from: number, to: number, wanted: number): Tick[] {
  const span = Math.max(to - from, Number.MIN_VALUE);
  const step = tickStep(span / Math.max(1, wanted));
  const list: Tick[] = [];
  // Counting by index keeps 0.1 + 0.2 out of the labels.
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n++) list.push({ at: n * step, label: tickLabel(n * step, step) });
  return list;
}

function tickStep(least: number): number {
  if (least <= 30_000) {
    const power = 10 ** Math.floor(Math.log10(Math.max(least, 0.001)));
    for (const factor of [1, 2, 5, 10]) if (factor * power >= least * (1 - 1e-9)) return factor * power > 30_000 ? 60_000 : factor * power;
  }
  for (const step of CLOCK_STEPS) if (step >= least) return step;
  const day = 86_400_000;
  const power = 10 ** Math.floor(Math.log10(least / day));
  for (const factor of [1, 2, 5, 10]) if (factor * power * day >= least) return factor * power * day;
  return day;
}

function tickLabel(at: number, step: number): string {
  if (at === 0) return '0';
  if (step < 1) return `${Number(at.toFixed(2))} ms`;
  if (at < 1000) return `${Math.round(at)} ms`;
  if (at < 60_000) return `${Number((at / 1000).toFixed(step < 10 ? 3 : step < 100 ? 2 : step < 1000 ? 1 : 0))} s`;
  if (at < 3_600_000) return unitPair(at / 60_000, 'm', 60, 's');
  if (at < 86_400_000) return unitPair(at / 3_600_000, 'h', 60, 'm');
  return unitPair(at / 86_400_000, 'd', 24, 'h');
}

function unitPair(value: number, large: string, per: number, small: string): string {
  const whole = Math.floor(value + 1e-9);
  const rest = Math.round((value - whole) * per);
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

/** The axis of something still running ends at a round place ahead of now, so that bars do not shrink with every frame. */
export function roundedEnd(elapsed: number): number {
  const step = tickStep(Math.max(elapsed, 100) / 5);
  return Math.ceil((Math.max(elapsed, 100) * 1.04) / step) * step;
}

/** No part is shorter than this: below it there is nothing to tell apart. */
const LEAST_SPAN_MS = 0.5;

/** `factor` below 1 shows less, around `center`; `undefined` is the whole. */
export function zoomed(span: Span, whole: Span, factor: number, center: number): Span | undefined {
  const length = Math.max(LEAST_SPAN_MS, (span.to - span.from) * factor);
  const share = (center - span.from) / Math.max(span.to - span.from, Number.MIN_VALUE);
  return within({ from: center - length * share, to: center + length * (1 - share) }, whole);
}

/** Moved by a share of what is shown. */
export function panned(span: Span, whole: Span, share: number): Span | undefined {
  const by = (span.to - span.from) * share;
  return within({ from: span.from + by, to: span.to + by }, whole);
}

function within(span: Span, whole: Span): Span | undefined {
  const length = span.to - span.from;
  if (length >= (whole.to - whole.from) * 0.999) return undefined;
  const from = Math.min(Math.max(span.from, whole.from), whole.to - length);
  return { from, to: from + length };
}
