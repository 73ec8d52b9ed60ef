/** An id for every request. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const REQUEST_ID = /^[\w.:-]{1,128}$/;

export const httpMiddlewareRequestid = defineModule({
  type: 'http.middleware.requestid',
  summary: 'Gives every request an id, or keeps the one it came with, and sends it back as X-Request-Id. The trigger has it as request_id.',
  ports: { offers: ['guard'] },
  config: z.strictObject({
    header: z
      .string()
      .regex(/^[\w-]+$/)
      .default('X-Request-Id')
      .describe('Name of the header.'),
  }),
  guard: {
    async before(request, { settings }) {
      const given = request.headers.get(String(settings.header)) ?? '';
      const id = REQUEST_ID.test(given) ? given : crypto.randomUUID();
      return { trigger: { request_id: id }, headers: { [String(settings.header).toLowerCase()]: id } };
    },
  },
  example: `
name: request-id
type: http.middleware.requestid
config: {}
`,
});
