/** Steps under the real language: what an author writes, filled in, prepared, and given to the step. */
import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import type { ActivityNode } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import type { EvaluationFrame } from '#engine/ports';
import { compile } from '#language/compile';
import { createEvaluator, type RunnableStep } from '#language/evaluator';
import { buildContext } from '#language/scope';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';

const evaluator = createEvaluator(steps as unknown as ReadonlyMap<string, RunnableStep>, stepCatalog);
const order = { product_id: 'SKU-001', quantity: 3, customer_id: 'cust_789' };
const trigger = {
  method: 'POST',
  path: '/api/orders',
  headers: { 'content-type': 'application/json' },
  body: order,
  body_size: 245,
  path_params: {},
  query: {},
};
const secret = ['$', '{TOKEN}'].join('');

const yaml = `
name: orders
modules:
  - name: db
    type: storage.sqlite
    config: { setup: CREATE TABLE t (a) }
pipelines:
  process-order:
    trigger: { type: http, config: { method: POST, path: /api/orders } }
    steps:
      - name: parse-request
        type: step.request_parse
        config: { parse_body: true }
      - name: validate-order
        type: step.validate
        config: { strategy: required_fields, required_fields: [product_id, quantity, customer_id] }
      - name: check-inventory
        type: step.http_call
        config:
          url: "http://inventory-service/api/check"
          method: POST
          headers: { Authorization: "Bearer ${secret}" }
          body: { sku: "{{ .product_id }}", quantity: "{{ .quantity }}", note: "{{ .steps.note.text }}" }
      - name: save
        type: step.db_exec
        config: { database: db, query: "INSERT INTO t VALUES ($1)", params: ["{{ .quantity }}"] }
      - name: respond
        type: step.json_response
        config: { status: 201, body: { order_id: "{{ .customer_id }}", whole: { _from: steps.parse-request.body } } }
      - name: respond-text
        type: step.json_response
        config: { status_code: 200, body: '{{ json .steps.parse-request.body }}' }
      - name: respond-parts
        type: step.json_response
        config:
          body:
            list: [ '{{ json .steps.parse-request.body }}', '{{ .steps.parse-request.body | json }}' ]
            written: '{"sku": "{{ .product_id }}", "n": {{ .quantity }}}'
            chosen: '{{ if .quantity }}{{ json .steps.parse-request.body }}{{ else }}[]{{ end }}'
            note: "{{ .steps.save.text }}"
            both: "{{ .steps.save.text }}{{ .missing }}"
            inserted: { _from: steps.save.text }
            said: "[{{ .product_id }}] is it"
`;

async function definition(): Promise<Definition> {
  const result = await compile(yaml, { steps: stepCatalog, modules: moduleCatalog });
  expect(result.diagnostics.filter((one) => one.severity === 'error')).toEqual([]);
  return result.definition!;
}

async function resolved(name: string): Promise<{ input: Json; secrets: Json; run(): Json }> {
  const compiled = await definition();
  const pipeline = compiled.pipelines['process-order']!;
  const node = pipeline.nodes.find((one) => one.name === name) as ActivityNode;
  const finished: { name: string; output: JsonObject }[] = [
    { name: 'parse-request', output: { body: order, path_params: {} } },
    { name: 'note', output: { text: secret } },
    { name: 'save', output: { text: '[1]' } },
  ];
  const context = buildContext({ trigger, triggerType: 'http', steps: finished, meta: {} });
  const frame: EvaluationFrame = { definition: compiled, pipeline, context, now: 0 };
  const result = evaluator.resolve(name, node, frame);
  if (result.kind === 'error') throw new Error(result.error.message);
  return {
    input: result.input,
    secrets: result.secrets as unknown as Json,
    run: () => (evaluator.run(node.type, result.input, frame) as { output: Json }).output,
  };
}

describe('inputs and outputs of the product document', () => {
  it('step.request_parse', async () => {
    const { input, run } = await resolved('parse-request');
    expect(input).toEqual({ headers: trigger.headers, body_size: 245 });
    expect(run()).toEqual({ body: order, path_params: {} });
  });

  it('step.validate', async () => {
    const { input, run } = await resolved('validate-order');
    expect(input).toEqual({ strategy: 'required_fields', required_fields: ['product_id', 'quantity', 'customer_id'] });
    expect(run()).toEqual({ valid: true });
  });

  it('step.http_call: numbers stay numbers, and only what the author named is a secret', async () => {
    const { input, secrets } = await resolved('check-inventory');
    expect(input).toEqual({
      url: 'http://inventory-service/api/check',
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      body: { sku: 'SKU-001', quantity: 3, note: secret },
    });
    expect(secrets).toEqual([{ path: ['headers', 'authorization'], start: 7, name: 'TOKEN' }]);
  });

  it('step.db_exec: placeholders of SQL are no templates, and parameters keep their type', async () => {
    expect((await resolved('save')).input).toEqual({ database: 'db', query: 'INSERT INTO t VALUES ($1)', params: [3] });
  });

  it('step.json_response', async () => {
    const { input, run } = await resolved('respond');
    expect(input).toEqual({ status: 201, body: { order_id: 'cust_789', whole: order } });
    expect(run()).toEqual({ http_status: 201, body_size: JSON.stringify((input as JsonObject).body).length });
    expect((await resolved('respond-text')).input).toEqual({ status: 200, body: order });
  });

  it('step.json_response: JSON that a template writes is the value; text that comes in with data stays text', async () => {
    expect((await resolved('respond-parts')).input).toEqual({
      status: 200,
      body: {
        list: [order, order],
        written: { sku: 'SKU-001', n: 3 },
        chosen: order,
        note: '[1]',
        both: '[1]',
        inserted: '[1]',
        said: '[SKU-001] is it',
      },
    });
  });

  it('the setup of a database reaches its definition', async () => {
    expect((await definition()).databases).toEqual({ db: { type: 'storage.sqlite', setup: ['CREATE TABLE t (a)'] } });
  });
});
