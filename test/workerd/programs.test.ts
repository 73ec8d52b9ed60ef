/** jq and JavaScript in the runtime itself, through the API: compiled by its engine, run in the execution's object. */
import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { call } from './api-client';

const ORDERS = `name: orders
pipelines:
  total:
    steps:
      - name: transform-order
        type: step.jq
        config:
          expression: |
            .trigger.items | map({sku: .product_id, subtotal: (.price * .quantity)})
            | {items: ., total: (map(.subtotal) | add), item_count: length}
      - name: enrich
        type: step.js
        config:
          timeout: 5s
          memory_limit: 64MB
          code: |
            let seen = 0;
            async function transform(ctx) {
              seen++;
              const order = await Promise.resolve(ctx.steps["transform-order"].output);
              return { tier: order.total > 50 ? "gold" : "bronze", seen, whole: ctx.steps["transform-order"].result.item_count };
            }
  endless:
    steps:
      - {name: loop, type: step.js, config: {timeout: 200ms, code: "function transform() { for (;;) {} }"}}
  bomb:
    steps:
      - {name: loop, type: step.jq, config: {expression: "reduce range(1e12) as $i (1; [., .]) | tojson"}}
`;
const yaml = { 'content-type': 'application/yaml' };
const run = (pipeline: string, data: unknown) => call('POST', '/executions?wait=30s', { body: { workflow: 'orders', pipeline, data } });

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  await call('POST', '/companies', { body: { name: 'acme', slug: 'acme', region: 'us' } });
  const stored = await call('POST', '/workflows?deploy=production', { body: ORDERS, headers: yaml });
  expect(stored.status, JSON.stringify(stored.body)).toBe(201);
});

it('runs the transform of the product document and a function after it, twice the same', async () => {
  const data = {
    items: [
      { product_id: 'a', price: 20, quantity: 2 },
      { product_id: 'b', price: 12, quantity: 1 },
    ],
  };
  for (let i = 0; i < 2; i++) {
    const { status, body } = await run('total', data);
    expect(status, JSON.stringify(body)).toBe(200);
    const timeline = await call('GET', `/executions/${body.execution_id}/timeline`);
    const outputs = Object.fromEntries(timeline.body.steps.map((step: { name: string; output: unknown }) => [step.name, step.output]));
    expect(outputs['transform-order']).toMatchObject({ total: 52, item_count: 2 });
    expect(outputs.enrich).toEqual({ tier: 'gold', seen: 1, whole: 2 });
  }
});

it('stops what does not end, and goes on', async () => {
  for (const pipeline of ['endless', 'bomb']) {
    const { body } = await run(pipeline, {});
    expect(JSON.stringify(body), pipeline).toContain('program_limit');
  }
  expect((await run('total', { items: [] })).status).toBe(200);
});

it('tells the place of a mistake in a program', async () => {
  const broken = ORDERS.replace('map({sku: .product_id', 'map({sku .product_id').replace('let seen = 0;', 'let seen = ;');
  const { body } = await call('POST', '/workflows/validate', { body: broken, headers: yaml });
  expect(body.errors.map(({ code, line }: { code: string; line: number }) => [code, line])).toEqual([
    ['program_syntax', 9],
    ['program_syntax', 17],
  ]);
});
