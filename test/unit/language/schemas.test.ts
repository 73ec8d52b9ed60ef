/** Shapes of data in a document, what asks for them, and what is let in. */
import { describe, expect, it } from 'vitest';
import type { Definition } from '#contracts/definition';
import type { Json } from '#contracts/json';
import type { Problem } from '#contracts/problems';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import { checkTriggerData } from '#workers/data-schema';
import { subscribed } from '#workers/events/deliver';

async function build(source: string): Promise<Definition> {
  const { definition, diagnostics } = await compile(source, { steps: stepCatalog, modules: moduleCatalog });
  expect(diagnostics).toEqual([]);
  return definition!;
}

const ORDER = { type: 'object', required: ['order_id', 'total'], properties: { order_id: { type: 'string' }, total: { type: 'number', minimum: 0 } } };
const DOCUMENT = `
name: shop
schemas:
  order.created:
    version: "1.0"
    type: cloudevents
    data_schema: ${JSON.stringify(ORDER)}
  plain: {type: object, required: [id]}
pipelines:
  on-event:
    trigger: {type: event, topic: order.created, schema: order.created}
    steps: [{name: a, type: step.publish, config: {topic: order.seen, schema: plain, payload: {id: x}}}]
  on-request:
    trigger: {type: http, method: POST, path: /orders, schema: order.created}
    steps: [{name: a, type: step.set, config: {values: {}}}]
  inline:
    trigger: {type: http, method: POST, path: /inline, config: {schema: {type: object, required: [name]}}}
    steps: [{name: a, type: step.set, config: {values: {}}}]
`;

describe('schemas', () => {
  it('stand in the definition, and with the triggers that ask for them', async () => {
    const { schemas, pipelines } = await build(DOCUMENT);
    expect(schemas).toEqual({ 'order.created': { version: '1.0', schema: ORDER }, plain: { schema: { type: 'object', required: ['id'] } } });
    expect(pipelines['on-event']!.schema).toEqual({ name: 'order.created', version: '1.0', schema: ORDER });
    expect(pipelines.inline!.schema).toEqual({ schema: { type: 'object', required: ['name'] } });
  });

  const good = { order_id: 'o-1', total: 5 };
  it.each<[string, string, 'event' | 'http' | 'manual', Json, string | undefined]>([
    ['the data of an event', 'on-event', 'event', { type: 'order.created', data: good }, undefined],
    ['an event without data', 'on-event', 'event', { type: 'order.created' }, 'type'],
    ['an event with a hole', 'on-event', 'event', { data: { total: 5 } }, 'required'],
    ['an event below the least', 'on-event', 'event', { data: { ...good, total: -1 } }, 'minimum'],
    ['what somebody starts it with', 'on-event', 'manual', good, undefined],
    ['nothing', 'on-event', 'manual', {}, 'required'],
    ['the body of a request', 'on-request', 'http', { method: 'POST', body: good }, undefined],
    ['a request without a body', 'on-request', 'http', { method: 'POST', body: null }, 'type'],
    ['a body that is a text', 'on-request', 'http', { body: '{"order_id"' }, 'type'],
    ['fields beside the body', 'on-request', 'http', { body: {}, query: good }, 'required'],
    ['a body of an inline schema', 'inline', 'http', { body: { name: 'x' } }, undefined],
  ])('check %s', async (_, pipeline, trigger, data, code) => {
    const { pipelines } = await build(DOCUMENT);
    const fault = () => {
      try {
        checkTriggerData(pipelines[pipeline]!, trigger, data);
        return undefined;
      } catch (error) {
        expect((error as Problem).code).toBe('schema_mismatch');
        return (error as Problem).errors![0]!.code;
      }
    };
    expect(fault()).toBe(code);
  });
});

describe('subscription of a trigger', () => {
  it('is taken by the first pipeline of its name', async () => {
    const pipeline = (name: string, trigger: string) => `  ${name}:\n    trigger: ${trigger}\n    steps: [{name: a, type: step.set, config: {values: {}}}]\n`;
    const definition = await build(
      `name: app\npipelines:\n${pipeline('large', '{type: event, topic: order.*, filter: data.total > 100, subscription: orders}')}${pipeline('any', '{type: event, topic: order.created, config: {subscription: orders}}')}${pipeline('audit', '{type: event, topic: order.created}')}`,
    );
    const event = (total: number) => ({ type: 'order.created', data: { total } });
    expect(subscribed(definition, event(500))).toEqual(['large', 'audit']);
    expect(subscribed(definition, event(5))).toEqual(['any', 'audit']);
  });
});
