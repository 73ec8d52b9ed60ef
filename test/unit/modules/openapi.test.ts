/** Requests and answers against a description: from the document to the faults, through the module's own guard. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#contracts/json';
import { Problem } from '#contracts/problems';
import { compile } from '#language/compile';
import { openapi } from '#modules/description/openapi';
import type { DoorContext, DoorRequest, PipelineAnswer } from '#modules/door';
import { moduleCatalog } from '#modules/registry';
import { schemaFaults } from '#steps/json-schema';
import { stepCatalog } from '#steps/registry';

const PETS = `
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    parameters: [{$ref: "#/components/parameters/Tenant"}]
    get:
      operationId: list-pets
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: state, in: query, schema: {type: array, items: {enum: [free, sold]}}}
        - {name: sizes, in: query, explode: false, schema: {type: array, items: {type: number}}}
        - {name: near, in: query, style: deepObject, schema: {type: object, required: [lat], properties: {lat: {type: number}, lon: {type: number}}}}
        - {name: sold, in: query, required: true, schema: {type: boolean}}
        - {name: raw, in: query, content: {application/json: {schema: {type: object, required: [a]}}}}
        - {name: X-Trace, in: header, schema: {type: string, pattern: "^[a-f]{4}$"}}
        - {name: session, in: cookie, schema: {type: integer}}
      responses:
        "200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}}
        4XX: {description: no}
    post:
      operationId: add-pet
      requestBody: {$ref: "#/components/requestBodies/Pet"}
      responses: {"201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
  /pets/{petId}:
    put:
      operationId: put-pet
      parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
      requestBody:
        content:
          application/x-www-form-urlencoded: {schema: {type: object, properties: {age: {type: integer}, tags: {type: array, items: {type: string}}}}}
          text/*: {schema: {type: string, maxLength: 3}}
          image/png: {schema: {type: string, format: binary}}
      responses: {default: {description: any}}
components:
  parameters:
    Tenant: {name: X-Shop, in: header, required: true, schema: {type: string, minLength: 2}}
  requestBodies:
    Pet: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}
  schemas:
    Pet:
      type: object
      required: [id, name, password]
      additionalProperties: false
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, minLength: 1, nullable: true}
        password: {type: string, writeOnly: true}
        age: {type: number, minimum: 0, exclusiveMinimum: true}
        kind: {type: string, nullable: true, enum: [cat, dog]}
        tag: {type: string, pattern: "^(a+)+$"}
        parent: {$ref: "#/components/schemas/Pet"}
`;

const APPLICATION = `
name: pets
modules: [{name: described, type: openapi, config: {spec_file: pets.yaml, base_path: /api, validation: {request: true, response: true}}}]
pipelines:
  list-pets: {steps: [{name: answer, type: step.json_response, config: {body: []}}]}
  add-pet: {steps: [{name: answer, type: step.json_response, config: {body: {}}}]}
  put-pet:
    trigger: {type: http, path: "/api/pets/{id}", method: PUT}
    steps: [{name: answer, type: step.json_response, config: {body: {}}}]
  beside:
    trigger: {type: http, path: /beside}
    steps: [{name: answer, type: step.json_response, config: {body: {}}}]
`;

const compiled = (source: string, document: string) => {
  const files = { refs: {}, paths: new Set(['pets.yaml']), text: (path: string) => (path === 'pets.yaml' ? document : undefined) };
  return compile(source, { steps: stepCatalog, modules: moduleCatalog }, { files });
};
const definition = (await compiled(APPLICATION, PETS)).definition!;
const logged: string[] = [];
const spec = definition.doors!.described!;
const context = (settings: JsonObject = spec.config) =>
  ({
    settings,
    document: spec.document,
    schemas: { faults: schemaFaults },
    log: (_: string, message: string) => logged.push(message),
  }) as unknown as DoorContext;

/** `PUT /pets/{id}?a=b` and the value of `{id}`. */
function request(ask: string, headers: Record<string, string> = {}, params: Record<string, string> = {}): DoorRequest {
  const [method, address] = ask.split(' ') as [string, string];
  const url = new URL(`http://pets.acme.localhost/api${address}`);
  return { method, url, headers: new Headers(headers), route: { method, path: decodeURIComponent(url.pathname) }, params } as unknown as DoorRequest;
}

function refusal(asked: DoorRequest, body: unknown = null): { code: string; path: string }[] {
  try {
    openapi.guard!.admit!({ body } as JsonObject, asked, context());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error).toMatchObject({ code: 'validation_failed' });
    for (const fault of error.errors ?? [])
      expect(fault, JSON.stringify(fault)).toMatchObject({ message: expect.stringMatching(/./), hint: expect.stringMatching(/./) });
    return (error.errors ?? []).map(({ code, path }) => ({ code, path: path! }));
  }
  return [];
}

it('stands in front of the routes that it describes, whoever gave them, and of no other', () => {
  const guarded = Object.fromEntries(definition.routes.map(({ method, path, middlewares = [] }) => [`${method} ${path}`, middlewares]));
  expect(guarded).toMatchObject({ 'GET /api/pets': ['described'], 'POST /api/pets': ['described'], 'PUT /api/pets/{id}': ['described'], 'POST /beside': [] });
});

it('says of operations that nothing answers, and answers them with 501', async () => {
  const { definition, diagnostics } = await compiled(APPLICATION.replace(/ {2}add-pet:.*\n/, ''), PETS);
  expect(diagnostics).toMatchObject([{ code: 'unanswered_operation', severity: 'warning', line: 3, message: expect.stringContaining('POST /api/pets') }]);
  expect(diagnostics[0]!.hint).toContain('x-pipeline');
  expect(definition!.routes).toContainEqual({ method: 'POST', path: '/api/pets', door: 'described' });
  const asked = openapi.door!.serve(request('POST /pets'), context());
  await expect(asked).rejects.toMatchObject({
    code: 'operation_unanswered',
    extra: { hint: expect.stringMatching(/^Write a pipeline called add-pet, or .*x-pipeline/) },
  });
});

describe('parameters', () => {
  const shop = { 'x-shop': 'kiel' };
  it.each<[string, Record<string, string>, string[]]>([
    ['GET /pets?sold=true', shop, []],
    ['GET /pets', shop, ['required query.sold']],
    ['GET /pets?sold=true', {}, ['required header.X-Shop']],
    ['GET /pets?sold=true', { 'x-shop': 'k' }, ['minLength header.X-Shop']],
    ['GET /pets?sold=perhaps', shop, ['type query.sold']],
    ['GET /pets?sold=true&limit=100', shop, []],
    ['GET /pets?sold=true&limit=101', shop, ['maximum query.limit']],
    ['GET /pets?sold=true&limit=1.5', shop, ['type query.limit']],
    ['GET /pets?sold=true&limit=0x10', shop, ['type query.limit']],
    ['GET /pets?sold=true&limit=', shop, ['type query.limit']],
    ['GET /pets?sold=true&state=free&state=sold', shop, []],
    ['GET /pets?sold=true&state=free&state=lost', shop, ['enum query.state.1']],
    ['GET /pets?sold=true&sizes=1,2.5', shop, []],
    ['GET /pets?sold=true&sizes=1,big', shop, ['type query.sizes.1']],
    ['GET /pets?sold=true&near[lat]=54.3&near[lon]=10', shop, []],
    ['GET /pets?sold=true&near[lon]=10', shop, ['required query.near']],
    ['GET /pets?sold=true&near[lat]=north', shop, ['type query.near.lat']],
    ['GET /pets?sold=true&near[__proto__]=1&near[lat]=1', shop, []],
    ['GET /pets?sold=true&raw=%7B%22a%22%3A1%7D', shop, []],
    ['GET /pets?sold=true&raw=%7B%7D', shop, ['required query.raw']],
    ['GET /pets?sold=true&raw=nonsense', shop, ['type query.raw']],
    ['GET /pets?sold=true&unknown=1', shop, []],
    ['GET /pets?sold=true', { ...shop, 'x-trace': 'abcd' }, []],
    ['GET /pets?sold=true', { ...shop, 'x-trace': 'wxyz' }, ['pattern header.X-Trace']],
    ['GET /pets?sold=true', { ...shop, cookie: 'a=b; session=12' }, []],
    ['GET /pets?sold=true', { ...shop, cookie: 'session=me' }, ['type cookie.session']],
    ['GET /pets?limit=0&state=lost', {}, ['required header.X-Shop', 'minimum query.limit', 'enum query.state.0', 'required query.sold']],
  ])('%s with %j: %j', (ask, headers, faults) => {
    expect(refusal(request(ask, headers)).map(({ code, path }) => `${code} ${path}`)).toEqual(faults);
  });

  it('are found in the path by their place, whatever the route calls them', () => {
    expect(refusal(request('PUT /pets/{id}', {}, { id: '12' }))).toEqual([]);
    expect(refusal(request('PUT /pets/{id}', {}, { id: 'twelve' }))).toEqual([{ code: 'type', path: 'path.petId' }]);
  });
});

describe('a body', () => {
  const json = { 'x-shop': 'kiel', 'content-type': 'application/json; charset=utf-8' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const pet = { name: 'Rex', password: 'x' };
  it.each<[string, Record<string, string>, unknown, string[]]>([
    ['POST /pets', json, pet, []],
    ['POST /pets', { 'x-shop': 'kiel' }, null, ['required body']],
    ['POST /pets', json, null, ['type body']],
    ['POST /pets', json, { name: 'Rex' }, ['required body']],
    ['POST /pets', json, { ...pet, name: null, kind: null }, []],
    ['POST /pets', json, { ...pet, kind: 'cow' }, ['enum body.kind']],
    ['POST /pets', json, { ...pet, age: 0 }, ['exclusiveMinimum body.age']],
    ['POST /pets', json, { ...pet, age: 0.5 }, []],
    ['POST /pets', json, { ...pet, colour: 'red' }, ['additionalProperties body.colour']],
    ['POST /pets', json, { ...pet, parent: { ...pet, parent: { ...pet, name: '' } } }, ['minLength body.parent.parent.name']],
    ['POST /pets', json, { ...pet, tag: `${'a'.repeat(40)}!` }, ['pattern body']],
    ['POST /pets', { ...json, 'content-type': 'text/csv' }, 'a;b', ['content_type body']],
    ['PUT /pets/{id}', form, { age: '3', tags: 'small' }, []],
    ['PUT /pets/{id}', form, { age: 'three' }, ['type body.age']],
    ['PUT /pets/{id}', { 'content-type': 'text/plain' }, 'abc', []],
    ['PUT /pets/{id}', { 'content-type': 'text/plain' }, 'abcd', ['maxLength body']],
    ['PUT /pets/{id}', { 'content-type': 'image/png' }, 'iVBORw0KGgo=', []],
    ['PUT /pets/{id}', {}, null, []],
  ])('%s with %j and %j: %j', (ask, headers, body, faults) => {
    expect(refusal(request(ask, headers, { id: '1' }), body).map(({ code, path }) => `${code} ${path}`)).toEqual(faults);
  });
});

describe('an answer', () => {
  const answer = (status: number, body: unknown, type = 'application/json') =>
    ({ status, headers: new Headers({ 'content-type': type }), body }) as PipelineAnswer;
  it.each<[string, PipelineAnswer, string | undefined]>([
    ['as it is described', answer(200, [{ id: 1, name: 'Rex' }]), undefined],
    ['without a field that only requests have', answer(200, [{ id: 1, name: 'Rex', age: 2 }]), undefined],
    ['that lacks a field', answer(200, [{ name: 'Rex' }]), 'body.0: Instance does not have required property "id".'],
    ['of a status that is not described', answer(202, {}), 'status: The status 202 is not described.'],
    ['of a described range', answer(404, {}), undefined],
    ['of another type', answer(200, 'Rex', 'text/plain'), 'body: An answer of the type text/plain is not described.'],
    ['that is a problem', answer(500, {}, 'application/problem+json'), undefined],
  ])('%s', (_, given, fault) => {
    const asked = request('GET /pets');
    expect(openapi.guard!.review!(given, asked, context())['x-answer-faults']).toBe(fault);
    const strict = context({ ...spec.config, validation: { request: true, response: true, response_action: 'error' } });
    if (fault === undefined) expect(openapi.guard!.review!(given, asked, strict)).toEqual({});
    else expect(() => openapi.guard!.review!(given, asked, strict)).toThrow(expect.objectContaining({ code: 'answer_invalid' }));
    const off = context({ ...spec.config, validation: { request: true, response: false, response_action: 'error' } });
    expect(openapi.guard!.review!(given, asked, off)).toEqual({});
  });
});

describe('a document', () => {
  it.each([
    ['that is none', 'just text', 'neither YAML nor JSON'],
    ['that refers to nothing', PETS.replace('"#/components/requestBodies/Pet"', '"#/components/requestBodies/Pett"'), '#/components/requestBodies/Pett'],
    ['that refers to another file', PETS.replace('"#/components/requestBodies/Pet"', '"other.yaml#/Pet"'), 'other.yaml#/Pet'],
  ])('%s is refused', async (_, document, message) => {
    const { diagnostics } = await compiled(APPLICATION, document);
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'invalid_config', message: expect.stringContaining(message) }));
  });

  it('of version 2 is read too', async () => {
    const old = `
swagger: "2.0"
paths:
  /pets:
    post:
      operationId: add-pet
      parameters:
        - {name: limit, in: query, type: integer}
        - {name: pet, in: body, required: true, schema: {$ref: "#/definitions/Pet"}}
      responses: {"200": {description: made, schema: {$ref: "#/definitions/Pet"}}}
definitions: {Pet: {type: object, required: [name]}}
`;
    const { definition: made } = await compiled(APPLICATION, old);
    const { config, document } = made!.doors!.described!;
    const other = { ...context(config), document } as DoorContext;
    const asked = request('POST /pets?limit=x', { 'content-type': 'application/json' });
    expect(() => openapi.guard!.admit!({ body: {} }, asked, other)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ path: 'query.limit' }), expect.objectContaining({ code: 'required', path: 'body' })] }),
    );
    expect(openapi.guard!.review!({ status: 200, headers: new Headers({ 'content-type': 'application/json' }), body: {} }, asked, other)).toHaveProperty(
      'x-answer-faults',
    );
  });

  it('checks nothing where it is told so', async () => {
    const { definition: made } = await compiled(APPLICATION.replace('{request: true, response: true}', '{request: false}'), PETS);
    expect(made!.routes.filter(({ middlewares }) => middlewares)).toEqual([]);
  });
});
