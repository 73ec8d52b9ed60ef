/** Steps that decide where a run goes, and those that are made of others. */
import { type Shows, step } from './show';

const set = (name: string, values: string) => step(name, 'set', `values: {${values}}`);

export const FLOW: Shows = {
  'step.conditional': {
    steps: [step('it', 'conditional', 'field: trigger.kind, routes: {express: fast}, default: slow'), set('slow', 'way: slow'), set('fast', 'way: fast')],
    data: { kind: 'express' },
    output: { value: 'express', route: 'express', target: 'fast' },
  },
  'step.ff_gate': {
    steps: [step('it', 'ff_gate', 'flag: fast, on_enabled: fast'), set('slow', 'way: slow'), set('fast', 'way: fast')],
    output: { value: 'true', route: 'true', target: 'fast' },
  },
  'step.branch': {
    steps: [step('it', 'branch', `field: trigger.kind, branches: {express: [${set('courier', 'by: courier')}]}, default: [${set('post', 'by: post')}]`)],
    data: { kind: 'express' },
    output: { branch: 'express', matched_value: 'express' },
  },
  'step.parallel': {
    steps: [
      step('it', 'parallel', `error_strategy: collect_errors, branches: {good: [${set('one', 'n: 1')}], bad: [${step('two', 'fail', 'message: planned')}]}`),
    ],
    output: { results: { good: { n: 1 } }, errors: { bad: 'planned' }, completed: 1, failed: 1 },
  },
  'step.foreach': {
    steps: [step('it', 'foreach', `collection: trigger.items, item_var: one, step: ${set('twice', 'n: "{{ mul .one 2 }}"')}`)],
    data: { items: [1, 2] },
    output: { results: [{ n: 2 }, { n: 4 }], count: 2 },
  },
  'step.while': {
    steps: [
      step(
        'it',
        'while',
        `condition: "steps.round.n is distinct from 1", iteration_var: turn, accumulate: {key: list, from: steps.round.n}, step: ${set('round', 'n: "{{ .turn.index }}"')}`,
      ),
    ],
    output: { iterations: 2, list: [0, 1] },
  },
  'step.retry_with_backoff': {
    steps: [step('it', 'retry_with_backoff', `max_retries: 1, step: ${set('work', 'n: 1')}`)],
    output: { n: 1, retry_attempts: 0 },
  },
  'step.resilient': {
    steps: [step('it', 'resilient', `step: ${set('work', 'n: 1')}, fallback: ${set('other', 'n: 2')}`)],
    output: { n: 1, retry_attempts: 0, fallback: false },
  },
  'step.resilient_circuit_breaker': {
    steps: [step('it', 'resilient_circuit_breaker', `service_name: shipping, step: ${set('work', 'n: 1')}, fallback: ${set('other', 'n: 2')}`)],
    output: { n: 1, retry_attempts: 0, fallback: false },
  },
};
