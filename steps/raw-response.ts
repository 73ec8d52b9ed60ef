/** Answers the HTTP caller with text or bytes of any type. The pipeline ends here. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { answerSettings, bodyText, isBodyless, statusOf, writtenStatus } from '#steps/answer';
import { byteLength, compact, headerText, headerValue, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  ...answerSettings,
  content_type: z.string().default('text/plain; charset=utf-8').describe('Content type of the answer.'),
  body: z.string().optional().describe('The answer, as text.'),
  body_from: path.optional().describe('Path of a value that is the answer, instead of body. Values that are not text are written as JSON.'),
  encoding: z.enum(['text', 'base64']).default('text').describe('base64: the text is base64 and is sent as the bytes that it stands for.'),
});

interface Input {
  status: number;
  content_type: string;
  headers?: Record<string, string>;
  body: string;
  encoding?: 'base64';
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const rawResponse = defineStep({
  type: 'step.raw_response',
  summary: 'Answers the request with text or bytes of any content type and ends the pipeline.',
  pure: true,
  config,
  paths: ['status_from', 'body_from'],
  example: `
name: page
type: step.raw_response
config:
  content_type: text/html; charset=utf-8
  body: "<h1>Order {{ .order_id }}</h1>"
`,
  output: '{http_status, content_type, body_size}',
  describe: ({ content_type = 'text/plain', ...settings }) => ({
    answer: { status: writtenStatus(settings), media_type: String(content_type).split(';')[0]!.trim() },
  }),
  prepare(settings, scope) {
    const text = settings.body_from === undefined ? (settings.body ?? '') : bodyText(scope.lookup(settings.body_from));
    return compact({
      status: statusOf(settings, scope),
      content_type: headerValue(settings.content_type),
      headers: settings.headers ? headerText(settings.headers) : undefined,
      body: text,
      encoding: settings.encoding === 'base64' ? 'base64' : undefined,
    });
  },
  run(input: Input) {
    if (input.encoding === 'base64' && !BASE64.test(input.body))
      throw new Problem('step_config_invalid', 'The body is not base64. Leave encoding out to send it as text.');
    return { kind: 'completed', output: { http_status: input.status, content_type: input.content_type, body_size: sizeOf(input) } };
  },
  answer: (input: Input) => ({
    status: input.status,
    headers: isBodyless(input.status) ? { ...input.headers } : { 'content-type': input.content_type, ...input.headers },
    body: isBodyless(input.status) ? '' : input.body,
    ...(input.encoding && !isBodyless(input.status) ? { encoding: input.encoding } : {}),
  }),
});

function sizeOf(input: Input): number {
  if (isBodyless(input.status)) return 0;
  return input.encoding ? (input.body.length / 4) * 3 - (/=*$/.exec(input.body)?.[0].length ?? 0) : byteLength(input.body);
}
