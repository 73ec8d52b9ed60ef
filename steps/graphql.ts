/** Asks a GraphQL service. An answer with `errors` is a failure, for its status says nothing about them. */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { errorInfo } from '#contracts/problems';
import { compact, headers, headerText, jsonObject } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { bodyValue, expectSuccess } from '#steps/http-reply';

const config = z.strictObject({
  url: z.string().min(1).describe('Where the service answers.'),
  query: z.string().min(1).meta({ literal: true }).describe('The operation, as it is: values go into variables.'),
  variables: jsonObject.optional().describe('Values of the operation, by name.'),
  operation_name: z.string().optional().describe('Which operation, where the text has several.'),
  headers: headers.optional().describe(`Headers. Secrets belong here as \${NAME}.`),
  allow_errors: z.boolean().default(false).describe('Go on when the answer has errors beside its data.'),
});

interface Input {
  url: string;
  query: string;
  variables?: Json;
  operation_name?: string;
  headers?: Record<string, string>;
  allow_errors: boolean;
}

export const graphql = defineStep({
  type: 'step.graphql',
  summary: 'Asks a GraphQL service and gives its data.',
  pure: false,
  config,
  example: `
name: customer
type: step.graphql
config:
  url: https://crm.example/graphql
  query: "query ($id: ID!) { customer(id: $id) { name tier } }"
  variables:
    id: "{{ .customer_id }}"
`,
  output: '{data, errors?}',
  prepare: (settings) =>
    compact({
      url: settings.url,
      query: settings.query,
      variables: settings.variables,
      operation_name: settings.operation_name,
      headers: settings.headers ? headerText(settings.headers) : undefined,
      allow_errors: settings.allow_errors,
    }),
  target: ({ url }: Input) => url,
  async perform(input: Input, context) {
    const reply = await context.http.fetch({
      url: input.url,
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        'idempotency-key': encodeURIComponent(context.idempotency_key),
        traceparent: `00-${context.trace_id}-${context.span_id}-01`,
        ...input.headers,
      },
      body: JSON.stringify(compact({ query: input.query, variables: input.variables, operationName: input.operation_name })),
    });
    expectSuccess('POST', input.url, reply, context);
    const value = bodyValue(reply);
    if (!isJsonObject(value) || !('data' in value || 'errors' in value)) {
      return { kind: 'failed', error: errorInfo('graphql_failed', `${new URL(input.url).host} did not answer as GraphQL does: neither data nor errors.`) };
    }
    const errors = Array.isArray(value.errors) ? value.errors : [];
    const data = value.data ?? null;
    if (errors.length > 0 && (data === null || !input.allow_errors)) {
      return { kind: 'failed', error: errorInfo('graphql_failed', firstMessage(errors), { details: errors.slice(0, 20) }) };
    }
    const output: JsonObject = errors.length > 0 ? { data, errors } : { data };
    return { kind: 'completed', output, response: { status_code: reply.status, span_id: context.span_id } };
  },
});

function firstMessage(errors: Json[]): string {
  const message = isJsonObject(errors[0]) && typeof errors[0].message === 'string' ? errors[0].message : 'The service answered with errors.';
  return errors.length > 1 ? `${message} And ${errors.length - 1} more.` : message;
}
