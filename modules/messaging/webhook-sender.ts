/** Sends what is handed to it to a URL; retried as every call. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  url: z.string().min(1).describe('Where to. A path alone is one of the application itself, which cannot be called from inside: give the whole URL.'),
  method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').describe('HTTP method.'),
  headers: z.record(z.string(), z.string()).optional().describe(`Headers. Secrets belong here as \${NAME}.`),
  maxRetries: z.number().int().min(0).max(20).default(3).describe('Calls beside the first.'),
  initialBackoff: z.string().default('1s').describe('Wait before the second call.'),
  maxBackoff: z.string().default('1m').describe('Longest wait between two calls.'),
  timeout: z.string().default('30s').describe('Longest time of one call.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

export const webhookSender = defineModule({
  type: 'webhook.sender',
  summary: 'Sends each event, request or job that is handed to it to a URL, with retries and an idempotency key.',
  config,
  ports: { offers: ['requests', 'messages'] },
  notices: (settings) =>
    (settings as Settings).url.startsWith('/')
      ? [
          {
            severity: 'warning',
            setting: 'url',
            message: `"${(settings as Settings).url}" has no host; a call of it fails.`,
            hint: 'Give the whole URL, beginning with https://.',
          },
        ]
      : [],
  lower(use) {
    const { url, method, headers, maxRetries, initialBackoff, maxBackoff, timeout } = use.settings as Settings;
    const body = { _from: use.by === 'request' ? 'trigger.body' : 'trigger.data' };
    const send = {
      name: 'send',
      type: 'step.http_call',
      timeout,
      retry: { max_attempts: maxRetries + 1, initial_delay: initialBackoff, max_delay: maxBackoff },
      config: { url, method, ...(headers ? { headers } : {}), body },
    };
    return { steps: [send] };
  },
  example: `
name: customer-webhook
type: webhook.sender
config:
  url: https://notifications.example.com/api/send
  headers:
    Authorization: "Bearer \${NOTIFICATION_API_TOKEN}"
`,
});
