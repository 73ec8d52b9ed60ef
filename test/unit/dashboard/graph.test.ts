/** The graph of a pipeline and its drawing: every example has one, nothing overlaps, lines join what they say. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Pipeline } from '#contracts/definition';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';
import type { Box, Drawing } from '../../../dashboard/src/graph/drawing';
import { layout } from '../../../dashboard/src/graph/layout';
import { END, nodeId, pipelineScope, START } from '../../../dashboard/src/graph/pipeline-scope';
import { allNodes } from '../../../dashboard/src/graph/scope';
import { edgeKey, wayTaken } from '../../../dashboard/src/graph/way-taken';
import { flowOf } from '../../../dashboard/src/lib/flow';
import { step } from './timelines';

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
    expect(taken).toEqual([edgeKey({ from: START, to: 'n0' }), 'n0 n1', 'n1 n2', `n2 ${END}`]);
    expect(marks.n5).toEqual({ status: 'failed', times: 2, failed: 1, step: 'each/1/charge' });
    expect(marks.n3).toBeUndefined();
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

function crosses(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function within(inner: Box, outer: Box): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}
