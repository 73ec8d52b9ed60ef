/**
 * What a stranger may send. Every refusal is problem details with a code and says what to do; nothing that comes from
 * outside ends in a 500 of the platform, and nothing is logged as an error.
 */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployYaml } from './deploy-yaml.ts';
import { type Answer, type Started, started } from './started.ts';

const DOCUMENT = `
name: door
pipelines:
  echo:
    trigger: { type: http, config: { method: POST, path: /echo } }
    steps:
      - { name: respond, type: step.json_response, config: { body: { body: { _from: trigger.body }, query: { _from: trigger.query } } } }
  item:
    trigger: { type: http, config: { method: GET, path: "/items/{id}" } }
    steps:
      - { name: respond, type: step.json_response, config: { body: { id: "{{ .id }}" } } }
  header:
    trigger: { type: http, config: { method: POST, path: /header } }
    steps:
      - { name: respond, type: step.json_response, config: { headers: { x-value: "{{ .value }}" }, body: { ok: true } } }
  headers:
    trigger: { type: http, config: { method: POST, path: /headers } }
    steps:
      - { name: respond, type: step.json_response, config: { headers: { _from: trigger.body }, body: { ok: true } } }
  many:
    trigger: { type: manual }
    steps:
      - { name: one, type: step.set, config: { values: { a: 1 } } }
`;

const UNKNOWN = `exec_${'0'.repeat(43)}`;
const LIMIT = 4 * 1024 * 1024;

let platform: Started;
let viewer: string;
let foreign: string;

/** Answers of senders that begin before all other tests and are still at it after them: each drips a byte now and then. */
let slow: Promise<string>[];

beforeAll(async () => {
  platform = await started({ deployments: [] });
  await deployYaml(platform, DOCUMENT);
  slow = [dripping('/in/acme/door/echo', 'content-length: 5000'), dripping('/in/acme/door/echo', 'transfer-encoding: chunked')];
  viewer = (await platform.api('POST', '/api-keys', { tenant: 'acme', role: 'viewer', name: 'reads' })).body.key;
  foreign = (await platform.api('POST', '/api-keys', { tenant: 'globex', role: 'owner', name: 'elsewhere' })).body.key;
});
afterAll(() => platform?.stop());

/** A body as it is, under a content type of choice. */
async function send(path: string, body: string | Uint8Array<ArrayBuffer>, type = 'application/json', headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(platform.origin + path, { method: 'POST', body: new Blob([body]), headers: { 'content-type': type, ...headers } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) };
}
/** All that comes back on a socket of its own. */
function dripping(path: string, header: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(platform.origin).port), '127.0.0.1');
    let answer = '';
    socket.write(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${header}\r\n\r\n`);
    const timer = setInterval(() => socket.write(header.startsWith('transfer') ? '1\r\n \r\n' : ' '), 500);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.includes('body_too_slow')) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(answer);
    });
  });
}

const operator = () => ({ authorization: `Bearer ${platform.adminKey}` });

function refused(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body.code, answer.headers.get('content-type')]).toEqual([status, code, 'application/problem+json']);
  expect(answer.body).toMatchObject({ type: expect.stringContaining(code), title: expect.any(String), status });
}

describe('bodies of the API', () => {
  const nested = '['.repeat(100_000) + ']'.repeat(100_000);
  it.each<[string, string | Uint8Array<ArrayBuffer>, number, string]>([
    ['cut off', '{"workflow":', 400, 'invalid_json'],
    ['a list', '[]', 400, 'invalid_request'],
    ['null', 'null', 400, 'invalid_request'],
    ['of the wrong types', '{"workflow":1,"data":{}}', 400, 'invalid_request'],
    ['with an unknown key', '{"workflow":"door","pipeline":"many","extra":1}', 400, 'invalid_request'],
    ['with __proto__', '{"workflow":"door","__proto__":{"pipeline":"many"}}', 400, 'invalid_request'],
    ['nested 100,000 deep', `{"workflow":"door","data":${nested}}`, 400, 'invalid_json'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'invalid_request'],
    ['with a path for an environment', '{"workflow":"door","pipeline":"many","environment":"../x"}', 400, 'invalid_request'],
    ['with half a character in the key', '{"workflow":"door","pipeline":"many","idempotency_key":"\\ud800"}', 400, 'invalid_request'],
    ['with a NUL in the name', '{"workflow":"do\\u0000or"}', 404, 'unknown_workflow'],
    ['with a path as the name', '{"workflow":"../../door"}', 404, 'unknown_workflow'],
    ['without a pipeline where there are several', '{"workflow":"door"}', 400, 'invalid_request'],
  ])('%s', async (_, body, status, code) => refused(await send('/api/v1/executions', body, 'application/json', operator()), status, code));

  it('of another type', async () => refused(await send('/api/v1/executions', '<a/>', 'text/xml', operator()), 415, 'unsupported_media_type'));
});

describe('queries and ids', () => {
  it.each([
    ['GET', '/executions?limit=0', 400, 'invalid_request'],
    ['GET', '/executions?limit=1&limit=2', 400, 'invalid_request'],
    ['GET', '/executions?limit=99999', 400, 'invalid_request'],
    ['GET', '/executions?cursor=abc', 400, 'invalid_cursor'],
    ['GET', '/executions?colour=red', 400, 'unknown_query_key'],
    ['GET', '/executions?__proto__=1', 400, 'unknown_query_key'],
    ['GET', '/executions?status=happy', 400, 'invalid_request'],
    ['GET', '/executions?from=yesterday', 400, 'invalid_request'],
    ['GET', '/executions/nonsense', 400, 'invalid_id'],
    ['GET', '/executions/%ff/timeline', 400, 'invalid_id'],
    ['GET', '/executions/..%2f..', 400, 'invalid_id'],
    ['GET', `/executions/${UNKNOWN}`, 404, 'unknown_execution'],
    ['GET', `/executions/${UNKNOWN}/timeline`, 404, 'unknown_execution'],
    ['GET', `/executions/${UNKNOWN}/events?from=0`, 400, 'invalid_request'],
    ['GET', `/executions/${UNKNOWN}/events?type=nonsense`, 400, 'invalid_request'],
    ['POST', `/executions/${UNKNOWN}/cancel`, 404, 'unknown_execution'],
    ['POST', `/executions/${UNKNOWN}/resume`, 404, 'unknown_execution'],
    ['GET', '/workflows/nobody', 404, 'unknown_workflow'],
    ['GET', '/workflows/door/versions/0', 400, 'invalid_id'],
    ['GET', '/workflows/door/versions/1e0', 400, 'invalid_id'],
    ['GET', '/workflows/door/versions/99', 404, 'unknown_workflow'],
    ['GET', '/deployments/dep_nothing', 404, 'unknown_deployment'],
    ['PATCH', '/executions', 405, 'method_not_allowed'],
    ['GET', '/nothing', 404, 'not_found'],
  ])('%s %s', async (method, path, status, code) => refused(await platform.api(method, path), status, code));
});

describe('definitions', () => {
  const create = (yaml: string) => platform.api('POST', '/workflows', yaml);

  it.each([
    ['a list', '- a'],
    ['cut off', 'a: [1'],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`)}]`).join('\n')}\nname: bomb\n`,
    ],
    ['3,000 deep', `name: deep\na: ${'['.repeat(3000)}${']'.repeat(3000)}`],
    ['named by a path', 'name: ../../etc\npipelines: {}'],
    ['with __proto__', 'name: proto\npipelines:\n  __proto__: { trigger: { type: manual }, steps: [] }\n'],
    ['with a step type that objects inherit', 'name: a\npipelines: { p: { trigger: { type: manual }, steps: [{ name: s, type: constructor }] } }'],
  ])('%s', async (_, yaml) => refused(await create(yaml), 422, 'invalid_definition'));

  it('over a megabyte', async () => refused(await create(`a: "${'x'.repeat(1024 * 1024)}"`), 413, 'body_too_large'));

  it('one wrong brace is one mistake, not one for each word after it', async () => {
    const steps = Array.from({ length: 50 }, (_, i) => `      - { name: s${i}, type: step.set, config: { values: { a: 1 } } }`).join('\n');
    const answer = await create(`name: brace\npipelines:\n  p:\n    trigger: { type: manual }}\n    steps:\n${steps}\n`);
    refused(answer, 422, 'invalid_definition');
    expect(answer.body.errors.length).toBeLessThan(5);
  });

  it('five mistakes are five diagnostics, each with its place, and nothing is stored', async () => {
    const answer = await create(`name: five
pipelines:
  p:
    trigger: { type: http, config: { method: POST, pth: /x } }
    steps:
      - { name: a, type: step.http_cal, config: { url: x } }
      - { name: b, type: step.set, config: { vals: { a: 1 } } }
      - { name: c, type: step.conditional, config: { field: x, routes: { a: nowhere } } }
      - { name: d, type: step.set, config: { values: { a: "{{ .x | nofunc }}" } } }
`);
    refused(answer, 422, 'invalid_definition');
    const places = (answer.body.errors as { line: number; column: number }[]).map(({ line, column }) => [line, column]);
    expect(places.map(([line]) => line)).toEqual([4, 6, 7, 8, 9]);
    expect(places.every(([, column]) => column! > 0)).toBe(true);
    refused(await platform.api('GET', '/workflows/five'), 404, 'unknown_workflow');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('a step named %s works or is refused', async (name) => {
    const slug = `named-${name.toLowerCase().replaceAll('_', '')}`;
    const yaml = `name: ${slug}\npipelines:\n  p:\n    trigger: { type: manual }\n    steps:\n      - { name: ${name}, type: step.set, config: { values: { a: 1 } } }\n      - { name: z, type: step.set, config: { values: { b: "{{ .steps.${name}.a }}" } } }\n`;
    const stored = await platform.api('POST', '/workflows?deploy=production', yaml);
    if (stored.status !== 201) return refused(stored, 422, 'invalid_definition');
    expect(await platform.api('POST', '/executions?wait=10s', { workflow: slug })).toMatchObject({ status: 200, body: { outputs: { z: { b: 1 } } } });
  });
});

describe('keys', () => {
  const asked = (key: string, method: string, path: string, headers = {}) =>
    platform.call(method, `/api/v1${path}`, method === 'GET' ? undefined : {}, { authorization: key, ...headers });
  const unsigned = `eyJhbGciOiJub25lIn0.${Buffer.from('{"tenant":"acme","role":"owner","key_id":"admin:x","exp":99999999999}').toString('base64url')}.`;

  it.each([
    ['none', '', 401, 'unauthenticated'],
    ['a wrong one', 'Bearer nonsense', 401, 'unauthenticated'],
    ['one in the form of a key', `Bearer wfk_acme_${'a'.repeat(32)}`, 401, 'unauthenticated'],
    ['one of no tenant', `Bearer wfk_nobody_${'a'.repeat(32)}`, 404, 'unknown_tenant'],
    ['a token without a signature', `Bearer ${unsigned}`, 401, 'unauthenticated'],
  ])('%s', async (_, key, status, code) => refused(await asked(key, 'GET', '/executions'), status, code));

  it.each([
    ['POST', '/executions'],
    ['POST', `/executions/${UNKNOWN}/cancel`],
    ['POST', '/workflows'],
    ['PUT', '/workflows/door'],
    ['DELETE', '/workflows/door'],
    ['POST', '/deployments'],
    ['POST', '/api-keys'],
    ['GET', '/api-keys'],
    ['POST', '/companies'],
  ])('a viewer may not %s %s', async (method, path) => refused(await asked(`Bearer ${viewer}`, method, path), 403, 'forbidden'));

  it('one tenant does not see what is of another, nor act for it', async () => {
    const { body } = await platform.api('POST', '/executions?wait=10s', { workflow: 'door', pipeline: 'many' });
    for (const path of ['', '/timeline', '/events', '/logs'])
      refused(await asked(`Bearer ${foreign}`, 'GET', `/executions/${body.execution_id}${path}`), 404, 'unknown_execution');
    refused(await asked(`Bearer ${foreign}`, 'POST', `/executions/${body.execution_id}/cancel`), 404, 'unknown_execution');
    refused(await asked(`Bearer ${foreign}`, 'DELETE', '/workflows/door'), 404, 'unknown_workflow');
    refused(await asked(`Bearer ${foreign}`, 'GET', '/executions', { 'x-tenant': 'acme' }), 403, 'forbidden');
  });
});

describe('applications', () => {
  const echo = (body: string | Uint8Array<ArrayBuffer>, type?: string) => send('/in/acme/door/echo', body, type);

  it.each<[string, string, string | undefined, unknown]>([
    ['nothing', '', undefined, null],
    ['a list', '[1,2]', undefined, [1, 2]],
    ['a number', '5', undefined, 5],
    ['null', 'null', undefined, null],
    ['keys that objects inherit', '{"constructor":{"prototype":1}}', undefined, { constructor: { prototype: 1 } }],
    ['a NUL and an emoji', '{"ü":"💥\\u0000"}', undefined, { ü: '💥\0' }],
    ['a form', 'a=1&a=2&b=%20x', 'application/x-www-form-urlencoded', { a: ['1', '2'], b: ' x' }],
    ['text', 'hello', 'text/plain', 'hello'],
    ['JSON under another name', '{"a":1}', 'text/plain', { a: 1 }],
    ['bytes', '\0\x01', 'application/octet-stream', 'AAE='],
  ])('take %s', async (_, body, type, expected) => expect(await echo(body, type)).toMatchObject({ status: 200, body: { body: expected } }));

  it('take a form and a query that repeat __proto__', async () => {
    expect((await echo('__proto__=1&__proto__=2&a=3', 'application/x-www-form-urlencoded')).status).toBe(200);
    expect((await send('/in/acme/door/echo?__proto__=1&__proto__=2&a=3', '{}')).body).toMatchObject({ query: { a: '3' } });
  });

  it('take 4 MB and no more', async () => {
    expect((await echo(`"${'x'.repeat(LIMIT - 2)}"`)).status).toBe(200);
    refused(await echo(`"${'x'.repeat(LIMIT - 1)}"`), 413, 'body_too_large');
  });

  it.each([
    ['cut off', '{"a":'],
    ['nested too deep', '['.repeat(100_000)],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
  ])('refuse a body that is %s', async (_, body) => refused(await echo(body), 400, 'invalid_json'));

  it.each([
    ['GET', '/in/acme/door/nothing', 404, 'unknown_route'],
    ['GET', '/in/acme/door/items/%ff', 404, 'unknown_route'],
    ['GET', '/in/acme/door/echo', 405, 'method_not_allowed'],
    ['GET', '/in/acme/nobody/x', 404, 'not_deployed'],
    ['GET', '/in/nobody/door/x', 404, 'unknown_tenant'],
  ])('%s %s', async (method, path, status, code) => refused(await platform.call(method, path), status, code));

  it('decode what stands in the path', async () => {
    expect((await platform.call('GET', '/in/acme/door/items/a%2F..%2F%E2%82%AC')).body).toEqual({ id: 'a/../€' });
  });

  it.each([
    ['a line break', 'a\r\nx-evil: 1'],
    ['a NUL', 'a\0b'],
    ['an emoji', '💥'],
  ])('never answer a header that is not one: %s', async (_, value) => {
    const answer = await send('/in/acme/door/header', JSON.stringify({ value }));
    expect(answer.headers.get('x-evil')).toBeNull();
    expect(answer.headers.get('x-execution-id')).toMatch(/^exec_/);
    expect(answer.body.code).not.toBe('internal');
  });

  it('say which header has no name that can be sent', async () => {
    const answer = await send('/in/acme/door/headers', JSON.stringify({ 'x y': '1' }));
    refused(answer, 500, 'execution_failed');
    expect(answer.headers.get('x-execution-id')).toBe(answer.body.execution_id);
    expect(answer.body).toMatchObject({ cause: 'step_config_invalid', detail: expect.stringContaining('x y') });
  });
});

describe('whoever is refused while still sending hears it', () => {
  const large = 'x'.repeat(6 * 1024 * 1024);
  it('a page, by a form of nowhere', async () => {
    expect((await fetch(`${platform.origin}/nothing/here`, { method: 'POST', body: large })).status).toBe(405);
  });

  it.each([
    ['a route that is not there', '/in/acme/door/nothing', false, 404, 'unknown_route'],
    ['an application that is not there', '/in/acme/nobody/x', false, 404, 'not_deployed'],
    ['a tenant that is not there', '/in/nobody/door/x', false, 404, 'unknown_tenant'],
    ['an API call that is not there', '/api/v1/nothing', false, 404, 'not_found'],
    ['a call without a key', '/api/v1/workflows', false, 401, 'unauthenticated'],
    ['a company without a key', '/api/v1/companies', false, 401, 'unauthenticated'],
    ['a company that is too large', '/api/v1/companies', true, 413, 'body_too_large'],
  ])('%s', async (_, path, asOperator, status, code) => {
    for (let time = 0; time < 3; time++) refused(await send(path, large, 'application/json', asOperator ? operator() : {}), status, code);
  });
});

it('a connection goes on behind a small body that nobody has read', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<{ status: number | undefined; again: boolean }>((resolve, reject) => {
      const call = request(`${platform.origin}/in/nobody/door/x`, { method: 'POST', agent }, (answer) => {
        answer.resume().on('end', () => resolve({ status: answer.statusCode, again: call.reusedSocket }));
      });
      call.on('error', reject).end('x'.repeat(16 * 1024));
    });
  try {
    expect(await ask()).toEqual({ status: 404, again: false });
    for (let time = 0; time < 5; time++) expect(await ask()).toEqual({ status: 404, again: true });
  } finally {
    agent.destroy();
  }
});

it.each(['/in/nobody/door/x', '/in/acme/nobody/x'])('a refusal belongs to the trace of its caller: %s', async (path) => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const { headers } = await platform.call('GET', path, undefined, { traceparent: `00-${trace}-b7ad6b7169203331-01` });
  expect(headers.get('traceparent')).toMatch(`00-${trace}-`);
});

it('a page whose path is not well-formed is not a mistake of ours', async () => {
  // fetch would mend the path before it is sent.
  const status = await new Promise((resolve, reject) => {
    request(`${platform.origin}/`, { path: '/%' }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect([301, 302, 400, 404]).toContain(status);
});

it('who sends a body byte by byte is answered and let go of', async () => {
  for (const answer of await Promise.all(slow)) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"body_too_slow"');
  }
});

it('none of it was logged as an error', () => {
  expect(platform.errors).toEqual([]);
});
