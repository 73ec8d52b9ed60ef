/** Requests and answers of breakpoints and mocks; see `api.ts` for the rules. */
import { z } from 'zod';
import { executionStartedSchema } from '#contracts/api-executions';
import { environmentSchema, instant, json, listLimit, page } from '#contracts/api-parts';
import { parseDuration } from '#contracts/duration';
import { emailSchema } from '#contracts/mail';
import { PROBLEMS, type ProblemCode } from '#contracts/problems';

const DAY_MS = 86_400_000;
const BREAKPOINT_TTL_MS = 3_600_000;
const LONGEST_TTL_MS = 30 * DAY_MS;
const MAX_DELAY_MS = 3_600_000;
const MAX_ANSWERS = 50;
const MAX_MOCKS = 50;
/** Mocks of one request, as JSON; those of a run stand in its log. */
const MAX_MOCKS_BYTES = 256 * 1024;
/** A cursor of a list over all pipelines names a step, which may stand deep in blocks. */
const MAX_CURSOR = 4000;

/** `1h`, `30m`, `7d`, or seconds; gives ms. */
const ttl = z
  .union([z.string(), z.number()])
  .transform((given, context) => {
    const ms = parseDuration(given);
    if (ms !== undefined && ms > 0 && ms <= LONGEST_TTL_MS) return ms;
    context.addIssue({ code: 'custom', message: 'a duration such as 30m, 1h or 7d; 30 days at most' });
    return z.NEVER;
  })
  .meta({ examples: ['1h'] });

const url = z.url({ protocol: /^https?$/ }).max(2000);

/** `ops@example.com`, `https://…`, or the same as `{email}` and `{url}`; gives the text. */
const recipient = z
  .union([emailSchema, url, z.strictObject({ email: emailSchema }), z.strictObject({ url })])
  .transform((given) => (typeof given === 'string' ? given : 'email' in given ? given.email : given.url));

export const boardQuery = z.strictObject({ environment: environmentSchema.default('production') });

export const boardsQuery = z.strictObject({
  environment: environmentSchema.optional().meta({ description: 'All environments when absent' }),
  workflow: z.string().min(1).max(128).optional().meta({ description: 'Name or id' }),
  pipeline: z.string().min(1).max(256).optional().meta({ description: '`pipeline` or `workflow.pipeline`' }),
  limit: listLimit,
  cursor: z.string().min(1).max(MAX_CURSOR).optional().meta({ description: '`next_cursor` of the previous page' }),
});

export const breakpointRequest = z
  .strictObject({
    step: z.string().min(1).max(256).meta({ description: 'Executions are held before this step' }),
    condition: z.string().min(1).max(2000).nullish().meta({ description: 'Held only where it holds, in the language of `if`' }),
    action: z.literal('pause').default('pause'),
    ttl: ttl.default(BREAKPOINT_TTL_MS).meta({ description: 'How long it stands; 1h when absent. What is held stays held.' }),
    notify: z.array(recipient).max(10).default([]).meta({ description: 'E-mail addresses get a mail, URLs a POST, when somebody is held here' }),
    environment: environmentSchema.default('production'),
  })
  .meta({
    id: 'BreakpointRequest',
    examples: [{ step: 'charge-payment', condition: 'steps.check-inventory.output.total > 10000', action: 'pause', ttl: '1h', notify: ['user@example.com'] }],
  });

const boardEntry = {
  id: z.string(),
  workflow: z.string(),
  pipeline: z.string(),
  environment: z.string(),
  step: z.string(),
  created_at: instant,
  expires_at: instant.nullable().meta({ description: 'null: it stands until it is deleted' }),
  created_by: z.string(),
};

export const breakpointSchema = z
  .object({ ...boardEntry, condition: z.string().optional(), action: z.literal('pause'), notify: z.array(z.string()) })
  .meta({ id: 'Breakpoint' });
export const breakpointPage = page('BreakpointPage', breakpointSchema);

const stepErrorCodes = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

const mockError = z
  .strictObject({
    code: z.enum(stepErrorCodes).optional().meta({ description: 'As `retry_on` knows them; upstream_status with a status, step_failed without' }),
    message: z.string().min(1).max(1000).optional(),
    status: z.number().int().min(100).max(599).optional().meta({ description: "The other side's HTTP status" }),
    retryable: z.boolean().optional(),
  })
  .meta({ id: 'MockError' });

const mockAnswer = z
  .strictObject({
    output: json.optional(),
    error: mockError.optional(),
    delay_ms: z.number().int().min(0).max(MAX_DELAY_MS).optional(),
  })
  .refine((answer) => answer.output === undefined || answer.error === undefined, { message: 'either output or error', path: ['error'] })
  .meta({ id: 'MockAnswer' });

const mockSetting = z.union([
  mockAnswer,
  z.strictObject({ answers: z.array(mockAnswer).min(1).max(MAX_ANSWERS).meta({ description: 'One for each call of an execution; the last one stays' }) }),
]);

/** By step; within the bounds of one request. */
export const mockSettings = z.record(z.string().min(1).max(256), mockSetting).superRefine((mocks, context) => {
  if (Object.keys(mocks).length > MAX_MOCKS) context.addIssue({ code: 'custom', message: `${MAX_MOCKS} steps at most` });
  if (JSON.stringify(mocks).length > MAX_MOCKS_BYTES) context.addIssue({ code: 'custom', message: `${MAX_MOCKS_BYTES / 1024} KB at most` });
});

export const mockRequest = z
  .strictObject({
    mocks: mockSettings.meta({ description: 'By step' }),
    ttl: ttl.optional().meta({ description: 'How long they stand; until they are deleted when absent' }),
    trigger_data: json
      .optional()
      .meta({ description: 'Runs the pipeline once, with these mocks only: a step with an effect that has none fails, and nothing goes out' }),
    environment: environmentSchema.default('production'),
  })
  .superRefine((body, context) => {
    if (Object.keys(body.mocks).length === 0 && body.trigger_data === undefined)
      context.addIssue({ code: 'custom', path: ['mocks'], message: 'name at least one step' });
    if (body.ttl !== undefined && body.trigger_data !== undefined)
      context.addIssue({ code: 'custom', path: ['ttl'], message: 'these mocks are for one run only' });
  })
  .meta({
    id: 'MockRequest',
    examples: [
      {
        mocks: { 'check-inventory': { output: { available: false, reason: 'out_of_stock' }, delay_ms: 50 } },
        trigger_data: { product_id: 'SKU-999', quantity: 1 },
      },
    ],
  });

export const mockSchema = z.object({ ...boardEntry, answers: z.array(mockAnswer) }).meta({ id: 'Mock' });
export const mockPage = page('MockPage', mockSchema);
export const mockedSchema = z.union([mockPage, executionStartedSchema]);

export const removedSchema = z.object({ removed: z.number().int() }).meta({ id: 'Removed' });
