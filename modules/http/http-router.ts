/** The routes of an application, as a module. The routes themselves stand in pipelines and workflows. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

export const httpRouter = defineModule({
  type: 'http.router',
  summary: 'Brings requests to pipelines. Routes stand under pipelines and workflows.http; this module gives them a common prefix.',
  ports: {
    offers: ['routes'],
    takes: [
      { port: 'server', by: 'server' },
      { port: 'server', by: 'module' },
    ],
  },
  config: z.strictObject({
    prefix: z
      .string()
      .regex(/^\/[^\s{}]*$/, 'a path that begins with /')
      .optional()
      .describe('Path in front of the routes that name this router.'),
    server: z.string().optional().describe('Name of the server module. An application has one origin, so this only has to be right.'),
    module: z.string().optional().describe('Older spelling of server.'),
  }),
  example: `
name: router
type: http.router
dependsOn: [server]
config:
  prefix: /api
`,
});
