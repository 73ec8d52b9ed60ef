/** What a `*_test.yaml` may hold. */
import { z } from 'zod';
import { parseDuration } from '#contracts/duration';
import type { Json, JsonObject } from '#contracts/json';
import { PROBLEMS, type ProblemCode } from '#contracts/problems';

const json = z.any() as z.ZodType<Json>;
const fields = z.record(z.string(), json) as unknown as z.ZodType<JsonObject>;
const code = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]);

/** What the other side of a step does; a list is gone through attempt by attempt, its last entry stays. */
const mock = z.union([
  z.strictObject({ output: json, response: fields.optional() }),
  z.strictObject({ error: z.strictObject({ code: code.optional(), message: z.string().optional(), status: z.number().int().optional() }) }),
]);

const signal = z.strictObject({
  name: z.string(),
  data: json.optional(),
  by: z.string().optional(),
  /** Since the start. */
  after: z.union([z.string(), z.number()]).refine((value) => parseDuration(value) !== undefined, 'a duration such as 30s or 2d'),
});

const expectation = z.strictObject({
  status: z.string().optional(),
  error: z.string().optional(),
  response: z.strictObject({ status: z.number().optional(), headers: fields.optional(), body: json.optional() }).optional(),
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
    .optional(),
  /** Every effect that went out, in order. */
  effects: z.array(z.union([z.string(), z.strictObject({ step: z.string(), undo: z.boolean().optional(), input: json.optional() })])).optional(),
  /** Events that occur in this order, others between them. */
  events: z.array(z.union([z.string(), z.strictObject({ type: z.string(), step: z.string().optional() })])).optional(),
  /** Steps that completed, in this order, others between them. */
  sequence: z.array(z.string()).optional(),
});

const test = z.strictObject({
  name: z.string().min(1),
  pipeline: z.string(),
  trigger: json.optional(),
  now: z.iso.datetime({ offset: true }).optional(),
  mocks: z.record(z.string(), z.union([mock, z.array(mock).min(1)])).optional(),
  signals: z.array(signal).optional(),
  expect: expectation,
});

export const testDocument = z.strictObject({
  /** Path of the application, from here; without it the file of this name without `_test`. */
  application: z.string().optional(),
  tests: z.array(test).min(1),
});

export type YamlTest = z.output<typeof test>;
export type YamlMock = z.output<typeof mock>;
export type Expectation = z.output<typeof expectation>;
