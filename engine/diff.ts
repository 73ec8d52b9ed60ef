/**
 * Two executions side by side, from their timelines. Shape of `vision.txt` "Execution Diff View".
 *
 * Invariants
 * 1. Pure and deterministic; one pass over the steps of both sides.
 * 2. A step is `skipped` on a side that has it and did not run it, and `only` on the other where a side does not have it.
 * 3. Times, attempts and ids never make a difference; statuses, outputs, routes and errors do.
 */
import type { DiffError, ExecutionDiff, StepDiff } from '#contracts/diff';
import type { Timeline, TimelineStep } from '#contracts/execution';
import type { Json } from '#contracts/json';
import { diffValues, type LoadedValues } from '#engine/diff-values';

export interface DiffKnowledge {
  /** Names of all steps of the definition on each side, in its order. Without them only what ran is known. */
  left?: readonly string[];
  right?: readonly string[];
  /** Large values that the timelines only link to. */
  values?: LoadedValues;
}

type Side = 'left' | 'right';

export function diffTimelines(left: Timeline, right: Timeline, known: DiffKnowledge = {}): ExecutionDiff {
  const sides = { left: sideOf(left, known.left), right: sideOf(right, known.right) };
  if (left.definition === right.definition && left.pipeline === right.pipeline) {
    // One definition: what either side shows, both have.
    for (const [own, other] of [
      [sides.left, sides.right],
      [sides.right, sides.left],
    ] as const) {
      for (const step of own.timeline.steps) if (!other.index.has(step.name)) other.index.set(step.name, step.index);
    }
  }
  const step_diffs = namesInOrder(sides.left, sides.right).map((name) => stepDiff(name, sides, known.values));
  const trigger = diffValues(triggerOf(left), triggerOf(right), known.values);
  const steps_identical = step_diffs.filter((step) => step.status === 'identical').length;
  return {
    left: left.execution_id,
    right: right.execution_id,
    summary: {
      left_status: left.status,
      right_status: right.status,
      left_duration_ms: left.duration_ms ?? null,
      right_duration_ms: right.duration_ms ?? null,
      steps_different: step_diffs.length - steps_identical,
      steps_identical,
    },
    step_diffs,
    ...(trigger ? { trigger_diff: trigger.paths } : {}),
    ...(trigger?.truncated ? { trigger_truncated: true } : {}),
  };
}

interface View {
  timeline: Timeline;
  /** Steps that the run came to; what is still to come is not among them. */
  ran: Map<string, TimelineStep>;
  /** Position in the definition, by the name of every step that the side is known to have. */
  index: Map<string, number>;
}

function sideOf(timeline: Timeline, names: readonly string[] | undefined): View {
  const index = new Map(names?.map((name, position) => [name, position]));
  const ran = new Map<string, TimelineStep>();
  for (const step of timeline.steps) {
    index.set(step.name, step.index);
    if (step.status !== 'pending') ran.set(step.name, step);
  }
  return { timeline, ran, index };
}

/** Names of what ran on either side: the left's in its order, the right's own after the one they follow there. */
function namesInOrder(left: View, right: View): string[] {
  const following = new Map<string | undefined, string[]>();
  let anchor: string | undefined;
  for (const name of right.ran.keys()) {
    if (left.ran.has(name)) anchor = name;
    else following.set(anchor, [...(following.get(anchor) ?? []), name]);
  }
  return [...(following.get(undefined) ?? []), ...[...left.ran.keys()].flatMap((name) => [name, ...(following.get(name) ?? [])])];
}

function stepDiff(name: string, { left, right }: { left: View; right: View }, values: LoadedValues | undefined): StepDiff {
  const l = left.ran.get(name);
  const r = right.ran.get(name);
  const times = { ...duration('left', l), ...duration('right', r) };
  if (!l || !r) {
    const away: Side = l ? 'right' : 'left';
    const side = l ? right : left;
    const ran = (l ?? r)!;
    // Not come to on one side, passed over on the other: neither ran it.
    if (ran.status === 'skipped' && !ran.error && side.index.has(name)) return { step: name, status: 'identical', ...times };
    const has = side.index.has(name) || side.index.has(outermost(name));
    return {
      step: name,
      status: has ? `${away}_skipped` : l ? 'left_only' : 'right_only',
      ...times,
      left_output: l?.output ?? null,
      right_output: r?.output ?? null,
      reason: has ? whyNotReached(side, name) : `${side.timeline.pipeline} version ${side.timeline.version} has no step ${name}`,
      ...errors(l, r),
    };
  }
  const input = l.response?.recorded === true || r.response?.recorded === true ? null : diffValues(l.input, r.input, values);
  const output = diffValues(l.output, r.output, values);
  const error = diffErrors(l, r);
  const inputs = input ? { input_different: true as const, input_diff: input.paths } : {};
  const truncated = input?.truncated || output?.truncated ? { truncated: true as const } : {};
  if (l.status === r.status && !output && !error) return { step: name, status: 'identical', ...times, ...inputs, ...truncated };
  const difference: Pick<StepDiff, 'status' | 'reason'> =
    l.status === r.status
      ? { status: 'output_different' }
      : r.status === 'skipped'
        ? { status: 'right_skipped', ...reason(r) }
        : l.status === 'skipped'
          ? { status: 'left_skipped', ...reason(l) }
          : { status: 'status_different' };
  return {
    step: name,
    ...difference,
    ...times,
    left_output: l.output ?? null,
    right_output: r.output ?? null,
    ...(output || error ? { diff: { ...output?.paths, ...error } } : {}),
    ...(l.status === r.status ? {} : { left_status: l.status, right_status: r.status }),
    ...errors(l, r),
    ...inputs,
    ...truncated,
  };
}

/** Errors of a step that failed on both sides are what it came to, in place of an output. */
function diffErrors(left: TimelineStep, right: TimelineStep) {
  if (left.status !== 'failed' || right.status !== 'failed') return undefined;
  return diffValues({ error: told(left) }, { error: told(right) })?.paths;
}

/** Why a side that has the step did not come to it. */
function whyNotReached({ timeline, ran, index }: View, name: string): string {
  const position = index.get(name);
  // A lane that this side did not run: another branch, fewer items or rounds.
  if (position === undefined)
    return ran.has(outermost(name)) ? `Step not run: ${outermost(name)} did not come to it` : whyNotReached({ timeline, ran, index }, outermost(name));
  const jump = [...ran.values()].findLast((step) => {
    const target = step.route && index.get(step.route.target);
    // A target without a name is the end.
    return step.route && step.index < position && (target === undefined || target > position);
  });
  if (jump) return `Step skipped due to conditional routing from ${jump.name}`;
  const failed = [...ran.values()].findLast((step) => step.status === 'failed');
  switch (timeline.status) {
    case 'failed':
    case 'compensating':
    case 'compensated':
      return failed ? `Step not reached: ${failed.name} failed before it` : 'Step not reached: the execution failed before it';
    case 'cancelled':
      return 'Step not reached: the execution was cancelled before it';
    case 'completed':
      return 'Step not reached: the execution completed before it';
    default:
      return `Step not reached yet: the execution is ${timeline.status}`;
  }
}

/** The pipeline's own step that a step in a block runs in; else the step itself. */
function outermost(name: string): string {
  return name.split(/[/#]/, 1)[0]!;
}

/** What started it, less the request's own id and headers, which differ with every request. */
function triggerOf({ trigger }: Timeline): Json {
  const { headers: _, request_id: __, ...rest } = trigger;
  return rest;
}

function duration(side: Side, step: TimelineStep | undefined): Partial<Pick<StepDiff, 'left_duration_ms' | 'right_duration_ms'>> {
  return step?.duration_ms === undefined ? {} : { [`${side}_duration_ms`]: step.duration_ms };
}

function errors(left: TimelineStep | undefined, right: TimelineStep | undefined): Partial<Pick<StepDiff, 'left_error' | 'right_error'>> {
  return { ...(left?.error ? { left_error: told(left) } : {}), ...(right?.error ? { right_error: told(right) } : {}) };
}

function told(step: TimelineStep): DiffError & { [key: string]: Json } {
  return { code: step.error?.code ?? '', message: step.error?.message ?? '' };
}

function reason(step: TimelineStep): { reason?: string } {
  return step.reason === undefined ? {} : { reason: step.reason };
}
