/** Steps that several modules write for themselves. */
import type { ModuleUse, PlainStep } from '#contracts/module';

/** Topics for what went wrong: `validation-errors`, `order.failed`. */
const FAILURES = /(?:^|[._-])(?:errors?|failed|failures?|dead)(?:$|[._-])/i;

/**
 * What the module hands on to the topics of its producer. A topic for failures gets nothing here: a module without code
 * has none, and a failed execution is a dead letter, not an event of the application.
 */
export function forwardSteps(use: ModuleUse, from: string): PlainStep[] {
  return use.forward
    .filter((topic) => !FAILURES.test(topic))
    .map((topic, index) => ({ name: index === 0 ? 'forward' : `forward-${index + 1}`, type: 'step.publish', config: { topic, payload: { _from: from } } }));
}

/** Transitions that the same request sets going, where the application has such state machines. */
export function transitionSteps(use: ModuleUse): PlainStep[] {
  if (!use.step('step.statemachine_transition')) return [];
  return use.actions
    .filter(({ workflow, action }) => use.machine(workflow)?.includes(action))
    .map(({ workflow, action }, index) => ({
      name: index === 0 ? 'transition' : `transition-${index + 1}`,
      type: 'step.statemachine_transition',
      config: {
        statemachine: workflow,
        event: action,
        entity_id: '{{ coalesce .id .order_id .instance_id .meta.execution_id }}',
        create: true,
        data: { _from: 'trigger.body' },
      },
    }));
}
