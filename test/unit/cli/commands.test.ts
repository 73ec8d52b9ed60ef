/** The commands as they are called, with everything outside of the process handed in; no platform is needed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { connect, isThisMachine, refusal } from '#cli/client';
import { Failure, type Given, Misuse, type Surroundings } from '#cli/command';
import { report } from '#cli/commands/deploy';
import { lineText } from '#cli/commands/logs';
import { readData, tell } from '#cli/commands/run';
import { lineOf } from '#cli/commands/tail';
import { nameOf } from '#cli/document';
import { messagesOf } from '#cli/event-stream';
import { impactLines, summed } from '#cli/impact';
import { main } from '#cli/main';

const folder = mkdtempSync(join(tmpdir(), 'wf-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'good.yaml'), 'pipelines:\n  p:\n    steps:\n      - {name: a, type: step.set, config: {values: {x: 1}}}\n');
writeFileSync(join(folder, 'bad.yaml'), 'name: bad\npipelines:\n  p:\n    stpes: []\n    steps:\n      - {name: a, type: step.sett}\n');
writeFileSync(join(folder, 'dev.vars'), 'OTHER=1\nADMIN_API_KEY="local-key"\n');
writeFileSync(join(folder, 'data.json'), '{"a": 1}');

function surroundings(env: Surroundings['env'] = {}) {
  const out: string[] = [];
  const notes: string[] = [];
  const around: Surroundings = { out: (line) => out.push(line), note: (line) => notes.push(line), env, cwd: folder, colours: false };
  return { around, out, notes };
}

async function wf(...words: string[]) {
  const { around, out, notes } = surroundings();
  return { code: await main(words, around), out: out.join('\n'), notes: notes.join('\n') };
}

describe('dispatch', () => {
  it.each<[words: string[], code: number, says: RegExp]>([
    [[], 2, /COMMAND/],
    [['verfy', 'x'], 2, /Did you mean "verify"/],
    [['verify', 'absent.jsonl'], 1, /no file absent\.jsonl/],
    [['verify', 'data.json'], 1, /Line 1 does not begin/],
    [['replay'], 2, /Name an execution/],
    [['replay', 'exec_1', '--check', 'x'], 2, /Name an execution/],
    [['valdate', 'x'], 2, /Did you mean "validate"/],
    [['help', 'nothing'], 2, /no command "nothing"/],
    [['validate'], 2, /needs FILE[\s\S]*Usage: /],
    [['run', 'p', '--url', 'ftp://x'], 2, /not an http/],
    [['run', 'p', '--url', 'http://example.com'], 2, /https only/],
    [['validate', 'absent.yaml'], 1, /no file absent\.yaml/],
    [['validate', '.'], 1, /is a folder/],
  ])('%j answers %i', async (words, code, says) => {
    const called = await wf(...words);
    expect([called.code, called.out]).toEqual([code, '']);
    expect(called.notes).toMatch(says);
  });

  it.each([[['help']], [['--help']], [['help', 'deploy']], [['deploy', '--help']]])('%j is the help, on standard output', async (words) => {
    const called = await wf(...words);
    expect([called.code, called.notes]).toEqual([0, '']);
    expect(called.out).toContain('Usage: ');
  });
});

describe('validate', () => {
  it('names a document without a name after its file', async () => {
    expect(await wf('validate', 'good.yaml')).toEqual({ code: 0, out: 'good.yaml is valid: good, 1 pipeline, 0 routes.', notes: '' });
  });

  it('prints every mistake with its place and fails, also when another document is valid', async () => {
    const { code, out } = await wf('validate', 'bad.yaml', 'good.yaml');
    expect(code).toBe(1);
    expect(out).toMatch(/^bad\.yaml:4:5 error unknown_key /m);
    expect(out).toMatch(/^bad\.yaml:6:25 error unknown_step_type /m);
    expect(out).toContain('bad.yaml is not valid: 2 errors.');
    expect(out).toContain('good.yaml is valid');
  });
});

describe('the connection', () => {
  const to = (url: string | undefined, env: Surroundings['env'], tenant?: string) =>
    connect({ positionals: [], options: { url, tenant } } satisfies Given, surroundings(env).around, join(folder, 'dev.vars'));

  it.each<[what: string, url: string | undefined, env: Surroundings['env'], origin: string, key: string]>([
    ['the local key for the local platform', undefined, {}, 'http://127.0.0.1:8787', 'local-key'],
    ['a key of the environment before the local one', 'http://localhost:9000/', { WORKFLOW_API_KEY: 'mine' }, 'http://localhost:9000', 'mine'],
    ['a key of the environment elsewhere', 'https://flows.example.com/x', { WORKFLOW_API_KEY: 'mine' }, 'https://flows.example.com', 'mine'],
  ])('takes %s', (_, url, env, origin, key) => {
    expect(to(url, env)).toEqual({ origin, headers: { authorization: `Bearer ${key}` } });
  });

  it('never sends the local key elsewhere', () => {
    expect(() => to('https://flows.example.com', {})).toThrow(Failure);
    expect(() => to('https://127.0.0.1.example.com', {})).toThrow(Failure);
  });

  it('names the tenant where one is given', () => {
    expect(to(undefined, {}, 'globex').headers['x-tenant']).toBe('globex');
  });

  it.each<[string, boolean]>([
    ['http://127.0.0.1:1', true],
    ['http://[::1]:1', true],
    ['http://orders.acme.localhost', true],
    ['http://localhost.example.com', false],
    ['http://127.0.0.1.nip.example', false],
    ['http://10.0.0.1', false],
  ])('%s is this machine: %s', (url, expected) => {
    expect(isThisMachine(new URL(url) as unknown as Parameters<typeof isThisMachine>[0])).toBe(expected);
  });

  it('tells a refusal with its faults and its hint', () => {
    const problem = {
      code: 'invalid_definition',
      detail: 'One mistake.',
      hint: 'Mend it.',
      errors: [{ message: 'Wrong.', line: 2, column: 3, hint: 'Right?' }],
    };
    expect(refusal(422, problem).message).toBe('One mistake. (invalid_definition, 422)\n  line 2, column 3: Wrong. (Right?)\nMend it.');
    expect(refusal(400, { code: 'invalid_request', detail: 'wait: too long', errors: [{ message: 'too long' }] }).message).toBe(
      'wait: too long (invalid_request, 400)',
    );
    expect(refusal(404, {}).message).toContain('check --url');
  });
});

describe('the impact of a deployment', () => {
  it('is said where executions run on another version', () => {
    const obstacle = { code: 'step_gone', message: 'charge has begun, and the version has no such step.' };
    const executions = [{ obstacles: [] }, { obstacles: [obstacle] }, { obstacles: [obstacle] }];
    const counts = { running: 4, current: 1, movable: 1, blocked: 2 };
    const other = { counts: { running: 1, current: 0, movable: 1, blocked: 0 }, executions: [{ obstacles: [] }], next_cursor: 'more' };
    expect(
      impactLines(
        summed([
          { counts, executions, next_cursor: 'x' },
          { ...other, next_cursor: null },
        ]),
        'orders',
        3,
      ),
    ).toEqual([
      '4 executions run on another version, and go on as they are.',
      '  2 could be moved to this one: the page of the application, or POST /api/v1/workflows/orders/versions/3/migrate',
      '  2 could not:',
      '    2 × charge has begun, and the version has no such step.',
    ]);
    expect(impactLines(summed([other]), 'orders', 3)[0]).toBe('1 execution of the first 1000 runs on another version, and goes on as it is.');
    expect(impactLines(summed([{ counts: { running: 1, current: 1, movable: 0, blocked: 0 }, executions: [], next_cursor: null }]), 'orders', 3)).toEqual([]);
  });
});

describe('deploy', () => {
  const stored = {
    name: 'orders',
    version: 2,
    changed: true,
    pipelines: ['take', 'sweep'],
    routes: [{ method: 'POST', path: '/orders', pipeline: 'take' }],
    deployment: { resources: { ingress: 'http://orders.acme.localhost:8787', path: '/in/acme/orders/' } },
  };

  it('tells the routes with their origin, and how the others are started', () => {
    const lines = report(stored, 'production', 'http://127.0.0.1:8787');
    expect(lines[0]).toBe('orders version 2 runs in production.');
    expect(lines[1]).toBe('  POST   http://orders.acme.localhost:8787/orders   take');
    expect(lines[2]).toContain('http://127.0.0.1:8787/in/acme/orders/');
    expect(lines[3]).toContain('run sweep --workflow orders');
    expect(lines).toHaveLength(4);
  });

  it('says how another environment is reached, and when nothing has changed', () => {
    const lines = report({ ...stored, changed: false }, 'staging', 'http://127.0.0.1:8787');
    expect(lines[0]).toContain('same content');
    expect(lines.at(-1)).toContain('X-Workflow-Environment: staging');
  });
});

describe('deploy, where executions run', () => {
  const NONE = { running: 0, current: 0, movable: 0, blocked: 0 };
  const MOVABLE = { ...NONE, running: 2, movable: 2 };
  const BLOCKED = { ...NONE, running: 2, movable: 1, blocked: 1 };

  /** A platform that has the workflow already; what was asked of it, in order. */
  function platform(counts: object) {
    const asked: string[] = [];
    const answers: [wanted: RegExp, status: number, body: object][] = [
      [/^POST \/api\/v1\/workflows\?/, 409, { code: 'workflow_exists', id: 'wf_1' }],
      [/^PUT \/api\/v1\/workflows\/wf_1$/, 200, { id: 'wf_1', name: 'good', version: 2, changed: true, pipelines: ['p'], routes: [] }],
      [/^GET \/api\/v1\/workflows\/wf_1\/versions\/2\/impact\?environment=production/, 200, { counts, executions: [], next_cursor: null }],
      [/^POST \/api\/v1\/deployments$/, 201, { id: 'dep_1', resources: {} }],
    ];
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
      const { pathname, search } = new URL(String(url));
      const call = `${init?.method ?? 'GET'} ${pathname}${search}`;
      asked.push(call);
      const [, status, body] = answers.find(([wanted]) => wanted.test(call)) ?? [undefined, 404, {}];
      return Response.json(body, { status });
    });
    return asked;
  }
  afterEach(() => vi.restoreAllMocks());

  it.each<[what: string, counts: object, words: string[], answer: boolean | undefined, deployed: boolean, note: RegExp]>([
    ['goes on where none does', NONE, [], undefined, true, /^$/],
    ['goes on where all could be moved and nobody can be asked', MOVABLE, [], undefined, true, /^$/],
    ['asks whoever is there', MOVABLE, [], true, true, /^asked$/],
    ['stops at a no', MOVABLE, [], false, false, /asked\nNot deployed\. good version 2 is stored and runs nowhere new\.$/],
    ['does not ask after --yes', MOVABLE, ['--yes'], false, true, /^$/],
    ['stops where some are blocked and nobody can be asked', BLOCKED, [], undefined, false, /^Not deployed.*--force/],
    ['stops where some are blocked, --yes or not', BLOCKED, ['--yes'], true, false, /^Not deployed.*--force/],
    ['goes on where some are blocked at a yes', BLOCKED, [], true, true, /^asked$/],
    ['goes on after --force', BLOCKED, ['--force'], false, true, /^$/],
  ])('%s', async (_, counts, words, answer, deployed, note) => {
    const asked = platform(counts);
    const { around, out, notes } = surroundings({ WORKFLOW_API_KEY: 'mine' });
    const ask = async () => {
      notes.push('asked');
      return answer!;
    };
    const code = await main(['deploy', 'good.yaml', ...words], { ...around, ...(answer === undefined ? {} : { ask }) });
    expect([code, asked.includes('POST /api/v1/deployments')]).toEqual(deployed ? [0, true] : [1, false]);
    expect(notes.join('\n')).toMatch(note);
    // What it means is said before anything runs.
    expect(asked.slice(0, 3).map((call) => call.split(' ')[0])).toEqual(['POST', 'PUT', 'GET']);
    if (counts !== NONE) expect(out[0]).toBe('2 executions run on another version, and go on as they are.');
    if (deployed) expect(out.join('\n')).toContain('good version 2 runs in production.');
  });

  it('puts a new workflow in the project that is named', async () => {
    const asked = platform(NONE);
    const { around } = surroundings({ WORKFLOW_API_KEY: 'mine' });
    expect(await main(['deploy', 'good.yaml', '--project', 'prj_1'], around)).toBe(0);
    expect(asked[0]).toMatch(/^POST \/api\/v1\/workflows\?.*project=prj_1$/);
  });
});

describe('run', () => {
  it.each<[string, unknown]>([
    ['{"a": 1}', { a: 1 }],
    ['7', 7],
    ['@data.json', { a: 1 }],
  ])('reads the data %s', (text, expected) => {
    expect(readData(text, { cwd: folder })).toEqual(expected);
  });

  it('refuses data that is no JSON, and a file that is not there', () => {
    expect(() => readData('{a', { cwd: folder })).toThrow(Misuse);
    expect(() => readData('@absent.json', { cwd: folder })).toThrow(Failure);
  });

  it.each<[what: string, status: number, body: Parameters<typeof tell>[0]['body'], code: number, out: unknown]>([
    ['a start', 202, { execution_id: 'exec_1', status: 'running' }, 0, undefined],
    ['an end with an answer', 200, { execution_id: 'exec_1', status: 'completed', result: { ok: true }, outputs: { a: {} } }, 0, { ok: true }],
    ['an end without an answer', 200, { execution_id: 'exec_1', status: 'completed', outputs: { a: 1 } }, 0, { a: 1 }],
    ['a failure', 200, { execution_id: 'exec_1', status: 'failed', outputs: {}, error: { code: 'step_failed', message: 'No.' } }, 1, undefined],
    ['an undone saga', 200, { execution_id: 'exec_1', status: 'compensated', outputs: {} }, 1, undefined],
  ])('%s: the result on standard output, all else beside it', (_, status, body, code, expected) => {
    const { around, out, notes } = surroundings();
    expect(tell({ status, body }, 'http://127.0.0.1:8787', around)).toBe(code);
    expect(out.map((text) => JSON.parse(text))).toEqual(expected === undefined ? [] : [expected]);
    expect(notes.join('\n')).toContain('http://127.0.0.1:8787/executions/exec_1');
    if (body.error) expect(notes.join('\n')).toContain('step_failed: No.');
  });
});

describe('logs', () => {
  it('prints a line of a log in one line, without control characters', () => {
    const line = {
      timestamp: '2026-02-15T14:30:00.238Z',
      level: 'warn',
      workflow: 'shop',
      pipeline: 'order',
      execution_id: 'exec_1',
      message: 'No\u001b[31m stock',
      fields: { sku: 'S-1' },
    };
    expect(lineText({ ...line, step: 'note' })).toMatch(/^14:30:00\.238 {2}warn {3}shop\.order {2}exec_1 {2}note {2}No.* stock {2}\{"sku":"S-1"\}$/);
    expect(lineText(line)).not.toContain('\u001b');
  });

  it.each([
    [['--limit', '0'], '--limit 0'],
    [['--limit', '5000'], '--limit 5000'],
    [['--since', 'yesterday'], '--since yesterday'],
  ])('%j is a misuse', async (words, said) => {
    const { code, notes } = await wf('logs', ...words);
    expect(code).toBe(2);
    expect(notes).toContain(said);
  });
});

describe('tail', () => {
  async function* bytes(...chunks: string[]) {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk);
  }
  const read = async (...chunks: string[]) => {
    const messages = [];
    for await (const message of messagesOf(bytes(...chunks))) messages.push(message);
    return messages;
  };

  it.each<[what: string, chunks: string[], expected: object[]]>([
    ['one message', ['retry: 1000\n\nid: 1\nevent: step.completed\ndata: {}\n\n'], [{ event: 'step.completed', data: '{}' }]],
    ['a message in pieces', ['event: a\nda', 'ta: {"x"', ':1}\n', '\n'], [{ event: 'a', data: '{"x":1}' }]],
    ['comments, and data of several lines', [': still here\n\ndata: 1\r\ndata: 2\r\n\r\n'], [{ event: 'message', data: '1\n2' }]],
    ['a message that was cut off', ['event: a\ndata: 1\n'], []],
  ])('reads %s', async (_, chunks, expected) => {
    expect(await read(...chunks)).toEqual(expected);
  });

  it('prints one line an event, without control characters', () => {
    const data = {
      at: 0,
      workflow: 'w',
      pipeline: 'p',
      execution_id: 'exec_1',
      execution_status: 'running',
      step: 'charge',
      duration_ms: 12,
      error: { message: 'a\u001bb\nc' },
    };
    const line = lineOf({ event: 'step.failed', data: JSON.stringify(data) })!;
    expect(line.split(/ {2,}/)).toEqual(['00:00:00.000', 'w.p', 'exec_1', 'running', 'step.failed', 'charge', '12 ms', 'a\ufffdb\ufffdc']);
    expect(lineOf({ event: 'x', data: 'no json' })).toBeUndefined();
  });
});

it.each([
  ['apps/My Orders.yaml', 'my-orders'],
  ['a.yml', 'a'],
  ['---.yaml', 'app'],
])('the file %s names the application %s', (file, expected) => {
  expect(nameOf(file)).toBe(expected);
});
