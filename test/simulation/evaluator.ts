/** Pure steps, conditions and routes of generated definitions: functions of the frame alone, so that a rerun after a crash sees the same. */
import type { Json, JsonObject } from '#contracts/json';
import { type ErrorInfo, errorInfo } from '#contracts/problems';
import type { StepOutcome } from '#contracts/step';
import type { Evaluator } from '#engine/ports';
import { deskEvaluator, START } from '../unit/engine/simulation.ts';
import { CALL } from './definition.ts';

export type CallEnd = { output: Json } | { error: ErrorInfo };

export function callEnded(from: string, end: CallEnd): StepOutcome {
  return 'error' in end ? { kind: 'failed', error: { ...end.error, retryable: false } } : { kind: 'completed', output: { from, came: end.output } };
}

export const evaluator: Evaluator = {
  ...deskEvaluator,
  // `{unresolvable: true}` for ever, `{unresolvable: ms}` until then: what a person mends before a resume.
  resolve: (name, activity, frame) => {
    const { unresolvable } = activity.config;
    const mended = typeof unresolvable === 'number' && frame.now >= START + unresolvable;
    return deskEvaluator.resolve(name, mended ? { ...activity, config: { ...activity.config, unresolvable: false } } : activity, frame);
  },
  test: (expression, frame) => {
    const [verb, name, most] = expression.split(' ');
    if (verb === 'less') return { kind: 'value', value: Number(frame.context[name!] ?? 0) < Number(most) };
    if (name === undefined) return deskEvaluator.test(expression, frame);
    return { kind: 'value', value: Object.hasOwn(frame.context, name) === (verb === 'has') };
  },
  route: (node, frame) => {
    if (node.select.by === 'field') return deskEvaluator.route(node, frame);
    // Counts its own laps by its last output.
    const value = Number((frame.context[node.name] as JsonObject | undefined)?.value ?? 0) + 1;
    const route = String(value <= Number(node.config.laps));
    const target = node.routes[route];
    return target === undefined ? { kind: 'error', error: errorInfo('no_route_matched', `nothing for ${route}`) } : { kind: 'routed', value, route, target };
  },
  // Of a call: what the called execution came to, or that it has not ended in time.
  receive: (type, input, signal, frame) => {
    if (type !== CALL) return deskEvaluator.receive(type, input, signal, frame);
    if (!signal) return { kind: 'failed', error: errorInfo('wait_timeout', 'it has not ended in time') };
    return callEnded(signal.id, signal.data as unknown as CallEnd);
  },
  run: (type, input, frame) => {
    const { fail_until, retryable, count } = input as { fail_until?: number; retryable?: boolean; count?: string };
    const { wait, kind, ms } = input as { wait?: string; kind?: 'event' | 'approval'; ms?: number };
    if (wait !== undefined) return { kind: 'wait', wait: { kind: kind!, event: wait, ...(ms === undefined ? {} : { until: frame.now + ms }) } };
    // Counts on from what the time round before has left.
    if (count !== undefined) return { kind: 'completed', output: Number(frame.context[count] ?? 0) + 1 };
    if (fail_until === undefined) return deskEvaluator.run(type, input, frame);
    if (frame.now >= START + fail_until) return { kind: 'completed', output: { recovered: true } };
    return { kind: 'failed', error: errorInfo('transform_failed', 'too early', { retryable: retryable === true }) };
  },
};
