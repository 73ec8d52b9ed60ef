/**
 * What a `*_test.yaml` may hold: tests of pipelines, of state machines and of schedules. What a test is of is said by its
 * key `pipeline`, `machine` or `schedule`.
 */
import { z } from 'zod';
import { parseDuration } from '#contracts/duration';
import type { Json, JsonObject } from '#contracts/json';
import { PROBLEMS, type ProblemCode } from '#contracts/problems';

const json = z.any() as z.ZodType<Json>;
const fields = z.record(z.string(), json) as unknown as z.ZodType<JsonObject>;
const code = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]);
const duration = z.union([z.string(), z.number()]).refine((value) => parseDuration(value) !== undefined, 'a duration such as 30s or 2d');
const instant = z.iso.datetime({ offset: true });

const taken = { delay: duration.optional().describe('How long it takes; at once, when absent.') };

/** What the other side of a step does; a list is gone through attempt by attempt, its last entry stays. */
const mock = z.union([
  z.strictObject({ output: json, response: fields.optional(), ...taken }),
  z.strictObject({
    error: z.strictObject({
      code: code.optional(),
      message: z.string().optional(),
      status: z.number().int().optional(),
      retryable: z.boolean().optional(),
    }),
    ...taken,
  }),
]);
export const mocks = z.record(z.string(), z.union([mock, z.array(mock).min(1)])).describe('By step: what comes of an effect.');

const effects = z
  .array(z.union([z.string(), z.strictObject({ step: z.string(), undo: z.boolean().optional(), input: json.optional() })]))
  .describe('Every effect that goes out, in order; [] says that nothing does.');

// --- pipelines ------------------------------------------------------------------------------------

export const signal = z.strictObject({
  name: z.string().describe('Of the event or the step that waits.'),
  data: json.optional(),
  by: z.string().optional().describe('Who sends it; somebody who may, when absent.'),
  after: duration.describe('Since the start.'),
});

const expectation = z.strictObject({
  status: z.string().optional().describe('Of the execution: completed, failed, compensated, …'),
  error: z.string().optional().describe('Its code.'),
  response: z.strictObject({ status: z.number().optional(), headers: fields.optional(), body: json.optional() }).optional().describe('The HTTP answer.'),
  steps: z
    .record(
      z.string(),
      z.strictObject({
        status: z.string().optional(),
        output: json.optional(),
        input: json.optional(),
        error: z.string().optional(),
        attempts: z.number().int().optional(),
        reason: z.string().optional(),
      }),
    )
    .optional()
    .describe('By name.'),
  effects: effects.optional(),
  events: z
    .array(z.union([z.string(), z.strictObject({ type: z.string(), step: z.string().optional() })]))
    .optional()
    .describe('Event types that occur in this order; others may come between.'),
  sequence: z.array(z.string()).optional().describe('Steps that complete in this order; others may come between.'),
});

export const pipelineTest = z.strictObject({
  name: z.string().min(1).describe('What the test shows.'),
  pipeline: z.string().describe('The pipeline that is started.'),
  trigger: json.optional().describe('What starts it; for HTTP the parts of the request that matter.'),
  now: instant.optional().describe('When it starts.'),
  mocks: mocks.optional(),
  signals: z.array(signal).optional().describe('What comes from outside.'),
  expect: expectation,
});

// --- state machines -------------------------------------------------------------------------------

const entry = z.union([
  z.string(),
  z.strictObject({
    to: z.string(),
    from: z.string().optional(),
    transition: z.string().optional(),
    auto: z.boolean().optional().describe('The machine took it by itself.'),
    by: z.string().optional(),
    data: json.optional(),
  }),
]);

const move = z.strictObject({
  transition: z.string(),
  data: fields.optional(),
  by: z.string().optional(),
  after: duration.optional().describe('Since the move before.'),
  expected_state: z.string().optional().describe('Refused unless this is the state.'),
  expect: z
    .strictObject({
      refused: code.optional().describe('Why it is refused: wrong_state, guard_refused, transition_vetoed, …'),
      state: z.string().optional().describe('Where the instance is afterwards.'),
      followed: z.array(z.string()).optional().describe('Transitions that the machine takes by itself after it.'),
      stopped: code.optional().describe('Why the machine goes no further by itself.'),
      data: json.optional(),
    })
    .optional()
    .describe('Without it the transition has to be taken.'),
});

export const machineTest = z.strictObject({
  name: z.string().min(1).describe('What the test shows.'),
  machine: z.string().describe('The state machine that an instance is made of.'),
  id: z.string().min(1).default('test').describe('Of the instance.'),
  data: fields.optional().describe('What the instance is made with.'),
  now: instant.optional().describe('When it is made.'),
  moves: z.array(move).default([]).describe('Transitions that are asked for, in order.'),
  mocks: mocks.optional(),
  expect: z.strictObject({
    state: z.string().optional(),
    final: z.boolean().optional(),
    error: z.boolean().optional(),
    data: json.optional(),
    history: z.array(entry).optional().describe('All entries in order: the states that are reached, or more of each.'),
    hooks: z.array(z.string()).optional().describe('Pipelines of hooks that run, in order.'),
    effects: effects.optional(),
  }),
});

// --- schedules ------------------------------------------------------------------------------------

const span = z
  .strictObject({ from: instant, until: instant })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), { message: 'ends before it begins', path: ['until'] });

export const scheduleTest = z
  .strictObject({
    name: z.string().min(1).describe('What the test shows.'),
    schedule: z.string().describe('The schedule; that of a trigger is called as its pipeline.'),
    now: instant.describe('When the application is deployed.'),
    until: instant.optional().describe('How long the clock goes on. Without it nothing is started.'),
    takes: duration.optional().describe('How long a run takes; without it as long as its steps do.'),
    down: z.array(span).optional().describe('Times in which nothing can run.'),
    mocks: mocks.optional(),
    expect: z.strictObject({
      next: z.array(instant).optional().describe('The next times after now.'),
      runs: z
        .array(
          z.union([
            instant,
            z.strictObject({
              at: instant.describe('The time that was due.'),
              skipped: z.boolean().optional(),
              cancelled: z.boolean().optional().describe('By the run after it.'),
              late: z.boolean().optional().describe('It was made up for.'),
              status: z.string().optional(),
              trigger: json.optional().describe('What it was started with.'),
              effects: effects.optional(),
            }),
          ]),
        )
        .optional()
        .describe('Every time that was due until then, in order.'),
    }),
  })
  .refine(({ until, expect }) => expect.runs === undefined || until !== undefined, { message: 'runs need until', path: ['until'] });

/** For those who describe it: editors. */
export const testDocument = z.strictObject({
  application: z.string().optional().describe('Path of the application, from here; without it the file of this name without _test.'),
  tests: z.array(z.union([pipelineTest, machineTest, scheduleTest])).min(1),
});

export type PipelineTest = z.output<typeof pipelineTest>;
export type MachineTest = z.output<typeof machineTest>;
export type ScheduleTest = z.output<typeof scheduleTest>;
export type YamlTest = PipelineTest | MachineTest | ScheduleTest;
export type YamlMock = z.output<typeof mock>;
export type Expectation = z.output<typeof expectation>;
export type ExpectedEffects = z.output<typeof effects>;
