/**
 * Sends a signed webhook as Standard Webhooks describes it. The id is that of the effect, so a receiver that keeps ids
 * takes an attempt that was repeated for what it is.
 */
import { z } from 'zod';
import type { Json } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { compact, flatFields, headers, headerText, json, path } from '#steps/config-schemas';
import { defineStep } from '#steps/define-step';
import { expectSuccess } from '#steps/http-reply';
import { base64Bytes, hmacBase64 } from '#steps/webhook-schemes';

const config = z
  .strictObject({
    url: z.string().min(1).describe('Where to.'),
    secret: z.string().optional().describe(`Signs it: \${NAME} of a text, or of whsec_ and base64. Without one it goes out unsigned.`),
    event: z.string().optional().describe('Type of the event, put beside the data.'),
    payload: json.optional().describe('Data of the event. Default: the flat fields of the context, without the headers of a request.'),
    payload_from: path.optional().describe('Path of a value that is the data, instead of payload.'),
    headers: headers.optional().describe('Further headers.'),
  })
  .refine((c) => c.payload === undefined || c.payload_from === undefined, { message: 'either payload or payload_from', path: ['payload_from'] });

interface Input {
  url: string;
  secret?: string;
  event?: string;
  payload: Json;
  headers?: Record<string, string>;
}

export const webhookSend = defineStep({
  type: 'step.webhook_send',
  summary: 'Sends a webhook, signed so that the receiver can check it (Standard Webhooks).',
  pure: false,
  config,
  paths: ['payload_from'],
  example: `
name: tell-partner
type: step.webhook_send
config:
  url: https://partner.example/hooks
  secret: "\${PARTNER_WEBHOOK_SECRET}"
  event: order.shipped
  payload:
    order_id: "{{ .order_id }}"
`,
  output: '{delivered: true, status_code, webhook_id}',
  prepare(settings, scope) {
    const { headers: _, ...fields } = flatFields(scope.context);
    return compact({
      url: settings.url,
      secret: settings.secret || undefined,
      event: settings.event,
      payload: settings.payload_from === undefined ? (settings.payload ?? fields) : (scope.lookup(settings.payload_from) ?? null),
      headers: settings.headers ? headerText(settings.headers) : undefined,
    });
  },
  target: ({ url }: Input) => url,
  async perform(input: Input, context) {
    const id = `msg_${await shortHash(`${context.tenant} ${context.idempotency_key}`)}`;
    const timestamp = String(Math.floor(context.now() / 1000));
    const body = JSON.stringify(
      input.event === undefined ? input.payload : { type: input.event, timestamp: new Date(context.now()).toISOString(), data: input.payload },
    );
    const reply = await context.http.fetch({
      url: input.url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        traceparent: `00-${context.trace_id}-${context.span_id}-01`,
        ...input.headers,
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        ...(input.secret === undefined ? {} : { 'webhook-signature': `v1,${await hmacBase64('sha256', keyOf(input.secret), `${id}.${timestamp}.${body}`)}` }),
      },
      body,
    });
    expectSuccess('POST', input.url, reply, context);
    return { kind: 'completed', output: { delivered: true, status_code: reply.status, webhook_id: id }, response: { status_code: reply.status } };
  },
});

function keyOf(secret: string): string | Uint8Array {
  if (!secret.startsWith('whsec_')) return secret;
  const bytes = base64Bytes(secret.slice('whsec_'.length));
  if (!bytes) throw new Problem('step_config_invalid', 'What follows whsec_ in the secret is not base64.');
  return bytes;
}

async function shortHash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
