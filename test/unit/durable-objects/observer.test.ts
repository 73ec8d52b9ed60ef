/** The observer over Node's SQLite: lines once, spans until they are taken, a collector that is away, reading page by page. */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from '#contracts/events';
import type { AppLogLine, AppLogQuery, Observation } from '#contracts/observation';
import type { Span } from '#engine/spans';
import { Observer, type ObserverPorts, type SentSpans } from '#objects/observer/observer';
import { keyedValues, nodeSql } from '../object-storage.ts';

const APPLICATION = { tenant: 'acme', workflow: 'shop', environment: 'production' };
const T0 = 1_771_165_800_000;
const DAY = 24 * 3_600_000;
const golden = (name: string) => JSON.parse(readFileSync(new URL(`../../golden/${name}.v1.json`, import.meta.url).pathname, 'utf8')) as LogEvent[];
const FAILED = golden('saga-third-fails');
const TRACES = { endpoint: 'https://otel.example/v1/traces', headers: {}, service: 'shop', sample: 1 };

function world(observation: Observation | undefined, logs: Record<string, LogEvent[]>) {
  const database = new DatabaseSync(':memory:');
  const [sql, kv] = [nodeSql(database), keyedValues()];
  const state = { now: T0, alarm: undefined as number | undefined, sent: [] as Span[][], reads: 0, bytes: 0 };
  const answers: SentSpans[] = [];
  const ports: ObserverPorts = {
    observation: async () => observation,
    async events(_, id) {
      state.reads++;
      return logs[id] ?? null;
    },
    async send(_, __, spans) {
      const answer = answers.shift() ?? { ok: true };
      if (answer.ok) state.sent.push(spans);
      return answer;
    },
    now: () => state.now,
    wakeAt: (instant) => {
      state.alarm = Math.min(instant, state.alarm ?? Number.POSITIVE_INFINITY);
    },
    bytes: () => state.bytes,
  };
  const observer = new Observer(sql, kv, ports);
  /** Alarms until nothing is due before the instant. */
  async function until(instant: number): Promise<void> {
    for (let wakes = 0; state.alarm !== undefined && state.alarm <= instant; wakes++) {
      if (wakes > 2000) throw new Error('it wakes for ever');
      state.now = Math.max(state.now, state.alarm);
      state.alarm = undefined;
      await observer.wake();
    }
    state.now = instant;
  }
  const read = (query: Partial<AppLogQuery> = {}) => observer.read({ limit: 100, ...query });
  return { observer, state, answers, until, read, rows: (table: string) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n };
}

const LOG: Observation = { log: { lines: 'info', keep_ms: 7 * DAY } };

describe('the log of an application', () => {
  const say = (message: string, level = 'info', at = T0): LogEvent[] => [
    { seq: 1, at, type: 'execution.started', data: { ...(FAILED[0]!.data as object), pipeline: 'p' } } as LogEvent,
    {
      seq: 2,
      at: at + 1,
      type: 'step.input_recorded',
      data: { step_name: 'note', input: { value: { level, message, fields: { order: 'o-7' } } } },
    } as LogEvent,
    { seq: 3, at: at + 2, type: 'execution.completed', data: { output: { value: {} }, duration_ms: 2 } } as unknown as LogEvent,
  ];

  it('has what executions say, once, however often they are noted', async () => {
    const { observer, until, read } = world(LOG, { exec_1: say('hello') });
    await observer.note(APPLICATION, 'h', ['exec_1', 'exec_1']);
    await until(T0 + 1000);
    await observer.note(APPLICATION, 'h', ['exec_1']);
    await until(T0 + 2000);
    expect(await read()).toEqual({
      items: [
        { at: new Date(T0 + 1).toISOString(), level: 'info', message: 'hello', execution_id: 'exec_1', pipeline: 'p', step: 'note', fields: { order: 'o-7' } },
      ],
      next: null,
    });
  });

  it('has what goes wrong, and events where they are asked for', async () => {
    const lines = async (observation: Observation) => {
      const { observer, until, read } = world(observation, { exec_1: FAILED });
      await observer.note(APPLICATION, 'h', ['exec_1']);
      await until(T0 + 1000);
      return (await read()).items.map(({ level, message }) => `${level} ${message}`).reverse();
    };
    const trouble = await lines(LOG);
    expect(trouble.length).toBeGreaterThan(1);
    expect(trouble.every((line) => /^(warn|error) /.test(line))).toBe(true);
    const all = await lines({ log: { events: 'info', keep_ms: DAY } });
    expect(all[0]).toBe('info Execution started');
    expect(all.length).toBeGreaterThan(trouble.length);
    expect(await lines({ log: { lines: 'error', keep_ms: DAY } })).toEqual(trouble.filter((line) => line.startsWith('error ')));
  });

  it('is read page by page, newest first, by level, pipeline, text and time', async () => {
    const logs = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`exec_${n}`, say(`line ${n}`, n % 3 === 0 ? 'error' : 'info', T0 + n * 1000)]));
    const { observer, until, read } = world(LOG, logs);
    await observer.note(APPLICATION, 'h', Object.keys(logs));
    await until(T0 + DAY);
    const seen: AppLogLine[] = [];
    for (let before: AppLogQuery['before'] | null = undefined; before !== null; ) {
      const page = await read({ limit: 7, ...(before ? { before } : {}) });
      seen.push(...page.items);
      before = page.next;
    }
    expect(seen.map(({ message }) => message)).toEqual(Array.from({ length: 30 }, (_, n) => `line ${29 - n}`));
    expect((await read({ level: 'error' })).items).toHaveLength(10);
    expect((await read({ text: 'LINE 7' })).items.map(({ message }) => message)).toEqual(['line 7']);
    expect((await read({ text: 'o-7' })).items).toHaveLength(30);
    expect((await read({ pipeline: 'other' })).items).toEqual([]);
    expect((await read({ from: T0 + 28_000, to: T0 + 28_500 })).items.map(({ message }) => message)).toEqual(['line 28']);
  });

  it('keeps lines as long as it is to', async () => {
    const { observer, until, read } = world(LOG, { exec_1: say('old'), exec_2: say('new', 'info', T0 + 6 * DAY) });
    await observer.note(APPLICATION, 'h', ['exec_1', 'exec_2']);
    await until(T0 + 6.5 * DAY);
    expect((await read()).items).toHaveLength(2);
    await until(T0 + 8 * DAY);
    expect((await read()).items.map(({ message }) => message)).toEqual(['new']);
  });

  it('takes what requests say at the door', async () => {
    const { observer, read } = world(LOG, {});
    await observer.write(APPLICATION, [{ at: new Date(T0).toISOString(), level: 'info', message: 'request', fields: { status: 200 } }], DAY);
    expect((await read()).items).toMatchObject([{ message: 'request', fields: { status: 200 } }]);
  });

  it('bounds what one execution may say in it', async () => {
    const many = [say('x')[0]!, ...Array.from({ length: 400 }, (_, n) => ({ ...say('y'.repeat(1000))[1]!, seq: n + 2 }))] as LogEvent[];
    const { observer, until, read } = world(LOG, { exec_1: many });
    await observer.note(APPLICATION, 'h', ['exec_1']);
    await until(T0 + 1000);
    const { items } = await read({ limit: 1000 });
    expect(items.length).toBeLessThan(300);
    expect(items[0]!.message).toMatch(/^And \d+ more lines/);
  });

  it('is not made by looking for it', async () => {
    const { read, observer, rows } = world(LOG, {});
    expect(await read()).toEqual({ items: [], next: null });
    expect(await observer.status()).toMatchObject({ waiting: 0 });
    expect(() => rows('waiting')).toThrow();
  });
});

describe('traces', () => {
  const both: Observation = { ...LOG, traces: TRACES };

  it('are sent together, and then nothing waits', async () => {
    const { observer, until, state } = world(both, { exec_1: FAILED, exec_2: golden('three-calls') });
    await observer.note(APPLICATION, 'h', ['exec_1', 'exec_2']);
    await until(T0 + 1000);
    expect(state.sent).toHaveLength(1);
    expect(state.sent[0]!.filter(({ parent_span_id }) => parent_span_id === undefined)).toHaveLength(2);
    expect(await observer.status()).toMatchObject({ waiting: 0, given_up: 0, spans_sent: state.sent[0]!.length });
  });

  it('are sent again until the collector has taken them; the log does not wait for it', async () => {
    const { observer, until, state, answers, read } = world(both, { exec_1: FAILED });
    answers.push(...Array.from({ length: 4 }, (): SentSpans => ({ ok: false, again: true, message: 'The collector answered 503.' })));
    await observer.note(APPLICATION, 'h', ['exec_1']);
    await until(T0 + 1000);
    expect((await read()).items.length).toBeGreaterThan(0);
    expect(state.sent).toEqual([]);
    expect(await observer.status()).toMatchObject({ waiting: 1, error: { message: 'The collector answered 503.' } });
    await until(T0 + 5 * 60_000);
    expect(state.sent).toHaveLength(1);
    expect(await observer.status()).toMatchObject({ waiting: 0, given_up: 0 });
  });

  it('wait as long as the collector asks', async () => {
    const { observer, until, state, answers } = world(both, { exec_1: FAILED });
    answers.push({ ok: false, again: true, message: '429', retry_after_ms: 60_000 });
    await observer.note(APPLICATION, 'h', ['exec_1']);
    await until(T0 + 59_000);
    expect(state.sent).toEqual([]);
    await until(T0 + 62_000);
    expect(state.sent).toHaveLength(1);
  });

  it('are given up when they are refused, or nobody has taken them for a day', async () => {
    const refused = world(both, { exec_1: FAILED });
    refused.answers.push({ ok: false, again: false, message: 'The collector answered 400.' });
    await refused.observer.note(APPLICATION, 'h', ['exec_1']);
    await refused.until(T0 + 1000);
    expect(await refused.observer.status()).toMatchObject({ waiting: 0, given_up: 1 });
    const away = world({ traces: TRACES }, { exec_1: FAILED });
    away.answers.push(...Array.from({ length: 1000 }, (): SentSpans => ({ ok: false, again: true, message: 'away' })));
    await away.observer.note(APPLICATION, 'h', ['exec_1']);
    await away.until(T0 + 2 * DAY);
    expect(await away.observer.status()).toMatchObject({ waiting: 0, given_up: 1 });
    expect(away.answers.length).toBeGreaterThan(800);
  });

  it('are not sent of a trace that is not sampled, nor of an execution that is gone', async () => {
    const { observer, until, state } = world({ traces: { ...TRACES, sample: 0 } }, { exec_1: FAILED });
    await observer.note(APPLICATION, 'h', ['exec_1', 'exec_gone']);
    await until(T0 + 1000);
    expect(state.sent).toEqual([]);
    expect(await observer.status()).toMatchObject({ waiting: 0, given_up: 0 });
  });

  it('of hundreds of executions go in several requests', async () => {
    const logs = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`exec_${n}`, FAILED]));
    const { observer, until, state } = world(both, logs);
    await observer.note(APPLICATION, 'h', Object.keys(logs));
    await until(T0 + 1000);
    expect(state.sent).toHaveLength(3);
    expect(state.reads).toBe(60);
  });
});
