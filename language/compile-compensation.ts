/** `compensation` of a pipeline: steps that undo it as a whole, each like `compensate` of a step, and under a condition where it has one. */
import type { BreakerPolicy } from '#contracts/breaker';
import type { Pipeline } from '#contracts/definition';
import type { Activity, ActivityNode, Node } from '#contracts/graph';
import type { Checker, Place } from '#language/checker';
import type { MapNode, SourceNode } from '#language/source';

/** `layOut` compiles the list to nodes behind the pipeline's own. */
export function compileCompensations(
  checker: Checker,
  place: Place,
  steps: readonly SourceNode[],
  layOut: (list: readonly SourceNode[]) => { from: number; to: number },
  nodes: (Node | undefined)[],
): Pipeline['compensation'] {
  const items = checker.list(place, 'compensation') ?? [];
  if (items.length === 0) return undefined;
  const taken = new Set(steps.flatMap((step) => (step.kind === 'map' ? (nameOf(step) ?? []) : [])));
  const range = layOut(items);
  items.forEach((item, offset) => {
    if (item.kind !== 'map') return;
    const path = `${place.path}[${offset}]`;
    const name = item.entries.get('name');
    if (name && taken.has(nameOf(item) ?? ''))
      checker.error(
        'duplicate_name',
        `The pipeline has a step named "${nameOf(item)}"; what undoes it needs a name of its own.`,
        {
          path: `${path}.name`,
          node: name.value,
        },
        `Write ${nameOf(item)}-undo, for instance.`,
      );
    for (const key of ['compensate', 'on_error']) {
      const entry = item.entries.get(key);
      if (entry) checker.report.error('invalid_value', `A step that undoes has no "${key}".`, `${path}.${key}`, entry.keyRange, 'Take it out.');
    }
    const node = nodes[range.from + offset];
    const facts = node && checker.catalogs.steps.get(node.type);
    if (!node || !facts) return;
    if (node.kind !== 'activity' || facts.responds || facts.waits || facts.continues) {
      checker.error(
        'invalid_value',
        `A ${node.type} cannot undo a pipeline.`,
        { path: `${path}.type`, node: item.entries.get('type')!.value },
        'Use a step with an effect, such as step.http_call, step.db_exec or step.publish.',
      );
      return;
    }
    nodes[range.from + offset] = { ...node, compensate: undoingOf(node) };
  });
  return range;
}

/** What the step would do forward is how it undoes. */
function undoingOf({ type, config, pure, responds, detached, timeout_ms, retry, breaker, idempotent, idempotency_key }: ActivityNode): Activity {
  return {
    type,
    config,
    pure,
    responds,
    detached,
    timeout_ms,
    ...(retry ? { retry } : {}),
    ...(breaker ? { breaker: withoutFallback(breaker) } : {}),
    idempotent,
    ...(idempotency_key === undefined ? {} : { idempotency_key }),
  };
}

/** Nothing can stand in for undoing. */
function withoutFallback({ fallback: _, ...breaker }: BreakerPolicy): BreakerPolicy {
  return breaker;
}

function nameOf(step: MapNode): string | undefined {
  const node = step.entries.get('name')?.value;
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}
