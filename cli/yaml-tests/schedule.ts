/**
 * One test of a schedule: the platform's own plan with a clock that jumps from one time that is due to the next. What it
 * starts are runs of the pipeline with the test's other sides.
 */

import { compared, differentEffects, unmocked } from '#cli/yaml-tests/expectations';
import type { Definition, Schedule } from '#contracts/definition';
import { parseDuration } from '#contracts/duration';
import type { Json, JsonObject } from '#contracts/json';
import type { ScheduleTest } from '#contracts/yaml-tests';
import type { Evaluator } from '#engine/ports';
import { nextDue } from '#language/cron';
import { planned, wakeAt } from '#objects/scheduler/plan';
import { type Runs, runDue } from '#objects/scheduler/runs';
import { runPipeline, type YamlRun } from '#trial/run';
import { Sides } from '#trial/sides';

/** Times that one test goes through. */
const MOST_RUNS = 1000;
/** A time that is run so much after it was due has been made up for, ms. */
const LATE_MS = 1000;

interface Seen {
  at: number;
  late: boolean;
  skipped: boolean;
  cancelled: boolean;
  trigger?: JsonObject;
  run?: YamlRun;
  /** Epoch ms. */
  ends: number;
}

/** Each difference in a line, with its place. */
export async function scheduleDifferences(definition: Definition, evaluator: Evaluator, test: ScheduleTest): Promise<string[]> {
  const schedule = definition.schedules!.find(({ name }) => name === test.schedule)!;
  const { next, runs } = test.expect;
  const out: string[] = [];
  if (next) out.push(...compared('next', next.map(normal), nextTimes(schedule, Date.parse(test.now), next.length)));
  if (test.until === undefined) return out;
  const world = new World(definition, evaluator, test);
  const seen = await world.play(schedule, Date.parse(test.until));
  if (seen.length > MOST_RUNS) return [...out, `until: more than ${MOST_RUNS} times are due until then; choose an earlier end.`];
  out.push(...unmocked(world));
  if (!runs) return out;
  const told = seen.map(({ at }) => iso(at)).join(', ');
  if (runs.length !== seen.length) return [...out, `runs: expected ${runs.length}, seen ${seen.length}: ${told || 'none'}.`];
  return [...out, ...runs.flatMap((expected, index) => runDifferences(`runs[${index}]`, expected, seen[index]!))];
}

function nextTimes(schedule: Schedule, from: number, count: number): string[] {
  const times: string[] = [];
  for (let at = schedule.enabled ? nextDue(schedule, from) : undefined; at !== undefined && times.length < count; at = nextDue(schedule, at))
    times.push(iso(at));
  return times;
}

function runDifferences(place: string, expected: NonNullable<ScheduleTest['expect']['runs']>[number], { run, ...seen }: Seen): string[] {
  const { at, effects, ...rest } = typeof expected === 'string' ? { at: expected, skipped: false } : { skipped: false, ...expected };
  const facts: { [key: string]: Json } = { late: seen.late, skipped: seen.skipped, cancelled: seen.cancelled };
  if (seen.trigger) facts.trigger = seen.trigger;
  if (run) facts.status = run.timeline.status;
  const out = compared(place, { at: normal(at), ...rest } as JsonObject, { at: iso(seen.at), ...facts });
  return [...out, ...differentEffects(effects, run?.effects ?? [], `${place}.effects`)];
}

class World {
  readonly #seen = new Map<string, Seen>();
  readonly #unmocked = new Set<string>();
  #now = 0;

  constructor(
    private readonly definition: Definition,
    private readonly evaluator: Evaluator,
    private readonly test: ScheduleTest,
  ) {}

  get unmocked(): string[] {
    return [...this.#unmocked];
  }

  /** Everything that was due from now to the end, in order. */
  async play(schedule: Schedule, until: number): Promise<Seen[]> {
    const { now } = this.test;
    const place = { tenant: 'test', workflow: this.definition.name, environment: 'production', hash: this.definition.hash };
    let plan = planned(undefined, { ...place, schedules: [schedule] }, Date.parse(now));
    const all: Seen[] = [];
    for (let at = wakeAt(plan); at !== undefined && all.length <= MOST_RUNS; at = wakeAt(plan)) {
      this.#now = this.#awake(at);
      if (this.#now > until) break;
      const turn = await runDue(plan, this.#now, this.#runs());
      plan = turn.plan;
      for (const { at: due, execution_id } of turn.done) {
        const started = execution_id === undefined ? undefined : this.#seen.get(execution_id);
        all.push(started ?? { at: due, late: false, skipped: true, cancelled: false, ends: due });
      }
    }
    return all;
  }

  /** The first moment from then on in which anything can run. */
  #awake(at: number): number {
    const asleep = (this.test.down ?? []).find(({ from, until }) => Date.parse(from) <= at && at < Date.parse(until));
    return asleep ? this.#awake(Date.parse(asleep.until)) : at;
  }

  #runs(): Runs {
    return {
      start: async (_plan, schedule, { data }) => {
        const id = `exec_${this.#seen.size}`;
        const now = this.#now;
        const sides = new Sides(this.test.mocks ?? {});
        const run = runPipeline(this.definition, this.evaluator, { pipeline: schedule.pipeline, trigger: data, type: 'schedule', now }, sides);
        for (const step of sides.unmocked) this.#unmocked.add(step);
        const ends = this.test.takes === undefined ? (run.ended ? run.ended_at : Number.POSITIVE_INFINITY) : now + parseDuration(this.test.takes)!;
        const at = Date.parse(String(data.scheduled_at));
        this.#seen.set(id, { at, late: now - at >= LATE_MS, skipped: false, cancelled: false, trigger: data, run, ends });
        return { execution_id: id };
      },
      running: async (_tenant, id) => this.#seen.get(id)!.ends > this.#now,
      cancel: async (_tenant, id) => {
        Object.assign(this.#seen.get(id)!, { cancelled: true, ends: this.#now });
      },
      failed(error) {
        throw error;
      },
    };
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function normal(instant: string): string {
  return iso(Date.parse(instant));
}
