/** An evaluator that remembers what it once said, where it would not say the same twice (`uuid`). */

import type { LogEvent } from '#contracts/events';
import type { Node } from '#contracts/graph';
import type { Json } from '#contracts/json';
import { storedValue } from '#engine/context';
import type { EvaluationFrame, Evaluator } from '#engine/ports';

export class Recalling implements Evaluator {
  position = 0;

  constructor(
    private readonly log: readonly LogEvent[],
    private readonly inner: Evaluator,
  ) {}

  resolve(...[name, activity, frame]: Parameters<Evaluator['resolve']>) {
    const first = this.inner.resolve(name, activity, frame);
    if (first.kind === 'error' || same(first, this.inner.resolve(name, activity, frame))) return first;
    const recorded = this.#next(name, 'step.input_recorded', 'compensation.started');
    if (!recorded?.data.input) return first;
    const started = recorded.type === 'compensation.started' ? recorded : this.log[recorded.seq - 2];
    const key = started?.type === 'step.started' || started?.type === 'compensation.started' ? started.data.idempotency_key : undefined;
    return { ...first, input: storedValue(recorded.data.input), ...(first.idempotency_key === undefined ? {} : { idempotency_key: key }) };
  }

  test(expression: string, frame: EvaluationFrame) {
    return this.inner.test(expression, frame);
  }

  route(node: Parameters<Evaluator['route']>[0], frame: EvaluationFrame) {
    const first = this.inner.route(node, frame);
    if (first.kind === 'error' || same(first, this.inner.route(node, frame))) return first;
    const recorded = this.#next(node.name, 'conditional.routed');
    return recorded ? { kind: 'routed' as const, value: recorded.data.value, route: recorded.data.route, target: recorded.data.target_index } : first;
  }

  value(source: Json, frame: EvaluationFrame) {
    const first = this.inner.value(source, frame);
    if (first.kind === 'error' || same(first, this.inner.value(source, frame))) return first;
    const recorded = this.log.find(({ type }, index) => index >= this.position && (type === 'block.opened' || type === 'strand.ended'));
    const stored = recorded?.type === 'block.opened' ? recorded.data.items : recorded?.type === 'strand.ended' ? recorded.data.output : undefined;
    return stored ? { ...first, value: storedValue(stored) } : first;
  }

  run(type: string, input: Json, frame: EvaluationFrame) {
    const first = this.inner.run(type, input, frame);
    if (first.kind !== 'completed' || same(first, this.inner.run(type, input, frame))) return first;
    const name = this.#runs(type, input, frame.pipeline.nodes);
    const recorded = name === undefined ? undefined : this.#next(name, 'step.output_recorded', 'step.compensated');
    return recorded ? { ...first, output: storedValue(recorded.data.output) } : first;
  }

  accept(...given: Parameters<Evaluator['accept']>) {
    return this.inner.accept(...given);
  }

  admit(...given: Parameters<Evaluator['admit']>) {
    return this.inner.admit(...given);
  }

  receive(...given: Parameters<Evaluator['receive']>) {
    return this.inner.receive(...given);
  }

  answer(type: string, input: Json) {
    return this.inner.answer(type, input);
  }

  /** The step that runs now: the next in the log with this type and input. */
  #runs(type: string, input: Json, nodes: readonly Node[]): string | undefined {
    const recorded = this.log.find(
      (event, index) => index >= this.position && event.type === 'step.input_recorded' && same(storedValue(event.data.input), input),
    );
    const name = recorded?.type === 'step.input_recorded' ? recorded.data.step_name : undefined;
    return nodes.some((node) => node.name === name && node.type === type) ? name : undefined;
  }

  #next<T extends LogEvent['type']>(name: string, ...types: T[]): Extract<LogEvent, { type: T }> | undefined {
    for (let i = this.position; i < this.log.length; i++) {
      const event = this.log[i]!;
      if ((types as string[]).includes(event.type) && (event.data as { step_name?: string }).step_name === name) return event as Extract<LogEvent, { type: T }>;
    }
    return undefined;
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
