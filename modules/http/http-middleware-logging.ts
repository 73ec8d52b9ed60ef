/** A line for each request. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const httpMiddlewareLogging = defineModule({
  type: 'http.middleware.logging',
  summary: 'Writes a line for each request: method, path, status. Never headers or bodies.',
  ports: { offers: ['guard'] },
  config: z.strictObject({
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('warn and error: only answers from 400, or 500, are written.'),
  }),
  guard: {
    after(request, answer, { log, settings }) {
      const least = settings.logLevel === 'error' ? 500 : settings.logLevel === 'warn' ? 400 : 0;
      if (answer.status >= least) log(answer.status >= 500 ? 'warn' : 'info', 'request', { method: request.method, path: request.path, status: answer.status });
      return {};
    },
  },
  example: `
name: logging
type: http.middleware.logging
config:
  logLevel: info
`,
});
