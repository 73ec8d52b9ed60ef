/** Two executions side by side. */
import { executionDiffQuery, executionDiffSchema } from '#contracts/diff';
import type { Timeline } from '#contracts/execution';
import type { Json } from '#contracts/json';
import { diffTimelines } from '#engine/diff';
import { type LoadedValues, linkOf } from '#engine/diff-values';
import { ownSteps } from '#engine/strands';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { executionOf } from '#workers/api/execution-of';
import { unknownExecution } from '#workers/api/unknown';

/** Large values are compared inside as long as they sum up to less than this, bytes; the others by their hash. */
const LOAD_BUDGET = 16 * 1024 * 1024;

const diff = endpoint({
  route: 'GET /executions/diff',
  weight: 'medium',
  tag: 'Executions',
  summary: 'Compare two executions step by step',
  description: 'Differences are listed by dotted path, at most 200 for a value. A step that one side has and did not run is `left_skipped` or `right_skipped`.',
  query: executionDiffQuery,
  answer: executionDiffSchema,
  answers: { 200: { description: 'The comparison', schema: executionDiffSchema } },
  problems: ['invalid_id', 'unknown_execution'],
  async handle(call) {
    const [left, right] = await Promise.all([timelineOf(call, call.query.left), timelineOf(call, call.query.right)]);
    const [leftNames, rightNames, values] = await Promise.all([namesOf(call, left), namesOf(call, right), load(call, left, right)]);
    return { body: diffTimelines(left, right, { left: leftNames, right: rightNames, values }) };
  },
});

/** Must be matched before `/executions/{execution}`. */
export const executionDiffEndpoints: AnyEndpoint[] = [diff];

async function timelineOf(call: Call, id: string): Promise<Timeline> {
  const { object } = executionOf({ ...call, params: { execution: id } });
  await call.access.inExecution(id);
  const timeline = await object.timeline(call.tenant);
  if (!timeline) throw unknownExecution(id);
  return timeline;
}

async function namesOf(call: Call, timeline: Timeline): Promise<string[] | undefined> {
  const definition = await call.stores.definitions.get(call.tenant, timeline.definition);
  const pipeline = definition?.pipelines[timeline.pipeline];
  return pipeline && ownSteps(pipeline);
}

/** The large values of steps whose counterparts are not the same. */
async function load(call: Call, left: Timeline, right: Timeline): Promise<LoadedValues> {
  const counterparts = new Map(right.steps.map((step) => [step.name, step]));
  const wanted = new Map<string, string>();
  let budget = LOAD_BUDGET;
  const want = (id: string, value: Json | undefined, other: Json | undefined) => {
    const link = linkOf(value);
    if (!link || link.sha256 === linkOf(other)?.sha256 || wanted.has(link.sha256) || link.size > budget) return;
    budget -= link.size;
    wanted.set(link.sha256, `payloads/${call.tenant}/${id}/${link.sha256}`);
  };
  const both = (one: Json | undefined, other: Json | undefined) => {
    want(left.execution_id, one, other);
    want(right.execution_id, other, one);
  };
  both(left.trigger.data, right.trigger.data);
  for (const step of left.steps) {
    const other = counterparts.get(step.name);
    if (!other) continue;
    both(step.output, other.output);
    both(step.input, other.input);
  }
  const texts = await Promise.all([...wanted].map(async ([sha256, key]) => [sha256, await call.stores.payloads.get(key)] as const));
  return new Map(texts.flatMap(([sha256, text]) => (text === null ? [] : [[sha256, JSON.parse(text) as Json] as const])));
}
