import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';
import { describeApplication } from '#workers/ingress/description';

async function definitionOf(pipelines: string): Promise<Definition> {
  const { definition, diagnostics } = await compile(`name: shop\nversion: "2"\npipelines:\n${pipelines}`, { steps: stepCatalog, modules: moduleCatalog });
  expect(diagnostics).toEqual([]);
  return definition!;
}
const documentOf = async (pipelines: string, base = '') =>
  (await describeApplication(await definitionOf(pipelines), '/openapi.json', base, steps)!.json()) as { paths: Record<string, Record<string, unknown>> };
const route = (trigger: string, ...list: string[]) =>
  `  p:\n    trigger: { type: http, config: ${trigger} }\n    steps:\n${list.map((step) => `      - ${step}\n`).join('')}`;
const NOTHING = '{ name: nothing, type: step.set, config: { values: { a: 1 } } }';

describe('the description of an application', () => {
  it('has its routes and their parameters, whatever the method', async () => {
    const { paths } = await documentOf(route('{ method: GET, path: "/files/{owner}/{rest...}" }', NOTHING));
    expect(paths).toMatchObject({
      '/files/{owner}/{rest}': {
        get: { parameters: [{ name: 'owner', in: 'path', required: true }, { name: 'rest' }], responses: { 202: {}, 500: {} } },
      },
    });
  });

  it('takes the body from what the steps check, and the answers from those that respond', async () => {
    const schema = '{ type: object, properties: { email: { type: string } }, required: [email] }';
    const { paths } = await documentOf(
      route(
        '{ method: POST, path: /users }',
        '{ name: fields, type: step.validate, config: { required_fields: [name, address.city] } }',
        '{ name: shape, type: step.validate, config: { json_schema: SCHEMA, source: trigger.body } }'.replace('SCHEMA', schema),
        '{ name: sometimes, type: step.validate, if: ".x == 1", config: { required_fields: [y] } }',
        '{ name: elsewhere, type: step.validate, config: { required_fields: [x], source: steps.fields.output } }',
        '{ name: csv, type: step.raw_response, if: ".csv == true", config: { status: 206, content_type: "text/csv; charset=utf-8", body: a } }',
        '{ name: made, type: step.json_response, config: { status: 201, body: {} } }',
      ),
    );
    expect(paths['/users']!.post).toMatchObject({
      requestBody: {
        content: { 'application/json': { schema: { allOf: [{ required: ['name'] }, { required: ['email'], properties: { email: { type: 'string' } } }] } } },
      },
      responses: { 201: { content: { 'application/json': {} } }, 206: { content: { 'text/csv': {} } }, 400: {} },
    });
  });

  it('is a whole document: every reference leads somewhere', async () => {
    const document = await documentOf(route('{ method: POST, path: /users }', NOTHING));
    const text = JSON.stringify(document);
    for (const [, pointer] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
      const target = pointer!
        .split('/')
        .slice(1)
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(target, pointer).toMatchObject({ type: 'object' });
    }
    expect(text).toContain('"#/components/schemas/Problem"');
  });

  it('has the shape of what a trigger takes; what checks nothing takes any body', async () => {
    const { paths } = await documentOf(
      [
        '  a:\n    trigger: { type: http, method: POST, path: /a, schema: { type: object, required: [id] } }\n    steps: [STEP]\n',
        '  b:\n    trigger: { type: http, method: PUT, path: /b }\n    steps: [STEP]\n',
        '  c:\n    trigger: { type: http, method: DELETE, path: /c }\n    steps: [STEP]\n',
      ]
        .join('')
        .replaceAll('STEP', NOTHING),
    );
    expect(paths['/a']!.post).toMatchObject({ requestBody: { required: true, content: { 'application/json': { schema: { required: ['id'] } } } } });
    expect(paths['/b']!.put).toMatchObject({ requestBody: { required: false } });
    expect(paths['/c']!.delete).not.toHaveProperty('requestBody');
  });

  it('is called and stands as a module says, and where it always stands', async () => {
    const module =
      '{name: docs, type: openapi.generator, config: {title: Orders, version: "2.1", description: All of them, path: /api/spec.json, docsPath: /help, servers: ["https://api.example.com"]}}';
    const { definition } = await compile(`name: shop\nmodules: [${module}]\npipelines:\n${route('{ path: /a }', NOTHING)}`, {
      steps: stepCatalog,
      modules: moduleCatalog,
    });
    for (const path of ['/openapi.json', '/api/spec.json']) {
      expect(await describeApplication(definition!, path, '/in/acme/shop', steps)!.json()).toMatchObject({
        info: { title: 'Orders', version: '2.1', description: 'All of them' },
        servers: [{ url: 'https://api.example.com' }],
      });
    }
    expect(await describeApplication(definition!, '/help', '', steps)!.text()).toContain('Orders');
    expect(describeApplication(definition!, '/other', '', steps)).toBeUndefined();
  });

  it('says what a route says of itself', async () => {
    const source = `name: shop
workflows:
  http:
    routes:
      - { method: GET, path: /a, summary: All of them, description: The newest first., tags: [Things], steps: [${NOTHING}] }
      - { method: GET, path: /b, steps: [${NOTHING}] }
`;
    const { definition, diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
    expect(diagnostics).toEqual([]);
    expect(await describeApplication(definition!, '/openapi.json', '', steps)!.json()).toMatchObject({
      tags: [{ name: 'Things' }, { name: 'shop' }],
      paths: { '/a': { get: { summary: 'All of them', description: 'The newest first.', tags: ['Things'] } }, '/b': { get: { tags: ['shop'] } } },
    });
  });

  it('stands at two paths, and the page leads to the file beside it', async () => {
    const definition = await definitionOf(route('{ method: GET, path: /x }', NOTHING));
    expect(describeApplication(definition, '/other', '', steps)).toBeUndefined();
    const page = await describeApplication(definition, '/docs', '/in/acme/shop', steps)!.text();
    expect(page).toContain('href="openapi.json"');
    expect(page).not.toContain('Bearer');
    expect(await documentOf(route('{ method: GET, path: /x }', NOTHING), '/in/acme/shop')).toMatchObject({ servers: [{ url: '/in/acme/shop' }] });
  });
});
