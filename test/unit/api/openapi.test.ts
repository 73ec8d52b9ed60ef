/** The document describes the API that is there, whole and well formed. */
import { describe, expect, it } from 'vitest';
import { createApi } from '#workers/api/api';
import { ENDPOINTS } from '#workers/api/endpoint-list';
import { answerOf, type JsonSchema, openApiDocument } from '#workers/api/openapi';
import { POLICY } from '#workers/api/policy';

const document = openApiDocument();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe('the routes', () => {
  it('are all in the document, and nothing else is', () => {
    const mounted = createApi()
      .routes.filter((route) => route.method !== 'ALL' && route.path.startsWith('/api/'))
      .map((route) => `${route.method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(new Set(described)).toEqual(new Set(mounted));
    expect(described).toHaveLength(mounted.length);
  });

  it('are all in the policy, each once', () => {
    expect(ENDPOINTS.map((definition) => definition.route).sort()).toEqual(Object.keys(POLICY).sort());
  });
});

describe('the document', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target!);

  it('refers to nothing that is not in it', () => {
    expect(references.length).toBeGreaterThan(20);
    for (const target of new Set(references)) {
      expect(target).toMatch(/^#\/components\/(schemas|responses)\/\w+$/);
      const [, , kind, name] = target.split('/') as [string, string, 'schemas' | 'responses', string];
      expect(document.components[kind]).toHaveProperty(name);
    }
  });

  it('has an id of its own for every operation', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9_]+$/);
  });

  it.each(operations)('describes $method $path in full', ({ path, method, operation }) => {
    expect(operation.summary).not.toBe('');
    const tags = document.tags.map((tag) => tag.name);
    for (const tag of operation.tags) expect(tags).toContain(tag);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = operation.parameters.filter((parameter) => parameter.in === 'path');
    expect(parameters.map((parameter) => parameter.name)).toEqual(inPath);
    for (const parameter of operation.parameters) {
      expect(Object.keys(parameter.schema).length, parameter.name).toBeGreaterThan(0);
      expect(parameter.description, parameter.name).toBeTruthy();
    }
    const statuses = Object.keys(operation.responses);
    expect(statuses.filter((status) => status.startsWith('2')).length).toBeGreaterThan(0);
    for (const status of ['400', '401', '403', '500']) expect(statuses).toContain(status);
    for (const [status, named] of Object.entries(operation.responses)) {
      const response = answerOf(document, named);
      expect(response.description).not.toBe('');
      if (Number(status) >= 400) expect(Object.keys(response.content!)).toEqual(['application/problem+json']);
    }
    if (method === 'get' || method === 'delete') expect(operation.requestBody).toBeUndefined();
    const problems = Object.values(operation.responses).map((named) => answerOf(document, named).description);
    const tells = (code: string) => problems.some((description) => description.includes(`\`${code}\``));
    // The router answers for a region that does not.
    expect(tells('region_unavailable')).toBe(true);
    for (const code of ['body_too_slow', 'body_too_large', 'unsupported_media_type']) expect(tells(code), code).toBe(operation.requestBody !== undefined);
    if (operation.requestBody?.content['application/json']) expect(tells('invalid_json')).toBe(true);
    const isPublic = POLICY[`${method.toUpperCase()} ${path.slice('/api/v1'.length)}` as keyof typeof POLICY] === 'public';
    if (!isPublic) for (const code of ['second_factor_needed', 'unknown_region']) expect(tells(code), code).toBe(true);
    expect(operation.security).toEqual(isPublic ? [] : [{ key: [] }, { session: [] }]);
  });

  it('names the headers that a handler reads', () => {
    const headersOf = (path: string, method: string) =>
      document.paths[`/api/v1${path}`]![method]!.parameters.filter((one) => one.in === 'header').map((one) => one.name);
    expect(headersOf('/executions', 'post')).toEqual(['Idempotency-Key', 'traceparent']);
    expect(headersOf('/executions/{execution}/signals/{signal}', 'post')).toEqual(['Idempotency-Key']);
    expect(headersOf('/machines/{workflow}/{machine}/instances/{instance}/transition', 'put')).toEqual(['Idempotency-Key']);
    for (const header of ['X-Tenant', 'X-Region', 'X-Request-Id', 'X-RateLimit-Remaining']) expect(document.info.description).toContain(header);
  });

  it('has schemas that say what they are', () => {
    const vague = (schema: JsonSchema) => Object.keys(schema).filter((key) => key !== 'description').length === 0;
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(vague(schema), name).toBe(false);
      expect(JSON.stringify(schema)).not.toContain('$defs');
    }
    expect(document.components.schemas.ExecutionRequest).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it('stays as small as it is useful', () => {
    expect(JSON.stringify(document).length).toBeLessThan(550_000);
  });
});
