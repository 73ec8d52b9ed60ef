/** What the application's own description says of itself, and where it stands. */
import { z } from 'zod';
import { defineModule } from '#modules/define-module';

const config = z.strictObject({
  title: z.string().min(1).max(200).optional().describe('Title of the API. Default: the name of the application.'),
  version: z.string().min(1).max(100).optional().describe('Version of the API. Default: that of the document.'),
  description: z.string().max(10_000).optional().describe('What the API is for. Default: the description of the document.'),
  path: z
    .string()
    .regex(/^\/[^\s{}?#]+$/, 'a path that begins with /')
    .optional()
    .describe('Where the description stands, beside /openapi.json.'),
  docsPath: z
    .string()
    .regex(/^\/[^\s{}?#]+$/, 'a path that begins with /')
    .optional()
    .describe('Where the page of it stands, beside /docs.'),
  servers: z
    .array(z.union([z.string(), z.looseObject({ url: z.string(), description: z.string().optional() })]))
    .max(20)
    .optional()
    .describe('Addresses at which the API is reached. Default: the origin of the application.'),
});

export const openapiGenerator = defineModule({
  type: 'openapi.generator',
  summary:
    'Describes the application. Every application has a description at /openapi.json, and a page of it at /docs; the module says what it is called, and where else it stands.',
  config,
  ports: { offers: ['description'], takes: [{ port: 'routes' }] },
  describes(settings) {
    const { title, version, description, path, docsPath, servers } = settings as z.output<typeof config>;
    return {
      ...(title === undefined ? {} : { title }),
      ...(version === undefined ? {} : { version }),
      ...(description === undefined ? {} : { description }),
      ...(path === undefined ? {} : { path }),
      ...(docsPath === undefined ? {} : { docs_path: docsPath }),
      ...(servers
        ? {
            servers: servers.map((each) =>
              typeof each === 'string' ? { url: each } : { url: each.url, ...(each.description === undefined ? {} : { description: each.description }) },
            ),
          }
        : {}),
    };
  },
  example: `
name: api-docs
type: openapi.generator
config:
  title: Orders
  version: "2.1"
  path: /api/spec.json
`,
});
