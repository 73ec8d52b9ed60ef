/**
 * A stand-in for the API, with made-up data: for developing and testing the pages. Never part of a build.
 * One scripted execution (`live`) runs from started to undone in about six seconds once somebody listens to it.
 */
import type { z } from 'zod';
import type { CompensationPlan } from '#contracts/api-compensation-plan';
import { createExecutionRequest } from '#contracts/api-executions';
import { replayRequest } from '#contracts/api-replay';
import type { LogEvent } from '#contracts/events';
import type { Timeline } from '#contracts/execution';
import { EXECUTION_ID } from '#contracts/ids';
import type { JsonObject } from '#contracts/json';
import { Problem, type ProblemCode } from '#contracts/problems';
import { diffTimelines } from '#engine/diff';
import { FixtureAccess } from './fixture-access';
import { auditAnswer } from './fixture-audit';
import { FixtureBreakers } from './fixture-breakers';
import { CROWD, crowdAnswer } from './fixture-crowd';
import { FixtureDeadLetters } from './fixture-dead-letters';
import { FixtureDebugging } from './fixture-debugging';
import { build, eventsOf, type Fixture, fixtureId, fixtures, summaryOf, TENANT } from './fixture-executions';
import { FixtureIdempotency } from './fixture-idempotency';
import { fixtureImpact } from './fixture-impact';
import { gatheredAnswer, logsAnswer, stepLogsAnswer } from './fixture-logs';
import { FixtureMachines } from './fixture-machines';
import { costAnswer, fixtureMetrics } from './fixture-metrics';
import { FixtureQuotas } from './fixture-quotas';
import { FixtureRegions } from './fixture-regions';
import { FixtureSchedules } from './fixture-schedules';
import { scriptedRun } from './fixture-script';
import { FixtureSecretProviders } from './fixture-secret-providers';
import { FixtureSecrets } from './fixture-secrets';
import { FixtureSecurity } from './fixture-security';
import { FixtureSignIn } from './fixture-sign-in';
import { contextAnswer, LARGE, PAYLOAD, payloadAnswer, timelineAnswer } from './fixture-timeline';
import { fixturePublish, fixtureTopics } from './fixture-topics';
import { FixtureWorkflows, stepTypesAnswer, WORKFLOWS } from './fixture-workflows';

export const KEY = 'dev-key';
/** An unsigned JWT: here nobody checks it. */
export const SESSION = `e30.${Buffer.from(JSON.stringify({ tenant: TENANT })).toString('base64url')}.sig`;

const SESSION_COOKIE = `wf_session=${SESSION}; Path=/; HttpOnly; SameSite=Lax`;

export interface FixtureApi {
  fetch(request: Request): Promise<Response>;
  /** Sends a live message to whoever listens. */
  emit(event: string, data: Record<string, unknown>): void;
  /** Starts the scripted execution, should nobody listen. */
  begin(): void;
  hold(): () => void;
  /** The replays that were asked for. */
  replays: Replay[];
  /** What was started by hand. */
  starts: JsonObject[];
  debugging: FixtureDebugging;
  idempotency: FixtureIdempotency;
  regions: FixtureRegions;
  workflows: FixtureWorkflows;
}

export type Replay = { id: string } & z.output<typeof replayRequest>;

type Listener = { execution?: string; lines: boolean; send(event: string, data: Record<string, unknown>): void };

export function fixtureApi(startedAt = Date.now()): FixtureApi {
  const known = fixtures(startedAt);
  const listeners = new Set<Listener>();
  const replays: Replay[] = [];
  const starts: JsonObject[] = [];
  const secrets = new FixtureSecrets();
  const security = new FixtureSecurity();
  const secretProviders = new FixtureSecretProviders();
  const people = new FixtureSignIn(startedAt, SESSION_COOKIE);
  const access = new FixtureAccess(startedAt);
  const machines = new FixtureMachines(startedAt);
  const schedules = new FixtureSchedules(startedAt);
  const breakers = new FixtureBreakers(startedAt);
  const regions = new FixtureRegions(startedAt, people.me);
  const workflows = new FixtureWorkflows();
  const quotas = new FixtureQuotas(startedAt);
  const idempotency = new FixtureIdempotency(startedAt);
  const debugging = new FixtureDebugging();
  debugging.prepare(known);
  const letters = new FixtureDeadLetters(startedAt);
  const emit = (event: string, data: Record<string, unknown>) => {
    for (const listener of listeners)
      if ((!listener.execution || listener.execution === data.execution_id) && listener.lines === (event === 'log')) listener.send(event, data);
  };
  const script = scriptedRun(emit);
  const impacts = fixtureImpact(known);
  const large = new Map<string, Fixture>();
  const find = (id: string): Fixture | undefined => {
    if (id === script.id) return script.current();
    const name = Object.keys(LARGE).find((one) => fixtureId(one) === id);
    if (name === undefined) return known.find((one) => one.timeline.execution_id === id);
    if (!large.has(name)) large.set(name, LARGE[name]!(startedAt));
    return large.get(name);
  };

  async function route(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname;
    if (path === '/sign-in') return signIn(request, url);
    if (path === '/sign-out') return new Response(null, { status: 303, headers: { location: '/sign-in', 'set-cookie': 'wf_session=; Path=/; Max-Age=0' } });
    const rest = path.replace(/^\/api\/v1/, '');
    const inFront = /^\/auth\/(?:ways|session|owner|invitation|verify|password\/\w+)$/.test(rest) && (await people.answer(request, rest));
    if (inFront) return inFront;
    if (!/(?:^|;\s*)wf_session=/.test(request.headers.get('cookie') ?? '')) throw new Problem('unauthenticated');
    const account = await people.answer(request, rest);
    if (account) return account;
    const about = await access.answer(request, rest);
    if (about) return about;
    const moved = /^\/workflows\/([^/]+)\/project$/.exec(rest);
    if (moved) {
      access.moved.set(moved[1]!, ((await request.json()) as { project: string }).project);
      return Response.json({ id: moved[1] });
    }
    const impact = /^\/workflows\/[^/]+\/versions\/(\d+)\/(impact|migrate)$/.exec(rest);
    if (impact) return impacts.answer(Number(impact[1]), impact[2]!);
    const gathered = /^\/workflows\/([^/]+)\/logs$/.exec(rest)?.[1];
    if (gathered) return gatheredAnswer(gathered, known, url);
    if (rest === '/step-types') return stepTypesAnswer();
    if (rest.startsWith('/workflows') || rest === '/deployments') return workflows.answer(request, url, rest, access.placed(WORKFLOWS, url));
    if (rest === '/executions' && request.method === 'GET') return list(url);
    if (rest === '/executions') {
      starts.push(createExecutionRequest.parse(await request.json()) as JsonObject);
      return Response.json({ execution_id: known[0]!.timeline.execution_id, status: 'pending' }, { status: 202 });
    }
    if (rest === '/executions/import') return importFile(await request.text());
    if (rest.startsWith('/executions/bulk')) return debugging.bulk(request);
    if (rest === '/executions/live') return stream(url);
    if (rest === '/logs/live') return stream(url, true);
    if (rest === '/logs') return logsAnswer(known, url);
    if (rest === '/executions/diff') return diff(url);
    if (rest === '/audit') return auditAnswer(url);
    const secret = /^\/secrets(?:\/([^/]+))?$/.exec(rest);
    if (secret) return secrets.answer(request, url, secret[1]);
    const store = /^\/secret-providers(?:\/([^/]+))?(\/check)?$/.exec(rest);
    if (store) return secretProviders.answer(request, store[1], store[2] !== undefined);
    if (rest.startsWith('/dlq')) return letters.answer(request, url, rest.slice('/dlq'.length));
    if (/^\/tenants\/[^/]+\/(quota|usage)$/.test(rest)) return quotas.answer(request, rest);
    const decided = /^\/tenants\/[^/]+\/(egress|security|retention|retention\/preview)$/.exec(rest)?.[1] as
      | Parameters<FixtureSecurity['answer']>[1]
      | undefined;
    if (decided) return security.answer(request, decided);
    if (rest.startsWith('/tenants/')) return regions.answer(request, rest);
    if (rest === '/dashboard/metrics') return fixtureMetrics(url, startedAt);
    if (rest === '/topics') return fixtureTopics(url);
    const published = /^\/topics\/([^/]+)\/events$/.exec(rest)?.[1];
    if (published) return fixturePublish(request, decodeURIComponent(published));
    const keys = /^\/idempotency-keys(.*)$/.exec(rest) ?? /^\/executions\/(exec_\w+)\/release-key$/.exec(rest);
    if (keys) return idempotency.answer(request, url, keys[1]!);
    if (rest.startsWith('/circuit-breakers')) return breakers.answer(request, url, rest.slice('/circuit-breakers'.length));
    if (rest.startsWith('/schedules')) return schedules.answer(request, url, rest.slice('/schedules'.length));
    if (rest.startsWith('/machines')) return machines.answer(request, url, rest.slice('/machines'.length));
    if (rest === '/breakpoints' || rest === '/mocks') return debugging.list(url, rest.slice(1) as 'breakpoints' | 'mocks');
    const board = /^\/pipelines\/([^/]+)\/(breakpoints|mock)(?:\/([^/]+))?$/.exec(rest);
    if (board) {
      const [, pipeline, kind, id] = board;
      return debugging.board(request, decodeURIComponent(pipeline!), kind as 'breakpoints' | 'mock', id && decodeURIComponent(id));
    }
    const signal = /^\/executions\/([^/]+)\/signals\/[^/]+$/.exec(rest);
    if (signal) return debugging.execution(request, find(signal[1]!)!, 'signals');
    if (rest.endsWith(`/payloads/${PAYLOAD}`)) return payloadAnswer();
    const execution = /^\/executions\/([^/]+)(?:\/([\w-]+))?$/.exec(rest);
    if (execution) return executionAnswer(request, url, execution[1]!, execution[2]);
    throw new Problem('not_found');
  }

  /** Takes a file for an export of the first execution, which from then on is an imported one. */
  function importFile(text: string): Response {
    if (!text.startsWith('{"hash":')) throw new Problem('invalid_export', 'Line 1 does not begin with {"hash":"…"}.');
    const { timeline } = known[0]!;
    Object.assign(timeline, { status: 'waiting', metadata: { ...timeline.metadata, imported_from: fixtureId('elsewhere'), imported_tenant: 'globex' } });
    return Response.json({ execution_id: timeline.execution_id }, { status: 201 });
  }

  function list(url: URL): Response {
    const q = (name: string) => url.searchParams.get(name) ?? undefined;
    if (q('q') === 'boom') throw new Problem('internal');
    if (q('workflow') === CROWD) return crowdAnswer(url, startedAt);
    const all = [...(script.started() ? [script.current()] : []), ...known]
      .map(summaryOf)
      .filter(
        (row) =>
          (!q('status') || row.status === q('status')) &&
          (!q('workflow') || row.workflow === q('workflow')) &&
          (!q('pipeline') || row.pipeline === q('pipeline')) &&
          (!q('from') || row.started_at >= q('from')!) &&
          (!q('to') || row.started_at < q('to')!) &&
          (!q('q') || JSON.stringify(row).includes(q('q')!)),
      );
    const from = Number(q('cursor') ?? 0);
    const limit = Number(q('limit') ?? 50);
    const next_cursor = from + limit < all.length ? String(from + limit) : null;
    // As the page of quotas asks, of a company with two regions.
    const regions = q('status') === 'pending' ? ['eu', 'us'].map((region) => ({ region, status: 'ok' })) : undefined;
    return Response.json({ items: all.slice(from, from + limit), next_cursor, ...(regions ? { regions } : {}) });
  }

  function executionAnswer(request: Request, url: URL, id: string, part: string | undefined): Response | Promise<Response> {
    if (!EXECUTION_ID.test(id)) throw new Problem('invalid_id');
    const fixture = find(id);
    if (!fixture) throw new Problem('unknown_execution', `There is no execution ${id}.`);
    if (part === 'replay') return replay(request, id);
    if (part === 'context' && url.searchParams.has('at')) return Response.json(contextAnswer(fixture, Number(url.searchParams.get('at'))));
    if (part === 'context' || part === 'breakpoint') return debugging.execution(request, fixture, part);
    if (request.method === 'POST') {
      if (fixture.timeline.status === 'completed') throw new Problem('execution_finished');
      if (part === 'cancel')
        Object.assign(fixture.timeline, {
          status: 'cancelled',
          completed_at: new Date().toISOString(),
          duration_ms: Date.now() - Date.parse(fixture.timeline.started_at),
          last_seq: fixture.timeline.last_seq + 1,
        });
      return Response.json({ execution_id: id, status: fixture.timeline.status });
    }
    if (part === 'timeline') return Response.json(timelineAnswer(fixture, url.searchParams));
    if (part === 'cost') return Response.json(costAnswer(id, eventsOf(fixture)));
    if (part === 'compensation-plan') return Response.json(planOf(fixture.timeline));
    if (part === 'logs') return stepLogsAnswer(fixture, url);
    if (part === 'events') return Response.json(eventsPage(eventsOf(fixture), url));
    return Response.json({ ...summaryOf(fixture), ...debugging.waitingFor(fixture) });
  }

  function diff(url: URL): Response {
    const [left, right] = ['left', 'right'].map((side) => {
      const id = url.searchParams.get(side) ?? '';
      if (!EXECUTION_ID.test(id)) throw new Problem('invalid_id', `"${id}" is not the id of an execution.`);
      const fixture = find(id);
      if (!fixture) throw new Problem('unknown_execution', `There is no execution ${id}.`);
      return fixture.timeline;
    });
    return Response.json(diffTimelines(left!, right!));
  }

  /** Checks the order as the API does, and answers with an execution that is there to be shown. */
  async function replay(request: Request, id: string): Promise<Response> {
    const order = replayRequest.parse(await request.json());
    replays.push({ id, ...order });
    if (order.from_step === 'respond') throw new Problem('step_never_ran', 'from_step: respond never ran.');
    return Response.json({ execution_id: known.find((one) => one.timeline.execution_id !== id)!.timeline.execution_id }, { status: 202 });
  }

  function stream(url: URL, lines = false): Response {
    const execution = url.searchParams.get(lines ? 'execution' : 'execution_id') ?? undefined;
    const encoder = new TextEncoder();
    let listener: Listener;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode(': open\n\n'));
        listener = { execution, lines, send: (event, data) => controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)) };
        listeners.add(listener);
        if (!lines && (!execution || execution === script.id)) script.begin();
      },
      cancel() {
        listeners.delete(listener);
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
  }

  return {
    emit,
    replays,
    starts,
    debugging,
    regions,
    idempotency,
    workflows,
    begin: script.begin,
    hold: script.hold,
    async fetch(request) {
      try {
        return await route(request);
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem('internal' satisfies ProblemCode);
        const body = { ...problem.body(), request_id: request.headers.get('x-request-id') ?? undefined };
        return Response.json(body, { status: body.status, headers: { 'content-type': 'application/problem+json' } });
      }
    },
  };
}

async function signIn(request: Request, url: URL): Promise<Response> {
  const form = request.method === 'POST' ? await request.formData() : undefined;
  const key = form ? form.get('key') : url.searchParams.get('key');
  if (key !== KEY) return new Response(null, { status: 303, headers: { location: '/sign-in?by=key&error=unauthenticated' } });
  return new Response(null, { status: 303, headers: { location: '/executions', 'set-cookie': SESSION_COOKIE } });
}

function eventsPage(all: LogEvent[], url: URL) {
  const from = Number(url.searchParams.get('cursor') ?? url.searchParams.get('from') ?? 1);
  const limit = Number(url.searchParams.get('limit') ?? 100);
  const types = url.searchParams.get('type')?.split(',');
  const step = url.searchParams.get('step');
  const fitting = all.filter(
    (event) => event.seq >= from && (!types || types.includes(event.type)) && (!step || ('step_name' in event.data && event.data.step_name === step)),
  );
  const items = fitting
    .slice(0, limit)
    .map((event) => ({ sequence_num: event.seq, event_type: event.type, created_at: new Date(event.at).toISOString(), event_data: event.data }));
  return { items, next_cursor: fitting[limit] ? String(fitting[limit].seq) : null };
}

export { build, fixtureId };

/** One compensation for each step that completed. */
function planOf({ execution_id, status, last_seq, steps }: Timeline): CompensationPlan {
  const done = steps.filter((step) => step.status === 'completed').reverse();
  const undoing = done.map(({ name }) => ({ step: name, type: 'step.http_call', status: 'planned' as const, input: { method: 'POST', undo: name } }));
  return { execution_id, status, last_seq, action: 'cancel', ends_as: 'compensated', order: 'reverse', steps: undoing, under_way: [], waits: [] };
}
