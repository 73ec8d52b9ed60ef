/** An API that is described first: the operations of an OpenAPI document are answered by pipelines of the application. */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { Problem, type ProblemDetail } from '#contracts/problems';
import { defineModule } from '#modules/define-module';
import { answerFaults, type Contract, contractOf, requestFaults } from '#modules/description/openapi/contract';
import { brokenReferences, operationsOf } from '#modules/description/openapi/document';
import type { DoorContext, DoorRequest } from '#modules/door';

const config = z.strictObject({
  spec_file: z.string().min(1).describe('OpenAPI document, as YAML or JSON, relative to the application.'),
  base_path: z.string().regex(/^\//, 'a path that begins with /').default('/').describe('Path that its paths stand below.'),
  router: z.string().optional().describe('Name of the router module.'),
  validation: z
    .strictObject({
      request: z.boolean().default(true).describe('Whether requests are checked.'),
      response: z.boolean().default(false).describe('Whether answers of pipelines are checked.'),
      response_action: z
        .enum(['warn', 'error'])
        .default('warn')
        .describe('What a wrong answer means. warn: it goes out with the header X-Answer-Faults, and a line in the log; error: 500 instead.'),
    })
    .prefault({})
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

/** Where the description itself is. */
const DESCRIPTION = '/openapi.json';

export const openapi = defineModule({
  type: 'openapi',
  summary:
    'Routes from an OpenAPI document: an operation is answered by the pipeline that x-pipeline names, that is called as its operationId, or that has the same route. Requests are checked against it before anything starts. The description is at /openapi.json, a page of it at /docs.',
  config,
  ports: { offers: ['requests', 'guard', 'description'], takes: [{ port: 'routes', by: 'router' }] },
  files: ['spec_file'],
  mounts(settings, use) {
    const { swagger_ui, spec_file } = settings as Settings;
    // Without the document the platform's own description of the application stands there.
    if (!isJsonObject(use.document(spec_file))) return [];
    return [{ method: 'GET', path: DESCRIPTION }, ...(swagger_ui?.enabled ? [{ method: 'GET', path: swagger_ui.path }] : [])];
  },
  notices({ spec_file }, files) {
    const path = String(spec_file);
    if (files.file(path) === undefined) return [];
    const document = files.document(path);
    if (!isJsonObject(document)) return [{ severity: 'error', setting: 'spec_file', message: `"${path}" is neither YAML nor JSON with an object at its top.` }];
    const broken = brokenReferences(document);
    if (broken.length === 0) return [];
    const hint = 'References lead to places of the same document: #/components/schemas/Name.';
    return [{ severity: 'error', setting: 'spec_file', message: `"${path}" refers to ${broken.slice(0, 3).join(', ')}, which is not in it.`, hint }];
  },
  routes(use) {
    const { spec_file, base_path, validation } = use.settings as Settings;
    return operationsOf(use.document(spec_file)).map(({ method, path, operation }) => {
      const pipeline = [operation['x-pipeline'], operation.operationId].find((name): name is string => typeof name === 'string' && use.pipeline(name));
      const guarded = validation.request || validation.response;
      const name = typeof operation.operationId === 'string' ? { name: operation.operationId } : {};
      return { method, path: below(base_path, path), guarded, ...name, ...(pipeline === undefined ? {} : { pipeline }) };
    });
  },
  document: (use) => use.document((use.settings as Settings).spec_file),
  guard: {
    admit(trigger, request, context) {
      const { validation } = context.settings as Settings;
      const found = validation.request ? contractFor(request, context) : undefined;
      if (!found) return;
      const seen = { path: pathParameters(found.path, request.params), query: request.url.searchParams, headers: request.headers, body: trigger.body ?? null };
      const faults = requestFaults(found.contract, seen, context.schemas);
      if (faults.length > 0) throw new Problem('validation_failed', `${found.contract.name}: ${told(faults)}`, { errors: faults.slice(0, MAX_FAULTS) });
    },
    review(answer, request, context): Record<string, string> {
      const { validation } = context.settings as Settings;
      const isProblem = (answer.headers.get('content-type') ?? '').startsWith('application/problem+json');
      const found = validation.response && !isProblem && request.method !== 'HEAD' ? contractFor(request, context) : undefined;
      if (!found) return {};
      const faults = answerFaults(found.contract, answer, context.schemas).slice(0, MAX_FAULTS);
      if (faults.length === 0) return {};
      const message = `The answer of ${found.contract.name} is not what the description says: ${told(faults)}`;
      if (validation.response_action === 'error') throw new Problem('answer_invalid', message, { errors: faults });
      const execution_id = answer.headers.get('x-execution-id');
      context.log('warn', message, { execution_id, faults: faults as unknown as Json });
      return { 'x-answer-faults': headerText(told(faults)) };
    },
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

const MAX_FAULTS = 50;

interface Found {
  contract: Contract;
  /** The path of the operation, as the document has it. */
  path: string;
}

/** Contracts of a document by route; a document lives as long as its definition is kept. */
const contracts = new WeakMap<JsonObject, Map<string, Found | undefined>>();

function contractFor({ route }: DoorRequest, { document, settings }: DoorContext): Found | undefined {
  if (!isJsonObject(document)) return undefined;
  const known = contracts.get(document) ?? new Map<string, Found | undefined>();
  contracts.set(document, known);
  const key = `${route.method} ${route.path}`;
  if (!known.has(key)) known.set(key, found(document, route, (settings as Settings).base_path));
  return known.get(key);
}

/** Names of parameters do not make paths differ. */
function found(document: JsonObject, route: { method: string; path: string }, basePath: string): Found | undefined {
  const shape = (path: string) => path.replace(/\{[^}]*\}/g, '{}');
  const operation = operationsOf(document).find(({ method, path }) => method === route.method && shape(below(basePath, path)) === shape(route.path));
  return operation && { contract: contractOf(document, operation), path: operation.path };
}

/** The values of the route under the names that the document has for them: by their order, which the same shape has fixed. */
function pathParameters(path: string, params: Record<string, string>): Record<string, string> {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!);
  const values = Object.values(params).slice(-names.length);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

function below(basePath: string, path: string): string {
  return `${basePath.replace(/\/+$/, '')}${path}`;
}

function told(faults: readonly ProblemDetail[]): string {
  const shown = faults.slice(0, 3).map(({ path, message }) => `${path}: ${message}`);
  return faults.length > shown.length ? `${shown.join(' ')} And ${faults.length - shown.length} more.` : shown.join(' ');
}

/** What a header may hold. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500);
}

async function serve(request: DoorRequest, context: DoorContext): Promise<Response> {
  const description = isJsonObject(context.document) ? context.document : {};
  const { route } = request;
  if (route.path === DESCRIPTION) return Response.json(description);
  if (route.path !== (context.settings as Settings).swagger_ui?.path) throw unanswered(request, context);
  if (!isJsonObject(description.paths)) throw new Problem('unknown_route', 'The description has no paths.');
  return new Response(page(description), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" },
  });
}

function unanswered(request: DoorRequest, context: DoorContext): Problem {
  const { method, path } = request.route;
  const name = contractFor(request, context)?.contract.name;
  // One without an operationId is named by its method and path.
  const pipeline = name === undefined || name.includes(' ') ? `with trigger: {type: http, method: ${method}, path: "${path}"}` : `called ${name}`;
  const hint = `Write a pipeline ${pipeline}, or name one in the description: x-pipeline: my-pipeline. Then deploy again.`;
  return new Problem('operation_unanswered', `No pipeline of the application answers ${name ?? `${method} ${path}`}.`, { extra: { hint } });
}

/** Plain, without a script: what the operations are, and where the description itself is. */
function page(description: JsonObject): string {
  const info = isJsonObject(description.info) ? description.info : {};
  const rows = operationsOf(description).map(
    ({ method, path, operation }) =>
      `<tr><td><b>${escaped(method)}</b></td><td><code>${escaped(path)}</code></td><td>${escaped(String(operation.summary ?? operation.operationId ?? ''))}</td></tr>`,
  );
  const title = escaped(String(info.title ?? 'API'));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>:root{color-scheme:light dark}body{font:15px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td{border-top:1px solid #8884;padding:.4rem .6rem .4rem 0;vertical-align:top}</style></head><body><h1>${title}</h1><p>${escaped(String(info.description ?? ''))}</p><p><a href="/openapi.json">openapi.json</a></p><table>${rows.join('')}</table></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
