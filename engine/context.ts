/** What a step can see, taken from the state: the parts from which `language` builds the context of `dialect.md`. */
import type { Pipeline } from '#contracts/definition';
import type { Stored } from '#contracts/events';
import type { BlockNode, BlockPlan } from '#contracts/graph';
import type { Json, JsonObject } from '#contracts/json';
import { TurnCache } from '#contracts/turn-cache';
import type { StartedState, Strand } from '#engine/state';
import { localName, outerStrand, ROOT, strandAt } from '#engine/strands';

export interface ContextParts {
  trigger: Json;
  triggerType: string;
  /** What stands at the top level and under `steps`, the later hiding the earlier. */
  steps: Seen[];
  meta: JsonObject;
}

/** A finished step, by its name in the definition, or the variables of a lane. */
export type Seen = { name: string; output: Json; response?: JsonObject } | { variables: JsonObject };

/** A step of a lane sees its siblings, the variables of its lane, and all that the block's own step sees. */
export function contextParts(state: StartedState, pipeline: Pipeline, now: number, strand = ROOT): ContextParts {
  const { facts } = state;
  return {
    trigger: storedValue(facts.trigger_data),
    triggerType: facts.trigger,
    steps: seenIn(state, pipeline, strand),
    meta: metaOf(state, now),
  };
}

/** Of an execution's facts: it is the same for all steps of a turn. */
const metas = new TurnCache<StartedState['facts'], { now: number; meta: JsonObject }>();

function metaOf({ facts, started_at }: StartedState, now: number): JsonObject {
  const known = metas.get(facts);
  if (known?.now === now) return known.meta;
  const meta: JsonObject = {
    execution_id: facts.execution_id,
    tenant: facts.tenant_id,
    workflow: facts.workflow,
    version: facts.version,
    environment: facts.environment,
    pipeline: facts.pipeline,
    trigger: facts.trigger,
    region: facts.region,
    trace_id: facts.trace_id,
    started_at: new Date(started_at).toISOString(),
    now: new Date(now).toISOString(),
    attempt: 1,
    ...(facts.idempotency_key === undefined ? {} : { idempotency_key: facts.idempotency_key }),
  };
  metas.set(facts, { now, meta });
  return meta;
}

function seenIn(state: StartedState, pipeline: Pipeline, path: string): Seen[] {
  const strand = strandAt(state, path);
  if (!strand) return [];
  const outer = outerStrand(state, strand);
  const seen = outer === undefined ? [] : seenIn(state, pipeline, outer);
  if (strand.of) {
    const { block, lane } = strand.of;
    const node = pipeline.nodes[state.steps[block]!.index] as BlockNode;
    const variables = variablesOf(node.plan, lane, strand.item);
    if (variables) seen.push({ variables });
  }
  collect(state, strand, seen);
  return seen;
}

/** What has been finished in a strand. */
function collect(state: StartedState, strand: Strand, seen: Seen[]): void {
  for (const name of strand.steps) {
    const step = state.steps[name];
    // `on_error: continue` leaves a failed step whose output says so.
    if (step?.status === 'failed' && step.output) seen.push({ name: localName(name), output: storedValue(step.output) });
  }
  for (const name of strand.completed) {
    const step = state.steps[name];
    if (!step?.output) continue;
    collectWay(state, name, seen);
    const { response } = step;
    const output = storedValue(step.output);
    seen.push(response ? { name: localName(name), output, response } : { name: localName(name), output });
  }
  if (strand.inside !== undefined) collectWay(state, strand.inside, seen);
}

/** The steps of the way that a block took, where those outside see it. */
function collectWay(state: StartedState, step: string, seen: Seen[]): void {
  const path = state.blocks[step]?.seen;
  const strand = path === undefined ? undefined : state.kept[path];
  if (strand) collect(state, strand, seen);
}

function variablesOf(plan: BlockPlan, lane: string, item: Json | undefined): JsonObject | undefined {
  const index = Number(lane);
  switch (plan.kind) {
    case 'foreach':
      return { foreach: { index, [plan.item]: item ?? null }, [plan.item]: item ?? null, [plan.index]: index };
    case 'while':
      return plan.variable === undefined ? undefined : { [plan.variable]: { index, first: index === 0 } };
    case 'parallel':
    case 'branch':
    case 'retry':
      return undefined;
    default: {
      const never: never = plan;
      return never;
    }
  }
}

/** The value itself. A reference is filled in by whoever reads the log before the fold; one that is left is a defect. */
export function storedValue(stored: Stored): Json {
  if ('value' in stored) return stored.value;
  throw new Error(`payload ${stored.ref.sha256} was not loaded`);
}
