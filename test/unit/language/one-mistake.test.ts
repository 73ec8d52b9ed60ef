/** One mistake, one diagnostic: no echoes of a misspelt key or a stray bracket, and never an endless list. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import { modules, steps } from './catalog.ts';

const diagnose = async (source: string) => (await compile(source, { steps, modules })).diagnostics;
const codes = async (source: string) => (await diagnose(source)).map(({ code, line }) => `${line} ${code}`);

const step = '{ name: a, type: step.set, config: { values: { a: 1 } } }';
const many = Array.from({ length: 50 }, (_, i) => `      - { name: s${i}, type: step.set, config: { values: { a: 1 } } }`).join('\n');
const pipeline = (trigger: string, first = step) => `name: app\npipelines:\n  p:\n    trigger: ${trigger}\n    steps:\n      - ${first}\n${many}\n`;

describe('a misspelt key is not missing as well', () => {
  it.each([
    ['name of the document', `nme: app\npipelines:\n  p:\n    steps:\n${many}\n`, '1 unknown_key'],
    ['steps', `name: app\npipelines:\n  p:\n    stps:\n${many}\n`, '4 unknown_key'],
    ['path beside type', pipeline('{ type: http, pth: /x }'), '4 unknown_key'],
    ['path in config', pipeline('{ type: http, config: { method: POST, pth: /x } }'), '4 unknown_key'],
    ['config of a trigger', pipeline('{ type: http, confg: { method: POST, path: /x } }'), '4 unknown_key'],
    ['type of a trigger', pipeline('{ typ: http, config: { method: POST, path: /x } }'), '4 unknown_key'],
    ['name of a step', pipeline('manual', '{ nme: a, type: step.set, config: { values: {} } }'), '6 unknown_key'],
    ['type of a step', pipeline('manual', '{ name: a, typ: step.set, config: { values: {} } }'), '6 unknown_key'],
    ['config of a step', pipeline('manual', '{ name: a, type: step.set, confg: { values: {} } }'), '6 unknown_key'],
    ['a setting', pipeline('manual', '{ name: a, type: step.http_call, config: { ulr: x } }'), '6 unknown_key'],
    ['field', pipeline('manual', '{ name: a, type: step.conditional, config: { feld: x, routes: { a: s0 } } }'), '6 unknown_key'],
    ['routes', pipeline('manual', '{ name: a, type: step.conditional, config: { field: x, rotes: { a: s0 } } }'), '6 unknown_key'],
    ['name of a module', `${pipeline('manual')}modules: [{ nme: db, type: storage.sqlite }]\n`, '57 unknown_key'],
    ['type of a module', `${pipeline('manual')}modules: [{ name: db, tpe: storage.sqlite }]\n`, '57 unknown_key'],
    ['path of a route', `${pipeline('manual')}workflows: { http: { routes: [{ method: GET, pth: /x, pipeline: p }] } }\n`, '57 unknown_key'],
    ['pipeline of a route', `${pipeline('manual')}workflows: { http: { routes: [{ path: /x, pipelin: p }] } }\n`, '57 unknown_key'],
    ['key_template', `name: app\npipelines:\n  p:\n    idempotency: { key_templat: k }\n    steps:\n${many}\n`, '4 unknown_key'],
  ])('%s', async (_, source, expected) => expect(await codes(source)).toEqual([expected]));

  it('a key that is missing without such a neighbour is', async () => {
    expect(await codes(pipeline('{ type: http, method: GET }'))).toEqual(['4 missing_key']);
    expect(await codes(pipeline('manual', '{ name: a, verbose: true }'))).toEqual(['6 missing_key']);
  });
});

describe('a fault in the YAML is one, and the rest is still read', () => {
  it.each([
    ['a brace too many', pipeline('{ type: manual }}', '{ name: a, type: step.st }')],
    ['a bracket too many', pipeline('{ type: manual }]', '{ name: a, type: step.st }')],
    ['a quote too many', pipeline('{ type: manual }"', '{ name: a, type: step.st }')],
    ['a brace too few', pipeline('{ type: manual', '{ name: a, type: step.st }')],
    ['a quote too few', pipeline('{ type: "manual }', '{ name: a, type: step.st }')],
  ])('%s', async (_, source) => expect(await codes(source)).toEqual(['4 yaml_syntax', '6 unknown_step_type']));

  it('five of them are five', async () => {
    const source = `name: app
pipelines:
  p:
    trigger: { type: manual }}
    steps:
      - { name: a, type: step.set, config: { values: { a: 1 } }
      - { name: b, type: step.set, config: { values: { a: 1 } } }]
      - { name: c, type: "step.set, config: { values: { a: 1 } } }
      - { name: d, type: step.set, config: { values: { a: 1 } } }
    description: a: b
`;
    expect(await codes(source)).toEqual([4, 6, 7, 8, 10].map((line) => `${line} yaml_syntax`));
  });
});

describe('a value that is no text, with what was meant below it', () => {
  const below = '      - { name: a, type: step.st }\n      - name: b\n        type: step.set\n        config: { values: { a: 1 } }\n';
  it.each([
    ['on the key itself', `    steps: foo: bar\n${below}`, ['4 yaml_syntax', '5 unknown_step_type']],
    ['after a blank line', `    steps: foo: bar\n\n${below}`, ['4 yaml_syntax', '6 unknown_step_type']],
    ['in windows lines', `    steps: foo: bar\n${below}`.replaceAll('\n', '\r\n'), ['4 yaml_syntax', '5 unknown_step_type']],
    ['text that goes on', `    description: foo: bar\n      - and more\n    steps:\n${below}`, ['4 yaml_syntax', '7 unknown_step_type']],
  ])('%s', async (_, source, expected) => expect(await codes(`name: app\npipelines:\n  p:\n${source}`)).toEqual(expected));
});

describe('a header', () => {
  it('whose name cannot be sent is named, whatever its value', async () => {
    const headers = '{ "x y": "{{ .a }}", "a:b": 1, ok: 1, "{{ .name }}": 1 }';
    const found = await diagnose(pipeline('manual', `{ name: a, type: step.http_call, config: { url: "http://x", headers: ${headers} } }`));
    expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual(
      ['x y', 'a:b', '{{ .name }}'].map((name) => `invalid_config pipelines.p.steps[0].config.headers.${name}`),
    );
  });
});

describe('a bound', () => {
  const wrong = (count: number) =>
    `name: app\npipelines:\n  p:\n    steps:\n${Array.from({ length: count }, (_, i) => `      - { name: s${i}, type: step.st }`).join('\n')}\n`;

  it('names a hundred and says how many more there are', async () => {
    expect(await diagnose(wrong(100))).toHaveLength(100);
    const diagnostics = await diagnose(wrong(150));
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)).toMatchObject({ code: 'too_many', severity: 'error', line: 105, message: expect.stringContaining('50 more') });
  });
});

describe('names', () => {
  const named = (name: string) => pipeline('manual', `{ name: ${name}, type: step.set, config: { values: {} } }`);
  it('refuses one that changes objects', async () => {
    expect(await codes(named('__proto__'))).toEqual(['6 invalid_name']);
    expect(await codes(pipeline('manual', '{ name: a, type: step.db_exec, config: { database: __proto__, query: SELECT 1 } }'))).toEqual(['6 invalid_name']);
    const route = (name: string) => `${pipeline('manual')}workflows: { http: { routes: [{ path: /x, pipeline: { name: ${name}, steps: [${step}] } }] } }\n`;
    expect(await codes(route('__proto__'))).toEqual(['57 invalid_name']);
    expect(await codes(route('p'))).toEqual(['57 duplicate_name']);
    expect(await codes(route('q'))).toEqual([]);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', '_proto_'])('takes %s', async (name) => {
    const { definition, diagnostics } = await compile(`${named(name)}modules: [{ name: ${name.replace(/^_/, 'x')}, type: storage.sqlite }]\n`, {
      steps,
      modules,
    });
    expect(diagnostics).toEqual([]);
    expect(definition!.pipelines.p!.nodes[0]!.name).toBe(name);
  });
});
