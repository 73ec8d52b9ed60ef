/** The graph of a pipeline and its drawing: every example has one, nothing overlaps, lines join what they say. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '#contracts/definition';
import { compile } from '#language/compile';
import { createEvaluator } from '#language/evaluator';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog, steps } from '#steps/registry';
import { runPipeline, START as START_AT } from '#trial/run';
import { Sides } from '#trial/sides';
import { type Box, type Drawing, labelBox } from '../../../dashboard/src/graph/drawing';
import { layout } from '../../../dashboard/src/graph/layout';
import { END, nodeId, pipelineScope, START } from '../../../dashboard/src/graph/pipeline-scope';
import { allNodes } from '../../../dashboard/src/graph/scope';
import { edgeKey, wayTaken } from '../../../dashboard/src/graph/way-taken';
import { flowOf } from '../../../dashboard/src/lib/flow';
import { step } from './timelines';

const evaluator = createEvaluator(steps, stepCatalog);
const node = (name: string, index: number, more: object = {}) => ({ kind: 'activity', name, index, type: 'step.set', ...more });
const ORDER = {
  name: 'order',
  trigger: { type: 'http', config: {} },
  main: 5,
  nodes: [
    node('check', 0, { kind: 'conditional', type: 'step.conditional', routes: { paid: 1, '': 3, late: 3 }, default: 3 }),
    node('each', 1, { kind: 'block', type: 'step.foreach', plan: { kind: 'foreach' }, lanes: [{ name: 'item', from: 5, to: 7 }] }),
    node('answer', 2, { responds: true, if: 'total > 0' }),
    node('reject', 3, { responds: true }),
    node('after', 4),
    node('charge', 5, { compensate: {} }),
    node('note', 6),
  ],
} as unknown as Pipeline;

describe('the graph of a definition', () => {
  const scope = pipelineScope(ORDER);
  it('leads where the run goes: values share a way, an answer ends it, a condition may pass it by', () => {
    expect(scope.edges.map(({ from, to, label }) => [from, to, label])).toEqual([
      [START, 'n0', undefined],
      ['n0', 'n1', 'paid'],
      ['n0', 'n3', 'empty, late, otherwise'],
      ['n1', 'n2', undefined],
      ['n2', END, undefined],
      ['n2', 'n3', 'not run'],
      ['n3', END, undefined],
      ['n4', END, undefined],
    ]);
  });
  it('keeps the steps of a lane in it', () => {
    const lane = scope.nodes.find((one) => one.id === 'n1')!.lanes![0]!;
    expect(lane.label).toBe('for each item');
    expect(lane.scope.nodes.map(({ name, undoable }) => [name, undoable])).toEqual([
      ['charge', true],
      ['note', undefined],
    ]);
    expect(lane.scope.edges).toEqual([{ from: 'n5', to: 'n6' }]);
  });
  it('lights the way that an execution took, and no other', () => {
    const flow = flowOf(ORDER, [
      step('check', { index: 0, route: { value: 'paid', route: 'paid', target: 'each' } }),
      step('each', { index: 1 }),
      step('each/0/charge', { index: 5 }),
      step('each/1/charge', { index: 5, status: 'failed' }),
      step('each/0/note', { index: 6 }),
      step('answer', { index: 2 }),
    ]);
    const { marks, taken } = wayTaken(scope, flow, true);
    expect(taken).toEqual([edgeKey({ from: START, to: 'n0' }), 'n0 n1', 'n1 n2', `n2 ${END}`, 'n5 n6']);
    expect(marks.n5).toEqual({ status: 'failed', times: 2, failed: 1, step: 'each/1/charge' });
    expect(marks.n3).toBeUndefined();
  });
});

describe('the way of an execution', () => {
  const STEPS = (indent: string) =>
    `- { name: kind, type: step.conditional, config: { field: kind, routes: { big: both }, default: small } }
- { name: small, type: step.set, config: { values: { a: 1 } } }
- name: both
  type: step.parallel
  config:
    branches:
      left: [{ name: ask, type: step.http_call, config: { url: x } }, { name: keep, type: step.set, config: { values: { a: 1 } } }]
      right: [{ name: other, type: step.set, config: { values: { a: 1 } } }]
- name: each
  type: step.foreach
  config:
    collection: trigger.body.items
    error_strategy: collect_errors
    steps:
      - { name: charge, type: step.http_call, config: { url: x } }
      - { name: note, type: step.set, config: { values: { a: 1 } } }
- { name: done, type: step.json_response, config: { body: { ok: true } } }
`.replace(/^(?=.)/gm, indent);
  const NEWER = `pipelines:\n  p:\n    trigger: { type: http, path: /p }\n    steps:\n${STEPS('      ')}`;
  const OLDER = `workflows:\n  http:\n    routes:\n      - method: POST\n        path: /p\n        pipeline:\n          name: p\n          steps:\n${STEPS('            ')}`;

  it.each([
    ['newer', NEWER],
    ['older', OLDER],
  ])('is lit in a pipeline of the %s generation, through lanes and items', async (_, text) => {
    const { definition } = await compile(text, { steps: stepCatalog, modules: moduleCatalog }, { name: 'app' });
    const pipeline = definition!.pipelines.p!;
    const sides = new Sides({ ask: { output: {} }, charge: [{ output: {} }] });
    const failing = new Sides({ ask: { output: {} }, 'each/0/charge': { error: { status: 400 } }, charge: { output: {} } });
    const lit = (kind: string, mocks: Sides) => {
      const { timeline } = runPipeline(definition!, evaluator, { pipeline: 'p', trigger: { body: { kind, items: [1, 2] } }, now: START_AT }, mocks);
      const { marks, taken, lanes } = wayTaken(pipelineScope(pipeline), flowOf(pipeline, timeline.steps), timeline.status === 'completed');
      const name = (id: string) => pipeline.nodes.find((node) => nodeId(node.index) === id)?.name ?? id;
      return { reached: Object.keys(marks).map(name), ways: taken.map((edge) => edge.split(' ').map(name).join(' ')), lanes: lanes.length };
    };
    const big = lit('big', sides);
    expect(big.reached).toEqual(['kind', 'both', 'ask', 'keep', 'other', 'each', 'charge', 'note', 'done']);
    expect(big.ways).toEqual([`${START} kind`, 'kind both', 'both each', 'each done', `done ${END}`, 'ask keep', 'charge note']);
    expect(big.lanes).toBe(3);
    expect(lit('small', failing).ways).toEqual([
      `${START} kind`,
      'kind small',
      'small both',
      'both each',
      'each done',
      `done ${END}`,
      'ask keep',
      'charge note',
    ]);
  });
});

describe('the drawing', () => {
  it('puts lanes side by side within their block, and the block around them', () => {
    const drawing = layout(pipelineScope(ORDER));
    const block = drawing.nodes.find((one) => one.id === 'n1')!;
    const lane = drawing.lanes[0]!;
    const charge = drawing.nodes.find((one) => one.id === 'n5')!;
    expect(lane.y).toBeGreaterThan(block.y + block.height);
    expect(within(charge, lane)).toBe(true);
    expect(drawing.frames.map((frame) => [frame.id, within(lane, frame), within(block, frame)])).toEqual([['n1', true, true]]);
    expect(drawing.edges.find((one) => edgeKey(one) === 'n0 n3')!.points.length).toBeGreaterThan(1);
  });
  it('keeps a block within the lane that it stands in, and draws what is around first', async () => {
    const inner = (type: string, at: string) =>
      `{ name: ${at}, type: step.parallel, config: { branches: { one: [{ name: ${at}-a, type: ${type} }], two: [{ name: ${at}-b, type: ${type} }] } } }`;
    const text = `
name: nested
version: "1.0"
pipelines:
  nested:
    trigger: { type: manual }
    steps:
      - name: outer
        type: step.parallel
        config:
          branches:
            left: [${inner('step.set, config: { values: { a: 1 } }', 'deep')}]
            right:
              - { name: first, type: step.set, config: { values: { a: 1 } } }
              - ${inner('step.set, config: { values: { a: 1 } }', 'late')}
`;
    const { definition } = await compile(text, { steps: stepCatalog, modules: moduleCatalog });
    const drawing = layout(pipelineScope(definition!.pipelines.nested!));
    expect(drawing.lanes).toHaveLength(6);
    for (const lane of drawing.lanes) expect(within(lane, drawing.frames.find(({ id }) => id === lane.block)!), lane.label).toBe(true);
    const outer = drawing.nodes.find(({ name }) => name === 'outer')!;
    expect(drawing.lanes.slice(0, 2).map(({ block }) => block)).toEqual([outer.id, outer.id]);
  });
  it('of nothing has a size', () => {
    const { width, height } = layout(pipelineScope({ name: 'none', trigger: { type: 'manual', config: {} }, nodes: [] } as unknown as Pipeline));
    expect(width).toBeGreaterThan(0);
    expect(height).toBeGreaterThan(0);
  });
  it('draws every pipeline of the examples with all its steps, none over another', async () => {
    let drawn = 0;
    for (const name of readdirSync('examples')) {
      const text = await readable(`examples/${name}/${name}.yaml`);
      if (text === undefined) continue;
      const { definition } = await compile(text, { steps: stepCatalog, modules: moduleCatalog });
      for (const pipeline of Object.values(definition?.pipelines ?? {})) {
        const scope = pipelineScope(pipeline);
        const drawing = layout(scope);
        expect(overlaps(drawing), `${name}.${pipeline.name}`).toEqual([]);
        expect(touching(drawing), `${name}.${pipeline.name}`).toEqual([]);
        const ids = new Set(drawing.nodes.map(({ id }) => id));
        const undoing = pipeline.compensation ? pipeline.compensation.to - pipeline.compensation.from : 0;
        expect(allNodes(scope)).toHaveLength(ids.size);
        expect(ids.size, `${name}.${pipeline.name}`).toBe(pipeline.nodes.length - undoing + 2);
        expect(ids.has(nodeId(0))).toBe(true);
        expect(layout(scope)).toEqual(drawing);
        drawn++;
      }
    }
    expect(drawn).toBeGreaterThan(25);
  });

  const choice = (name: string, index: number, routes: { [value: string]: number }, other: number, more: object = {}) =>
    node(name, index, { kind: 'conditional', type: 'step.conditional', routes, default: other, ...more });
  const pipelineOf = (nodes: object[]) => ({ name: 'p', trigger: { type: 'http', config: {} }, nodes }) as unknown as Pipeline;
  const LONG = 'a-value-that-says-a-lot-more-than-it-has-to';
  it.each<[string, Pipeline]>([
    [
      'several ways to one step',
      pipelineOf([
        choice('a', 0, { one: 2, two: 3 }, 4),
        node('b', 1, { if: 'x' }),
        choice('c', 2, { left: 3, right: 5 }, 4),
        choice('d', 3, { x: 5 }, 4),
        node('e', 4),
        node('f', 5),
      ]),
    ],
    [
      'a circle',
      pipelineOf([node('ask', 0), choice('again', 1, { yes: 0, no: 2 }, 2, { if: 'x' }), choice('more', 2, { yes: 0, maybe: 1 }, 3), node('end', 3)]),
    ],
    [
      'long values',
      pipelineOf([choice('long', 0, { [LONG]: 1, [`${LONG}-2`]: 2, [`${LONG}-3`]: 3 }, 4), ...[1, 2, 3, 4].map((at) => node('x'.repeat(90), at))]),
    ],
    [
      'sixty steps',
      pipelineOf(
        Array.from({ length: 60 }, (_, at) =>
          at % 4 === 0 && at < 52 ? choice(`c${at}`, at, { skip: at + 3, far: at + 7, [`value-${at}`]: at + 2 }, at + 1) : node(`s${at}`, at),
        ),
      ),
    ],
    [
      'every value on its own',
      pipelineOf([
        choice('many', 0, Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`value-${at}`, at + 1])), 13),
        ...Array.from({ length: 13 }, (_, at) => node(`s${at}`, at + 1, { responds: true })),
      ]),
    ],
  ])('of %s has no label at another, or over a card', (_, pipeline) => {
    const drawing = layout(pipelineScope(pipeline));
    expect(overlaps(drawing)).toEqual([]);
    expect(touching(drawing)).toEqual([]);
  });
});

async function readable(path: string): Promise<string | undefined> {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function overlaps({ nodes }: Drawing): string[] {
  return nodes.flatMap((one, at) => nodes.slice(at + 1).flatMap((other) => (crosses(one, other) ? [`${one.name} over ${other.name}`] : [])));
}

/** Labels that another label, or a card, comes nearer to than a reader wants. */
function touching({ edges, nodes, frames }: Drawing): string[] {
  const labels = edges.flatMap((edge) => (edge.label === undefined ? [] : [{ name: `${edge.label} of ${edgeKey(edge)}`, ...labelBox(edge) }]));
  const near = (a: Box, b: Box) => crosses({ x: a.x - GAP, y: a.y - GAP, width: a.width + 2 * GAP, height: a.height + 2 * GAP }, b);
  const pairs = labels.flatMap((one, at) => labels.slice(at + 1).flatMap((other) => (near(one, other) ? [`${one.name} at ${other.name}`] : [])));
  const blocks = new Set(frames.map(({ id }) => id));
  const cards = nodes.filter(({ id }) => !blocks.has(id));
  return [...pairs, ...labels.flatMap((one) => cards.flatMap((card) => (crosses(one, card) ? [`${one.name} over ${card.name}`] : [])))];
}

/** px between the letters of two labels. */
const GAP = 6;

function crosses(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function within(inner: Box, outer: Box): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}
