/** The listener of an application. Here the platform listens, and gives every application an origin. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const timeout = z.union([z.string(), z.number()]).optional();

export const httpServer = defineModule({
  type: 'http.server',
  summary: 'The web server of the application. The platform listens for it: the application answers at its own origin, and this module only names it.',
  ports: { offers: ['server'] },
  config: z.strictObject({
    address: z.string().optional().describe('Host and port. No effect here: the application has an origin of its own.'),
    host: z.string().optional().describe('Host. No effect here.'),
    port: z.union([z.number().int(), z.string()]).optional().describe('Port. No effect here.'),
    readTimeout: timeout.describe('Timeout for reading a request. No effect here: the platform sets it.'),
    writeTimeout: timeout.describe('Timeout for writing an answer. No effect here: set timeout on the pipeline.'),
    idleTimeout: timeout.describe('Timeout of idle connections. No effect here.'),
  }),
  example: `
name: server
type: http.server
config:
  address: ":8080"
`,
});
