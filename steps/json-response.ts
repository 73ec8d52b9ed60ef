/**
 * Answers the HTTP caller with JSON. The pipeline ends here.
 *
 * A string that holds a JSON object or array (`'{{ json .steps.process }}'`) is decoded, as the whole body and where a
 * template inside it writes one, so that nothing is encoded twice.
 */
import { z } from 'zod';
import { decodedText, type Json } from '#contracts/json';
import { LIMITS } from '#contracts/limits';
import { answerSettings, isBodyless, statusOf, writtenStatus } from '#steps/answer';
import { byteLength, compact, headerText, json, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  ...answerSettings,
  body: json.optional().meta({
    description: 'The answer. {_from: path} anywhere inside inserts a value as it is. A template that writes JSON, such as {{ json .items }}, gives the value.',
    decoded: true,
  }),
  body_from: path.optional().describe('Path of a value that is the whole answer, instead of body.'),
});

interface Input {
  status: number;
  headers?: Record<string, string>;
  body?: Json;
}

export const jsonResponse = defineStep({
  type: 'step.json_response',
  summary: 'Answers the request with JSON and ends the pipeline.',
  pure: true,
  config,
  paths: ['status_from', 'body_from'],
  example: `
name: respond
type: step.json_response
config:
  status: 201
  body:
    order_id: "{{ .order_id }}"
    status: confirmed
`,
  output: '{http_status, body_size}',
  describe: (settings) => ({ answer: { status: writtenStatus(settings), media_type: 'application/json' } }),
  prepare: (settings, scope) =>
    compact({
      status: statusOf(settings, scope),
      headers: settings.headers ? headerText(settings.headers) : undefined,
      body: settings.body_from === undefined ? decoded(settings.body) : (scope.lookup(settings.body_from) ?? null),
    }),
  run: (input: Input) => ({ kind: 'completed', output: { http_status: input.status, body_size: byteLength(textOf(input)) } }),
  answer: (input: Input) => ({
    status: input.status,
    headers: isBodyless(input.status) ? { ...input.headers } : { 'content-type': 'application/json', ...input.headers },
    body: textOf(input),
  }),
});

function textOf(input: Input): string {
  return input.body === undefined || isBodyless(input.status) ? '' : JSON.stringify(input.body);
}

function decoded(body: Json | undefined): Json | undefined {
  return typeof body === 'string' ? decodedText(body, LIMITS.jsonDepth) : body;
}
