/** A step with an effect or a result of its own, or what undoes it: its settings and its policy, to an activity of the graph. */
import type { Activity } from '#contracts/graph';
import { LIMITS } from '#contracts/limits';
import type { StepFacts } from '#contracts/step';
import { checkSettings } from '#language/check-settings';
import type { Checker, Place } from '#language/checker';
import { breaker } from '#language/compile-breaker';
import { keyTemplate, positive, retry } from '#language/compile-policy';
import { COMPENSATE_KEYS } from '#language/dialect';
import type { PipelineScope } from '#language/pipeline-scope';
import type { MapNode } from '#language/source';
import { type Settings, settings, stepFacts } from '#language/step-settings';

export function compileActivity(
  checker: Checker,
  place: Place,
  map: MapNode,
  config: Settings,
  facts: StepFacts | undefined,
  what: string,
  scope: PipelineScope,
  undo = false,
): Activity | undefined {
  const at = (key: string) => checker.given(map, place.path, key);
  const policyAt = (key: string): Place | undefined => {
    const inside = config.policy.get(key);
    return at(key) ?? (inside && { node: inside.value, path: `${config.place.path}.${key}`, keyRange: inside.keyRange });
  };
  const timeout = facts?.waits ? undefined : at('timeout');
  const timeoutMs = timeout && positive(checker, timeout, 'timeout', LIMITS.maxStepTimeoutMs);
  const ownRetry = retry(checker, at('retry'));
  const idempotentPlace = policyAt('idempotent');
  const keyPlace = policyAt('idempotency_key');
  const detachedPlace = at('detached');
  const key = keyPlace && keyTemplate(checker, keyPlace, 'idempotency_key', scope.steps);
  const idempotent = idempotentPlace ? checker.flag(idempotentPlace, 'idempotent') : undefined;
  const detached = detachedPlace ? checker.flag(detachedPlace, 'detached') : undefined;
  const breakerPlace = policyAt('circuit_breaker');
  const guard = breaker(checker, breakerPlace, scope.steps, undo);
  const value = checkSettings(checker, config, facts, what, scope);
  if (!facts) return undefined;
  if (facts.pure) {
    for (const [name, entry] of Object.entries({
      timeout,
      retry: at('retry'),
      idempotent: idempotentPlace,
      idempotency_key: keyPlace,
      detached: detachedPlace,
      circuit_breaker: breakerPlace,
    })) {
      if (entry)
        checker.report.warn(
          'no_effect',
          `"${name}" has no effect on this step: it runs without I/O, at once and once.`,
          entry.path,
          entry.keyRange,
          'Take it out.',
        );
    }
  }
  const policy = facts.pure ? undefined : (ownRetry ?? scope.retry);
  const guarding = breakerPlace || undo ? guard : ((facts.calls && scope.gate) ?? scope.breaker);
  return {
    type: facts.type,
    config: value,
    pure: facts.pure,
    responds: facts.responds,
    detached: !facts.pure && detached === true,
    ...(facts.waits ? { waits: facts.waits } : {}),
    ...(facts.continues ? { continues: true as const } : {}),
    timeout_ms: timeoutMs || (!facts.pure && scope.timeout_ms) || facts.defaultTimeoutMs,
    ...(policy ? { retry: policy } : {}),
    ...(guarding && !facts.pure ? { breaker: guarding } : {}),
    idempotent: !facts.pure && (idempotent ?? key !== undefined),
    ...(key === undefined || facts.pure ? {} : { idempotency_key: key }),
  };
}

export function compileCompensate(checker: Checker, place: Place, step: string, scope: PipelineScope): Activity | undefined {
  const map = checker.map(place, 'compensate');
  if (!map) return undefined;
  const facts = stepFacts(checker, place, map);
  const what = `the compensation of step "${step}"`;
  const config = settings(checker, place, map, facts, COMPENSATE_KEYS, what);
  if (facts && (facts.kind !== 'activity' || facts.responds || facts.waits || facts.continues)) {
    checker.error(
      'invalid_value',
      `A ${facts.type} cannot undo a step.`,
      { path: `${place.path}.type`, node: map.entries.get('type')!.value },
      'Use a step with an effect, such as step.http_call, step.db_exec or step.publish.',
    );
    return undefined;
  }
  // It sees whatever has run, later steps too.
  const { names } = scope.steps;
  return compileActivity(checker, place, map, config, facts, what, { ...scope, steps: { names } }, true);
}
