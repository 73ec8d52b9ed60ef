/**
 * Checks that the request which started the execution was signed by who knows the secret.
 * The pipeline keeps the body as it came (`trigger.raw_body`), for that is what was signed.
 */
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#contracts/json';
import { errorInfo, Problem } from '#contracts/problems';
import { duration, durationMs } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { DEFAULT_TOLERANCE_S, verifyWebhook, WEBHOOK_PROVIDERS, type WebhookRequest, type WebhookScheme } from '#steps/webhook-schemes';

const config = z
  .strictObject({
    provider: z
      .enum(WEBHOOK_PROVIDERS)
      .default('generic')
      .describe('Whose scheme: github, stripe, slack, standard (Standard Webhooks) or generic (an HMAC in a header).'),
    secret: z.string().min(1).describe(`The shared secret, as \${NAME}.`),
    header: z.string().optional().describe('generic: header of the signature. Default X-Signature.'),
    algorithm: z.enum(['sha1', 'sha256', 'sha512']).optional().describe('generic: hash of the HMAC. Default sha256.'),
    encoding: z.enum(['hex', 'base64']).optional().describe('generic: how the signature is written. Default hex.'),
    timestamp_header: z.string().optional().describe('generic: header of a signed time in seconds; what is signed is the time, a dot and the body.'),
    tolerance: duration.optional().describe(`How far a signed time may be from now. Default ${DEFAULT_TOLERANCE_S / 60}m.`),
  })
  .refine((c) => c.provider === 'generic' || (c.header ?? c.algorithm ?? c.encoding ?? c.timestamp_header) === undefined, {
    message: 'header, algorithm, encoding and timestamp_header belong to the provider generic',
    path: ['provider'],
  });

interface Input extends WebhookScheme {
  headers: Record<string, string>;
  raw_body: string;
}

/** Settings as a scheme is made of them. */
function schemeOf({ tolerance, ...scheme }: z.output<typeof config>): WebhookScheme {
  return { ...scheme, ...(tolerance === undefined ? {} : { tolerance_s: Math.ceil(durationMs(tolerance) / 1000) }) };
}

/** Of settings as a trigger has them, once their secret is filled in. Throws Problem('signature_invalid'). */
export async function assertSigned(settings: JsonObject, request: WebhookRequest, now: number): Promise<void> {
  const verdict = await verifyWebhook(schemeOf(config.parse(settings)), request, now);
  if (!verdict.valid) throw new Problem('signature_invalid', verdict.reason);
}

export const webhookVerify = defineStep({
  type: 'step.webhook_verify',
  summary: 'Checks the signature of a webhook. A request that was not signed, or not with this secret, is answered with 401.',
  pure: false,
  idempotent: true,
  rawBody: true,
  config,
  example: `
name: verify
type: step.webhook_verify
config:
  provider: github
  secret: "\${GITHUB_WEBHOOK_SECRET}"
`,
  output: '{valid: true, delivery_id}',
  prepare(settings, scope) {
    const trigger = isJsonObject(scope.context.trigger) ? scope.context.trigger : {};
    if (typeof trigger.raw_body !== 'string') {
      throw new Problem('signature_invalid', 'There is no request whose signature could be checked: the execution was not started over HTTP.');
    }
    return { ...schemeOf(settings), headers: isJsonObject(trigger.headers) ? trigger.headers : {}, raw_body: trigger.raw_body };
  },
  async perform(input: Input, context) {
    const verdict = await verifyWebhook(input, { headers: input.headers, body: input.raw_body }, context.now());
    if (!verdict.valid) return { kind: 'failed', error: errorInfo('signature_invalid', verdict.reason) };
    return { kind: 'completed', output: { valid: true, delivery_id: verdict.id } };
  },
});
