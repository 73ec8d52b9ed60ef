/** Steps that are made of steps: to lanes of the graph, and every mistake with its place. */
import { describe, expect, it } from 'vitest';
import type { ActivityNode, BlockNode } from '#contracts/graph';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const catalogs = { steps: stepCatalog, modules: moduleCatalog };
const indent = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');

async function pipelineOf(steps: string) {
  const { definition, diagnostics } = await compile(`name: app\npipelines:\n  p:\n    steps:\n${indent(steps)}\n`, catalogs);
  return { pipeline: definition?.pipelines.p, diagnostics };
}

async function compiled(steps: string) {
  const { pipeline, diagnostics } = await pipelineOf(steps);
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
  return pipeline!;
}

const lanesOf = (node: unknown) => (node as BlockNode).lanes.map(({ name, from, to, single }) => [name, from, to, ...(single ? ['single'] : [])]);
const SET = 'type: step.set, config: {values: {a: 1}}';
const CALL = 'type: step.http_call, config: {url: "https://a.test"}';

describe('lanes', () => {
  it('lie behind the steps of the pipeline, those within them behind these', async () => {
    const pipeline = await compiled(`
- name: fan
  type: step.parallel
  config:
    branches:
      left:
        - {name: a, ${SET}}
        - name: each
          type: step.foreach
          config: {collection: trigger.items, step: {name: b, ${SET}}}
      right: [{name: c, ${SET}}]
- {name: after, ${SET}}
`);
    expect(pipeline.main).toBe(2);
    expect(pipeline.nodes.map((node) => [node.index, node.name])).toEqual([
      [0, 'fan'],
      [1, 'after'],
      [2, 'a'],
      [3, 'each'],
      [4, 'b'],
      [5, 'c'],
    ]);
    expect(lanesOf(pipeline.nodes[0])).toEqual([
      ['left', 2, 4],
      ['right', 5, 6],
    ]);
    expect(lanesOf(pipeline.nodes[3])).toEqual([['each', 4, 5]]);
  });

  it('are not there in a pipeline without blocks', async () => {
    expect(await compiled(`- {name: a, ${SET}}`)).not.toHaveProperty('main');
  });

  it.each<[string, string, unknown]>([
    [
      'steps that are branches',
      'steps: [{name: a, type: step.set, values: {x: 1}}, {name: b, type: step.set, values: {x: 2}}]',
      [
        ['a', 1, 2, 'single'],
        ['b', 2, 3, 'single'],
      ],
    ],
    [
      'a map of lists and of single steps',
      `branches: {a: [{name: x, ${SET}}], b: {name: y, ${SET}}}`,
      [
        ['a', 1, 2],
        ['b', 2, 3],
      ],
    ],
    [
      'a list of named branches, steps and lists',
      `branches: [{name: a, steps: [{name: x, ${SET}}]}, {name: b, ${SET}}, [{name: z, ${SET}}]]`,
      [
        ['a', 1, 2],
        ['b', 2, 3, 'single'],
        ['branch-3', 3, 4],
      ],
    ],
  ])('are written as %s', async (_, config, lanes) => {
    const { nodes } = await compiled(`- {name: fan, type: step.parallel, config: {${config}}}`);
    expect(lanesOf(nodes[0])).toEqual(lanes);
  });

  it('may leave their single step without a name', async () => {
    const { nodes } = await compiled(`- {name: each, type: step.foreach, config: {collection: [1], step: {${SET}}}}`);
    expect(nodes[1]!.name).toBe('step');
  });

  it('are jumped in, and see each other and what is around', async () => {
    const { nodes } = await compiled(`
- {name: load, ${SET}}
- name: fan
  type: step.parallel
  config:
    branches:
      left:
        - {name: check, type: step.conditional, config: {field: steps.load.a, routes: {"1": c}, default: b}}
        - {name: b, ${SET}}
        - {name: c, type: step.set, config: {values: {x: "{{ .steps.b.a }} {{ .steps.load.a }}"}}}
`);
    expect(nodes[2]).toMatchObject({ kind: 'conditional', routes: { 1: 4 }, default: 3 });
  });
});

describe('plans', () => {
  it.each<[string, string, object]>([
    ['parallel', `steps: [{name: a, ${SET}}, {name: b, ${SET}}, {name: c, ${SET}}]`, { wait: 'all', errors: 'fail_fast' }],
    ['parallel', `steps: [{name: a, ${SET}}, {name: b, ${SET}}], wait: any`, { wait: 1 }],
    ['parallel', `steps: [{name: a, ${SET}}, {name: b, ${SET}}], wait: 2, error_strategy: collect_errors`, { wait: 'all', errors: 'collect_errors' }],
    [
      'foreach',
      `collection: body.items, item_var: order, concurrency: 5, step: {${SET}}`,
      { items: 'body.items', item: 'order', index: 'index', concurrency: 5 },
    ],
    [
      'foreach',
      `collection: "{{ .items }}", item_key: it, index_key: at, steps: [{name: a, ${SET}}]`,
      { items: '{{ .items }}', item: 'it', index: 'at', concurrency: 1 },
    ],
    [
      'branch',
      `field: trigger.kind, branches: {a: [{name: x, ${SET}}]}, default: [{name: y, ${SET}}], merge_step: end`,
      { select: { by: 'field', field: 'trigger.kind' }, routes: { a: 0 }, default: 1, merge: 1 },
    ],
    [
      'while',
      `condition: steps.x.a == 1, max_iterations: 7, iteration_var: round, accumulate: {key: all, from: steps.x.a}, step: {name: x, ${SET}}`,
      { condition: 'steps.x.a == 1', max: 7, variable: 'round', collect: { key: 'all', from: 'steps.x.a' } },
    ],
    [
      'retry_with_backoff',
      `max_retries: 2, initial_delay: 100ms, max_delay: 1s, multiplier: 3, step: {${SET}}, fallback: {${SET}}`,
      { kind: 'retry', policy: { max_attempts: 3, backoff: 'exponential', initial_delay_ms: 100, max_delay_ms: 1000, multiplier: 3, jitter: true } },
    ],
    [
      'resilient',
      `retry: {max_attempts: 4, initial_delay: 100ms}, timeout: 2s, step: {${CALL}}, fallback: {${SET}}`,
      { kind: 'retry', policy: { max_attempts: 4, initial_delay_ms: 100 } },
    ],
    ['resilient', `timeout: 2s, step: {${CALL}}`, { kind: 'retry', policy: { max_attempts: 1 } }],
  ])('of a %s: %s', async (type, config, plan) => {
    const { nodes } = await compiled(`- {name: block, type: step.${type}, config: {${config}}}\n- {name: end, ${SET}}`);
    expect((nodes[0] as BlockNode).plan).toMatchObject(plan);
  });

  it('keep their calls standing: a breaker and a time for each, no tries within the tries, and none of what is refused', async () => {
    const steps = `- name: quote
  type: step.resilient
  config:
    retry: {max_attempts: 4}
    circuit_breaker: {timeout: 5s}
    timeout: 2s
    steps:
      - {name: ask, ${CALL}}
      - {name: slow, timeout: 9s, ${CALL}}
    fallback: {name: other, ${CALL}}`;
    const { definition } = await compile(`name: app\npipelines:\n  p:\n    retry: {max_attempts: 7}\n    steps:\n${indent(steps)}\n`, catalogs);
    const [block, ask, slow, other] = definition!.pipelines.p!.nodes as ActivityNode[];
    expect(block).toMatchObject({ kind: 'block', transient: true });
    expect((block as unknown as BlockNode).plan).toMatchObject({ policy: { give_up_on: ['circuit_open'] } });
    expect([ask!.timeout_ms, ask!.retry, ask!.breaker?.timeout_ms, slow!.timeout_ms]).toEqual([2000, undefined, 5000, 9000]);
    expect([other!.timeout_ms, other!.retry?.max_attempts, other!.breaker]).toEqual([30_000, 7, undefined]);
  });

  it('have a timeout and on_error', async () => {
    const { nodes } = await compiled(`- {name: fan, type: step.parallel, timeout: 5s, on_error: skip, config: {steps: [{name: a, ${SET}}]}}`);
    expect(nodes[0]).toMatchObject({ timeout_ms: 5000, on_error: 'skip' });
  });

  it('let the steps after a branch and a loop see those within', async () => {
    const { diagnostics } = await pipelineOf(`
- {name: choose, type: step.branch, config: {field: trigger.k, branches: {a: [{name: inner, ${SET}}]}}}
- {name: after, type: step.set, config: {values: {x: "{{ .steps.inner.a }}"}}}
`);
    expect(diagnostics).toEqual([]);
  });
});

describe('mistakes', () => {
  const CALL = 'type: step.http_call, config: {url: "http://x"}';
  it.each<[string, string, string, RegExp, RegExp?]>([
    [
      'a jump out of a lane',
      `- {name: end, ${SET}}\n- {name: fan, type: step.parallel, config: {branches: {a: [{name: j, type: step.conditional, config: {field: trigger.x, routes: {"1": end}}}]}}}`,
      'unknown_target',
      /stays within its block/,
    ],
    [
      'a jump into a lane',
      `- {name: j, type: step.conditional, config: {field: trigger.x, routes: {"1": a}}}\n- {name: fan, type: step.parallel, config: {branches: {l: [{name: a, ${SET}}]}}}`,
      'unknown_target',
      /named "a"/,
    ],
    [
      'a name twice in a lane',
      `- {name: e, type: step.foreach, config: {collection: [1], steps: [{name: a, ${SET}}, {name: a, ${SET}}]}}`,
      'duplicate_name',
      /"a" exists already/,
    ],
    ['a branch twice', `- {name: fan, type: step.parallel, config: {steps: [{name: a, ${SET}}, {name: a, ${SET}}]}}`, 'duplicate_name', /branch named "a"/],
    ['an empty block', '- {name: fan, type: step.parallel, config: {steps: []}}', 'missing_key', /at least one branch/],
    ['a block without steps', '- {name: e, type: step.foreach, config: {collection: [1]}}', 'missing_key', /no steps of its own/],
    ['an empty lane', '- {name: fan, type: step.parallel, config: {branches: {a: []}}}', 'missing_key', /no steps here/],
    [
      'step and steps',
      `- {name: e, type: step.foreach, config: {collection: [1], step: {${SET}}, steps: [{name: a, ${SET}}]}}`,
      'invalid_value',
      /Either "step" or "steps"/,
    ],
    [
      'a concurrency of 0',
      `- {name: e, type: step.foreach, config: {collection: [1], concurrency: 0, step: {${SET}}}}`,
      'invalid_value',
      /concurrency of 0/,
      /Leave it out/,
    ],
    [
      'a concurrency too high',
      `- {name: e, type: step.foreach, config: {collection: [1], concurrency: 1000, step: {${SET}}}}`,
      'invalid_value',
      /from 0 to 100/,
    ],
    ['no collection', `- {name: e, type: step.foreach, config: {step: {${SET}}}}`, 'missing_key', /needs a collection/],
    ['a collection that is no list', `- {name: e, type: step.foreach, config: {collection: 5, step: {${SET}}}}`, 'invalid_type', /path, a template, or a list/],
    [
      'a variable that hides a root',
      `- {name: e, type: step.foreach, config: {collection: [1], item_var: steps, step: {${SET}}}}`,
      'invalid_name',
      /cannot be named "steps"/,
    ],
    [
      'a wait for more than there are',
      `- {name: fan, type: step.parallel, config: {wait: 3, steps: [{name: a, ${SET}}]}}`,
      'invalid_value',
      /how many of the 1/,
    ],
    ['a loop without a condition', `- {name: w, type: step.while, config: {step: {${SET}}}}`, 'missing_key', /needs a condition/],
    [
      'a loop without a bound',
      `- {name: w, type: step.while, config: {condition: "true", max_iterations: 0, step: {${SET}}}}`,
      'invalid_value',
      /max_iterations/,
    ],
    [
      'an answer beside others',
      '- {name: fan, type: step.parallel, config: {steps: [{name: a, type: step.json_response, config: {body: {}}}]}}',
      'answer_in_block',
      /ends the pipeline/,
      /after the block/,
    ],
    [
      'the start of the next run in a lane',
      '- {name: w, type: step.while, config: {condition: "true", step: {name: a, type: step.continue_as_new, config: {input: {}}}}}',
      'continue_in_block',
      /ends the pipeline/,
      /after the block/,
    ],
    [
      'compensate on a block',
      `- {name: fan, type: step.parallel, compensate: {${CALL}}, config: {steps: [{name: a, ${SET}}]}}`,
      'invalid_value',
      /no "compensate" of its own/,
      /steps within/,
    ],
    [
      'retry on a block',
      `- {name: fan, type: step.parallel, retry: {max_attempts: 2}, config: {steps: [{name: a, ${SET}}]}}`,
      'invalid_value',
      /no "retry"/,
      /retry_with_backoff/,
    ],
    [
      'a policy beside the settings it belongs to',
      `- {name: r, type: step.resilient, retry: {max_attempts: 2}, config: {step: {name: a, ${CALL}}}}`,
      'invalid_value',
      /"retry" of its own/,
      /under config/,
    ],
    [
      'a policy of its steps among the settings of the block',
      `- {name: each, type: step.foreach, config: {collection: trigger.items, circuit_breaker: {timeout: 5s}, step: {name: a, ${CALL}}}}`,
      'invalid_value',
      /"circuit_breaker" of its own/,
      /steps within/,
    ],
    ['a retry that is none', `- {name: r, type: step.resilient, config: {retry: {tries: 2}, step: {name: a, ${CALL}}}}`, 'unknown_key', /"tries"/],
    ['an unknown setting', `- {name: fan, type: step.parallel, config: {brunches: {}, steps: [{name: a, ${SET}}]}}`, 'unknown_key', /"brunches"/, /branches/],
    [
      'an unknown step within',
      '- {name: fan, type: step.parallel, config: {steps: [{name: a, type: step.sett}]}}',
      'unknown_step_type',
      /step\.sett/,
      /step\.set/,
    ],
    [
      'undoing in a loop of jumps, within a lane',
      `- name: fan\n  type: step.parallel\n  config:\n    branches:\n      a:\n        - {name: x, ${CALL}, compensate: {${CALL}}}\n        - {name: j, type: step.conditional, config: {field: trigger.x, routes: {"1": x}, default: y}}\n        - {name: y, ${SET}}`,
      'undo_in_loop',
      /run "x" again/,
    ],
  ])('%s', async (_, steps, code, message, hint) => {
    const { diagnostics } = await pipelineOf(steps);
    const found = diagnostics.find((diagnostic) => diagnostic.code === code && message.test(diagnostic.message));
    expect(found, JSON.stringify(diagnostics)).toMatchObject({ severity: 'error' });
    expect(found!.line).toBeGreaterThan(4);
    if (hint) expect(found!.hint).toMatch(hint);
  });
});
