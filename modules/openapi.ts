/** An API that is described first: the operations of an OpenAPI document are answered by pipelines of the application. */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import type { DoorContext, DoorRequest } from '#modules/door';

const config = z.strictObject({
  spec_file: z.string().min(1).describe('OpenAPI document, as YAML or JSON, relative to the application.'),
  base_path: z.string().regex(/^\//, 'a path that begins with /').default('/').describe('Path that its paths stand below.'),
  router: z.string().optional().describe('Name of the router module, for the reader.'),
  validation: z
    .strictObject({
      request: z.boolean().default(true).describe('Whether requests are checked.'),
      response: z.boolean().optional().describe('Whether answers are checked. No effect here.'),
      response_action: z.enum(['warn', 'error']).optional().describe('What a wrong answer means. No effect here.'),
    })
    .optional()
    .describe('What is checked against the document.'),
  swagger_ui: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether there is a page.'),
      path: z.string().regex(/^\//).default('/docs').describe('Where it is.'),
    })
    .optional()
    .describe('A page that shows the operations.'),
  description: z.string().optional().describe('What it is for.'),
});

type Settings = z.output<typeof config>;

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head', 'options']);

export const openapi = defineModule({
  type: 'openapi',
  summary:
    'Routes from an OpenAPI document: an operation is answered by the pipeline that x-pipeline names, or that is called as its operationId. The description is at /openapi.json, a page of it at /docs.',
  config,
  files: ['spec_file'],
  mounts(settings, use) {
    const { swagger_ui, spec_file } = settings as Settings;
    // Without the document the platform's own description of the application stands there.
    if (!isJsonObject(use.document(spec_file))) return [];
    return [{ method: 'GET', path: '/openapi.json' }, ...(swagger_ui?.enabled ? [{ method: 'GET', path: swagger_ui.path }] : [])];
  },
  routes(use) {
    const { spec_file, base_path } = use.settings as Settings;
    const document = use.document(spec_file);
    const paths = isJsonObject(document) && isJsonObject(document.paths) ? document.paths : {};
    return Object.entries(paths).flatMap(([path, item]) =>
      operations(item).flatMap(([method, operation]) => {
        const pipeline = [operation['x-pipeline'], operation.operationId].find((name): name is string => typeof name === 'string' && use.pipeline(name));
        return pipeline === undefined ? [] : [{ method: method.toUpperCase(), path: `${base_path.replace(/\/+$/, '')}${path}`, pipeline }];
      }),
    );
  },
  around(use): JsonObject {
    const document = use.document((use.settings as Settings).spec_file);
    return isJsonObject(document) ? { document } : {};
  },
  door: { serve },
  example: `
name: pet-store-api
type: openapi
config:
  spec_file: specs/petstore.yaml
  base_path: /api/v1
`,
});

function operations(item: Json): [method: string, operation: JsonObject][] {
  if (!isJsonObject(item)) return [];
  return Object.entries(item).flatMap(([method, operation]): [string, JsonObject][] =>
    METHODS.has(method) && isJsonObject(operation) ? [[method, operation]] : [],
  );
}

async function serve(request: DoorRequest, context: DoorContext): Promise<Response> {
  const { document } = context.settings as { document?: JsonObject };
  const description = document ?? {};
  if (request.path.endsWith('.json')) return Response.json(description);
  if (!isJsonObject(description.paths)) throw new Problem('unknown_route', 'The description has no paths.');
  return new Response(page(description), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" },
  });
}

/** Plain, without a script: what the operations are, and where the description itself is. */
function page(description: JsonObject): string {
  const info = isJsonObject(description.info) ? description.info : {};
  const rows = Object.entries(description.paths as JsonObject).flatMap(([path, item]) =>
    operations(item).map(
      ([method, operation]) =>
        `<tr><td><b>${escaped(method.toUpperCase())}</b></td><td><code>${escaped(path)}</code></td><td>${escaped(String(operation.summary ?? operation.operationId ?? ''))}</td></tr>`,
    ),
  );
  const title = escaped(String(info.title ?? 'API'));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td{border-top:1px solid #8884;padding:.4rem .6rem .4rem 0;vertical-align:top}</style></head><body><h1>${title}</h1><p>${escaped(String(info.description ?? ''))}</p><p><a href="/openapi.json">openapi.json</a></p><table>${rows.join('')}</table></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
