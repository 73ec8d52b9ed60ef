/** What `mask` hides, and what it leaves. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EventData, LogEvent } from '#contracts/events';
import type { Json, JsonObject } from '#contracts/json';
import type { MaskRules } from '#contracts/mask';
import { decide } from '#engine/decide';
import { retrace } from '#engine/retrace';
import { initialState } from '#engine/state';
import { compile } from '#language/compile';
import { asLetters, masker } from '#language/mask';
import { modules, steps } from './catalog.ts';

const pseudonym = (value: string) => asLetters(createHash('sha256').update(value).digest('hex').slice(0, 24));
const token = (value: string) => `[masked ${pseudonym(value)}]`;
const rules = (paths: string[], patterns: MaskRules['patterns'] = [], expressions: string[] = []): MaskRules => ({
  paths: paths.map((path) => path.split('.')),
  patterns,
  expressions,
});
const trigger = (given: MaskRules, data: Json) => masker(given, pseudonym).trigger(data);

describe('patterns', () => {
  it.each([
    ['email', 'write to Ada.L+x@mail.example.com, please', 'Ada.L+x@mail.example.com'],
    ['email', 'josé@bücher.example', 'josé@bücher.example'],
    ['phone', 'call +41 44 555 12 34 now', '+41 44 555 12 34'],
    ['phone', 'tel 044 555 12 34', '044 555 12 34'],
    ['phone', '(415) 555-2671', '(415) 555-2671'],
    ['credit_card', 'card 4111 1111 1111 1111.', '4111 1111 1111 1111'],
    ['iban', 'to CH93 0076 2011 6238 5295 7', 'CH93 0076 2011 6238 5295 7'],
    ['ssn', 'ssn 078-05-1120', '078-05-1120'],
    ['ip_address', 'from 203.0.113.9 at', '203.0.113.9'],
    ['ip_address', 'from 2001:db8::1 at', '2001:db8::1'],
  ] as const)('%s in "%s"', (name, text, found) => {
    expect(trigger(rules([], [name]), { body: { text } })).toEqual({ body: { text: text.replace(found, token(found)) } });
  });

  it.each([
    ['email', 'ada at example.com, @ada, a@b'],
    ['phone', '2026-02-15 14:30:00, order 12345678, 3.14159265358'],
    ['credit_card', '4111 1111 1111 1112, 1234567890123456'],
    ['iban', 'CH93 0076 2011 6238 5295 8'],
    ['ssn', '1078-05-1120, 2026-02-15'],
    ['ip_address', '1.2.3, 999.1.1.1, 10:30:00, v1.2.3.4.5'],
  ] as const)('%s leaves "%s"', (name, text) => {
    expect(trigger(rules([], [name]), text)).toBe(text);
  });

  it('of the author', () => {
    expect(trigger(rules([], [], ['P-[0-9]{4,}']), { note: 'patient P-12345 and P-1' })).toEqual({ note: `patient ${token('P-12345')} and P-1` });
  });

  it('look at numbers and at names of fields, too', () => {
    const masked = trigger(rules([], ['credit_card', 'email']), { n: 4111111111111111, 'ada@example.com': 1, m: 12 });
    expect(masked).toEqual({ n: token('4111111111111111'), [token('ada@example.com')]: 1, m: 12 });
  });

  it('a text that is too much work is hidden whole', () => {
    const text = 'a'.repeat(60_000);
    expect(trigger(rules([], [], ['(a|aa)*b']), text)).toBe(token(text));
  });
});

describe('paths', () => {
  const request = {
    method: 'POST',
    headers: { 'X-Person': 'Ada' },
    body: { email: 'a', items: [{ name: 'n', price: 1 }], card: { number: '4', kind: 'visa' } },
  };

  it.each([
    ['trigger.body.email', { body: { ...request.body, email: token('a') } }],
    ['trigger.email', { body: { ...request.body, email: token('a') } }],
    ['trigger.headers.x-person', { headers: { 'X-Person': token('Ada') } }],
    ['trigger.body.items.name', { body: { ...request.body, items: [{ name: token('n'), price: 1 }] } }],
    ['trigger.body.items.*.price', { body: { ...request.body, items: [{ name: 'n', price: token('1') }] } }],
    ['card.number', { body: { ...request.body, card: { number: token('4'), kind: 'visa' } } }],
    ['card', { body: { ...request.body, card: token('{"number":"4","kind":"visa"}') } }],
    ['trigger.body.nothing', {}],
    ['steps.x.email', {}],
  ])('%s', (path, changed) => {
    expect(trigger(rules([path]), request)).toEqual({ ...request, ...changed });
  });

  it('the same value has the same pseudonym, and once is enough', () => {
    const given = rules(['email'], ['email']);
    const once = trigger(given, { email: 'ada@example.com', copy: 'ada@example.com' });
    expect(once).toEqual({ email: token('ada@example.com'), copy: token('ada@example.com') });
    expect(trigger(given, once)).toEqual(once);
  });
});

describe('events', () => {
  const given = rules(['steps.look.phone', 'steps.*.output.ssn'], ['email']);
  const event = <T extends LogEvent['type']>(type: T, data: Partial<EventData[T]>) => masker(given, pseudonym).event(type, data as EventData[T]);

  it.each([
    ['look', { phone: token('1'), ssn: token('2'), note: 'x' }],
    ['block/3/look', { phone: token('1'), ssn: token('2'), note: 'x' }],
    ['other', { phone: '1', ssn: token('2'), note: 'x' }],
  ])('the output of %s', (step_name, value) => {
    expect(event('step.output_recorded', { step_name, output: { value: { phone: '1', ssn: '2', note: 'x' } } })).toEqual({ step_name, output: { value } });
  });

  it('errors, answers, reasons and signals', () => {
    expect(
      event('step.failed', { error: { code: 'step_failed', message: 'no a@b.example', retryable: false, details: { at: 'a@b.example' } } }).error,
    ).toMatchObject({
      message: `no ${token('a@b.example')}`,
      details: { at: token('a@b.example') },
    });
    expect(event('step.output_recorded', { output: { value: null }, response: { headers: { from: 'a@b.example' } } }).response).toEqual({
      headers: { from: token('a@b.example') },
    });
    expect(event('execution.cancelled', { reason: 'asked by a@b.example' }).reason).toBe(`asked by ${token('a@b.example')}`);
    expect(event('signal.received', { data: { value: { phone: '7', by: 'a@b.example' } } }).data).toEqual({
      value: { phone: token('7'), by: token('a@b.example') },
    });
  });

  it('what the settings give goes out as it is written', () => {
    const data = { step_name: 'call', input: { value: { from: 'noreply@shop.example' } } };
    expect(event('step.input_recorded', data)).toEqual(data);
  });
});

it('is applied before anything is decided: neither state nor log have the value', async () => {
  const source = `name: a\npipelines:\n  p:\n    mask: { paths: [trigger.body.name], patterns: [email] }\n    steps:\n      - { name: s, type: step.set, config: { values: { v: "{{ .trigger.body.name }}" } } }\n`;
  const { definition } = await compile(source, { steps, modules });
  const request = {
    tenant: 'acme',
    region: 'us',
    workflow: 'a',
    workflow_id: 'wf',
    version: 1,
    definition: 'h',
    environment: 'production',
    pipeline: 'p',
    trigger: 'http',
    trace_id: 't',
    trigger_data: { body: { name: 'Ada', note: 'a@b.example' } },
  };
  const world = {
    definition: definition!,
    evaluator: {
      test: () => ({ kind: 'value', value: true }),
      resolve: () => ({ kind: 'ready', input: {}, secrets: [] }),
      run: () => ({ kind: 'completed', output: { to: 'c@d.example' } }),
    },
    context: () => ({}),
    mask: (given: MaskRules, tenant: string, type: 'execution.started', data: EventData['execution.started']) => {
      expect(tenant).toBe('acme');
      return masker(given, pseudonym).event(type, data);
    },
  };
  const command = { type: 'start', execution_id: 'exec_1', request, run: true, now: 1, random: 0 };
  const { events, state } = decide(initialState, command as never, world as never);
  const written = JSON.stringify([events, state] as unknown as JsonObject);
  for (const value of ['Ada', 'a@b.example', 'c@d.example']) expect(written).not.toContain(value);
  for (const value of ['Ada', 'a@b.example', 'c@d.example']) expect(written).toContain(token(value));
  // Nobody who checks the log needs the key.
  expect(retrace(events, { definitions: new Map([['h', definition!]]), evaluator: world.evaluator as never, context: world.context })).toMatchObject({
    ok: true,
  });
});

it('goes through what an execution is started with beside its trigger: a record of another one, and mocks', () => {
  const completed = (output: Json) => ({ kind: 'completed' as const, output, response: { from: 'a@b.example' } });
  const recorded = {
    steps: {
      look: [completed({ phone: '1', mail: 'a@b.example' }), { kind: 'failed', error: { code: 'x', message: 'no a@b.example' } }],
      'each/0/look': [completed({ phone: '2' })],
      choose: [{ kind: 'routed', value: 'a@b.example', route: 'default' }],
    },
    undos: { look: [completed('a@b.example')] },
  };
  const mocks = { by: 'user:a@b.example', steps: { look: [{ output: { phone: '3' } }, { error: { code: 'x', message: 'a@b.example' } }] } };
  const data = { recorded: { value: recorded }, mocks } as unknown as EventData['execution.started'];
  const masked = masker(rules(['steps.look.output.phone'], ['email']), pseudonym).event('execution.started', data) as unknown as typeof data;
  const mail = token('a@b.example');
  const kept = (output: Json) => ({ kind: 'completed', output, response: { from: mail } });
  expect(masked.recorded).toEqual({
    value: {
      steps: {
        look: [kept({ phone: token('1'), mail }), { kind: 'failed', error: { code: 'x', message: `no ${mail}` } }],
        'each/0/look': [kept({ phone: token('2') })],
        choose: [{ kind: 'routed', value: mail, route: 'default' }],
      },
      undos: { look: [kept(mail)] },
    },
  });
  expect(masked.mocks?.steps).toEqual({ look: [{ output: { phone: token('3') } }, { error: { code: 'x', message: mail } }] });
  expect(masked.mocks?.by).toBe('user:a@b.example');
});

describe('what the author wrote', () => {
  const compiled = (text: string) =>
    compile(`name: a\npipelines:\n  p:\n    mask: ${text}\n    steps:\n      - { name: s, type: step.set, config: { values: { a: 1 } } }\n`, {
      steps,
      modules,
    });

  it('true is every kind', async () => {
    expect((await compiled('true')).definition?.pipelines.p?.mask).toEqual({
      paths: [],
      patterns: ['email', 'phone', 'credit_card', 'iban', 'ssn', 'ip_address'],
      expressions: [],
    });
    expect((await compiled('false')).definition?.pipelines.p).not.toHaveProperty('mask');
  });

  it.each([
    ['{ patterns: [emial] }', 'invalid_value', 'mask.patterns[0]'],
    ['{ patterns: ["(a"] }', 'invalid_value', 'mask.patterns[0]'],
    ['{ patterns: ["."] }', 'invalid_value', 'mask.patterns[0]'],
    ['{ paths: [trigger] }', 'invalid_value', 'mask.paths[0]'],
    ['{ paths: [steps.look] }', 'invalid_value', 'mask.paths[0]'],
    ['{ paths: "a" }', 'invalid_type', 'mask.paths'],
    ['{ fields: [a] }', 'unknown_key', 'mask.fields'],
    ['yes please', 'invalid_type', 'mask'],
  ])('%s is told', async (text, code, path) => {
    expect((await compiled(text)).diagnostics).toContainEqual(expect.objectContaining({ severity: 'error', code, path: `pipelines.p.${path}` }));
  });
});
