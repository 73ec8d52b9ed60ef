/**
 * The description of an application: `/openapi.json` and `/docs` at its own origin and path, unless it has routes of its
 * own there. Made from the compiled definition alone: routes, path parameters, and what the steps say of themselves.
 */
import { problemSchema } from '#contracts/api';
import type { Definition, Pipeline, Route } from '#contracts/definition';
import type { StepDefinition } from '#steps/define-step';
import { docsPage } from '#workers/api/docs-page';
import { type JsonSchema, type OpenApiDocument, type Operation, schemaOf } from '#workers/api/openapi';

type Steps = ReadonlyMap<string, Pick<StepDefinition, 'describe'>>;

/** `base`: what stands before the application's paths. `undefined` for every other path. */
export function describeApplication(definition: Definition, path: string, base: string, steps: Steps): Response | undefined {
  const { path: own, docs_path } = definition.api ?? {};
  if (path === '/openapi.json' || path === own) return Response.json(documentOf(definition, base, steps));
  return path === '/docs' || path === docs_path ? docsPage(documentOf(definition, base, steps)) : undefined;
}

const made = new WeakMap<Definition, Map<string, OpenApiDocument>>();

function documentOf(definition: Definition, base: string, steps: Steps): OpenApiDocument {
  const known = made.get(definition) ?? new Map<string, OpenApiDocument>();
  made.set(definition, known);
  const document = known.get(base) ?? build(definition, base, steps);
  known.set(base, document);
  return document;
}

const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function build(definition: Definition, base: string, steps: Steps): OpenApiDocument {
  const { api = {} } = definition;
  const schemas: Record<string, JsonSchema> = {};
  schemaOf(problemSchema, 'output', schemas);
  const paths: OpenApiDocument['paths'] = {};
  for (const route of definition.routes) {
    const path = route.path.replaceAll('...}', '}');
    for (const method of route.method === '*' ? ANY_METHOD : [route.method]) {
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(definition, route, method, steps) };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: api.title ?? definition.name,
      version: api.version ?? definition.label ?? definition.hash.slice(0, 12),
      description: api.description ?? definition.description ?? '',
    },
    servers: api.servers ?? [{ url: base === '' ? '/' : base }],
    tags: [...new Set(definition.routes.flatMap((route) => route.tags ?? [definition.name]))].map((name) => ({ name, description: '' })),
    paths,
    components: { schemas, securitySchemes: {} },
  };
}

function operationOf(definition: Definition, route: Route, method: string, steps: Steps): Operation {
  const pipeline = route.pipeline === undefined ? undefined : definition.pipelines[route.pipeline];
  const { body, answers } = partsOf(pipeline, steps);
  const name = route.pipeline ?? route.door ?? 'route';
  return {
    operationId: `${method} ${route.path}`
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
    tags: route.tags ?? [definition.name],
    summary: route.summary ?? name,
    description: route.description ?? '',
    parameters: [...route.path.matchAll(/\{([^{}]+?)(?:\.\.\.)?\}/g)].map(([, parameter]) => ({
      name: parameter!,
      in: 'path' as const,
      required: true,
      schema: { type: 'string' },
    })),
    ...(body && method !== 'GET' ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : anyBody(pipeline, method)),
    responses: {
      ...answers,
      ...(body ? { 400: { description: 'The body is not what the pipeline asks for.', content: PROBLEM } } : {}),
      500: { description: 'A step failed; `execution_id` leads to what happened.', content: PROBLEM },
    },
    security: [],
  };
}

/** A pipeline that checks nothing takes what it is sent. */
function anyBody(pipeline: Pipeline | undefined, method: string): Pick<Operation, 'requestBody'> {
  if (!pipeline || !['POST', 'PUT', 'PATCH'].includes(method)) return {};
  return { requestBody: { required: false, content: { 'application/json': { schema: {} } } } };
}

/**
 * Of several checks of the body all hold, but for those that not every run comes by; of several answers of one status
 * the first is shown.
 */
function partsOf(pipeline: Pipeline | undefined, steps: Steps): { body?: JsonSchema; answers: Operation['responses'] } {
  const bodies: JsonSchema[] = pipeline?.schema ? [pipeline.schema.schema] : [];
  const answers: Operation['responses'] = {};
  let responds = false;
  const nodes = pipeline?.nodes ?? [];
  const lanes = nodes.flatMap((node) => (node.kind === 'block' ? node.lanes : []));
  for (const node of nodes) {
    const part = node.kind === 'activity' ? steps.get(node.type)?.describe?.(node.config) : undefined;
    const always = node.if === undefined && node.skip_if === undefined && !lanes.some(({ from, to }) => from <= node.index && node.index < to);
    if (part?.body && always) bodies.push(part.body);
    if (!part?.answer) continue;
    responds = true;
    const { status, media_type } = part.answer;
    answers[status ?? 'default'] ??= { description: `Step ${node.name}`, content: { [media_type]: { schema: {} } } };
  }
  if (pipeline && !responds) {
    const schema = { type: 'object', properties: { execution_id: { type: 'string' }, status: { type: 'string' } } };
    answers[202] = { description: 'Accepted; the pipeline answers nothing of its own.', content: { 'application/json': { schema } } };
  }
  return { answers, ...(bodies.length === 0 ? {} : { body: bodies.length === 1 ? bodies[0] : { allOf: bodies } }) };
}
