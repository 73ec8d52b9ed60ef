/** How often a client may ask. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';
import { takeFrom } from '#modules/http/rate';

const rateConfig = z.strictObject({
  requestsPerMinute: z.number().min(1).max(100_000).default(60).describe('Requests that come back each minute, for each client.'),
  requestsPerHour: z.number().min(1).max(1_000_000).optional().describe('Instead of requestsPerMinute: requests that come back each hour.'),
  burstSize: z.number().int().min(1).max(100_000).default(10).describe('Requests that a client may make at once.'),
  by: z
    .enum(['client', 'user', 'application'])
    .default('client')
    .describe('Whose requests are counted together: those of an address (of IPv6, of its network), of a signed-in user, or all.'),
});

export const httpMiddlewareRatelimit = defineModule({
  type: 'http.middleware.ratelimit',
  summary: 'Bounds how often a client may ask. Beyond it the answer is 429 with Retry-After.',
  ports: { offers: ['guard'] },
  config: rateConfig,
  guard: {
    async before(request, context) {
      const { requestsPerMinute, requestsPerHour, burstSize, by } = context.settings as z.output<typeof rateConfig>;
      const per_minute = requestsPerHour === undefined ? requestsPerMinute : requestsPerHour / 60;
      const key = by === 'application' ? 'all' : by === 'user' ? (request.user ?? request.network) : request.network;
      return { headers: await takeFrom(context, key, { per_minute, burst: burstSize }) };
    },
  },
  example: `
name: rate-limiter
type: http.middleware.ratelimit
config:
  requestsPerMinute: 300
  burstSize: 50
`,
});
