/** What a document is read as for editors: pipelines of every spelling, with their steps and lines. */
import { describe, expect, it } from 'vitest';
import type { Outline } from '#contracts/outline';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

async function outlineOf(text: string): Promise<Outline> {
  return (await compile(text, { steps: stepCatalog, modules: moduleCatalog }, { name: 'shop' })).outline!;
}

/** `name type line-end`, the effects with a star. */
async function stepsOf(text: string, pipeline: string): Promise<string[]> {
  const found = (await outlineOf(text)).pipelines.find(({ name }) => name === pipeline)!;
  return found.steps.map(({ name, type, effect, line, end_line }) => `${name} ${type.replace('step.', '')}${effect ? '*' : ''} ${line}-${end_line}`);
}

describe('of the newer generation', () => {
  const text = `pipelines:
  order:
    trigger: { type: http, path: "/orders/{id}", method: GET }
    steps:
      - name: load
        type: step.http_call
        config:
          url: "http://stock"

      # what follows
      - name: each
        type: step.foreach
        config:
          collection: trigger.items
          steps:
            - name: charge
              type: step.http_call
              config: { url: x }
  other:
    steps:
      - { name: one, type: step.set, config: { values: { a: 1 } } }
`;
  it('has each pipeline with its place, its trigger and its route', async () => {
    const { pipelines } = await outlineOf(text);
    expect(pipelines.map(({ name, trigger, route, line, end_line }) => [name, trigger, route, line, end_line])).toEqual([
      ['order', 'http', 'GET /orders/{id}', 2, 18],
      ['other', 'manual', undefined, 19, 21],
    ]);
  });
  it('has steps within others behind them, under the index of their node', async () => {
    expect(await stepsOf(text, 'order')).toEqual(['load http_call* 5-8', 'each foreach 11-18', 'charge http_call* 16-18']);
    const { definition, outline } = await compile(text, { steps: stepCatalog, modules: moduleCatalog }, { name: 'shop' });
    const nodes = definition!.pipelines.order!.nodes;
    for (const step of outline!.pipelines[0]!.steps) expect(nodes[step.index]).toMatchObject({ name: step.name, type: step.type });
  });
  it('says which steps wait, for what, and with which form', async () => {
    const waiting = `pipelines:
  refund:
    steps:
      - { name: pay, type: step.wait_for_event, config: { event: paid, form: { type: object, properties: { amount: { type: number } } } } }
      - { name: allow, type: step.approval, config: { timeout: 1h } }
      - { name: sleep, type: step.delay, config: { duration: 1h } }
`;
    expect((await outlineOf(waiting)).pipelines[0]!.steps.map(({ name, waits }) => [name, waits])).toEqual([
      ['pay', { decides: false, form: { type: 'object', properties: { amount: { type: 'number' } } } }],
      ['allow', { decides: true }],
      ['sleep', undefined],
    ]);
  });
  it('is there for a document with mistakes, and for one that is not whole', async () => {
    expect(await stepsOf(text.replace('step.set', 'step.sett'), 'other')).toEqual(['one sett 21-21']);
    expect(await stepsOf(`${text}      - name: half\n        ty`, 'other')).toEqual(['one set 21-21', 'half  22-23']);
    expect((await compile('', { steps: stepCatalog, modules: moduleCatalog })).outline).toBeNull();
  });
});

describe('of the older generation', () => {
  it('has the steps of routes, in both spellings', async () => {
    const text = `workflows:
  http:
    routes:
      - method: GET
        path: /items/{id}
        pipeline:
          steps:
            - name: parse
              type: step.request_parse
            - name: find
              type: step.http_call
              config: { url: "http://items" }
      - method: POST
        path: /items
        steps:
          - name: answer
            type: step.json_response
`;
    expect((await outlineOf(text)).pipelines.map(({ name, route, line, end_line }) => [name, route, line, end_line])).toEqual([
      ['get-items-id', 'GET /items/{id}', 4, 12],
      ['post-items', 'POST /items', 13, 17],
    ]);
    expect(await stepsOf(text, 'get-items-id')).toEqual(['parse request_parse 8-9', 'find http_call* 10-12']);
  });
  it('has what modules become where the modules stand', async () => {
    const text = `modules:
  - name: intake
    type: http.handler
  - name: check
    type: step.set
    dependsOn: [intake]
    config: { values: { ok: true } }
  - name: call-out
    type: step.http_call
    dependsOn: [check]
    config: { url: "http://x" }
workflows:
  http:
    routes:
      - { method: POST, path: /in, handler: intake }
`;
    const { pipelines, modules } = await outlineOf(text);
    expect(modules).toEqual(['intake', 'check', 'call-out']);
    expect(pipelines.map(({ name, route }) => [name, route])).toEqual([['post-in', 'POST /in']]);
    const own = (await stepsOf(text, 'post-in')).filter((step) => /^(?:check|call-out) /.test(step));
    expect(own).toEqual(['check set 4-4', 'call-out http_call* 8-8']);
  });
});

it('names the files that modules name, each with its line', async () => {
  const text = `modules:
  - name: pages
    type: static.fileserver
    config: { root: ./public }
  - name: custom
    type: dynamic.component
    config: { source: components/tax.go }
`;
  expect((await outlineOf(text)).files).toEqual([
    { path: './public', module: 'pages', line: 2 },
    { path: 'components/tax.js', module: 'custom', line: 5 },
  ]);
});
