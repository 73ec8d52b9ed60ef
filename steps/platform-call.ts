/**
 * Calls an operation of the platform's own API, with a key of the company as its credential.
 *
 * 1. The credential is a secret by its name: a key is in no document, log or event.
 * 2. What the platform refuses keeps its code, so that a caller may be told, and retries know what is worth another attempt.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { operationId } from '#contracts/operation-id';
import { OPERATIONS } from '#contracts/operations';
import { type ErrorInfo, errorInfo, isProblemCode, PROBLEMS } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import { compact, json, path } from '#steps/config-schemas';
import { defineStep, type EffectContext, type HttpReply } from '#steps/define-step';
import { bodyValue, statusError } from '#steps/http-reply';

const BY_ID: ReadonlyMap<string, string> = new Map(OPERATIONS.map((route) => [operationId(route), route]));
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const config = z
  .strictObject({
    operation: z
      .enum([...OPERATIONS, ...BY_ID.keys()] as unknown as [string, ...string[]])
      .describe('Method and path below /api/v1, such as POST /executions, or the operationId of /openapi.json.'),
    params: z.record(z.string(), scalar).optional().describe('Values of the {parameters} of the path, by their names.'),
    query: z.record(z.string(), scalar).optional().describe('Keys of the query. An empty text is left out.'),
    body: json.optional().describe('Body, as /openapi.json describes it.'),
    body_from: path.optional().describe('Path of a value that is the whole body, instead of body.'),
    credential: z
      .string()
      .min(1)
      .meta({ sealed: true })
      .describe('An API key of the company, as the name of the secret that holds it. The call may do what that key may, and no more.'),
    expected_status: z
      .union([z.literal('any'), z.array(z.number().int().min(100).max(599)).min(1)])
      .optional()
      .describe('Statuses that count as success; any: all of them, refusals too. Default: all from 200 to 299.'),
  })
  .refine((c) => c.body === undefined || c.body_from === undefined, { message: 'either body or body_from', path: ['body_from'] })
  .superRefine(({ operation, params = {} }, context) => {
    const wanted = parametersOf(routeOf(operation));
    for (const name of wanted) if (!Object.hasOwn(params, name)) context.addIssue({ code: 'custom', path: ['params'], message: `${operation} needs ${name}` });
    for (const name of Object.keys(params))
      if (!wanted.includes(name)) context.addIssue({ code: 'custom', path: ['params', name], message: `${operation} has no {${name}} in its path` });
  });

interface Input {
  operation: string;
  params: Record<string, string>;
  query: Record<string, string>;
  body?: Json;
  credential: string;
  expected_status?: 'any' | number[];
}

export const platformCall = defineStep({
  type: 'step.platform_call',
  summary: "Calls an operation of the platform's own API, with a key of the company, without leaving the platform.",
  pure: false,
  config,
  paths: ['body_from'],
  example: `
name: promote
type: step.platform_call
config:
  operation: POST /deployments/{deployment}/promote
  params:
    deployment: "{{ .deployment_id }}"
  body:
    to: production
  credential: "\${DEPLOY_KEY}"
`,
  output:
    'The body of the answer where it is a JSON object, otherwise {body}. The status stands at steps.X.response.status_code. Every attempt carries the same Idempotency-Key; operations that know it act once.',
  prepare(settings, scope) {
    const body = settings.body_from === undefined ? settings.body : (scope.lookup(settings.body_from) ?? null);
    return compact({
      operation: routeOf(settings.operation),
      params: texts(settings.params),
      query: texts(settings.query),
      body,
      credential: settings.credential,
      expected_status: settings.expected_status,
    });
  },
  async perform(input: Input, context): Promise<StepOutcome> {
    const { expected_status: expected, ...call } = input;
    const reply = await context.platform.call(call);
    const isExpected = expected === 'any' || (expected ? expected.includes(reply.status) : reply.status >= 200 && reply.status < 300);
    if (!isExpected) return { kind: 'failed', error: refusal(input, reply, context) };
    const value = bodyValue(reply);
    return {
      kind: 'completed',
      output: isJsonObject(value) ? value : { body: value },
      response: { status_code: reply.status, span_id: context.span_id },
    };
  },
});

function routeOf(operation: string): string {
  return BY_ID.get(operation) ?? operation;
}

function parametersOf(route: string): string[] {
  return [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}

/** A value that is missing is the empty text: as a key of the query it is left out. */
function texts(values: Record<string, string | number | boolean> | undefined): JsonObject {
  return Object.fromEntries(Object.entries(values ?? {}).flatMap(([name, value]) => (value === '' ? [] : [[name, String(value)]])));
}

/** With the code of the problem that the platform answered. */
function refusal({ operation }: Input, reply: HttpReply, context: EffectContext): ErrorInfo {
  const answer = bodyValue(reply);
  const problem = isJsonObject(answer) ? answer : {};
  if (typeof problem.code !== 'string' || !isProblemCode(problem.code)) return statusError(operation, 'https://platform', reply, context);
  const { title, retryable } = PROBLEMS[problem.code];
  return errorInfo(problem.code, `${operation}: ${typeof problem.detail === 'string' ? problem.detail : title}`, {
    status: reply.status,
    retryable,
    ...(problem.errors === undefined ? {} : { details: problem.errors }),
  });
}
