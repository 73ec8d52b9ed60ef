/** Compensations of a pipeline as a whole; golden, see `scenarios.ts`. */
import type { Pipeline } from '#contracts/definition';
import type { ActivityNode, Node } from '#contracts/graph';
import { call, pipelineOf, pure, respond, type Scenario } from './simulation.ts';

/** As the compiler lays it out: steps that only undo, behind all others. */
function undoneBy(names: string[], nodes: Node[], more: Partial<Pipeline> = {}, conditions: { [name: string]: string } = {}): Pipeline {
  const pipeline = pipelineOf('undone', nodes, { on_error: 'compensate', ...more });
  const from = pipeline.nodes.length;
  const own = names.map((name, offset) => {
    const node = { ...(call({ name }) as ActivityNode), index: from + offset };
    const { type, config, pure: isPure, responds, detached, timeout_ms, idempotent } = node;
    const condition = conditions[name] === undefined ? {} : { if: conditions[name] };
    return { ...node, ...condition, compensate: { type, config, pure: isPure, responds, detached, timeout_ms, idempotent } };
  });
  return { ...pipeline, nodes: [...pipeline.nodes, ...own], main: pipeline.main ?? nodes.length, compensation: { from, to: from + own.length } };
}

const STEPS = [pure('check'), call({ name: 'charge' }), call({ name: 'publish' }), respond()];

export const COMPENSATION_SCENARIOS: Record<string, Scenario> = {
  'compensation-of-a-pipeline': { pipeline: undoneBy(['refund', 'tell'], STEPS), script: { publish: [{ fail: 422 }] } },
  'compensation-of-a-pipeline-that-had-no-effect': { pipeline: undoneBy(['refund'], STEPS), script: { charge: [{ fail: 422 }] } },
  'compensation-of-a-pipeline-that-completes': { pipeline: undoneBy(['refund'], STEPS) },
  'compensation-of-a-pipeline-under-a-condition': {
    pipeline: undoneBy(['refund', 'tell'], STEPS, {}, { refund: 'false', tell: 'true' }),
    script: { publish: [{ fail: 422 }] },
  },
  'compensation-of-a-pipeline-behind-that-of-its-steps': {
    pipeline: undoneBy(['close'], [call({ name: 'open', undo: true }), call({ name: 'charge', undo: true }), call({ name: 'publish' })]),
    script: { publish: [{ fail: 422 }] },
  },
  'compensation-of-a-pipeline-gives-up-then-resumed': {
    pipeline: undoneBy(['refund'], STEPS),
    script: { publish: [{ fail: 422 }], 'refund:undo': [{ fail: 409 }, { ok: {} }] },
    orders: [{ at: 60_000, command: { type: 'resume', by: 'key:1' } }],
  },
  'compensation-of-a-pipeline-cancelled': {
    pipeline: undoneBy(['refund'], [call({ name: 'charge' }), pure('rest', { sleep: 60_000 }), respond()]),
    orders: [{ at: 1000, command: { type: 'cancel', by: 'key:1' } }],
  },
  'compensation-of-a-pipeline-out-of-time': {
    pipeline: undoneBy(['refund'], [call({ name: 'charge' }), call({ name: 'publish' })], { timeout_ms: 1000 }),
    script: { publish: [{ ok: {}, ms: 5000 }] },
  },
};
