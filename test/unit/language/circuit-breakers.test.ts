/** Which calls a circuit breaker is around, in every spelling. */
import { describe, expect, it } from 'vitest';
import type { BreakerPolicy } from '#contracts/breaker';
import type { ActivityNode, BlockNode } from '#contracts/graph';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const DEFAULTS: BreakerPolicy = { failure_threshold: 5, success_threshold: 3, timeout_ms: 30_000 };

async function nodesOf(steps: string) {
  const text = `name: app\npipelines:\n  p:\n    steps:\n${steps.replace(/^/gm, '      ')}\n`;
  const { definition, diagnostics } = await compile(text, { steps: stepCatalog, modules: moduleCatalog });
  expect(diagnostics).toEqual([]);
  return Object.fromEntries(definition!.pipelines.p!.nodes.map((node) => [node.name, node as ActivityNode]));
}

const CALL = 'type: step.http_call, config: {url: "http://a.example"';

describe('circuit_breaker of a step', () => {
  it.each<[string, string, BreakerPolicy | undefined]>([
    [
      'stands in config',
      `- {name: a, ${CALL}, circuit_breaker: {failure_threshold: 2, timeout: 1m}}}`,
      { ...DEFAULTS, failure_threshold: 2, timeout_ms: 60_000 },
    ],
    [
      'stands beside it',
      `- {name: a, ${CALL}}, circuit_breaker: {name: payments, success_threshold: 1}}`,
      { ...DEFAULTS, name: 'payments', success_threshold: 1 },
    ],
    [
      'has the other spelling',
      `- {name: a, ${CALL}}, circuit_breaker: {service_name: payments, reset_timeout: 5s}}`,
      { ...DEFAULTS, name: 'payments', timeout_ms: 5000 },
    ],
    ['is nothing but on', `- {name: a, ${CALL}}, circuit_breaker: true}`, DEFAULTS],
    ['is empty', `- {name: a, ${CALL}}, circuit_breaker: {}}`, DEFAULTS],
    ['is off', `- {name: a, ${CALL}}, circuit_breaker: {enabled: false, fallback: {value: 1}}}`, undefined],
    ['is off in a word', `- {name: a, ${CALL}}, circuit_breaker: false}`, undefined],
    [
      'answers as the other side would',
      `- {name: a, ${CALL}}, circuit_breaker: {enabled: true, fallback: {type: static, response: {status: 503, body: {error: no, order: "{{ .id }}"}}}}}`,
      { ...DEFAULTS, fallback: { type: 'static', status: 503, body: { error: 'no', order: '{{ .id }}' } } },
    ],
    [
      'gives a value',
      `- {name: a, ${CALL}}, circuit_breaker: {fallback: {value: {price: 12}}}}`,
      { ...DEFAULTS, fallback: { type: 'static', status: 200, body: { price: 12 } } },
    ],
    [
      'gives what was last',
      `- {name: a, ${CALL}}, circuit_breaker: {fallback: {type: cached, max_age: 1h}}}`,
      { ...DEFAULTS, fallback: { type: 'cached', max_age_ms: 3_600_000 } },
    ],
  ])('%s', async (_, step, policy) => {
    expect((await nodesOf(step)).a!.breaker).toEqual(policy);
  });

  it('guards an undoing as well', async () => {
    const { a } = await nodesOf(`- {name: a, ${CALL}}, compensate: {${CALL}, circuit_breaker: {timeout: 1m}}}}`);
    expect([a!.breaker, a!.compensate!.breaker]).toEqual([undefined, { ...DEFAULTS, timeout_ms: 60_000 }]);
  });

  it('comes with a step that is a module of the older generation', async () => {
    const text = `
name: app
modules:
  - {name: in, type: http.handler}
  - name: payment-client
    type: step.http_call
    dependsOn: [in]
    config:
      url: "https://api.example/v1/charges"
      circuit_breaker: {enabled: true, failure_threshold: 5, success_threshold: 3, timeout: 30s, fallback: {type: static, response: {status: 503, body: {error: "down"}}}}
workflows:
  http:
    routes: [{method: POST, path: /charge, handler: in}]
`;
    const { definition, diagnostics } = await compile(text, { steps: stepCatalog, modules: moduleCatalog });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const nodes = Object.values(definition!.pipelines).flatMap((pipeline) => pipeline.nodes) as ActivityNode[];
    expect(nodes.find(({ type }) => type === 'step.http_call')?.breaker).toMatchObject({ failure_threshold: 5, fallback: { status: 503 } });
  });
});

describe('steps that are breakers', () => {
  it('guard the calls behind them that have none of their own, in the same list', async () => {
    const nodes = await nodesOf(
      `
- {name: before, ${CALL}}}
- {name: ready, type: step.circuit_breaker, config: {service_name: payments, failure_threshold: 2, timeout: 1m}}
- {name: a, ${CALL}}}
- {name: own, ${CALL}}, circuit_breaker: {timeout: 5s}}
- {name: free, ${CALL}}, circuit_breaker: false}
- {name: next, type: step.circuit_breaker, config: {name: shipping}}
- {name: b, ${CALL}}}`,
    );
    const payments = { ...DEFAULTS, name: 'payments', failure_threshold: 2, timeout_ms: 60_000 };
    expect(Object.fromEntries(Object.entries(nodes).map(([name, { breaker }]) => [name, breaker]))).toEqual({
      before: undefined,
      ready: undefined,
      a: payments,
      own: { ...DEFAULTS, timeout_ms: 5000 },
      free: undefined,
      next: undefined,
      b: { ...DEFAULTS, name: 'shipping' },
    });
  });

  it('guard the steps they are made of', async () => {
    const nodes = await nodesOf(`
- name: rate
  type: step.resilient_circuit_breaker
  config:
    failure_threshold: 3
    reset_timeout: 60s
    steps:
      - {name: a, ${CALL}}}
      - {name: note, type: step.set, config: {values: {x: 1}}}
    fallback: {name: last-known, ${CALL}}}`);
    const policy = { ...DEFAULTS, failure_threshold: 3, timeout_ms: 60_000 };
    expect([nodes.a!.breaker, nodes.note!.breaker, nodes['last-known']!.breaker]).toEqual([policy, undefined, undefined]);
    const block = nodes.rate as unknown as BlockNode;
    expect(block.plan).toMatchObject({ kind: 'retry', policy: { max_attempts: 1 }, fallback_on: ['circuit_open'] });
    expect(block.lanes.map(({ name }) => name)).toEqual(['try', 'fallback']);
  });
});
