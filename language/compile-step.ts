/**
 * A step of a pipeline: its keys, policy and settings, to a node of the graph.
 *
 * Invariants
 * 1. Nothing here knows a step type by name; everything comes from its facts.
 */
import type { Node } from '#contracts/graph';
import type { StepFacts } from '#contracts/step';
import { checkConfig } from '#language/check-config';
import { checkCondition } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { compileActivity, compileCompensate } from '#language/compile-activity';
import { compileBlock } from '#language/compile-block';
import { compileConditional, compileGate } from '#language/compile-conditional';
import { MAX_PIPELINE_MS, onError, positive } from '#language/compile-policy';
import { STEP_KEYS } from '#language/dialect';
import type { PipelineScope } from '#language/pipeline-scope';
import { schemaShape } from '#language/schema-facts';
import { type MapNode, toJson } from '#language/source';
import { type Settings, settings, stepFacts } from '#language/step-settings';

export function compileStep(checker: Checker, place: Place, map: MapNode, name: string, index: number, scope: PipelineScope): Node | undefined {
  const facts = stepFacts(checker, place, map);
  const config = settings(checker, place, map, facts, STEP_KEYS, `step "${name}"`);
  const conditions = {
    ...condition(checker, map, place.path, 'if', scope),
    ...condition(checker, map, place.path, 'skip_if', scope),
  };
  const error = onError(checker, checker.given(map, place.path, 'on_error'));
  const compensatePlace = checker.given(map, place.path, 'compensate');
  if (facts?.kind === 'conditional') {
    for (const key of ['on_error', 'timeout', 'retry', 'compensate', 'idempotent', 'idempotency_key', 'detached', 'circuit_breaker']) {
      const entry = map.entries.get(key);
      if (entry)
        checker.report.warn(
          'no_effect',
          `"${key}" has no effect on a step that only chooses the next one.`,
          `${place.path}.${key}`,
          entry.keyRange,
          'Take it out, or give it to the steps that it goes to.',
        );
    }
    const { chooses } = facts;
    if (chooses && !config.broken) checkConfig(checker, { ...config.place, node: config.map }, toJson(config.map), facts.schema, `step "${name}"`);
    const body = chooses
      ? compileGate(checker, config.place, config.map, index, scope, chooses)
      : compileConditional(checker, config.place, config.map, index, scope);
    return body && { kind: 'conditional', name, index, type: facts.type, ...conditions, ...body };
  }
  if (facts && facts.kind !== 'activity') {
    const body = compileBlock(checker, facts.kind, facts, config.place, config.map, scope);
    const limits = blockPolicy(checker, place, map, config, facts);
    return body && { kind: 'block', name, index, type: facts.type, ...conditions, ...body, ...limits, ...(error ? { on_error: error } : {}) };
  }
  noteAnswer(checker, place, map, facts, scope);
  noteContinuation(checker, place, map, facts, scope);
  const activity = compileActivity(checker, place, map, config, facts, `step "${name}"`, scope);
  const compensate = compensatePlace && compileCompensate(checker, compensatePlace, name, scope);
  if (!activity) return undefined;
  return {
    kind: 'activity',
    name,
    index,
    ...conditions,
    ...activity,
    ...(error ? { on_error: error } : {}),
    ...(compensate && !facts?.continues ? { compensate } : {}),
  };
}

/** A block has a timeout; its steps have the rest. */
function blockPolicy(checker: Checker, place: Place, map: MapNode, config: Settings, facts: StepFacts): { timeout_ms?: number } {
  for (const key of ['retry', 'compensate', 'idempotent', 'idempotency_key', 'detached', 'circuit_breaker']) {
    const beside = map.entries.get(key);
    const entry = beside ?? config.policy.get(key);
    if (!entry) continue;
    const own = Object.hasOwn(schemaShape(facts.schema) ?? {}, key);
    const hint = own
      ? 'Put it under config.'
      : key === 'retry'
        ? 'Give it to the steps within, or put them into a step.retry_with_backoff.'
        : 'Give it to the steps within.';
    checker.report.error(
      'invalid_value',
      `A step that is made of steps has no "${key}" of its own.`,
      `${(beside ? place : config.place).path}.${key}`,
      entry.keyRange,
      hint,
    );
  }
  const timeout = checker.given(map, place.path, 'timeout');
  const ms = timeout && positive(checker, timeout, 'timeout', MAX_PIPELINE_MS);
  return ms ? { timeout_ms: ms } : {};
}

/** The answer ends the pipeline, so nothing else may run beside the step that gives it. */
function noteAnswer(checker: Checker, place: Place, map: MapNode, facts: StepFacts | undefined, scope: PipelineScope): void {
  const around = scope.around.find((kind) => kind === 'parallel' || kind === 'foreach' || kind === 'retry');
  const type = map.entries.get('type');
  if (!facts?.responds || !around || !type) return;
  const message = `A ${facts.type} ends the pipeline, so it cannot stand within a step that runs several times or beside others.`;
  checker.error('answer_in_block', message, { path: `${place.path}.type`, node: type.value }, 'Put it after the block.');
}

/** The next run is started once, by the pipeline itself: a step that is one of many, or is stopped, or undone, is no place for that. */
function noteContinuation(checker: Checker, place: Place, map: MapNode, facts: StepFacts | undefined, scope: PipelineScope): void {
  const type = map.entries.get('type');
  if (!facts?.continues || !type) return;
  if (scope.around.length > 0) {
    const message = `A ${facts.type} ends the pipeline, so it cannot stand within a step that is made of steps.`;
    checker.error('continue_in_block', message, { path: `${place.path}.type`, node: type.value }, 'Put it after the block, with an "if" where it depends.');
  }
  const undo = map.entries.get('compensate');
  if (undo)
    checker.report.warn(
      'no_effect',
      '"compensate" has no effect here: the run has ended well by then.',
      `${place.path}.compensate`,
      undo.keyRange,
      'Take it out, or undo an earlier step.',
    );
}

function condition(checker: Checker, map: MapNode, path: string, key: 'if' | 'skip_if', scope: PipelineScope): { if?: string; skip_if?: string } {
  const place = checker.given(map, path, key);
  const source = place && checkCondition(checker, place, scope.steps);
  return source === undefined ? {} : { [key]: source };
}
