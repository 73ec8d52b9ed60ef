/** The body of a step that is made of steps: its plan and its lanes. */

import type { BlockKind } from '#contracts/events';
import type { BlockNode, BlockPlan, Lane, RetryPolicy } from '#contracts/graph';
import { LIMITS } from '#contracts/limits';
import type { StepFacts } from '#contracts/step';
import { bodyOf, lane, laneNameOf, namedLanes, singleLanes } from '#language/block-lanes';
import { BlockReader } from '#language/block-reader';
import { accumulator, errorsOf, factorOf, readValue, variableOf, waitOf } from '#language/block-settings';
import { checkCondition } from '#language/check-text';
import type { Checker, Place } from '#language/checker';
import { breaker, breakerLimits } from '#language/compile-breaker';
import { choiceOf, target } from '#language/compile-conditional';
import { positive, retry } from '#language/compile-policy';
import type { PipelineScope } from '#language/pipeline-scope';
import { schemaShape } from '#language/schema-facts';
import type { MapNode } from '#language/source';

type Body = Pick<BlockNode, 'plan' | 'lanes' | 'transient'>;

const MAX_RETRIES = 99;
const MAX_DELAY_MS = 24 * 3_600_000;
/** Without a policy. */
const ONCE: RetryPolicy = { max_attempts: 1, backoff: 'fixed', initial_delay_ms: 0, max_delay_ms: 0, jitter: false };

export function compileBlock(checker: Checker, kind: BlockKind, facts: StepFacts, place: Place, map: MapNode, scope: PipelineScope): Body | undefined {
  const shape = schemaShape(facts.schema) ?? {};
  checker.keys(map, place.path, new Set(Object.keys(shape)), `config of a ${facts.type}`);
  const block = new BlockReader(checker, place, map, scope, kind);
  if (kind === 'retry' && Object.hasOwn(shape, 'retry')) return resilientPlan(block);
  switch (kind) {
    case 'parallel':
      return parallelPlan(block);
    case 'foreach':
      return foreachPlan(block);
    case 'branch':
      return branchPlan(block);
    case 'while':
      return whilePlan(block);
    case 'retry':
      return facts.guards === 'within' ? guardedPlan(block) : retryPlan(block);
    default: {
      const never: never = kind;
      return never;
    }
  }
}

function parallelPlan(block: BlockReader): Body {
  const steps = block.at('steps');
  const branches = block.at('branches');
  if (steps && branches) block.either(branches, 'steps', 'branches');
  else if (!steps && !branches)
    block.missing('steps', 'A parallel step needs steps, or branches.', 'Write branches: [{name: stock, steps: […]}, {name: price, steps: […]}].');
  const lanes = steps ? singleLanes(block, steps) : branches ? namedLanes(block, branches) : [];
  const wait = waitOf(block, lanes.length);
  const errors = errorsOf(block);
  const strategy = block.at('error_strategy');
  if (wait !== 'all' && strategy) {
    const message = '"error_strategy" has no effect here: with "wait" the step fails when too few branches can still complete.';
    block.checker.report.warn('no_effect', message, strategy.path, strategy.keyRange, 'Take it out.');
  }
  return { plan: { kind: 'parallel', wait, errors }, lanes };
}

function foreachPlan(block: BlockReader): Body | undefined {
  const collection = block.at('collection');
  if (!collection) block.missing('collection', 'A foreach needs a collection.', 'For example: collection: trigger.items');
  const items = collection && readValue(block, collection);
  const item = variableOf(block, 'item_var') ?? 'item';
  const index = variableOf(block, 'index_var') ?? 'index';
  const concurrency = block.at('concurrency');
  if (concurrency?.node.kind === 'scalar' && concurrency.node.value === 0) {
    block.checker.error('invalid_value', 'With a concurrency of 0 nothing would run.', concurrency, 'Leave it out, or write 1, for one item after the other.');
  }
  const many = concurrency && block.checker.whole(concurrency, 'concurrency', 0, LIMITS.foreachConcurrency);
  const plan: BlockPlan = { kind: 'foreach', items: items ?? null, item, index, concurrency: many || 1, errors: errorsOf(block) };
  return { plan, lanes: bodyOf(block, 'each') };
}

function branchPlan(block: BlockReader): Body | undefined {
  const branches = block.at('branches');
  const fallback = block.at('default');
  const merge = block.at('merge_step');
  if (!branches) block.missing('branches', 'A branch needs branches.', 'Write branches: {gold: [{name: …, type: …}]}.');
  const lanes: Lane[] = [];
  const routes: { [value: string]: number } = {};
  const map = branches && block.checker.map(branches, 'branches');
  if (map?.entries.size === 0) block.checker.error('missing_key', 'A branch needs at least one way.', branches!, 'Write {when: "…", steps: […]} for each way.');
  for (const entry of map?.entries.values() ?? []) {
    const at: Place = { node: entry.value, path: `${branches!.path}.${entry.key}`, keyRange: entry.keyRange };
    routes[entry.key] = lanes.length;
    lanes.push(lane(block, laneNameOf(entry.key, lanes), at));
  }
  let other: number | undefined;
  if (fallback) {
    other = lanes.length;
    lanes.push(lane(block, laneNameOf('default', lanes), fallback));
  }
  const choice = choiceOf(block.checker, block.place, block.map, block.scope);
  const next = merge && target(block.checker, merge, block.scope);
  if (!choice) return undefined;
  const plan: BlockPlan = {
    kind: 'branch',
    ...choice,
    routes,
    ...(other === undefined ? {} : { default: other }),
    ...(next === undefined ? {} : { merge: next }),
  };
  return { plan, lanes };
}

function whilePlan(block: BlockReader): Body | undefined {
  const condition = block.at('condition');
  if (!condition) block.missing('condition', 'A loop needs a condition.', 'For example: condition: steps.ask.status != "done"');
  // The condition sees what the steps of the loop gave the last time round.
  const lanes = bodyOf(block, 'round');
  const source = condition && checkCondition(block.checker, condition, block.scope.steps);
  const bound = block.at('max_iterations');
  const max = (bound && block.checker.whole(bound, 'max_iterations', 1, LIMITS.loopRounds)) ?? 1000;
  const variable = variableOf(block, 'iteration_var');
  const gather = block.at('accumulate');
  const collect = gather && accumulator(block, gather);
  if (source === undefined) return undefined;
  const plan: BlockPlan = { kind: 'while', condition: source, max, ...(variable === undefined ? {} : { variable }), ...(collect ? { collect } : {}) };
  return { plan, lanes };
}

/**
 * As tries of a step would be: by its policy, each call behind the breaker and within the time. An open breaker is no
 * reason to wait where something else can run instead.
 */
function resilientPlan(block: BlockReader): Body {
  const { checker, scope } = block;
  const tries = block.at('retry');
  const guard = block.at('circuit_breaker');
  const timeout = block.at('timeout');
  const fallback = block.at('fallback');
  const timeout_ms = timeout && positive(checker, timeout, 'timeout', LIMITS.maxStepTimeoutMs);
  if (!tries && !guard && !timeout && !fallback) {
    const message = 'The step adds nothing to its steps: no retry, circuit_breaker, timeout or fallback.';
    checker.report.warn('no_effect', message, block.place.path, block.place.keyRange, 'Take it out, or give the steps within the block what it says.');
  }
  const policy = retry(checker, tries) ?? ONCE;
  const limits = breaker(checker, guard, scope.steps);
  const within = { ...scope, retry: undefined, ...(limits ? { breaker: limits } : {}), ...(timeout_ms ? { timeout_ms } : {}) };
  const lanes = bodyOf(block, 'try', within);
  if (fallback) lanes.push(lane(block, 'fallback', fallback));
  const never = fallback ? { give_up_on: [...(policy.give_up_on ?? []), 'circuit_open'] } : {};
  return { plan: { kind: 'retry', policy: { ...policy, ...never } }, lanes, transient: true };
}

function retryPlan(block: BlockReader): Body {
  const retries = block.at('max_retries');
  const initial = block.at('initial_delay');
  const longest = block.at('max_delay');
  const factor = block.at('multiplier');
  const initialMs = (initial && block.checker.duration(initial, 'initial_delay', MAX_DELAY_MS)) ?? 1000;
  const longestMs = (longest && block.checker.duration(longest, 'max_delay', MAX_DELAY_MS)) ?? Math.max(30_000, initialMs);
  if (longestMs < initialMs)
    block.checker.error('invalid_value', 'max_delay is shorter than initial_delay.', longest!, 'Raise max_delay, or lower initial_delay.');
  const more = (retries && block.checker.whole(retries, 'max_retries', 0, MAX_RETRIES)) ?? 3;
  const fallback = block.at('fallback');
  const lanes = bodyOf(block, 'try');
  if (fallback) lanes.push(lane(block, 'fallback', fallback));
  const policy = {
    max_attempts: more + 1,
    backoff: 'exponential' as const,
    initial_delay_ms: initialMs,
    max_delay_ms: longestMs,
    multiplier: (factor && factorOf(block, factor)) ?? 2,
    jitter: true,
  };
  return { plan: { kind: 'retry', policy }, lanes };
}

/** One try, behind a breaker; the fallback is for calls that it holds back, and for nothing else. */
function guardedPlan(block: BlockReader): Body {
  const { checker, place, map, scope } = block;
  const breaker = breakerLimits(checker, place, map);
  const fallback = block.at('fallback');
  const lanes = bodyOf(block, 'try', { ...scope, breaker });
  if (fallback) lanes.push(lane(block, 'fallback', fallback));
  return { plan: { kind: 'retry', policy: ONCE, fallback_on: ['circuit_open'] }, lanes };
}
