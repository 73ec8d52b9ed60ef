/**
 * The sums behind every number of the metrics: of this region's rows, and of hours that were kept of them.
 *
 * 1. Each execution counts once, whenever and however often its row came: the sums are made from rows, not from messages.
 * 2. Hours with many executions are kept once they are over; a page that is opened again reads those, and the hour that runs.
 * 3. Bounded: when there is too much to read at once, the hours nearest to now are read and kept, and the answer says so.
 */
import type { TallySpan } from '#contracts/tally';
import { Tally } from '#engine/metrics/tally';
import type { ExecutionPlace } from '#storage/execution-cursor';
import type { ExecutionMeasures, KeptHour } from '#storage/execution-ports';
import { HOUR_MS, hourOf } from '#storage/metric-hours';

const ROWS_AT_ONCE = 2000;
/** Rows of one answer; the hour in which it is reached is read to its end. */
const MAX_ROWS = 100_000;
/** Below, reading the rows again costs less than a row that is written. */
const WORTH_KEEPING = 200;
/** So long after its end an hour is still being written, as a rule, ms. */
const SETTLED_MS = 120_000;
/** Hours are kept for the longest period that can be asked for. */
const KEPT_MS = 32 * 24 * HOUR_MS;

export interface SpanQuestion {
  /** Epoch ms, both at the edge of a span. */
  from: number;
  to: number;
  /** Length of a span; an hour, or a part of one. */
  span_ms: number;
}

export interface Spans {
  spans: TallySpan[];
  /** There was more than could be read. */
  partial: boolean;
}

export async function readSpans(measures: ExecutionMeasures, tenant: string, question: SpanQuestion, now: number, maxRows = MAX_ROWS): Promise<Spans> {
  const { from, to, span_ms } = question;
  const tally = new Tally(span_ms);
  const known = span_ms === HOUR_MS ? await measures.hours(tenant, from, to) : [];
  for (const span of known) tally.merge(span);
  const hours: KeptHour[] = [];
  let read = 0;
  for (const gap of gapsOf({ from, to }, known)) {
    const result = await readRows(measures, tenant, gap, tally, maxRows - read);
    read += result.read;
    if (span_ms === HOUR_MS) hours.push(...worthKeeping(result.hours, tally, now, to));
    if (result.stopped) {
      await measures.keep(tenant, hours, now - KEPT_MS);
      return { spans: tally.spans(), partial: true };
    }
  }
  if (hours.length > 0) await measures.keep(tenant, hours, now - KEPT_MS);
  return { spans: tally.spans(), partial: false };
}

interface Times {
  from: number;
  to: number;
}

/** What is between kept hours, the latest first. */
function gapsOf({ from, to }: Times, known: readonly TallySpan[]): Times[] {
  const gaps: Times[] = [];
  let begin = from;
  for (const { at } of known) {
    if (at > begin) gaps.push({ from: begin, to: at });
    begin = at + HOUR_MS;
  }
  if (begin < to) gaps.push({ from: begin, to });
  return gaps.reverse();
}

interface CountedHour {
  at: number;
  rows: number;
  seqs: number;
}

/** Adds up the rows of the time, newest first; stops at the edge of an hour once there were more than `budget`. */
async function readRows(measures: ExecutionMeasures, tenant: string, { from, to }: Times, tally: Tally, budget: number) {
  const hours: CountedHour[] = [];
  let read = 0;
  let before: ExecutionPlace | undefined;
  for (;;) {
    const rows = await measures.rows(tenant, { from, to, before, limit: ROWS_AT_ONCE });
    for (const row of rows) {
      const at = hourOf(row.started_at);
      if (hours.at(-1)?.at !== at) {
        if (read > budget) return { read, hours, stopped: true };
        hours.push({ at, rows: 0, seqs: 0 });
      }
      const hour = hours.at(-1)!;
      hour.rows++;
      hour.seqs += row.seq;
      read++;
      tally.take(row);
    }
    if (rows.length < ROWS_AT_ONCE) return { read, hours, stopped: false };
    before = rows.at(-1)!;
  }
}

function worthKeeping(hours: readonly CountedHour[], tally: Tally, now: number, to: number): KeptHour[] {
  const kept = hours.filter(({ at, rows }) => rows >= WORTH_KEEPING && at + HOUR_MS <= Math.min(now - SETTLED_MS, to));
  if (kept.length === 0) return [];
  const spans = new Map(tally.spans().map((span) => [span.at, span]));
  return kept.map(({ at, rows, seqs }) => ({ span: spans.get(at)!, rows, seqs }));
}
