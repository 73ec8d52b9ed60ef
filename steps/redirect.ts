/** Sends the HTTP caller elsewhere. The pipeline ends here. */
import { z } from 'zod';
import { Problem } from '#contracts/problems';
import { compact, headers, headerText, headerValue } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';

const config = z.strictObject({
  location: z.string().min(1).describe('Where to: a path of the application, or an http or https URL.'),
  url: z.string().optional().meta({ deprecated: true, use: 'location' }).describe('Older spelling of location.'),
  status: z
    .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
    .default(302)
    .describe('HTTP status: 301, 302, 303, 307 or 308.'),
  status_code: z.number().optional().meta({ deprecated: true, use: 'status' }).describe('Older spelling of status.'),
  headers: headers.optional().describe('Further headers.'),
});

interface Input {
  location: string;
  status: number;
  headers?: Record<string, string>;
}

export const redirect = defineStep({
  type: 'step.redirect',
  summary: 'Answers the request with a redirect and ends the pipeline.',
  pure: true,
  config,
  example: `
name: to-order
type: step.redirect
config:
  location: "/orders/{{ .order_id }}"
  status: 303
`,
  output: '{http_status, location}',
  prepare: (settings) =>
    compact({ location: headerValue(settings.location), status: settings.status, headers: settings.headers ? headerText(settings.headers) : undefined }),
  run(input: Input) {
    // A value from outside must not become a script, or another host by its first characters.
    if (!/^(?:https?:\/\/|\/(?![/\\])|\.{1,2}\/|[?#])/i.test(input.location))
      throw new Problem('step_config_invalid', `"${input.location.slice(0, 100)}" is neither a path nor an http or https URL.`);
    return { kind: 'completed', output: { http_status: input.status, location: input.location } };
  },
  answer: (input: Input) => ({ status: input.status, headers: { ...input.headers, location: input.location }, body: '' }),
});
