/** Dead letters: what failed for good and waits for somebody to look at it. */
import type { z } from 'zod';
import {
  deadLetterDetail,
  deadLetterPage,
  deadLetterQuery,
  deadLetterReplayedSchema,
  type deadLetterSchema,
  deadLetterStats,
  deadLetterStatsQuery,
  deadLettersQuery,
  discardQuery,
  replayAllRequest,
  replayAllSchema,
} from '#contracts/api-dead-letters';
import { emptyRequest } from '#contracts/api-executions';
import type { DeadLetterFacts } from '#contracts/execution';
import type { Origin } from '#contracts/execution-rpc';
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import type { ReplayAllProgress, ReplayAllRpc } from '#contracts/replay-all-rpc';
import { UNDELIVERED_ID } from '#contracts/undelivered';
import type { PipelinePlace } from '#storage/dead-letter-ports';
import { loaded } from '#storage/payloads';
import { deadLetterPlace } from '#workers/api/dead-letter-place';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { replayDeadLetter } from '#workers/dead-letters';
import { executionStub } from '#workers/execution-stub';
import { noteObject } from '#workers/named-objects';
import { callsOf } from '#workers/objects/calls';
import { objectNamed } from '#workers/objects/stubs';

const TAG = 'Dead letters';
const PLACE_PROBLEMS = ['unknown_pipeline', 'ambiguous_pipeline'] as const;
const LETTER_PROBLEMS = [...PLACE_PROBLEMS, 'invalid_id', 'unknown_execution', 'unknown_dead_letter'] as const;

const stats = endpoint({
  route: 'GET /dlq/stats',
  weight: 'medium',
  tag: TAG,
  summary: 'How many letters wait',
  description: 'By pipeline. `alerting` says that the depth has reached the `alert_threshold` of the pipeline.',
  query: deadLetterStatsQuery,
  answer: deadLetterStats,
  answers: { 200: { description: 'Depths', schema: deadLetterStats } },
  async handle({ stores, tenant, query, now, access }) {
    await stores.deadLetters.expire(tenant, now);
    const reached = await access.workflows();
    const depths = (await stores.deadLetters.depths(tenant, query.environment)).filter(({ workflow }) => !reached || reached.names.has(workflow));
    const pipelines = depths.map((each) => ({ ...each, alerting: each.alert_threshold !== undefined && each.depth >= each.alert_threshold }));
    return {
      body: {
        depth: pipelines.reduce((sum, { depth }) => sum + depth, 0),
        alerting: pipelines.filter(({ alerting }) => alerting).length,
        pipelines,
      },
    };
  },
});

const list = endpoint({
  route: 'GET /dlq/pipelines/{pipeline}',
  weight: 'medium',
  tag: TAG,
  summary: 'List the dead letters of a pipeline',
  description: 'Newest first. `{pipeline}` is `pipeline` or `workflow.pipeline`.',
  query: deadLettersQuery,
  answer: deadLetterPage,
  answers: { 200: { description: 'A page', schema: deadLetterPage } },
  problems: [...PLACE_PROBLEMS, 'invalid_cursor'],
  async handle(call) {
    const { environment, limit = LIMITS.listDefault, ...query } = call.query;
    const place = await deadLetterPlace(call, environment);
    const { items, next_cursor } = await call.stores.deadLetters.list(call.tenant, place, { ...query, limit, now: call.now });
    return { body: { items: items.map(({ execution_id, trigger, ...letter }) => letterView(execution_id, place, trigger, letter)), next_cursor } };
  },
});

const get = endpoint({
  route: 'GET /dlq/pipelines/{pipeline}/{letter}',
  tag: TAG,
  summary: 'Look at a dead letter',
  description:
    'With what started the execution, and its error; or, for an event that reached none, the event. Steps and attempts are in the timeline of the execution, whose id is that of the letter.',
  query: deadLetterQuery,
  answer: deadLetterDetail,
  answers: { 200: { description: 'The letter', schema: deadLetterDetail } },
  problems: [...LETTER_PROBLEMS],
  async handle(call) {
    const found = await letterOf(call);
    return { body: { ...letterView(found.id, found.place, found.trigger, found.letter), ...(await found.details()) } };
  },
});

const replay = endpoint({
  route: 'POST /dlq/pipelines/{pipeline}/{letter}/replay',
  weight: 'start',
  tag: TAG,
  summary: 'Replay a dead letter',
  description: 'Starts the pipeline as it is deployed now with the same trigger. A letter is replayed once: a second call gets the same execution.',
  query: deadLetterQuery,
  body: emptyRequest,
  answer: deadLetterReplayedSchema,
  answers: { 202: { description: 'Started', schema: deadLetterReplayedSchema } },
  problems: [...LETTER_PROBLEMS, 'dead_letter_closed', 'dead_letter_not_replayable', 'not_deployed', 'quota_exceeded', 'quota_soft'],
  async handle(call) {
    const { id } = await letterOf(call);
    const replayed = await replayDeadLetter(call.env, { tenant: call.tenant, id, by: call.actor.by });
    return { headers: { Location: `/api/v1/executions/${replayed.execution_id}` }, body: { ...replayed, dead_letter: id } };
  },
});

const discard = endpoint({
  route: 'DELETE /dlq/pipelines/{pipeline}/{letter}',
  tag: TAG,
  summary: 'Discard a dead letter',
  description: 'The letter is closed; the execution and its log stay.',
  query: discardQuery,
  answers: { 204: { description: 'Discarded, now or before' } },
  problems: [...LETTER_PROBLEMS, 'dead_letter_closed'],
  async handle(call) {
    const { letter, discard: close } = await letterOf(call);
    if (letter.status === 'replayed') throw new Problem('dead_letter_closed', `It was replayed as ${letter.replayed_as}.`);
    await close(call.query.reason);
    return {};
  },
});

const replayAll = endpoint({
  route: 'POST /dlq/pipelines/{pipeline}/replay-all',
  weight: 'heavy',
  tag: TAG,
  summary: 'Replay all waiting dead letters of a pipeline',
  description: 'The oldest first, in the background, and on after a crash. One run at a time: a second call gets the one that runs.',
  query: deadLetterQuery,
  body: replayAllRequest,
  answer: replayAllSchema,
  answers: { 202: { description: 'It runs', schema: replayAllSchema } },
  problems: [...PLACE_PROBLEMS, 'invalid_json'],
  async handle(call) {
    const place = await deadLetterPlace(call, call.query.environment);
    const { tenant } = call;
    await call.stores.deadLetters.expire(tenant, call.now);
    const depth = (await call.stores.deadLetters.depths(tenant, place.environment)).find(
      ({ workflow, pipeline }) => workflow === place.workflow && pipeline === place.pipeline,
    )?.depth;
    const total = Math.min(depth ?? 0, call.body.limit ?? Number.MAX_SAFE_INTEGER);
    await noteObject(call.env, 'REPLAY_ALL', tenant, replayAllName(tenant, place));
    return { body: progressView(await replayAllOf(call, place).begin({ tenant, place, total, by: call.actor.by })) };
  },
});

const replayAllProgress = endpoint({
  route: 'GET /dlq/pipelines/{pipeline}/replay-all',
  tag: TAG,
  summary: 'How far the last replay of all has come',
  query: deadLetterQuery,
  answer: replayAllSchema,
  answers: { 200: { description: 'The last run', schema: replayAllSchema } },
  problems: [...PLACE_PROBLEMS, 'not_found'],
  async handle(call) {
    const place = await deadLetterPlace(call, call.query.environment);
    const progress = await replayAllOf(call, place).progress();
    if (!progress) throw new Problem('not_found', `The dead letters of ${place.workflow}.${place.pipeline} have never been replayed all at once.`);
    return { body: progressView(progress) };
  },
});

/** What has a fixed path stands before what has an id in its place. */
export const deadLetterEndpoints: AnyEndpoint[] = [stats, replayAllProgress, replayAll, list, get, replay, discard];

/** A letter that the path names. */
interface Found {
  id: string;
  workflow_id: string;
  place: PipelinePlace;
  trigger: string;
  letter: DeadLetterFacts;
  /** What its own page shows beside it. */
  details(): Promise<Omit<z.input<typeof deadLetterDetail>, keyof z.input<typeof deadLetterSchema>>>;
  discard(reason?: string): Promise<unknown>;
}

/** Throws Problem. */
async function letterOf(call: Call<{ environment: string }>): Promise<Found> {
  const { pipeline, letter: id } = call.params as { pipeline: string; letter: string };
  const found = UNDELIVERED_ID.test(id) ? await ofEvent(call, id) : await ofExecution(call, id);
  const unknown = new Problem('unknown_dead_letter', `There is no dead letter ${id} of the pipeline ${pipeline.slice(0, 256)}.`);
  if (found) await call.access.inWorkflow(found.workflow_id, unknown);
  const named = found && (pipeline === found.place.pipeline || pipeline === `${found.place.workflow}.${found.place.pipeline}`);
  if (found && named && Date.parse(found.letter.expires_at) > call.now) return found;
  throw unknown;
}

/** From the execution itself: the list may be a moment behind. */
async function ofExecution({ env, tenant, stores, actor }: Call, id: string): Promise<Found | undefined> {
  const object = executionStub(env, id);
  const found = (await object.deadLetter(tenant)) as { facts: Origin['facts']; letter?: DeadLetterFacts } | null;
  if (!found?.letter) return undefined;
  const { facts, letter } = found;
  return {
    ...{ id, letter, trigger: facts.trigger, workflow_id: facts.workflow_id },
    place: { environment: facts.environment, workflow: facts.workflow, pipeline: facts.pipeline },
    async details() {
      const timeline = await object.timeline(tenant);
      const { value } = await loaded(facts.trigger_data, tenant, stores.payloads);
      const error = timeline?.error ? { error_details: timeline.error as never } : {};
      return { version: facts.version, started_at: timeline!.started_at, trigger_data: value, ...error };
    },
    discard: (reason) => object.deadLetter(tenant, { action: 'discarded', by: actor.by, reason }),
  };
}

async function ofEvent({ tenant, stores, actor, now, note }: Call, id: string): Promise<Found | undefined> {
  const found = await stores.deadLetters.undelivered(tenant, id);
  if (!found) return undefined;
  const { event, letter: row } = found;
  const { environment, workflow, pipeline, start } = event;
  const { execution_id: _, trigger, ...letter } = row;
  return {
    ...{ id, letter, trigger, workflow_id: start.workflow_id },
    place: { environment, workflow, pipeline },
    details: async () => ({ version: start.version, event: { id: start.id, topic: start.topic }, trigger_data: start.data }),
    discard(reason) {
      // It has no log of its own; the audit log keeps why.
      if (reason !== undefined) note.after = { reason };
      return stores.deadLetters.close(event, { status: 'discarded', closed_at: new Date(now).toISOString(), closed_by: actor.by });
    },
  };
}

function letterView(id: string, place: PipelinePlace, trigger: string, { alert_threshold: _, ...letter }: DeadLetterFacts) {
  return { id, ...place, trigger, ...letter };
}

function progressView({ started_at, finished_at, ...progress }: ReplayAllProgress) {
  return {
    ...progress,
    started_at: new Date(started_at).toISOString(),
    ...(finished_at === undefined ? {} : { finished_at: new Date(finished_at).toISOString() }),
  };
}

function replayAllName(tenant: string, { environment, workflow, pipeline }: PipelinePlace): string {
  return [tenant, workflow, environment, pipeline].map(encodeURIComponent).join('/');
}

/** A run that is under way is answered as it is. */
const calls = callsOf<ReplayAllRpc>('replay of dead letters', { begin: 'again', progress: 'again' });

function replayAllOf({ env, tenant }: Call, place: PipelinePlace): ReplayAllRpc {
  return objectNamed(calls, env.REPLAY_ALL, env, replayAllName(tenant, place));
}
