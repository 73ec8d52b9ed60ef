/** An application that is described first, at its own door: what the description refuses starts nothing. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { call } from './api-client';
import { ask, deploy } from './application';
import { settle } from './settle';

const SPEC = `
openapi: 3.1.0
info: {title: Rooms, version: "1", description: "Costs \${PRICE}"}
paths:
  /rooms/{room}:
    post:
      operationId: book
      parameters: [{name: room, in: path, required: true, schema: {enum: [attic, cellar]}}, {name: dry, in: query, schema: {type: boolean}}]
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [hours], properties: {hours: {type: integer, maximum: 8}}}}}}
      responses: {"201": {description: booked, content: {application/json: {schema: {type: object, properties: {hours: {type: integer, maximum: 4}}}}}}}
`;
const application = (validation: string) => `
modules: [{name: described, type: openapi, config: {spec_file: specs/rooms.yaml, base_path: /api, validation: ${validation}, swagger_ui: {enabled: true}}}]
pipelines:
  book: {steps: [{name: answer, type: step.json_response, config: {status: 201, body: {hours: "{{ .hours }}", room: "{{ .room }}"}}}]}
`;
async function executions(workflow: string): Promise<number> {
  await settle();
  return (await call('GET', `/executions?workflow=${workflow}`)).body.items.length;
}

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  await deploy('warned', application('{request: true, response: true}'), { 'specs/rooms.yaml': SPEC });
  await deploy('strict', application('{response: true, response_action: error}'), { 'specs/rooms.yaml': SPEC });
  await deploy('loose', application('{request: false}'), { 'specs/rooms.yaml': SPEC });
});

it('lets through what is as described', async () => {
  const answer = await ask('warned', 'POST', '/api/rooms/attic?dry=true', { body: { hours: 2 } });
  expect(answer).toMatchObject({ status: 201, body: { hours: 2, room: 'attic' } });
  expect(answer.headers.get('x-answer-faults')).toBeNull();
});

it('refuses the rest with each fault, and starts nothing', async () => {
  const answer = await ask('strict', 'POST', '/api/rooms/roof?dry=perhaps', { body: { hours: 9 } });
  expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body.errors.map(({ code, path, hint }: Record<string, string>) => [code, path, hint])).toEqual([
    ['enum', 'path.room', 'room is one of "attic", "cellar".'],
    ['type', 'query.dry', 'dry is true or false.'],
    ['maximum', 'body.hours', 'See the body of book in the description.'],
  ]);
  expect((await ask('strict', 'POST', '/api/rooms/attic')).body.errors).toMatchObject([{ code: 'required', path: 'body' }]);
  expect((await ask('strict', 'POST', '/api/rooms/attic', { body: '{"hours":', headers: { 'content-type': 'application/json' } })).body.code).toBe(
    'invalid_json',
  );
  expect(await executions('strict')).toBe(0);
});

it('says what is wrong with an answer, beside it or instead of it', async () => {
  const warned = await ask('warned', 'POST', '/api/rooms/attic', { body: { hours: 5 } });
  expect(warned).toMatchObject({ status: 201, body: { hours: 5 } });
  expect(warned.headers.get('x-answer-faults')).toBe('body.hours: 5 is greater than 4.');
  const refused = await ask('strict', 'POST', '/api/rooms/attic', { body: { hours: 5 } });
  expect(refused).toMatchObject({ status: 500, body: { code: 'answer_invalid', errors: [{ path: 'body.hours' }] } });
  expect(refused.headers.get('x-execution-id')).toMatch(/^exec_/);
});

it('checks nothing where it is told so, and shows the description as it is written', async () => {
  expect(await ask('loose', 'POST', '/api/rooms/roof', { body: { hours: 90 } })).toMatchObject({ status: 201, body: { hours: 90 } });
  expect((await ask('loose', 'GET', '/openapi.json')).body.info.description).toBe(['Costs $', '{PRICE}'].join(''));
  expect((await ask('loose', 'GET', '/docs')).body).toContain('/rooms/{room}');
});
