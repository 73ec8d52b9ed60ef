/** Spans of every golden history: one tree, in time, the same each time; and what two of them look like. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import { isSampled, type Span, spansOf } from '#engine/spans';

const FOLDER = new URL('../../golden/', import.meta.url);
const logOf = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER).pathname, 'utf8')) as LogEvent[];
const byName = (spans: Span[]) => Object.fromEntries(spans.map((span) => [span.name, span]));

it.each(readdirSync(FOLDER.pathname))('%s is a tree of spans within the time of its root', (name) => {
  const log = logOf(name);
  const spans = spansOf(log);
  const [root] = spans;
  const ids = new Set(spans.map((span) => span.span_id));
  expect(ids.size).toBe(spans.length);
  for (const span of spans) {
    expect(span.span_id).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    expect(span.trace_id).toBe(root!.trace_id);
    if (span !== root) expect(ids).toContain(span.parent_span_id);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(span.start).toBeGreaterThanOrEqual(root!.start);
  }
  expect(spansOf(log)).toEqual(spans);
});

describe('a saga that fails', () => {
  const spans = byName(spansOf(logOf('saga-third-fails.v1.json')));

  it('says what went wrong where it did, and as a whole', () => {
    const failed = Object.values(spans).filter((span) => span.error !== undefined);
    expect(failed.map(({ name }) => name)).toContain('shop/saga');
    expect(failed.length).toBeGreaterThan(1);
    for (const { error } of failed) expect(error).toMatch(/^[a-z_]+: /);
  });

  it('has a span for each undoing', () => {
    const undone = Object.values(spans).filter(({ name }) => name.startsWith('undo '));
    expect(undone.length).toBeGreaterThan(0);
    for (const undo of undone) expect(undo.start).toBeGreaterThanOrEqual(spans[undo.name.slice(5)]!.end);
  });
});

it('attempts are events of their step', () => {
  const { down } = byName(spansOf(logOf('retry-exhausted.v1.json')));
  expect(down!.attributes['workflow.attempts']).toBe(down!.events.length);
  expect(down!.events.length).toBeGreaterThan(1);
  expect(down!.events[0]).toMatchObject({ name: 'attempt', attributes: { 'workflow.attempt': 1, 'error.type': 'upstream_status' } });
});

it('steps of blocks hang below their block', () => {
  const spans = spansOf(logOf('foreach-in-order.v1.json'));
  const inner = spans.filter((span) => span.name.includes('/') && span !== spans[0]);
  expect(inner.length).toBeGreaterThan(1);
  for (const span of inner) expect(span.parent_span_id).not.toBe(spans[0]!.span_id);
});

it('no input and no output is in a span', () => {
  const log = logOf('three-calls.v1.json').map((event) =>
    event.type === 'step.completed' ? { ...event, data: { ...event.data, output: { value: { card: 'planted-4111' } } } } : event,
  ) as LogEvent[];
  expect(JSON.stringify(log)).toContain('planted-4111');
  expect(JSON.stringify(spansOf(log))).not.toContain('planted-4111');
});

it('what has not begun has none', () => expect(spansOf([])).toEqual([]));

it('a share of the traces is sampled, all or nothing of each', () => {
  const ids = Array.from({ length: 4000 }, (_, n) => `0af7651916cd43dd8448eb21${(Math.imul(n + 1, 2654435761) >>> 0).toString(16).padStart(8, '0')}`);
  const taken = (share: number) => ids.filter((id) => isSampled(id, share)).length;
  expect([taken(0), taken(1)]).toEqual([0, 4000]);
  expect(taken(0.25)).toBeGreaterThan(600);
  expect(taken(0.25)).toBeLessThan(1600);
});
