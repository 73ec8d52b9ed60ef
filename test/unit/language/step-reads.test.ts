/** Steps that others read: in programs as in templates, with their exact place, and whether they can have run by then. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const diagnose = async (steps: string, pipeline = '', before = '') => {
  const source = `name: app\npipelines:\n${before}  p:\n${pipeline}    steps:\n${steps}`;
  const { diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
  const lines = source.split('\n');
  return diagnostics.map(({ code, severity, line, column, end_column, message, hint }) => ({
    code,
    severity,
    at: lines[line - 1]!.slice(column - 1, end_column - 1),
    message,
    hint,
  }));
};
const set = (name: string, value = '1') => `      - {name: ${name}, type: step.set, config: {values: {a: '${value}'}}}\n`;

/** What each is said to name; none of these steps is there, `first` is. */
const named = async (type: string, key: string, program: string, more = '') => {
  const text = program
    .split('\n')
    .map((line) => `            ${line}\n`)
    .join('');
  const found = await diagnose(`${set('first')}      - name: b\n        type: ${type}\n        config:\n${more}          ${key}: |\n${text}`);
  expect(found.every(({ code, severity }) => code === 'unknown_step' && severity === 'warning')).toBe(true);
  return found.map(({ at }) => at);
};

describe('jq', () => {
  it.each<[string, string[]]>([
    ['.steps.frist.x', ['frist']],
    ['.steps["no-pe"] | length', ['"no-pe"']],
    ['."steps"."nope"', ['"nope"']],
    ['.steps | {a: .nope, b: .first}', ['nope']],
    ['{a: .steps.nope1.x, "b": [.steps.nope2?]}', ['nope1', 'nope2']],
    ['. as $all | [1, 2] | map($all.steps.nope)', ['nope']],
    ['. as {$steps} | 1 | $steps.nope', ['nope']],
    ['. as {steps: $s} | $s.nope', ['nope']],
    ['.trigger.items | length as $n | $n', []],
    ['if .steps.nope.ok then .steps.first else empty end', ['nope']],
    ['.steps.nope // "none"', ['nope']],
    ['try .steps.nope catch .steps.other', ['nope']],
    ['[.steps.nope.items[] | .steps.other]', ['nope']],
    ['select(.steps.nope.ok) | .steps.other', ['nope', 'other']],
    ['"\\(.steps.nope.x)!"', ['nope']],
    ['reduce .steps.nope.items[] as $i (.steps.other; . + $i.steps.third)', ['nope', 'other']],
    ['. as $c | def f: $c.steps.nope; f', ['nope']],
    ['def f: .steps.nope; .trigger | f', []],
    ['def select(f): 1; select(.steps.nope)', []],
    ['map(.steps.nope)?', []],
    ['.trigger | .steps.nope', []],
    ['.steps.nope = 1', []],
    ['del(.steps.nope)', []],
    ['.steps | has("nope")', []],
    ['(.steps | keys), .steps.first', []],
    ['.steps[.trigger.name]', []],
    ['"steps.nope" # .steps.nope', []],
    ['.steps.first.output.nope', []],
  ])('%s names %j', async (program, expected) => expect(await named('step.jq', 'expression', program)).toEqual(expected));

  it.each<[string, string[]]>([
    ['steps', ['nope']],
    ['steps.first', []],
    ['trigger', []],
  ])('with an input from %s', async (from, expected) =>
    expect(await named('step.jq', 'expression', '.nope.x', `          input_from: ${from}\n`)).toEqual(expected),
  );

  it('says which was meant', async () => {
    const [found] = await diagnose(`${set('fetch-order')}      - {name: b, type: step.jq, config: {expression: '.steps["fetch-ordre"].id'}}\n`);
    expect(found).toMatchObject({ code: 'unknown_step', at: '"fetch-ordre"', hint: 'Did you mean "fetch-order"?' });
  });
});

describe('JavaScript', () => {
  const within = (body: string) => `function transform(ctx) {\n  ${body}\n}`;

  it.each<[string, string[]]>([
    [within('return ctx.steps.frist.x;'), ['frist']],
    [within('return ctx.steps["no-pe"]?.x;'), ['"no-pe"']],
    [within('return ctx["steps"]?.nope;'), ['nope']],
    [within('return ctx.steps[`nope`];'), ['`nope`']],
    [within('const { steps } = ctx; return [1].map(() => steps.nope);'), ['nope']],
    [within('const { steps: { nope, first: { x = 1 } } } = ctx; return nope;'), ['nope']],
    [within('const s = ctx.steps; return s.nope && s.first;'), ['nope']],
    [within('return (ctx.steps.nope || {}).rows;'), ['nope']],
    [within('ctx.steps.nope += 1; return ctx.steps.first;'), ['nope']],
    ['const transform = async ({ steps }) => steps.nope;', ['nope']],
    ['const transform = function (context) { return context.steps.nope; };', ['nope']],
    [within('// ctx.steps.nope\n  return "ctx.steps.nope" + /ctx.steps.nope/.source;'), []],
    [within('return ctx.steps.hasOwnProperty("nope") || "nope" in ctx.steps;'), []],
    [within('ctx.steps.nope = 1; delete ctx.steps.nope; return 1;'), []],
    [within('return [1].map((ctx) => ctx.steps.nope);'), []],
    [within('let s = ctx.steps; s = {}; return s.nope;'), []],
    [within('const f = (steps) => steps.nope; return f({});'), []],
    [within('{ const s = ctx.steps; } { const s = {}; return s.nope; }'), []],
    [within('return ctx.steps[ctx.trigger.name];'), []],
    [within('return ctx.trigger.steps.nope;'), []],
    ['function other(ctx) { return ctx.steps.nope; }\nfunction transform(c) { return other({ steps: {} }); }', []],
    ['function transform(ctx) { return ctx.deep ? 1 : transform({ deep: 1, steps: {} }).steps.nope || ctx.steps.nope; }', []],
  ])('%s names %j', async (program, expected) => expect(await named('step.js', 'code', program)).toEqual(expected));
});

/** The steps of each are said not to have run, with where they are read. */
describe('the order', () => {
  const http = (name: string, more = '') => `      - {name: ${name}, type: step.http_call, config: {url: "http://x/{{ .steps.${more || 'b'}.id }}"}}\n`;
  const answer = (name: string, value = '1') => `      - {name: ${name}, type: step.json_response, config: {body: {a: '${value}'}}}\n`;
  const choice = (name: string, yes: string, no: string) =>
    `      - {name: ${name}, type: step.conditional, config: {if: "1 == 1", then: ${yes}, else: ${no}}}\n`;

  it.each<[string, string, string[]]>([
    ['one that runs later', set('a', '{{ .steps.b.a }}') + set('b'), ['.steps.b.a']],
    ['one that has run', set('a') + set('b', '{{ .steps.a.a }}'), []],
    ['itself', set('a', '{{ .steps.a.a }}'), ['.steps.a.a']],
    ['a condition', `      - {name: a, type: step.set, if: steps.b.a == 1, config: {values: {}}}\n${set('b')}`, ['steps.b.a']],
    ['a path', `      - {name: a, type: step.set, config: {values: {a: {_from: steps.b.a}}}}\n${set('b')}`, ['steps.b.a']],
    ['an index', set('a', '{{ index .steps "b" "a" }}') + set('b'), ['"b"']],
    ['jq', `      - {name: a, type: step.jq, config: {expression: ".steps.b.a"}}\n${set('b')}`, ['b']],
    ['JavaScript', `      - {name: a, type: step.js, config: {code: "function transform(c) { return c.steps.b; }"}}\n${set('b')}`, ['b']],
    ['a key', `      - {name: a, type: step.http_call, idempotency_key: "{{ .steps.b.a }}", config: {url: http://x}}\n${set('b')}`, ['.steps.b.a']],
    ['a jump back', set('a', '{{ .steps.b.a }}') + set('b') + choice('c', 'a', 'd') + set('d'), []],
    ['the other way', choice('c', 'x', 'y') + set('x') + answer('x-end') + set('y', '{{ .steps.x.a }}'), ['.steps.x.a']],
    ['a way that comes by', choice('c', 'x', 'y') + set('x') + set('y', '{{ .steps.x.a }}'), []],
    [
      'an answer under a condition',
      choice('c', 'x', 'y') + set('x') + answer('x-end').replace('config', 'if: "1 == 2", config') + set('y', '{{ .steps.x.a }}'),
      [],
    ],
    [
      'an answer that may fail',
      choice('c', 'x', 'y') + set('x') + answer('x-end').replace('config', 'on_error: skip, config') + set('y', '{{ .steps.x.a }}'),
      [],
    ],
    [
      'undoing',
      `      - {name: a, type: step.http_call, config: {url: http://x}, compensate: {type: step.http_call, config: {url: "http://x/{{ .steps.b.a }}/{{ .steps.a.id }}"}}}\n${set('b')}`,
      [],
    ],
    ['a step that may be skipped', `      - {name: a, type: step.set, skip_if: "1 == 1", config: {values: {}}}\n${set('b', '{{ .steps.a.a }}')}`, []],
    ['a step that may fail', http('a', 'z').replace('config', 'on_error: skip, config').replace('.steps.z.id', '.id') + set('b', '{{ .steps.a._error }}'), []],
  ])('of %s', async (_, steps, expected) => {
    const found = await diagnose(steps);
    expect(found.map(({ code, at }) => [code, at])).toEqual(expected.map((at) => ['step_not_run', at]));
  });

  const branch = (gold: string, silver: string) => `      - name: way
        type: step.branch
        config:
          field: trigger.kind
          branches:
            gold: [${gold}]
            silver: [${silver}]
`;
  const inner = (name: string, value = '1') => `{name: ${name}, type: step.set, config: {values: {a: '${value}'}}}`;
  const loop = (...steps: string[]) =>
    `      - {name: loop, type: step.while, config: {condition: steps.ask.a != 2, max_iterations: 3, accumulate: {key: all, from: steps.ask.a}, steps: [${steps.join(', ')}]}}\n`;

  it.each<[string, string, string[]]>([
    ['another way of a branch', branch(inner('x'), inner('y', '{{ .steps.x.a }}')), ['.steps.x.a']],
    ['the same way', branch(`${inner('x')}, ${inner('z', '{{ .steps.x.a }}')}`, inner('y')), []],
    ['a way, after the branch', branch(inner('x'), inner('y')) + set('after', '{{ .steps.x.a }}{{ .steps.y.a }}'), []],
    ['a way, before the branch', set('before', '{{ .steps.x.a }}') + branch(inner('x'), inner('y')), ['.steps.x.a']],
    ['the block around', branch(inner('x', '{{ .steps.way.branch }}'), inner('y')), ['.steps.way.branch']],
    ['the round before', loop(inner('first', '{{ .steps.ask.a }}'), inner('ask')), []],
    ['the loop around', loop(inner('ask', '{{ .steps.loop.iterations }}')), ['.steps.loop.iterations']],
    ['a loop, after it', loop(inner('ask')) + set('b', '{{ .steps.ask.a }}{{ .steps.loop.iterations }}'), []],
    [
      'an item after it',
      `      - {name: each, type: step.foreach, config: {collection: trigger.items, steps: [${inner('x', '{{ .steps.y.a }}')}, ${inner('y')}]}}\n`,
      ['.steps.y.a'],
    ],
    [
      'a try after it',
      `      - {name: again, type: step.retry_with_backoff, config: {steps: [${inner('x', '{{ .steps.y.a }}')}, ${inner('y')}]}}\n`,
      ['.steps.y.a'],
    ],
  ])('of %s', async (_, steps, expected) => {
    const found = await diagnose(steps);
    expect(found.map(({ code, at }) => [code, at])).toEqual(expected.map((at) => ['step_not_run', at]));
  });

  it('of a pipeline that goes on after failures', async () => {
    const steps = choice('c', 'x', 'y') + set('x') + answer('x-end') + set('y', '{{ .steps.x.a }}');
    expect(await diagnose(steps, '    on_error: continue\n')).toEqual([]);
  });

  it('of what undoes the pipeline as a whole', async () => {
    const undo = '    compensation: [{name: undo, type: step.http_call, config: {url: "http://x/{{ .steps.b.a }}"}}]\n';
    expect(await diagnose(set('a') + set('b'), undo)).toEqual([]);
  });

  it('says where the step stands, and which was meant', async () => {
    const steps = set('charge-card') + set('notify', '{{ .steps.charge-cart.a }}') + set('charge-cart');
    expect(await diagnose(steps)).toMatchObject([
      {
        code: 'step_not_run',
        severity: 'warning',
        message: '"charge-cart" runs after "notify" (step 3, this is step 2); the value will be missing.',
        hint: 'Did you mean "charge-card"? Otherwise: Put "charge-cart" before "notify", or name a step that runs before it.',
      },
    ]);
  });

  it('does not propose the step itself', async () => {
    const [found] = await diagnose(set('load') + set('shape', '{{ .steps.shap.a }}'));
    expect(found).toMatchObject({ code: 'unknown_step', hint: 'Known: load.' });
  });

  it('is not counted from a step that nobody wrote', async () => {
    const trigger = '    trigger: {type: webhook, config: {path: /hook, provider: github, secret: "${HOOK}"}}\n';
    const [found] = await diagnose(set('a', '{{ .steps.b.a }}') + set('b'), trigger);
    expect(found?.message).toContain('(step 2, this is step 1)');
  });

  it('is looked at although another pipeline has a mistake', async () => {
    const found = await diagnose(set('a', '{{ .steps.b.a }}') + set('b'), '', '  q:\n    stepz: []\n');
    expect(found.map(({ code }) => code)).toContain('step_not_run');
  });

  it('of a thousand steps costs little', async () => {
    const steps = Array.from({ length: 900 }, (_, index) => set(`s${index}`, index === 0 ? '1' : `{{ .steps.s${index - 1}.a }}`)).join('');
    expect(await diagnose(steps)).toEqual([]);
  });
});
